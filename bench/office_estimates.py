"""How well people are told when they will be called: `.venv/bin/python -m bench.office_estimates`.

The estimate of the service (``domain.estimates``) is compared on simulated days with three that are
simpler, each at the moment of check-in, for the first call of those who are not called at once:

- position: the people ahead, times the minutes of one, over the open counters
- HOL: as long as whoever is first in the line has waited so far
- LES: as long as whoever was called last has waited

What is published is a range (``estimates.range_of``): it is true if the call comes within it. That
is looked at on check-in, and every five minutes of everybody who waits, for any step. The board
that is read is made from the calls of the day up to then.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bench.office_day import BY_TURNS, OFFICE, R_RULES, TODAY, Policy, as_r, hours
from chalicelib.domain import boards, estimates
from chalicelib.domain.boards import Board, BoardKey, State
from chalicelib.domain.estimates import Expected
from chalicelib.domain.offices import Office, Window
from chalicelib.domain.presses import LEARNT, LONGEST, SHORTEST
from infra.waits.figures import quantile, table
from infra.waits.hall import Call, Ticket, played
from infra.waits.people import Made, Rules, made, minute, pauses

DAYS = 20
LOOKS = 5  # minutes from one look at the line to the next
MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

OURS = "the service's"
ESTIMATORS = (OURS, "position", "HOL", "LES")

KINDS = (
    Policy("R", BY_TURNS, as_r(), R_RULES),
    Policy("R, one counter less", BY_TURNS._replace(counters=8), as_r(), R_RULES),
    Policy("today's windows, by `due`", OFFICE, hours(TODAY), Rules(specialised=True)),
)


class Scene(NamedTuple):
    """A day as it was played, to be looked at while it goes on."""

    office: Office
    windows: Sequence[Window]
    day: Made
    calls: list[Call]


class Said(NamedTuple):
    """What was said of a wait, and how long it was."""

    minutes: float
    was: float

    @property
    def error(self) -> float:
        return abs(self.minutes - self.was)

    @property
    def true(self) -> bool:
        """Whether the published range holds."""
        told, called = estimates.range_of(self.minutes, MIDNIGHT), MIDNIGHT + self.was * MINUTE
        return told.start <= called <= told.until


def scene(kind: Policy, seed: int) -> Scene:
    """A day of this kind, played."""
    day = made(kind.office, kind.windows, seed, kind.rules)
    return Scene(kind.office, kind.windows, day, played(day.counters, day.tickets))


def at_check_in(of: Scene) -> Iterator[dict[str, Said]]:
    """What each estimator says to each ticket of a day when its people check in."""
    first = {call.ticket.label: call.at for call in of.calls if call.step == 0}
    for ticket in of.day.tickets:
        was, now = first[ticket.label] - ticket.comes, ticket.comes
        board = board_at(of, now)
        others = [one for one in board.line({0}) if one.label != ticket.label]
        ahead = sum(one.people for one in others if (one.due, one.label) < _order(ticket))
        counters = sum(counter.open for counter in board.counters.values()) or of.office.counters
        opens = max(minute(of.windows[0].start) - now, 0)
        yield {
            OURS: Said(_waits(of, board, now)[ticket.label], was),
            "position": Said(opens + ahead * sum(of.office.step_minutes) / counters, was),
            "HOL": Said((_at(now) - others[0].arrived_at) / MINUTE if others else 0, was),
            "LES": Said(_last_wait(of, now), was),
        }


def while_waiting(of: Scene) -> Iterator[Said]:
    """What the service says to everybody who waits, each five minutes."""
    calls = dict[str, list[float]]()
    for call in of.calls:
        calls.setdefault(call.ticket.label, []).append(call.at)
    now = minute(of.windows[0].start)
    while now < of.calls[-1].at:
        for label, minutes in _waits(of, board_at(of, now), now).items():
            yield Said(minutes, min(at for at in calls[label] if at >= now) - now)
        now += LOOKS


def board_at(of: Scene, now: float) -> Board:
    """The board of a played day as it stands just before what happens ``now``."""
    begun = {call.ticket: call for call in of.calls if call.at < now}
    serving = {call.counter: call for call in begun.values() if call.until > now}
    tickets = [
        _ticket(ticket, begun.get(ticket), now) for ticket in of.day.tickets if ticket.comes <= now
    ]
    counters = {
        str(number): boards.Counter(
            turn=1,
            open=counter.opens < now,
            steps=tuple(sorted(counter.steps)),
            ticket=serving[number].ticket.label if number in serving else None,
            away_until=_away(of, number, now),
        )
        for number, counter in enumerate(of.day.counters)
        if counter.opens < now
    }
    return Board(
        BoardKey(of.office.office_id, MIDNIGHT.date()),
        tickets={one.label: one for one in tickets if one is not None},
        counters=counters,
        pace=_pace(of, now),
    )


def _ticket(ticket: Ticket, call: Call | None, now: float) -> boards.Ticket | None:
    """As the board has it; None of one that has left."""
    waiting = boards.Ticket(
        ticket.label, State.WAITING, _at(ticket.due), 1, ticket.people, _at(ticket.comes)
    )
    if call is None:
        return waiting
    if call.until > now:
        began = _at(call.at)
        return waiting._replace(
            state=State.SERVING,
            step=call.step,
            counter=str(call.counter),
            called_at=began,
            served_at=began,
        )
    last = call.step + 1 == len(ticket.minutes)
    return None if last else waiting._replace(step=call.step + 1)


def _away(of: Scene, number: int, now: float) -> datetime | None:
    """Until when a counter has its break, which it begins when it is through with somebody.

    That a counter stands still nobody has said.
    """
    for begins, length in pauses(of.office, of.windows, number):
        busy = [c.until for c in of.calls if c.counter == number and c.at < begins < c.until]
        begun = max([begins, *busy])
        if begun <= now < begun + length:
            return _at(begun + length)
    return None


def _pace(of: Scene, now: float) -> dict[int, float]:
    """What the board has learnt by now, as ``domain.presses`` does."""
    pace = dict(enumerate(of.office.step_minutes))
    for call in sorted(of.calls, key=lambda call: call.until):
        if call.until <= now:
            so_far = pace[call.step]
            took = (call.until - call.at) / call.ticket.people
            took = min(max(took, SHORTEST * so_far), LONGEST * so_far)
            pace[call.step] = so_far + LEARNT * (took - so_far)
    return pace


def _waits(of: Scene, board: Board, now: float) -> Mapping[str, float]:
    here = {ticket.label for ticket in of.day.tickets if ticket.comes <= now}
    expected = [
        Expected(one.label, _at(one.told), one.people)
        for one in of.day.booked
        if one.label not in here
    ]
    opens_at = _at(minute(of.windows[0].start))
    breaks = {
        str(number): [(_at(at), _at(at + length)) for at, length in found]
        for number in range(len(of.day.counters))
        if (found := pauses(of.office, of.windows, number))
    }
    return estimates.waits(board, of.office, expected, opens_at, _at(now), breaks=breaks)


def _last_wait(of: Scene, now: float) -> float:
    """How long whoever was called last had waited."""
    begun = [call for call in of.calls if call.step == 0 and call.at < now]
    return begun[-1].at - begun[-1].ticket.comes if begun else 0


def _order(ticket: Ticket) -> tuple[datetime, str]:
    return _at(ticket.due), ticket.label


def _at(minutes: float) -> datetime:
    return MIDNIGHT + minutes * MINUTE


def main() -> None:
    rows = []
    for kind in KINDS:
        scenes = [scene(kind, seed) for seed in range(DAYS)]
        said = [each for one in scenes for each in at_check_in(one) if each[OURS].was]
        rows += [[kind.name, name, *_cells([each[name] for each in said])] for name in ESTIMATORS]
        looks = [each for one in scenes for each in while_waiting(one)]
        rows.append([kind.name, f"{OURS}, each {LOOKS} minutes", *_cells(looks)])
    print(table(["days", "estimate", "said", "error p50", "p90", "range true"], rows))


def _cells(said: Sequence[Said]) -> list[str]:
    errors = sorted(each.error for each in said)
    true = sum(each.true for each in said) / len(said)
    p50, p90 = (f"{quantile(errors, share):.1f}" for share in (0.5, 0.9))
    return [f"{len(said):,}", p50, p90, f"{true:.0%}"]


if __name__ == "__main__":
    main()

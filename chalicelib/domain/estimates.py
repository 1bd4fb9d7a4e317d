"""When people will be called: the board run forward by its own rule, once for everybody.

Each counter takes the smallest ``due`` of its steps as soon as it is free. People whose booking is
still to come count with the share of them that usually comes. All is in minutes from now.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.domain.boards import AT_A_COUNTER, Board, State, Ticket
from chalicelib.domain.lines import LATE
from chalicelib.domain.offices import Office

LEAST_LEFT = 0.2
"""Of the minutes of a service, which may take longer than usual: so much is left at the least."""

MINUTE = timedelta(minutes=1)


class Expected(NamedTuple):
    """A booking of today whose people have not come yet."""

    label: str
    """That its ticket would have."""
    told: datetime
    people: int


class Range(NamedTuple):
    """Between which instants somebody will be called, in most cases."""

    start: datetime
    until: datetime


Breaks = Mapping[str, Sequence[tuple[datetime, datetime]]]
"""By counter, from when to when nobody is there."""


class _Break(NamedTuple):
    """One that a counter has as soon as it is free from then on, in minutes from now."""

    begins: float
    length: float


class _Wait(NamedTuple):
    """One in the line; what is compared comes first."""

    due: float
    label: str
    comes: float
    step: int
    weight: float
    """How many people, counting only the share that comes."""


def waits(
    board: Board,
    office: Office,
    expected: Sequence[Expected],
    opens_at: datetime,
    now: datetime,
    also: Collection[str] = (),
    breaks: Breaks = MappingProxyType({}),
) -> dict[str, float]:
    """In how many minutes everybody who waits is called; ``opens_at`` is when the day begins.

    ``also`` are labels of those who are expected, and asked about. ``breaks`` are those that are
    known beforehand, of each counter in order. Nobody has an entry who waits for a step that no
    counter does.
    """
    line = [_waiting(ticket, now) for ticket in board.line()]
    asked = {one.label for one in line} | set(also)
    line += [_coming(one, office, now) for one in still_expected(expected, now)]
    line += [
        _waiting(one, now)._replace(step=one.step + 1, comes=_left(board, office, one, now))
        for one in board.tickets.values()
        if one.state in AT_A_COUNTER and one.step + 1 < len(office.step_minutes)
    ]
    ahead = _all_ahead(board, breaks, now)
    free = [
        (
            max(begins, _left(board, office, board.at(counter_id), now)),
            counter_id,
            board.counter(counter_id).steps or office.steps,
        )
        for begins, counter_id in _there(board, office, opens_at, ahead, now)
    ]
    heapq.heapify(free)
    found: dict[str, float] = {}
    while free and len(found) < len(asked):
        at, counter_id, steps = heapq.heappop(free)
        mine = [one for one in line if one.step in steps]
        if not mine:
            continue  # nobody is left for this counter
        own = ahead.get(counter_id)
        if own and own[0].begins <= at:
            heapq.heappush(free, (at + own.pop(0).length, counter_id, steps))
            continue
        here = [one for one in mine if one.comes <= at]
        if not here:
            then = min(one.comes for one in mine)
            heapq.heappush(free, (min(then, own[0].begins) if own else then, counter_id, steps))
            continue
        first = min(here)
        line.remove(first)
        if first.label in asked:
            found.setdefault(first.label, at)
        ends = at + first.weight * _minutes(board, office, first.step)
        if first.step + 1 < len(office.step_minutes):
            line.append(first._replace(step=first.step + 1, comes=ends))
        heapq.heappush(free, (ends, counter_id, steps))
    return found


def still_expected(expected: Iterable[Expected], now: datetime) -> list[Expected]:
    """Without those who have not come while they kept their place: few of them will."""
    return [one for one in expected if one.told + LATE >= now]


def minutes_left(
    board: Board,
    office: Office,
    opens_at: datetime,
    closes_at: datetime,
    breaks: Breaks,
    now: datetime,
) -> float:
    """For how many minutes counters are there until the day closes, all together.

    ``breaks``, as those of `waits`, are not among them; nor what a supervisor has said of one.
    """
    ends = _from_now(closes_at, now)
    ahead = _all_ahead(board, breaks, now)
    return sum(
        max(ends - begins - sum(_within(one, begins, ends) for one in ahead.get(counter_id, ())), 0)
        for begins, counter_id in _there(board, office, opens_at, ahead, now)
    )


def range_of(minutes: float, now: datetime) -> Range:
    """What is told of a wait of so many minutes: it holds in most cases."""
    return Range(now + max(0.7 * minutes - 3, 0) * MINUTE, now + (1.3 * minutes + 6) * MINUTE)


def minutes_a_person(board: Board, office: Office) -> float:
    """All steps together, as the day has taught them."""
    return sum(_minutes(board, office, step) for step in office.steps)


def _minutes(board: Board, office: Office, step: int) -> float:
    return board.pace.get(step, office.step_minutes[step])


def _waiting(ticket: Ticket, now: datetime) -> _Wait:
    return _Wait(_from_now(ticket.due, now), ticket.label, 0.0, ticket.step, ticket.people)


def _coming(one: Expected, office: Office, now: datetime) -> _Wait:
    told = _from_now(one.told, now)
    return _Wait(told, one.label, max(told, 0.0), 0, one.people * office.show_rate)


def _there(
    board: Board,
    office: Office,
    opens_at: datetime,
    ahead: Mapping[str, Sequence[_Break]],
    now: datetime,
) -> list[tuple[float, str]]:
    """From when on each counter is there; before any has opened, all are when the office opens."""
    found = []
    for counter_id, counter in board.counters.items():
        back = _from_now(counter.away_until, now) if counter.away_until else 0.0
        on_break = any(one.begins <= 0 for one in ahead.get(counter_id, ()))
        if counter.open or back > 0 or on_break:
            found.append((max(back, 0.0), counter_id))
    if found:
        return found
    at = max(_from_now(opens_at, now), 0.0)
    return [(at, counter_id) for counter_id in office.counter_ids]


def _all_ahead(board: Board, breaks: Breaks, now: datetime) -> dict[str, list[_Break]]:
    return {
        counter_id: [*_ahead(board, counter_id, own, now)] for counter_id, own in breaks.items()
    }


def _ahead(
    board: Board, counter_id: str, breaks: Sequence[tuple[datetime, datetime]], now: datetime
) -> Iterator[_Break]:
    """The breaks that a counter still has before it, or is having now.

    Whoever is called before one is served to the end, and it is as long as it would have been. What
    a supervisor has said of a break takes its place; whoever calls during one does without it.
    """
    away, ticket = board.counter(counter_id).away_until, board.at(counter_id)
    for begins, ends in breaks:
        if away and begins < away:
            continue
        if begins > now or (ticket and (ticket.served_at or ticket.last_call) < begins):
            yield _Break(_from_now(begins, now), (ends - begins) / MINUTE)
        elif ticket is None and now < ends:
            yield _Break(0.0, _from_now(ends, now))


def _within(one: _Break, begins: float, ends: float) -> float:
    """The minutes of a break that are between two instants."""
    starts = max(one.begins, begins)
    return max(min(starts + one.length, ends) - starts, 0)


def _left(board: Board, office: Office, ticket: Ticket | None, now: datetime) -> float:
    """The minutes until a counter is through with somebody."""
    if ticket is None:
        return 0.0
    takes = ticket.people * _minutes(board, office, ticket.step)
    if ticket.state is State.CALLED or ticket.served_at is None:
        return takes
    return max(takes + _from_now(ticket.served_at, now), LEAST_LEFT * takes)


def _from_now(at: datetime, now: datetime) -> float:
    return (at - now) / MINUTE

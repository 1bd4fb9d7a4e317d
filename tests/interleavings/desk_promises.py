"""What must hold of an office's day, whatever happens: at every instant, and in the end."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any

from chalicelib.domain.boards import Press
from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from chalicelib.store.tables.desk import VisitItem
from chalicelib.store.tables.people import DisclosureItem
from tests.interleavings import desk
from tests.interleavings.desk import SUPERVISOR
from tests.interleavings.desk_ghost import AT_A_COUNTER, plain_board, remembered
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import Outcome, again
from tests.interleavings.promises import plain, rows

MOST = 8
"""More tickets than there ever are."""


def always(database: Database) -> str | None:
    """The first promise that is broken at this instant."""
    return next(_broken(database), None)


def _broken(database: Database) -> Iterator[str]:
    ghost, board = remembered(database), plain_board(database)
    if ghost["bad"]:
        yield ghost["bad"]
    tickets, counters = board["tickets"], board["counters"]
    for name, counter in counters.items():
        label = counter.get("ticket")
        if not label:
            continue
        ticket = tickets.get(label, {})
        if counter.get("shut"):
            yield f"{label} is called to {name}, where nobody is"
        if ticket.get("state") not in AT_A_COUNTER or ticket.get("counter") != name:
            yield f"{name} has {label}, who is {ticket}"
    for label, ticket in tickets.items():
        if ticket["state"] in AT_A_COUNTER:
            has = counters[ticket["counter"]].get("ticket")
            if has != label:
                yield f"{label} is {ticket['state']} at {ticket['counter']}, which has {has}"
        if label in board.get("gone", ()):
            yield f"{label} has left and is on the board again"
    for phone, times in ghost["sms"].items():
        if times > 1:
            yield f"{phone} was told {times} times"


Judge = Callable[[Database, Sequence[Outcome], Collection[Call]], str | None]


def finally_(steps: int) -> Judge:
    """The judge of an end: what staff do at the end of a day, and then nobody may be missing."""
    known: dict[Database, tuple[Database, str | None]] = {}

    def heal(database: Database) -> tuple[Database, str | None]:
        if database not in known:
            after = _ended(database, steps)
            known[database] = after, next(chain(_broken(after), _missing(after)), None)
        return known[database]

    def judge(
        database: Database, outcomes: Sequence[Outcome], late: Collection[Call]
    ) -> str | None:
        after, broken = heal(database)
        for call in late:  # so late that the day is over
            after, more = heal(after.call(call)[0])
            broken = broken or more
        return broken or next(_unkept(after, outcomes), None)

    return judge


def _done(database: Database, act: Callable[[], Outcome]) -> tuple[Database, Outcome]:
    return again(database, act, f"in the end: {act}")


def _ended(database: Database, steps: int) -> Database:
    """Counters are freed, whoever waits is served at another one, the day is closed."""
    board = plain_board(database)
    for counter in board["counters"]:
        if counter != SUPERVISOR:
            database, _ = _done(database, desk.releases(counter))
    if not board.get("closed"):
        for step in range(steps):
            database = _served(database, step, last=step == steps - 1)
    for act in (desk.collects(), desk.closes(), desk.collects(), desk.closes()):
        database, _ = _done(database, act)
    return database


def _served(database: Database, step: int, *, last: bool) -> Database:
    """Everybody who waits for a step, at a counter of its own."""
    turn = plain_board(database)["counters"].get(SUPERVISOR, {"turn": 0})["turn"]
    opening = desk.presses(SUPERVISOR, turn, f"z{turn}", Press.OPEN, steps=(step,))
    database, _ = _done(database, opening)
    for _ in range(MOST):
        turn += 1
        database, said = _done(database, desk.next_(SUPERVISOR, turn, f"z{turn}"))
        if said[0] != "called":
            break
        for what in (Press.SERVE, Press.FINISH if last else Press.SEND_ON):
            turn += 1
            database, _ = _done(database, desk.presses(SUPERVISOR, turn, f"z{turn}", what, said[2]))
    return database


def _missing(database: Database) -> Iterator[str]:
    ghost, board = remembered(database), plain_board(database)
    for label, ticket in board["tickets"].items():
        yield f"{label} is left on the board: {ticket}"
    kept: dict[str, Any] = {
        one["ticket"]: one
        for one in (plain({"M": item}) for item in database.table(VisitItem.Meta.table_name))
    }
    gone = board.get("gone", ())
    entered = {one["reason"].split()[-1] for one in rows(database, DisclosureItem, "at").values()}
    for label in gone:
        if label not in kept:
            yield f"{label} has left no visit"
            continue
        visit = kept[label]
        told = [visit["outcome"], visit["v"]]
        if told != ghost["dropped"].get(label) or visit["outcome"] != ghost["final"].get(label):
            yield f"the visit of {label} is {told}, in truth {ghost['final'].get(label)}"
    people = rows(database, ApplicantItem, "applicant_id").values()
    absences = [one["code"] for person in people for one in person.get("absences", ())]
    for name, booking in rows(database, BookingItem, "code").items():
        label = f"A{booking['place']['first']}"
        outcome = booking.get("outcome")
        truth = ghost["final"].get(label) if label in gone else "absent"
        if label not in gone and label in entered and outcome == "served":
            truth = outcome
        if outcome != truth:
            yield f"{label} ({name}) counts as {outcome}, in truth {truth}"
        times = absences.count(name)
        if times != (truth in ("absent", "no_show")):
            yield f"{label} ({name}), who is {truth}, is counted {times} times"


def _unkept(database: Database, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was answered and has not happened."""
    ghost, board = remembered(database), plain_board(database)
    calls: dict[str, set[str]] = defaultdict(set)
    served = {
        f"A{booking['place']['first']}"
        for booking in rows(database, BookingItem, "code").values()
        if booking.get("outcome") == "served"
    }
    for said in _flat(outcomes):
        match said:
            case ("fault" | "unavailable", *_):
                yield f"a fault: {said}"
            case ("in", label):
                if label not in board.get("gone", ()):
                    yield f"{label} checked in and is nowhere"
            case ("entered", label):
                if label not in served:
                    yield f"{label} was entered and counts as not served"
            case ("called", what, whom, counter, turn, key):
                calls[key].add(str(whom))
                if whom and [what, whom, counter, turn, key] not in _log(ghost):
                    yield f"{said} was answered and has not happened"
            case ("ok", what, whom, counter, turn, key):
                if not any(e[0] == what and e[3:] == [counter, turn, key] for e in ghost["log"]):
                    yield f"{said} was answered and has not happened"
            case _:
                pass
    for key, labels in calls.items():
        if len(labels) > 1:
            yield f"the press {key} was answered with {sorted(labels)}"


def _log(ghost: dict[str, Any]) -> list[list[Any]]:
    """The calls that were made."""
    return [[what, has, *rest] for what, _, has, *rest in ghost["log"]]


def _flat(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    for said in outcomes:
        yield from said[1:] if said[0] == "several" else (said,)

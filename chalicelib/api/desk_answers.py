"""What goes out of an office's day: the bodies of answers, and how they are filled."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import UNSET, UnsetType

from chalicelib.api.answers import Answer, Instant
from chalicelib.domain.boards import State
from chalicelib.domain.estimates import Range
from chalicelib.domain.offices import Office

if TYPE_CHECKING:
    from chalicelib.domain.boards import Board
    from chalicelib.services.desk import check_in, early_close, people, press, today, walk_in


class Call(Answer, rename={"from_": "from"}):
    """Between which instants somebody will be called, in most cases."""

    from_: Instant
    until: Instant


class CheckedIn(Answer):
    ticket: str
    state: State
    due: Instant
    place: int | UnsetType = UNSET
    """In the line, from 1 on; only while they wait."""
    call: Call | UnsetType = UNSET


class WalkIn(Answer):
    ticket: str
    call: Call


class Named(Answer):
    queue_number: int
    name: str
    check_at_counter: bool
    """The NIK says another birth date or sex: look at the papers."""


class Counter(Answer):
    counter: str
    turn: int
    open: bool
    steps: list[int]
    waiting: int
    """How many tickets wait for it."""
    ticket: str | UnsetType = UNSET
    state: State | UnsetType = UNSET
    people: int | UnsetType = UNSET
    called_at: Instant | UnsetType = UNSET
    served_at: Instant | UnsetType = UNSET
    away_until: Instant | UnsetType = UNSET
    names: list[Named] | UnsetType = UNSET
    """Who stands there, where that can be told now."""


class Presence(Answer):
    presence: str
    until: Instant


class ClosedDay(Answer):
    date: date
    status: Literal["closed"]
    at_counters: int
    """How many tickets are still called or served."""


class Affected(Answer):
    tickets: int
    """Or bookings, of those who have not come yet."""
    people: int


class ClosingDay(Answer):
    date: date
    status: Literal["open", "closed"]
    waiting: Affected
    """Will be turned away …"""
    walk_ins: Affected
    """… of whom these have no booking, and are told by nobody but the staff."""
    to_come: Affected
    """Are not due yet, and will be turned away as well."""
    missed: Affected
    """Have missed their call, or are late: that will count as not having come."""
    at_counters: Affected
    """Are served to the end."""
    message: str
    """What those with a booking are told by SMS who are turned away."""


class Serving(Answer):
    counter: str
    ticket: str
    step: int


class Called(Answer):
    ticket: str
    counter: str
    at: Instant


class InLine(Answer, rename={"from_": "from"}):
    ticket: str
    step: int
    from_: Instant
    until: Instant


class Today(Answer):
    date: date
    as_of: Instant
    status: Literal["open", "closed"]
    lag_minutes: int
    """How long the first in the line has been due."""
    serving: list[Serving]
    called: list[Called]
    """The last calls, the latest first."""
    line: list[InLine]
    walk_ins: Literal["open", "later", "closed"]
    poll_after: int
    """In how many seconds to look again."""


def checked_in(one: "check_in.CheckedIn", office: Office) -> CheckedIn:
    return CheckedIn(
        ticket=one.ticket.label,
        state=one.ticket.state,
        due=one.ticket.due.astimezone(office.zone),
        place=UNSET if one.place is None else one.place,
        call=UNSET if one.call is None else _call(one.call, office),
    )


def walk_in_taken(one: "walk_in.WalkIn", office: Office) -> WalkIn:
    return WalkIn(one.ticket.label, _call(one.call, office))


def counter(at: "press.At", office: Office, named: "list[people.Person] | None" = None) -> Counter:
    ticket, away = at.ticket, at.counter.away_until
    shown = Counter(
        counter=at.counter_id,
        turn=at.counter.turn,
        open=at.counter.open,
        steps=list(at.counter.steps or office.steps),
        waiting=at.waiting,
        away_until=_local(away, office),
    )
    if ticket:
        shown.ticket, shown.state, shown.people = ticket.label, ticket.state, ticket.people
        shown.called_at = _local(ticket.called_at, office)
        shown.served_at = _local(ticket.served_at, office)
    if named is not None:
        shown.names = [Named(one.queue_number, one.name, one.check_at_counter) for one in named]
    return shown


def closed_day(board: "Board") -> ClosedDay:
    here = sum(counter.ticket is not None for counter in board.counters.values())
    return ClosedDay(board.key.day, "closed", here)


def closing_day(ahead: "early_close.Ahead") -> ClosingDay:
    return ClosingDay(
        date=ahead.board.key.day,
        status="closed" if ahead.board.closed else "open",
        waiting=Affected(*ahead.waiting),
        walk_ins=Affected(*ahead.walk_ins),
        to_come=Affected(*ahead.to_come),
        missed=Affected(*ahead.missed),
        at_counters=Affected(*ahead.at_counters),
        message=ahead.message,
    )


def of_today(one: "today.Today", office: Office) -> Today:
    return Today(
        date=one.day,
        as_of=_second(one.as_of, office),
        status=one.status.value,
        lag_minutes=int(one.lag.total_seconds() // 60),
        serving=[Serving(t.counter or "", t.label, t.step) for t in one.serving],
        called=[
            Called(t.label, t.counter or "", t.last_call.astimezone(office.zone))
            for t in one.called
        ],
        line=[
            InLine(w.ticket.label, w.ticket.step, *(_second(at, office) for at in w.call))
            for w in one.line
        ],
        walk_ins=one.walk_ins.value,
        poll_after=int(one.poll_after.total_seconds()),
    )


def _call(one: Range, office: Office) -> Call:
    return Call(*(_second(at, office) for at in one))


def _second(at: datetime, office: Office) -> datetime:
    """An estimate in the office's time, no finer than it is."""
    return at.astimezone(office.zone).replace(microsecond=0)


def _local(at: datetime | None, office: Office) -> datetime | UnsetType:
    return UNSET if at is None else at.astimezone(office.zone)

"""What goes out of an office's day: the bodies of answers, and how they are filled."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import UNSET, UnsetType

from chalicelib.api import shown
from chalicelib.api.answers import Answer, Instant, ProofName
from chalicelib.api.line_answers import Call, call
from chalicelib.domain.boards import State
from chalicelib.domain.offices import Office

if TYPE_CHECKING:
    from chalicelib.domain.boards import Board
    from chalicelib.services.desk import early_close, people, press, walk_in


class WalkIn(Answer):
    ticket: str
    call: Call


class Named(Answer):
    queue_number: int
    name: str
    check_at_counter: bool
    """The NIK says another birth date or sex: look at the papers."""
    proof: ProofName | UnsetType = UNSET
    """How their account has proven to be them; only of whoever has booked for themselves."""


class Proven(Answer):
    queue_number: int
    proof: Literal["seen"]


class Counter(Answer):
    counter: str
    turn: int
    open: bool
    steps: list[int]
    waiting: int
    """How many tickets wait for it."""
    served: int
    """How many people have finished a step there today."""
    pace: float | UnsetType = UNSET
    """The minutes that one of them took, on average."""
    undo: str | UnsetType = UNSET
    """The ticket that `undo` would bring back."""
    ticket: str | UnsetType = UNSET
    state: State | UnsetType = UNSET
    step: int | UnsetType = UNSET
    people: int | UnsetType = UNSET
    called_at: Instant | UnsetType = UNSET
    served_at: Instant | UnsetType = UNSET
    away_until: Instant | UnsetType = UNSET
    names: list[Named] | UnsetType = UNSET
    """Who stands there, where that can be told now."""


class Counters(Answer):
    """An office's counters, as whoever works at one of them has to know: no names."""

    steps: list[int]
    pace: list[float]
    """The minutes for one person at each step, as the day has taught or the office has said."""
    lag_minutes: int
    """How long somebody in the line has been due, and here."""
    counters: list[Counter]


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


def walk_in_taken(one: "walk_in.WalkIn", office: Office) -> WalkIn:
    return WalkIn(one.ticket.label, call(one.call, office))


def counter(at: "press.At", office: Office, named: "list[people.Person] | None" = None) -> Counter:
    ticket, away = at.ticket, at.counter.away_until
    told = Counter(
        counter=at.counter_id,
        turn=at.counter.turn,
        open=at.counter.open,
        steps=list(at.counter.steps or office.steps),
        waiting=at.waiting,
        served=at.counter.served,
        pace=round(at.counter.minutes / at.counter.served, 1) if at.counter.served else UNSET,
        undo=at.undo.label if at.undo else UNSET,
        away_until=_local(away, office),
    )
    if ticket:
        told.ticket, told.state, told.people = ticket.label, ticket.state, ticket.people
        told.step = ticket.step
        told.called_at = _local(ticket.called_at, office)
        told.served_at = _local(ticket.served_at, office)
    if named is not None:
        told.names = [_named(one) for one in named]
    return told


def _named(one: "people.Person") -> Named:
    proof = UNSET if one.proof is None else shown.proof(one.proof)
    return Named(one.queue_number, one.name, one.check_at_counter, proof)


def counters(of: "press.Counters", office: Office) -> Counters:
    return Counters(
        steps=list(office.steps),
        pace=[of.pace[step] for step in office.steps],
        lag_minutes=int(of.lag.total_seconds() // 60),
        counters=[counter(one, office) for one in of.every],
    )


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


def _local(at: datetime | None, office: Office) -> datetime | UnsetType:
    return UNSET if at is None else at.astimezone(office.zone)

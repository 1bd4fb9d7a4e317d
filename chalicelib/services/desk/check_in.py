"""Checking in: whoever has a booking of today is put on the board, as often as they scan.

One update, on condition that the day is not closed, that no such ticket is there, and that none has
left for good. A second scan finds the first. Whoever missed their call and scans again waits again:
that names the very call they missed, so that it takes nothing else back.
"""

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib import keyring
from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar, lines
from chalicelib.domain.boards import Board, BoardKey, State, Ticket
from chalicelib.domain.bookings import Booking, Status
from chalicelib.domain.errors import (
    AlreadyCancelled,
    AlreadyLeft,
    DayClosed,
    NoSuchBooking,
    NotHere,
    OtherDay,
    OtherOffice,
    TooEarly,
)
from chalicelib.domain.estimates import Range
from chalicelib.domain.offices import Office
from chalicelib.keyring import Purpose
from chalicelib.services.booking import mine
from chalicelib.services.desk import forecast, presence
from chalicelib.services.limits import tallied
from chalicelib.store import boards, bookings, offices
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Stood, Wrote

EARLIEST = timedelta(hours=1)
"""Nobody checks in longer than this before the time that they were told to come."""

TRIES = 4


class Arrival(StrEnum):
    """What a check-in has found."""

    NEW = "new"
    HERE = "here"
    """Somebody who has checked in before."""
    BACK = "back"
    """Somebody who missed their call, and waits again."""


class CheckedIn(NamedTuple):
    office_id: str
    ticket: Ticket
    place: int | None
    """In the line, from 1 on; None of whoever does not wait."""
    call: Range | None
    arrival: Arrival = Arrival.HERE


def by_qr(qr: str, office_id: str, now: datetime) -> CheckedIn:
    """Check in whoever shows a ticket at an office.

    Raises `NoSuchBooking` if the QR is not ours, `AlreadyCancelled`, `OtherOffice`, `OtherDay`,
    `TooEarly`, `AlreadyLeft`, `DayClosed`.
    """
    code = qr.split(":")[1] if qr.count(":") == 2 else ""
    ours = rules.ticket_payload(keyring.derived(Purpose.TICKET), code)
    found = bookings.get(code) if hmac.compare_digest(ours.encode(), qr.encode()) else None
    if not isinstance(found, Booking) or mine.expired(found, now):
        raise NoSuchBooking
    return _check_in(found, office_id, now)


def by_account(code: str, account_id: str, digits: str, now: datetime) -> CheckedIn:
    """Check in by oneself, with the digits that the board of the office shows now.

    Raises `NotHere`, `TooOften`, and what `by_qr` does.
    """
    booking = mine.seen(code, account_id, now).booking
    tallied.presence(account_id, now)
    if not presence.right(booking.slot.office_id, digits, now):
        raise NotHere
    return _check_in(booking, booking.slot.office_id, now)


def _check_in(booking: Booking, office_id: str, now: datetime) -> CheckedIn:
    slot = booking.slot
    if booking.status is Status.CANCELLED:
        raise AlreadyCancelled
    if slot.office_id != office_id:
        raise OtherOffice(office_id=slot.office_id)
    office = offices.get(office_id, now)
    if slot.day != office.today(now):
        raise OtherDay(date=slot.day)
    told = calendar.instant(office, slot.day, booking.place.arrive_from)
    if now < told - EARLIEST and not office.trial:
        raise TooEarly(come_at=(told - EARLIEST).astimezone(office.zone))
    key = BoardKey(office_id, slot.day)
    windows = forecast.windows(office, key, now)
    if not windows:
        raise DayClosed  # the office has declared a closure, and the booking is being cancelled
    ticket = Ticket(
        label=lines.label_booked(windows, slot.start, booking.place.first),
        state=State.WAITING,
        due=lines.due_booked(told, now, told_later(booking, office)),
        version=1,
        people=len(booking.remaining),
        arrived_at=now,
    )
    board, arrival = put(key, ticket, now)
    return checked_in(board, ticket.label, office, now)._replace(arrival=arrival)


def told_later(booking: Booking, office: Office) -> datetime | None:
    at = booking.come_at
    return None if at is None else calendar.instant(office, booking.slot.day, at)


def put(key: BoardKey, ticket: Ticket, now: datetime) -> tuple[Board, Arrival]:
    """Let a ticket be on the board; returns the board that has it, and whether it had before.

    Raises `DayClosed`, `AlreadyLeft`.
    """
    for _ in range(TRIES):
        match boards.check_in(key, ticket):
            case Wrote(board):
                return board, Arrival.NEW
            case Stood(None):
                boards.make(key)
                continue
            case Stood(board):
                assert board
        if board.closed:
            raise DayClosed
        here = board.tickets.get(ticket.label)
        if here is None or here.state is State.DONE:
            raise AlreadyLeft
        if here.state is not State.MISSED:
            return board, Arrival.HERE
        match boards.come_back(key, here, again(here, now)):
            case Wrote(board):
                return board, Arrival.BACK
            case Stood():
                continue
    raise Unavailable


def again(ticket: Ticket, now: datetime) -> Ticket:
    """Somebody who missed their call, and waits again."""
    return ticket._replace(
        state=State.WAITING,
        due=lines.due_again(ticket.due, now),
        version=ticket.version + 1,
        counter=None,
    )


def checked_in(board: Board, label: str, office: Office, now: datetime) -> CheckedIn:
    """Where somebody is who is on the board."""
    ticket = board.tickets[label]
    if ticket.state is not State.WAITING:
        return CheckedIn(office.office_id, ticket, None, None)
    call = forecast.run(board, office, now).call(label, now)
    return CheckedIn(office.office_id, ticket, board.place(ticket), call)

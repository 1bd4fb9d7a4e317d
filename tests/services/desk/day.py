"""An office's day in moto: who is booked, and clerks who press."""

from datetime import datetime, time, timedelta
from typing import Any

from chalicelib import keyring
from chalicelib.domain import bookings as rules
from chalicelib.domain.boards import Board, BoardKey, Press, Ticket
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.domain.offices import Office, Window
from chalicelib.domain.presses import Asked
from chalicelib.keyring import Purpose
from chalicelib.services.desk import check_in, press
from chalicelib.services.desk.press import At
from chalicelib.store import boards, offices
from tests.builders import (
    THURSDAY,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    every_day,
    office_fields,
    released_days,
)
from tests.world import NOW

MINUTE = timedelta(minutes=1)
MORNING = Window(time(8), time(9), 4)
KEY = BoardKey("malang", THURSDAY)
EIGHT = datetime.combine(THURSDAY, time(8), an_office().zone)
"""When the day begins; the first is told to come a quarter of an hour earlier."""


def opened(**changed: Any) -> Office:
    """An office that serves on Thursday from eight to nine, with three counters."""
    fields = {"counters": 3, "step_minutes": [10], **changed}
    office = an_office(opening=every_day(MORNING, Window(time(9), time(10), 4)))
    released_days(office)
    offices.put(office_fields(office) | fields)
    return offices.get("malang", NOW)


def a_booking_of(number: int, day: Any = THURSDAY) -> Booking:
    """A booking of a place in the first window of Thursday."""
    return booked(a_slot(MORNING, day), a_member(number), key=f"key {number}")


def qr(booking: Booking) -> str:
    return rules.ticket_payload(keyring.derived(Purpose.TICKET), booking.code)


def scan(booking: Booking, now: datetime = EIGHT, office_id: str = "malang") -> Ticket:
    return check_in.by_qr(qr(booking), office_id, now).ticket


def pressed(
    turn: int, what: Press, counter: str = "1", now: datetime = EIGHT, key: str = "", **how: Any
) -> At:
    asked = Asked(what, turn, key or f"{counter} {turn} {what}", **how)
    return press.press("malang", counter, asked, now)


def board() -> Board:
    found = boards.get(KEY)
    assert found
    return found


def outcome(booking: Booking) -> Outcome | None:
    return booking_under(booking.code).outcome

"""Closing a day, and opening it again: its slots come first, and the day says that it is done.

So of a day that is closed all slots are, and no claim succeeds there; and of one that is open none
is. Whoever dies half-way is followed by the next run of `open_days`.
"""

from datetime import date, datetime

from chalicelib.domain import calendar
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.offices import Closure, Office
from chalicelib.store import days, slots


def close(office: Office, day: date, why: Closure, now: datetime) -> list[SlotKey]:
    """Let no claim succeed on a day any more, ready or not. Returns its slots."""
    before = _slots(office, day)
    for key in before:
        slots.close(key)
    days.add_closure(office.office_id, day, why, calendar.opens_at(office, day), now)
    after = _slots(office, day)
    for key in after:
        if key not in before:  # it was made ready meanwhile
            slots.close(key)
    return after


def reopen(office: Office, day: Day) -> None:
    """Let claims succeed again on a day that is closed, in the slots that it had, or should have.

    What its closure has cancelled stays cancelled, and its people are told.
    """
    windows = day.windows or office.windows(day.date)
    for window in windows:
        key = day.slot(window.start)
        if not slots.create(key, window, day.opens_at, by_lot=day.by_lot):
            slots.reopen(key)
    days.take_back_closure(day, windows)


def _slots(office: Office, day: date) -> list[SlotKey]:
    ready = days.between(office.office_id, day, day).get(day)
    return ready.slots if ready else []

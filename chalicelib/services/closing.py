"""Closing a day, ahead or on the day itself: its bookings are cancelled and its people are told.

From the moment its slots are closed no claim succeeds there, so the rosters only shrink. They are
also the list of who is still to be told: a hold is released when its booking has been cancelled,
which counts against nobody, and its people have been told. A run that is killed goes on from there.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, CancelledBy, Hold, Slot, SlotKey, Status
from chalicelib.domain.errors import Conflict
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Closure, Office
from chalicelib.services import holds
from chalicelib.services.notices import tell
from chalicelib.services.turns import Turn
from chalicelib.store import bookings, days, offices, slots
from chalicelib.store.days import Day
from chalicelib.telemetry import Metric, count

TRIES = 4


class DayOver(Conflict):
    """A day that is over cannot be closed: its people have been, and may have booked anew."""

    slug = "day-over"


def close_day(office_id: str, day: date, why: Closure, now: datetime) -> int:
    """Close a day of an office and cancel its bookings. Returns how many were cancelled.

    Its people are told by `settle`. Raises `NoSuchOffice`, `DayOver`.
    """
    office = offices.get(office_id, now)
    if day < office.today(now):
        raise DayOver
    offices.close(office_id, day, why)
    days.close(office_id, day, why, calendar.opens_at(office, day), now)
    keys = _slots_of(days.between(office_id, day, day).get(day))
    for key in keys:
        slots.close(key)
    return sum(_cancel_all(roster, now) for roster in slots.rosters(keys))


def settle(now: datetime, turn: Turn) -> dict[str, int]:
    """Finish with all days that are closed: cancel what is left, tell, give the places back."""
    done: Counter[str] = Counter(cancelled=0, told=0, released=0, handed_over=0)
    closed = list(_closed_rosters(now))
    for _, roster in closed:
        done["cancelled"] += _cancel_all(roster, now)
    for office, roster in closed:
        for code, hold in roster.holds.items():
            if not turn():
                done["handed_over"] = 1
                return dict(done)
            done.update(_let_go(office, roster.key, code, hold, turn, now))
    return dict(done)


def _closed_rosters(now: datetime) -> Iterator[tuple[Office, Slot]]:
    for office in offices.every(now).values():
        for day in days.between(office.office_id, *calendar.upcoming(office, now)).values():
            if day.closed and day.windows:
                for roster in slots.rosters(_slots_of(day)):
                    yield office, roster


def _slots_of(day: Day | None) -> list[SlotKey]:
    return [SlotKey(day.office_id, day.date, w.start) for w in day.windows] if day else []


def _cancel_all(roster: Slot, now: datetime) -> int:
    cancelled = sum(_cancel(roster.key, code, now) for code in roster.holds)
    if cancelled:
        count(Metric.CANCELLATIONS, cancelled, by=CancelledBy.OFFICE.value)
    return cancelled


def _cancel(slot: SlotKey, code: str, now: datetime) -> bool:
    """Cancel the booking under ``code`` if it points at ``slot``. Says whether it did."""
    for _ in range(TRIES):
        existing = bookings.get(code)
        if existing is None:
            bookings.abandon(code, now)  # the fence: a late confirm is refused
            continue
        if not _stands(existing.booking, slot):
            return False
        booking = existing.booking
        if booking and bookings.cancel(booking, CancelledBy.OFFICE, now) is None:
            return True
    return False  # it is in motion: the next run sees to it


def _let_go(
    office: Office, slot: SlotKey, code: str, hold: Hold, turn: Turn, now: datetime
) -> Counter[str]:
    """Tell the people of a cancelled booking, then give the hold back."""
    done: Counter[str] = Counter()
    existing = bookings.get(code)
    if existing is None or _stands(existing.booking, slot):
        return done
    booking = existing.booking
    if booking and booking.slot == slot and booking.cancelled_by is CancelledBy.OFFICE:
        done["told"] = int(tell(office, booking, Notice.CLOSURE, turn, now) is not None)
    if booking is None or holds.fenced(booking, slot, hold):
        done["released"] = int(holds.give_back(slot, code, hold))
    return done


def _stands(booking: Booking | None, slot: SlotKey) -> bool:
    return booking is not None and booking.status is Status.BOOKED and booking.slot == slot

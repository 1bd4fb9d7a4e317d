"""Reminders: the evening before, and two hours before. Who comes when is read from the holds."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain.bookings import Booking, SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.notices import Notice, due
from chalicelib.domain.offices import Office
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained, every_office
from chalicelib.services.notices.send import Unsent, tell
from chalicelib.store import bookings, days, offices, slots


def remind(now: datetime, more: Allowance) -> dict[str, int]:
    """Send what is due, as far as there is time; the next run goes on from there."""
    done: Counter[str] = Counter(sent=0, failed=0, unknown=0, handed_over=0)
    for office in every_office(now, done):
        with contained(done, office.office_id):
            for slot, notice in _due(office, now):
                for booking in _not_begun(slot, notice):
                    if not more():
                        done["handed_over"] = 1
                        return dict(done)
                    state = tell(office, booking, notice, more, now)
                    if state:
                        done[state.value] += 1
    return dict(done)


def unsent(office_id: str, now: datetime) -> list[Unsent]:
    """Reminders of today and tomorrow that were not definitely sent, with the reason."""
    office = offices.get(office_id, now)
    return [
        Unsent(booking.code, notice, telling)
        for day in _near(office, now)
        for slot in day.slots
        for booking in _booked(slot)
        for notice, telling in booking.told.items()
        if telling.unsure(now)
    ]


def _due(office: Office, now: datetime) -> Iterator[tuple[SlotKey, Notice]]:
    """The slots whose people should have a reminder by now, the soonest first."""
    for day in _near(office, now):
        for slot in day.slots:
            notice = due(office, slot.day, slot.start, now)
            if notice:
                yield slot, notice


def _near(office: Office, now: datetime) -> list[Day]:
    today = office.today(now)
    ready = days.between(office.office_id, today, today + timedelta(days=1))
    return [ready[day] for day in sorted(ready) if ready[day].closed is None]


def _not_begun(slot: SlotKey, notice: Notice) -> list[Booking]:
    return [booking for booking in _booked(slot) if notice not in booking.told]


def _booked(slot: SlotKey) -> list[Booking]:
    """The active bookings of a slot in the order of their numbers, read by its holds."""
    held = [code for roster in slots.rosters([slot]) for code in roster.holds]
    found = bookings.many(held).values()
    here = [booking for booking in found if booking.stands_in(slot)]
    return sorted(here, key=lambda booking: booking.place.first)

"""What a supervisor sees and changes of the days of their office: closures, and places of slots.

What operators may do stands in closure.py and capacity.py; a supervisor may do less of it.
"""

from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain import calendar, decrees, texts
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import Slot, SlotKey
from chalicelib.domain.errors import NoSuchSlot, NotReleased
from chalicelib.domain.offices import Closure, Office
from chalicelib.domain.planning import DayBegun, DayOver, NoHours, Standing
from chalicelib.services.office import capacity, closure
from chalicelib.store import boards, bookings, days, offices, slots

NO_CODE = "[KODE]"
"""In place of a booking's code, where a message is shown that is sent to nobody yet."""


class Look(NamedTuple):
    """A day, and whom its closure affects."""

    day: date
    standing: Standing
    why: Closure | None
    """Why the office does not serve."""
    holiday: Closure | None
    """The holiday by decree that the day is, whatever the office does; serving is serving then."""
    bookings: int
    """That its closure would cancel; once it is closed, those that are not cancelled yet …"""
    people: int
    """… and their people."""
    message: str
    """What these are told by SMS."""


def closures(office_id: str, now: datetime) -> list[tuple[date, Closure]]:
    """The closures of days to come that an office has declared, in their order."""
    office = offices.read(office_id)
    return sorted(one for one in office.closures.items() if one[0] >= office.today(now))


def look(office_id: str, day: date, now: datetime) -> Look:
    """A day to come, as it stands. Raises `DayOver`."""
    office = offices.read(office_id)
    if day < office.today(now):
        raise DayOver
    standing = [
        booking
        for roster in of_day(office_id, day)
        for booking in (bookings.many([*roster.holds]).values() if roster.holds else ())
        if booking.stands_in(roster.key) and not booking.outcome
    ]
    return Look(
        day,
        _standing(office, day, now),
        calendar.closure_on(office, day),
        None if office.trial else decrees.holiday(day),
        len(standing),
        sum(len(booking.remaining) for booking in standing),
        texts.closed(office, day, NO_CODE),
    )


def _standing(office: Office, day: date, now: datetime) -> Standing:
    if not office.windows(day):
        return Standing.NO_HOURS
    if calendar.closure_on(office, day):
        return Standing.CLOSED if day in office.closures else Standing.HOLIDAY
    board = boards.get(BoardKey(office.office_id, day)) if day == office.today(now) else None
    begun = board and (board.closed or board.tickets or board.gone)
    return Standing.BEGUN if begun else Standing.OPEN


def close(office_id: str, day: date, why: Closure, now: datetime) -> None:
    """Close a day that has not begun; its bookings are cancelled within minutes.

    Raises `DayOver`, `DayBegun`, `NoHours`, `NoReason`.
    """
    standing = _standing(offices.read(office_id), day, now)
    if standing is Standing.BEGUN:
        raise DayBegun
    if standing is Standing.NO_HOURS:
        raise NoHours
    closure.announce(office_id, day, why, now)


def of_day(office_id: str, day: date) -> list[Slot]:
    """The slots of a day in their order, as they stand; none of a day that is not ready."""
    ready = days.between(office_id, day, day).get(day)
    keys = ready.slots if ready else []
    found = {slot.key: slot for slot in slots.rosters(keys)}
    return [found[key] for key in keys if key in found]


def set_places(slot: SlotKey, places: int, now: datetime) -> Slot:
    """Let a slot of a day to come have so many places in all, once it is released.

    Until then a day follows its office's template, which would undo it. Raises `DayOver`,
    `NoSuchSlot`, `NotReleased`, `PlacesHeld`, `TooManyPlaces`, `RequestInProgress`.
    """
    office = offices.get(slot.office_id, now)
    if slot.day < office.today(now):
        raise DayOver
    stands = slots.get(slot)
    if stands is None:
        raise NoSuchSlot
    if stands.opens_at > now:
        raise NotReleased(opens_at=stands.opens_at.astimezone(office.zone))
    left = capacity.set_places(slot, places)
    return stands._replace(capacity=places, left=left)

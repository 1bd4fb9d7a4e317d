"""Whose ticket a label is: the booking that has it on a day."""

from collections.abc import Sequence

from chalicelib.domain import lines
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import Booking, SlotKey
from chalicelib.domain.offices import Window
from chalicelib.store import bookings, slots


def booking(key: BoardKey, windows: Sequence[Window], label: str) -> Booking | None:
    """The booking with this label among the windows of a day, also if it was cancelled.

    None of a walk-in, and of a label that nobody has.
    """
    booked_as = lines.booked_as(windows, label)
    if booked_as is None:
        return None
    window, first = booked_as
    place = SlotKey(key.office_id, key.day, window.start)
    slot = slots.get(place)
    for code, hold in slot.holds.items() if slot else ():
        if hold.first == first:
            found = bookings.get(code)
            if isinstance(found, Booking) and found.slot == place:
                return found
    return None

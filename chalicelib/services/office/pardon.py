"""Pauses that an office lifts."""

from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import NoSuchBooking
from chalicelib.store import applicants, bookings


def lift(code: str) -> int:
    """Let the people of a booking book again who have cancelled too often. Returns how many.

    Raises `NoSuchBooking`.
    """
    booking = bookings.get(code)
    if not isinstance(booking, Booking):
        raise NoSuchBooking
    for who in booking.applicants:
        applicants.unpause(who)
    return len(booking.applicants)

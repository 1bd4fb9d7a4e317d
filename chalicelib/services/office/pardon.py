"""Pauses that an office lifts."""

from chalicelib.domain.errors import NoSuchBooking
from chalicelib.store import applicants, bookings


def lift(code: str) -> int:
    """Let the people of a booking book again who have cancelled too often. Returns how many.

    Raises `NoSuchBooking`.
    """
    existing = bookings.get(code)
    if existing is None or existing.booking is None:
        raise NoSuchBooking
    for who in existing.booking.applicants:
        applicants.unpause(who)
    return len(existing.booking.applicants)

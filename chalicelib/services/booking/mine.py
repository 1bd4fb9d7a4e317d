"""An account's own bookings, while their time is not over."""

from datetime import datetime

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Status
from chalicelib.domain.errors import AlreadyCancelled, NoSuchBooking
from chalicelib.store import bookings


def expired(booking: Booking, now: datetime) -> bool:
    """Whether its time is over: it is shown no more, and DynamoDB deletes it within days."""
    return calendar.expires_at(booking.slot.day) <= now


def own(code: str, account_id: str, now: datetime) -> Booking:
    """An account's own booking. Raises `NoSuchBooking`, also for what belongs to others."""
    found = bookings.get(code)
    if not isinstance(found, Booking) or found.account_id != account_id or expired(found, now):
        raise NoSuchBooking
    return found


def all_of(account_id: str, now: datetime) -> list[Booking]:
    """An account's bookings, the latest first."""
    return [one for one in bookings.of_account(account_id) if not expired(one, now)]


def valid(code: str, account_id: str, now: datetime) -> Booking:
    """An account's own booking that stands. Raises `NoSuchBooking`, `AlreadyCancelled`."""
    booking = own(code, account_id, now)
    if booking.status is Status.CANCELLED:
        raise AlreadyCancelled
    return booking

"""Leaving a booking that somebody else made: nobody is in one against their will.

The account that made it may not book for them any more, unless it asks anew. Whoever remains keeps
their numbers, and the slot the place of whoever has left, so the sweep takes nothing away.
"""

from datetime import datetime

from chalicelib.domain.bookings import Booking, CancelledBy, Status
from chalicelib.domain.errors import NoSuchBooking, RequestInProgress
from chalicelib.domain.persons import settle
from chalicelib.services.booking import mine
from chalicelib.services.booking.change import check_in_time, give_back_later
from chalicelib.services.booking.mine import Seen
from chalicelib.store import bookings
from chalicelib.store.outcomes import Cancelled, Changed, Ended, Left

LOOKS = 4
"""How often booking and person may change before it gives up."""


def disown(code: str, account_id: str, now: datetime) -> Seen:
    """Leave a booking; again and again with the same answer.

    Raises `NoSuchBooking`, also for the account's own, `TooLate`, `RequestInProgress`.
    """
    for _ in range(LOOKS):
        booking, me = bookings.get(code), mine.held(account_id)
        if not isinstance(booking, Booking) or mine.expired(booking, now) or me is None:
            raise NoSuchBooking
        position = mine.position_of(booking, me.person.person_id)
        if position is None or booking.account_id == account_id:
            raise NoSuchBooking
        if position in booking.out or booking.status is Status.CANCELLED:
            if booking.cancelled_by is CancelledBy.NOBODY:
                # An earlier try may have died before it did. An office's hold waits for its notice.
                give_back_later(booking.slot, code, now)
            return Seen(booking, {}, made_by_me=False, left=True)
        check_in_time(booking, now)
        maker = booking.account_id
        links = {other: link for other, link in me.person.links.items() if other != maker}
        left = booking._replace(
            out=(*booking.out, position), version=booking.version + 1, changed_at=now
        )
        match bookings.leave(booking, position, me.person, settle(me.person, links, now), now):
            case Left():
                return Seen(left, {}, made_by_me=False, left=True)
            case Cancelled():
                cancelled = left._replace(status=Status.CANCELLED, cancelled_by=CancelledBy.NOBODY)
                give_back_later(booking.slot, code, now, cancelled)
                return Seen(cancelled, {}, made_by_me=False, left=True)
            case Changed() | Ended():
                continue
    raise RequestInProgress

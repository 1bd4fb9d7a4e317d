"""That people were told by telephone what no SMS has surely told them."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice, State
from chalicelib.store.dynamo import Unmet
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.times import seconds


def note(booking: Booking, notices: Iterable[Notice], by: str, now: datetime) -> bool:
    """Note that ``by`` has told people these notices, if each still is as it was read."""
    actions = []
    condition = BookingItem.code.exists()
    for notice in notices:
        telling = getattr(BookingItem, notice.value)
        actions += [
            telling["state"].set(State.CALLED.value),
            telling["at"].set(seconds(now)),
            telling["by"].set(by),
        ]
        condition &= telling["state"] == booking.told[notice].state.value
    try:
        BookingItem.change(booking.code, actions=actions, condition=condition)
    except Unmet:
        return False
    return True

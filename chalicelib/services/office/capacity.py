"""Changing the places of a slot that is released already: more at any time, fewer if they are left.

Days that are not released yet follow their office's template by themselves (see release.py).
"""

from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.errors import NoSuchSlot, RequestInProgress
from chalicelib.domain.office_fields import MOST_PLACES
from chalicelib.domain.planning import PlacesHeld, TooManyPlaces
from chalicelib.store import days, slots
from chalicelib.store.outcomes import Changed, Resized

LOOKS_AT_A_SLOT = 5


def set_places(slot: SlotKey, places: int) -> int:
    """Let a slot have so many places in all. Returns how many are left.

    Raises `NoSuchSlot`, `PlacesHeld`, `TooManyPlaces`, `RequestInProgress`.
    """
    if places > MOST_PLACES:
        raise TooManyPlaces(most=MOST_PLACES)
    for _ in range(LOOKS_AT_A_SLOT):
        stands = slots.get(slot)
        if stands is None:
            raise NoSuchSlot
        if stands.capacity - stands.left > places:
            raise PlacesHeld(held=stands.capacity - stands.left)
        if stands.capacity == places:
            return stands.left
        match slots.set_capacity(stands, places):
            case Resized(left):
                (days.unmark_full if left else days.mark_full)(slot)
                return left
            case Changed():
                continue
    raise RequestInProgress

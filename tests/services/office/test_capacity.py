"""The places of a slot that is released already."""

import pytest

from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.errors import NoSuchSlot
from chalicelib.domain.office_fields import MOST_PLACES
from chalicelib.domain.planning import PlacesHeld, TooManyPlaces
from chalicelib.services.office import capacity
from chalicelib.services.office.capacity import set_places
from chalicelib.store import days, slots
from tests.builders import DOUBLE, SINGLE, THURSDAY, a_slot, booked, registered, released_days
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def left(slot: SlotKey) -> tuple[int, int]:
    stands = slots.get(slot)
    assert stands
    return stands.capacity, stands.left


def test_a_full_slot_gets_more_places_and_is_no_longer_hinted_full() -> None:
    released_days()
    booked(a_slot(SINGLE), registered())
    assert set_places(a_slot(SINGLE), 3) == 2
    assert left(a_slot(SINGLE)) == (3, 2)
    day = days.seen("malang", THURSDAY, NOW)
    assert day
    assert day.full == frozenset()
    assert booked(a_slot(SINGLE), registered(2)).place.first == 2


def test_places_that_are_left_can_be_taken_away_and_the_slot_is_full_then() -> None:
    released_days()
    booked(a_slot(DOUBLE), registered())
    assert set_places(a_slot(DOUBLE), 1) == 0
    day = days.seen("malang", THURSDAY, NOW)
    assert day
    assert day.full == {DOUBLE.start}


def test_places_that_are_held_stay() -> None:
    released_days()
    booked(a_slot(SINGLE), registered())
    with pytest.raises(PlacesHeld):
        set_places(a_slot(SINGLE), 0)
    assert left(a_slot(SINGLE)) == (1, 0)


def test_a_slot_has_no_more_places_than_a_window_may_have() -> None:
    released_days()
    assert set_places(a_slot(DOUBLE), MOST_PLACES) == MOST_PLACES
    with pytest.raises(TooManyPlaces):
        set_places(a_slot(DOUBLE), MOST_PLACES + 1)
    assert left(a_slot(DOUBLE)) == (MOST_PLACES, MOST_PLACES)


def test_setting_the_same_number_twice_changes_nothing() -> None:
    released_days()
    assert [set_places(a_slot(DOUBLE), 5), set_places(a_slot(DOUBLE), 5)] == [5, 5]


def test_a_slot_that_does_not_exist_has_no_places() -> None:
    with pytest.raises(NoSuchSlot):
        capacity.set_places(a_slot(), 3)

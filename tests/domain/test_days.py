"""A day that has been made ready."""

from datetime import time

from chalicelib.domain.days import Day
from tests.builders import DOUBLE, THURSDAY, WINDOWS, a_slot
from tests.world import NOW

DAY = Day("malang", THURSDAY, NOW, WINDOWS, frozenset(), None, NOW, announced=False)


def test_a_day_has_a_slot_for_each_window_in_their_order() -> None:
    assert DAY.slots == [a_slot(window) for window in WINDOWS]


def test_a_slot_is_named_by_its_day_and_its_start() -> None:
    assert DAY.slot(DOUBLE.start) == a_slot(DOUBLE)


def test_a_window_is_found_by_its_start() -> None:
    assert (DAY.window(DOUBLE.start), DAY.window(time(7))) == (DOUBLE, None)

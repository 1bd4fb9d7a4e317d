"""In which order people are called, and what their tickets are called."""

from datetime import time, timedelta

import pytest

from chalicelib.domain import lines
from chalicelib.domain.lines import Class
from chalicelib.domain.offices import Window
from tests.world import NOW

MINUTE = timedelta(minutes=1)
WINDOWS = (Window(time(8), time(9), 20), Window(time(9), time(10), 20))


@pytest.mark.parametrize("minutes", [-120, -1, 0, 15])
def test_whoever_comes_early_or_in_time_has_the_place_of_their_time(minutes: int) -> None:
    assert lines.due_booked(NOW, NOW + minutes * MINUTE) == NOW


def test_an_appointment_that_comes_late_jumps_nobody_who_came_in_time() -> None:
    late = NOW + 16 * MINUTE
    assert lines.due_booked(NOW, late) == late
    in_time = lines.due_booked(NOW + 10 * MINUTE, NOW)
    assert in_time < lines.due_booked(NOW, late)


def test_those_who_should_not_wait_come_first_and_those_without_a_booking_later() -> None:
    priority = lines.due_walk_in(NOW, priority=True)
    walk_in = lines.due_walk_in(NOW, priority=False)
    assert priority == NOW - 60 * MINUTE
    assert walk_in == NOW + 15 * MINUTE
    assert priority < lines.due_booked(NOW, NOW) < walk_in


def test_whoever_missed_their_call_waits_from_now_on_and_never_gains() -> None:
    assert lines.due_again(NOW - 30 * MINUTE, NOW) == NOW
    assert lines.due_again(NOW + 30 * MINUTE, NOW) == NOW + 30 * MINUTE


@pytest.mark.parametrize(
    ("start", "first", "label"), [(time(8), 1, "A1"), (time(9), 17, "B17"), (time(8), 120, "A120")]
)
def test_a_label_says_the_window_and_the_number_and_back(
    start: time, first: int, label: str
) -> None:
    assert lines.label_booked(WINDOWS, start, first) == label
    found = lines.booked_as(WINDOWS, label)
    assert found
    assert (found[0].start, found[1]) == (start, first)


@pytest.mark.parametrize("label", ["W3", "P2", "Z1", "A", "1", "", "A1B", "AA1"])
def test_what_is_no_booking_of_the_day_has_no_window(label: str) -> None:
    assert lines.booked_as(WINDOWS, label) is None


def test_no_window_has_a_letter_of_those_without_a_booking() -> None:
    letters = [lines.letters(position) for position in range(100)]
    assert len(set(letters)) == 100
    assert not {letter[0] for letter in letters} & {"W", "P"}


@pytest.mark.parametrize(
    ("label", "kind"),
    [("A1", Class.BOOKED), ("V17", Class.BOOKED), ("W3", Class.WALK_IN), ("P2", Class.PRIORITY)],
)
def test_the_letter_of_a_ticket_says_its_class(label: str, kind: Class) -> None:
    assert lines.class_of(label) is kind

"""The days of an office: ready or not, closed or not, and the hint of what is full."""

from datetime import date, time, timedelta

import pytest

from chalicelib.domain.offices import Closure, Window
from chalicelib.store import days
from chalicelib.store.days import Day
from chalicelib.store.dynamo import Unmet
from tests.builders import DOUBLE, SINGLE, THURSDAY, WINDOWS, a_slot
from tests.conftest import NOW
from tests.wire import before

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
CLOSED = Closure("Hari jadi kota", "The city's birthday")


def create(
    day: date = THURSDAY, windows: tuple[Window, ...] = WINDOWS, closed: Closure | None = None
) -> bool:
    return days.create("malang", day, NOW, windows, closed, NOW)


def stands(day: date = THURSDAY) -> Day:
    return days.between("malang", day, day)[day]


def test_a_day_is_kept_with_its_windows() -> None:
    create()
    assert stands() == Day(
        "malang", THURSDAY, NOW, WINDOWS, frozenset(), None, NOW, announced=False
    )


def test_a_closed_day_says_why_in_both_languages() -> None:
    create(windows=(), closed=CLOSED)
    assert stands().closed == CLOSED


def test_a_day_is_new_only_once() -> None:
    assert (create(), create()) == (True, False)


def test_creating_a_day_again_leaves_it_as_it_was() -> None:
    create()
    create(windows=(), closed=CLOSED)
    assert (stands().windows, stands().closed) == (WINDOWS, None)


def test_a_window_is_found_by_its_start() -> None:
    create()
    assert (stands().window(DOUBLE.start), stands().window(time(7))) == (DOUBLE, None)


def test_a_day_is_seen_without_a_read_for_a_second() -> None:
    create()
    days.seen("malang", THURSDAY, NOW)
    with before("GetItem") as calls:
        days.seen("malang", THURSDAY, NOW + SECOND / 2)
    assert calls == []


def test_a_day_is_read_again_after_a_second() -> None:
    days.seen("malang", THURSDAY, NOW)
    create()
    assert days.seen("malang", THURSDAY, NOW + SECOND) == stands()


def test_that_a_day_is_not_ready_is_remembered_for_a_second() -> None:
    days.seen("malang", THURSDAY, NOW)
    create()
    assert days.seen("malang", THURSDAY, NOW + SECOND / 2) is None


def test_a_slot_is_marked_full() -> None:
    create()
    days.mark_full(a_slot(SINGLE))
    assert stands().full == {SINGLE.start}


def test_a_process_sees_its_own_mark_at_once() -> None:
    create()
    days.seen("malang", THURSDAY, NOW)
    days.mark_full(a_slot(SINGLE))
    seen = days.seen("malang", THURSDAY, NOW)
    assert seen
    assert seen.full == {SINGLE.start}


def test_marks_add_up() -> None:
    create()
    for window in (SINGLE, DOUBLE, SINGLE):
        days.mark_full(a_slot(window))
    assert stands().full == {SINGLE.start, DOUBLE.start}


def test_a_mark_is_taken_away() -> None:
    create()
    for window in (SINGLE, DOUBLE):
        days.mark_full(a_slot(window))
    days.unmark_full(a_slot(SINGLE))
    assert stands().full == {DOUBLE.start}


def test_the_last_mark_can_be_taken_away_and_once_more() -> None:
    create()
    days.mark_full(a_slot(SINGLE))
    for _ in range(2):
        days.unmark_full(a_slot(SINGLE))
    assert stands().full == frozenset()


def test_no_day_is_made_by_a_mark() -> None:
    with pytest.raises(Unmet):
        days.mark_full(a_slot(SINGLE))
    assert days.between("malang", THURSDAY, THURSDAY) == {}


def test_the_days_between_two_are_found_with_both() -> None:
    ready = [THURSDAY + timedelta(days=n) for n in range(4)]
    for day in ready:
        create(day)
    assert list(days.between("malang", ready[1], ready[2])) == ready[1:3]


def test_the_days_of_another_office_are_its_own() -> None:
    create()
    assert days.between("kediri", THURSDAY, THURSDAY) == {}

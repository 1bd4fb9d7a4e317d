"""The days of an office: ready or not, closed or not, and the hint of what is full."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from chalicelib.domain.days import Day
from chalicelib.domain.offices import Closure, Window
from chalicelib.store import days
from chalicelib.store.dynamo import Unmet
from tests.builders import DOUBLE, SINGLE, THURSDAY, WINDOWS, a_slot
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
CLOSED = Closure("Hari jadi kota", "The city's birthday")


def create(
    day: date = THURSDAY,
    windows: tuple[Window, ...] = WINDOWS,
    closed: Closure | None = None,
    opens_at: datetime = NOW,
) -> bool:
    return days.create("malang", day, opens_at, windows, closed, NOW)


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


# ---- what operators change ----------------------------------------------------------------------

TOMORROW = NOW + timedelta(days=1)
DAY_AFTER = NOW + timedelta(days=2)


def test_a_day_that_is_not_released_can_be_made_anew() -> None:
    create(opens_at=TOMORROW)
    days.remake(stands(), DAY_AFTER, [SINGLE], NOW)
    assert (stands().windows, stands().opens_at) == ((SINGLE,), DAY_AFTER)


def test_a_day_is_not_made_anew_from_the_second_of_its_release() -> None:
    create(opens_at=TOMORROW)
    days.remake(stands(), DAY_AFTER, [SINGLE], TOMORROW)
    assert (stands().windows, stands().opens_at) == (WINDOWS, TOMORROW)


def test_a_closed_day_is_not_made_anew() -> None:
    create(closed=CLOSED, opens_at=TOMORROW)
    days.remake(stands(), DAY_AFTER, [SINGLE], NOW)
    assert (stands().windows, stands().opens_at) == (WINDOWS, TOMORROW)


def test_the_release_of_a_day_is_announced_by_one_caller_only() -> None:
    create()
    assert (days.announce(stands()), days.announce(stands())) == (True, False)
    assert stands().announced


def test_a_day_may_be_created_as_one_that_needs_no_announcement() -> None:
    days.create("malang", THURSDAY, NOW, WINDOWS, None, NOW, announced=True)
    assert not days.announce(stands())


def test_a_day_is_closed_and_keeps_its_windows() -> None:
    create()
    days.add_closure("malang", THURSDAY, CLOSED, DAY_AFTER, DAY_AFTER)
    assert stands() == Day(
        "malang", THURSDAY, NOW, WINDOWS, frozenset(), CLOSED, NOW, announced=False
    )


def test_a_day_can_be_closed_before_it_is_ready() -> None:
    days.add_closure("malang", THURSDAY, CLOSED, TOMORROW, NOW)
    assert stands() == Day(
        "malang", THURSDAY, TOMORROW, (), frozenset(), CLOSED, NOW, announced=False
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda: days.remake(stands(), DAY_AFTER, [SINGLE], NOW),
        lambda: days.add_closure("malang", THURSDAY, CLOSED, TOMORROW, NOW),
    ],
    ids=["remake", "close"],
)
def test_a_process_sees_what_it_has_changed_at_once(change: Callable[[], None]) -> None:
    create(opens_at=TOMORROW)
    before_it = days.seen("malang", THURSDAY, NOW)
    change()
    assert days.seen("malang", THURSDAY, NOW) != before_it

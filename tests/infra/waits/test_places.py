"""Places follow the counters, and what was measured proposes others."""

from datetime import time

import pytest

from chalicelib.domain.offices import Break, Office, Window
from infra.waits import places
from infra.waits.places import DAYS, USE, Measured, open_minutes, planned, proposed, use
from tests.builders import an_office

HOURS = (Window(time(8), time(9), 1), Window(time(9), time(10), 1))
BREAKS = (Break(time(8), time(8, 30)), Break(time(8, 30), time(9)))
OFFICE = an_office(
    counters=2, step_minutes=(4.0, 6.0), show_rate=0.8, walk_in_share=0.2, opening={0: HOURS}
)
MEASURED = Measured(booked=100, came=70, walk_ins=10, served=(80, 80), minutes=(400, 640))


def test_counters_are_open_all_the_time_but_their_breaks() -> None:
    assert open_minutes(OFFICE, HOURS) == [120, 120]
    assert open_minutes(OFFICE._replace(breaks=BREAKS), HOURS) == [60, 120]


def test_a_window_has_the_places_that_its_counters_can_serve_at_this_use() -> None:
    assert [window.places for window in planned(OFFICE, HOURS, 0.5)] == [6, 6]
    assert use(OFFICE, planned(OFFICE, HOURS, 0.5)) == 0.5


def test_what_is_planned_is_never_more_than_may_be_used() -> None:
    for counters in range(1, 14):
        office = OFFICE._replace(counters=counters, breaks=BREAKS, step_minutes=(3.0, 4.0))
        windows = planned(office, HOURS)
        assert use(office, windows) <= USE


def test_whoever_does_not_come_is_made_up_for_by_more_places() -> None:
    half = OFFICE._replace(show_rate=0.4, walk_in_share=0.1)
    assert [window.places for window in planned(half, HOURS, 0.5)] == [12, 12]


def test_a_window_has_one_place_at_the_least_and_no_more_than_a_slot_takes() -> None:
    few, many = OFFICE._replace(step_minutes=(500.0,)), OFFICE._replace(counters=99)
    assert [planned(office, HOURS)[0].places for office in (few, many)] == [1, places.MOST]


def measured(count: int, day: Measured = MEASURED) -> Office | None:
    return proposed(OFFICE, [day] * count)


def test_nothing_is_proposed_before_ten_days() -> None:
    assert DAYS == 10
    assert [measured(count) is None for count in (0, 9, 10)] == [True, True, False]


def test_what_is_proposed_goes_by_what_was_measured_and_changes_nothing_itself() -> None:
    stated = measured(10)
    assert stated
    assert (stated.show_rate, stated.walk_in_share) == (0.7, 0.1)
    assert list(stated.step_minutes) == [5, 8]
    assert stated.opening[0] == planned(stated, HOURS) != HOURS
    assert OFFICE.opening[0] == HOURS


def test_a_quicker_office_is_proposed_more_places() -> None:
    stated = measured(10, MEASURED._replace(minutes=(160, 320)))
    assert stated
    before = sum(window.places for window in planned(OFFICE, HOURS))
    assert sum(window.places for window in stated.opening[0]) > before


@pytest.mark.parametrize(
    ("nothing", "field"),
    [
        ({"booked": 0, "came": 0}, "show_rate"),
        ({"booked": 0, "came": 0}, "walk_in_share"),
        ({"served": (0, 0), "minutes": (0.0, 0.0)}, "step_minutes"),
    ],
)
def test_what_no_day_has_measured_stays(nothing: dict[str, object], field: str) -> None:
    stated = measured(10, MEASURED._replace(**nothing))  # type: ignore[arg-type]
    assert getattr(stated, field) == getattr(OFFICE, field)


def test_a_day_counts_by_its_people() -> None:
    busy = MEASURED._replace(booked=1_000, came=1_000)
    stated = proposed(OFFICE, [MEASURED] * 5 + [busy] * 5)
    assert stated
    assert stated.show_rate == 0.97

"""The days that are played are those of the plan R."""

import pytest

from bench.office_day import BY_TURNS, R_RULES, as_r
from bench.office_played import FACTORS, Compared, day_of, total
from infra.waits import figures
from infra.waits.people import made


@pytest.mark.parametrize("factor", FACTORS)
def test_a_played_day_has_the_windows_counters_breaks_and_people_of_r(factor: float) -> None:
    day = day_of(factor, 1)
    assert day.windows == as_r(factor)
    assert day.made == made(BY_TURNS, as_r(factor), 1, R_RULES)
    office = day.office._replace(opening={})
    named = ("office_id", "name", "city", "province", "latitude", "longitude", "release_at")
    assert office == BY_TURNS._replace(**{one: getattr(office, one) for one in named})


def test_the_last_row_says_on_how_many_days_nine_of_ten_waited_half_an_hour_at_most() -> None:
    short, long = (figures.of([[wait] * 10]) for wait in (30, 31))
    found = [Compared(1, 0, short, short, long, 10), Compared(2, 3, short, long, long, 5)]
    row = total(found)
    assert row[1:] == ["10", "3", "30.0", "30.5", "2 of 2", "1 of 2", "0 of 2", "75%"]

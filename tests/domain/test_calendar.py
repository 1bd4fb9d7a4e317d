"""When places are released, when slots begin, until when a booking can be given up."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain import calendar
from chalicelib.domain.office_fields import office_of
from chalicelib.domain.offices import Closure, Office, Period
from infra.offices import FILE
from tests.builders import SINGLE, TODAY, WINDOWS, an_office, every_day
from tests.world import NOW

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
OFFICES = [office_of(fields) for fields in json.loads(FILE.read_text(encoding="utf-8"))]


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def daily(**changed: Any) -> Office:
    """An office that serves, and hence releases, every day."""
    return an_office(opening=every_day(SINGLE), **changed)


def midnight(day: date) -> datetime:
    """The midnight in Jakarta that begins a day."""
    return datetime.combine(day, time.min, ZoneInfo("Asia/Jakarta")).astimezone(UTC)


@pytest.mark.parametrize(
    ("time_zone", "hour"),
    [
        ("Asia/Jakarta", 17),
        ("Asia/Pontianak", 17),
        ("Asia/Makassar", 16),
        ("Asia/Jayapura", 15),
    ],
)
def test_places_are_released_at_the_midnight_of_the_office(time_zone: str, hour: int) -> None:
    office = an_office(time_zone=time_zone, horizon_days=3)
    assert calendar.opens_at(office, date(2026, 11, 27)) == utc(23, hour)


def test_an_office_may_release_at_another_time_of_day() -> None:
    office = an_office(release_at=time(7, 30), horizon_days=1)
    assert calendar.opens_at(office, date(2026, 11, 27)) == utc(26, 0, 30)


def test_an_office_without_a_horizon_releases_on_the_day_itself() -> None:
    assert calendar.opens_at(an_office(horizon_days=0), TODAY) == utc(23, 17)


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.office_id)
def test_all_offices_release_at_their_own_midnight_as_far_ahead_as_they_say(
    office: Office,
) -> None:
    zone = ZoneInfo(office.time_zone)
    for n in range(400):
        day = TODAY + timedelta(days=n)
        there = calendar.opens_at(office, day).astimezone(zone)
        assert (there.date(), there.time()) == (
            day - timedelta(days=office.horizon_days),
            time.min,
        )


def test_a_time_of_day_is_local_to_the_office() -> None:
    jayapura = an_office(time_zone="Asia/Jayapura")
    assert calendar.instant(jayapura, date(2026, 11, 26), time(8)) == utc(25, 23)


def test_due_is_every_day_whose_release_is_past_or_comes_within_a_day() -> None:
    released = [TODAY + timedelta(days=n) for n in range(4)]
    soon = TODAY + timedelta(days=4)
    assert calendar.due(an_office(horizon_days=3), NOW) == [*released, soon]


def test_a_day_is_due_exactly_24_hours_before_its_release() -> None:
    office = an_office(horizon_days=3)
    release = calendar.opens_at(office, date(2026, 12, 1))
    assert calendar.due(office, release - DAY)[-1] == date(2026, 12, 1)


def test_a_day_is_not_due_a_second_earlier() -> None:
    office = an_office(horizon_days=3)
    release = calendar.opens_at(office, date(2026, 12, 1))
    assert calendar.due(office, release - DAY - SECOND)[-1] == date(2026, 11, 30)


def test_only_days_already_released_are_due_when_nothing_ahead_is_asked_for() -> None:
    due = calendar.due(an_office(horizon_days=3), NOW, timedelta(0))
    assert due[-1] == TODAY + timedelta(days=3)


def test_no_day_before_today_is_due() -> None:
    late_in_jakarta = utc(24, 17)
    assert calendar.due(an_office(), late_in_jakarta)[0] == date(2026, 11, 25)


def test_an_office_that_releases_late_in_the_day_is_due_no_sooner() -> None:
    office = an_office(horizon_days=0, release_at=time(23))
    assert calendar.due(office, NOW) == [TODAY]


def test_the_next_release_is_the_coming_midnight() -> None:
    assert calendar.next_release(daily(), NOW) == utc(24, 17)


def test_the_next_release_is_today_if_its_time_is_still_to_come() -> None:
    assert calendar.next_release(daily(release_at=time(10)), NOW) == utc(24, 3)


def test_at_the_release_itself_the_next_one_is_a_day_later() -> None:
    assert calendar.next_release(daily(), utc(24, 17)) == utc(25, 17)


def test_nothing_is_released_for_a_day_without_service() -> None:
    """Friday's places were released on Tuesday; then come a Saturday, a Sunday, and Monday."""
    assert calendar.next_release(an_office(), NOW) == midnight(date(2026, 11, 27))


def test_nothing_is_released_for_holidays_and_closures() -> None:
    """From Christmas Eve to the Monday after it, on which the office itself is closed."""
    office = an_office(closures={date(2026, 12, 28): Closure("Pindah", "Moving")})
    assert calendar.next_release(office, utc(20, 17) + 30 * DAY) == midnight(date(2026, 12, 26))


def test_an_office_without_hours_releases_nothing() -> None:
    assert calendar.next_release(an_office(opening={}), NOW) is None


def test_a_holiday_is_closed_unless_its_office_serves_all_the_same() -> None:
    new_year = date(2027, 1, 1)
    assert calendar.closure_on(an_office(), new_year) == Closure(
        "Tahun Baru Masehi", "New Year's Day"
    )
    serving = an_office(served=frozenset([new_year]))
    assert calendar.windows_on(serving, new_year) == WINDOWS
    flooded = serving._replace(closures={new_year: Closure("Banjir", "Flood")})
    assert calendar.windows_on(flooded, new_year) == ()


def test_a_year_without_a_decree_is_noticed_a_month_before_its_first_release() -> None:
    office = an_office(horizon_days=30)
    first = midnight(date(2027, 11, 2))
    assert [calendar.undecreed(office, at) for at in (first - SECOND, first)] == [False, True]


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 6)])
def test_a_week_is_released_at_once_so_many_days_before_its_monday(day: date) -> None:
    office = an_office(release_by=Period.WEEK, horizon_days=3)
    assert calendar.opens_at(office, day) == midnight(date(2026, 11, 27))


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 1, 15), date(2027, 1, 31)])
def test_a_month_is_released_at_once_so_many_days_before_its_first(day: date) -> None:
    office = an_office(release_by=Period.MONTH, horizon_days=3)
    assert calendar.opens_at(office, day) == midnight(date(2026, 12, 29))


periods = pytest.mark.parametrize("period", Period)


@periods
def test_due_is_every_day_to_come_of_every_period_that_is_released(period: Period) -> None:
    office = an_office(release_by=period, horizon_days=10)
    for n in range(400):
        now = NOW + n * DAY
        today = office.today(now)
        ahead = [today + m * DAY for m in range(120)]
        released = [day for day in ahead if calendar.opens_at(office, day) <= now]
        assert calendar.due(office, now, timedelta(0)) == released


@periods
def test_no_day_beyond_the_reach_of_an_office_is_released(period: Period) -> None:
    office = an_office(release_by=period, horizon_days=10)
    for n in range(400):
        now = NOW + n * DAY
        beyond = office.today(now) + timedelta(days=office.reach_days + 1)
        assert calendar.opens_at(office, beyond) > now


@periods
def test_the_next_release_is_the_first_of_all_that_are_to_come(period: Period) -> None:
    office = an_office(release_by=period, horizon_days=10)
    for n in range(400):
        now = NOW + n * DAY
        ahead = (office.today(now) + m * DAY for m in range(120))
        served = (day for day in ahead if calendar.windows_on(office, day))
        releases = (calendar.opens_at(office, day) for day in served)
        assert calendar.next_release(office, now) == min(at for at in releases if at > now)


def test_the_upcoming_days_begin_today_and_end_after_the_reach_of_the_office() -> None:
    upcoming = calendar.upcoming(an_office(horizon_days=3), NOW)
    assert upcoming == (TODAY, TODAY + timedelta(days=4))


def test_a_booking_can_be_changed_until_the_midnight_before_its_day() -> None:
    assert calendar.can_change_until(an_office(), date(2026, 11, 26)) == utc(25, 17)


def test_a_booking_is_active_until_the_midnight_that_ends_its_day() -> None:
    assert calendar.ends_at(an_office(), date(2026, 11, 26)) == utc(26, 17)

"""Where offices are, when they serve, which day it is there."""

from datetime import UTC, date, datetime, time

import pytest

from chalicelib.domain.offices import Window
from tests.builders import WINDOWS, an_office, weekdays

JAKARTA = (-6.2088, 106.8456)
SURABAYA = (-7.2575, 112.7521)
MEDAN = (3.5952, 98.6722)
SABANG = (5.8933, 95.3214)
MERAUKE = (-8.4932, 140.4018)

Point = tuple[float, float]


def distance(here: Point, there: Point) -> float:
    return an_office(latitude=here[0], longitude=here[1]).distance_km(*there)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        (JAKARTA, SURABAYA, 663),
        (JAKARTA, MEDAN, 1417),
        (SABANG, MERAUKE, 5242),
    ],
)
def test_the_distance_between_two_cities_is_the_known_one(
    here: Point, there: Point, km: float
) -> None:
    assert distance(here, there) == pytest.approx(km, rel=0.005)


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance((0, 110), (1, 110)) == pytest.approx(111.2, abs=0.05)


def test_the_distance_is_the_same_there_and_back() -> None:
    assert distance(SABANG, MERAUKE) == pytest.approx(distance(MERAUKE, SABANG))


def test_an_office_is_no_distance_from_itself() -> None:
    assert distance(JAKARTA, JAKARTA) == 0


def test_the_other_side_of_the_world_is_half_its_girth_away() -> None:
    assert distance((0, 0), (0, 180)) == pytest.approx(20015, abs=1)


def test_the_way_across_the_date_line_is_the_short_one() -> None:
    assert distance((0, 179), (0, -179)) == pytest.approx(222.4, abs=0.1)


def test_an_office_serves_in_the_windows_of_the_weekday() -> None:
    friday = (Window(time(8), time(11), 4),)
    office = an_office(opening={**weekdays(*WINDOWS), 4: friday})
    assert office.windows(date(2026, 11, 26)) == WINDOWS
    assert office.windows(date(2026, 11, 27)) == friday


@pytest.mark.parametrize("day", [date(2026, 11, 28), date(2026, 11, 29)])
def test_an_office_has_no_windows_on_a_day_off(day: date) -> None:
    assert an_office().windows(day) == ()


@pytest.mark.parametrize(
    ("time_zone", "name"),
    [
        ("Asia/Jakarta", "WIB"),
        ("Asia/Pontianak", "WIB"),
        ("Asia/Makassar", "WITA"),
        ("Asia/Jayapura", "WIT"),
    ],
)
def test_the_time_of_an_office_is_called_what_indonesians_call_it(
    time_zone: str, name: str
) -> None:
    assert an_office(time_zone=time_zone).zone_name == name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Kantor Imigrasi Kelas I Khusus TPI Medan", "Medan"),
        ("Kantor Imigrasi Kelas II Non TPI Kediri", "Kediri"),
        ("Kantor Imigrasi Kelas III TPI Bima", "Bima"),
        ("Kantor Imigrasi Jakarta Selatan", "Jakarta Selatan"),
        ("Unit Layanan Paspor Depok", "Unit Layanan Paspor Depok"),
    ],
)
def test_the_short_name_of_an_office_leaves_out_what_all_are_called(name: str, short: str) -> None:
    assert an_office(name=name).short_name == short


@pytest.mark.parametrize(
    ("time_zone", "turns_at"),
    [
        ("Asia/Jakarta", 17),
        ("Asia/Pontianak", 17),
        ("Asia/Makassar", 16),
        ("Asia/Jayapura", 15),
    ],
)
def test_the_day_turns_at_the_midnight_of_the_office(time_zone: str, turns_at: int) -> None:
    office = an_office(time_zone=time_zone)
    before = datetime(2026, 11, 24, turns_at - 1, 59, 59, tzinfo=UTC)
    after = datetime(2026, 11, 24, turns_at, tzinfo=UTC)
    assert (office.today(before), office.today(after)) == (
        date(2026, 11, 24),
        date(2026, 11, 25),
    )

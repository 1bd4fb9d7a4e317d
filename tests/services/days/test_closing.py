"""Days that are ready follow the holidays and their office: closed, and opened again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain import decrees
from chalicelib.domain.bookings import Status
from chalicelib.domain.offices import Closure
from chalicelib.services.days import availability, release
from chalicelib.services.days.availability import DayStatus
from chalicelib.services.office import closure
from chalicelib.store import offices
from tests.builders import (
    FAMILY,
    SINGLE,
    THURSDAY,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    day_at,
    office_fields,
    registered,
    released_days,
    slot_at,
    texts_to,
)
from tests.wire import dies
from tests.world import NOW, empty, forget

pytestmark = pytest.mark.usefixtures("aws")

NEW_HOLIDAY = Closure("Cuti bersama tambahan", "Additional joint leave")
LATER = NOW + timedelta(minutes=5)


@contextmanager
def decreed(**changes: Mapping[tuple[int, int], Closure]) -> Iterator[None]:
    """What is deployed with a changed decree of 2026."""
    decree = decrees.DECREES[2026]
    days = {**decree.days, **changes.get("also", {})}
    with patch.dict(decrees.DECREES, {2026: decree._replace(days=days)}):
        yield


@contextmanager
def also_a_holiday(day: date = THURSDAY) -> Iterator[None]:
    with decreed(also={(day.month, day.day): NEW_HOLIDAY}):
        yield


def status() -> DayStatus:
    return availability.month("malang", THURSDAY, 1, LATER)[0].status


def test_a_day_that_is_ready_follows_a_new_decree_and_its_people_are_told() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(FAMILY), who)
    with also_a_holiday():
        release.open_days(LATER)
        closure.carry_out(LATER, lambda: True)
    assert (day_at().closed, status()) == (NEW_HOLIDAY, DayStatus.CLOSED)
    assert booking_under(made.code).status is Status.CANCELLED
    assert "tutup" in texts_to(who.phone)[-1]
    assert slot_at(a_slot(FAMILY)).left == FAMILY.places


def test_a_day_follows_a_decree_that_is_taken_back() -> None:
    with also_a_holiday():
        released_days()
        assert status() is DayStatus.CLOSED
    release.open_days(LATER)
    forget()
    assert status() is DayStatus.OPEN
    assert booked(a_slot(SINGLE), a_member(), now=LATER).status is Status.BOOKED


def test_a_day_that_is_killed_half_way_is_closed_by_the_next_run() -> None:
    writes, killed = 0, True
    while killed:
        empty()
        forget()
        released_days()
        with also_a_holiday():
            killed = dies(lambda: release.open_days(LATER), writes + 1)
            release.open_days(LATER)
        assert day_at().closed == NEW_HOLIDAY
        assert all(slot_at(key).closed for key in day_at().slots)
        writes += killed
    assert writes == 4  # three slots and the day


def test_what_the_process_has_kept_of_an_office_opens_no_day_that_it_has_closed_since() -> None:
    released_days()
    kept = offices._kept
    stale = kept.get("all", NOW, offices._read)
    closure.declare("malang", THURSDAY, Closure("Banjir", "Flood"), NOW)
    kept.keep("all", NOW, stale)
    release.open_days(NOW)
    assert day_at().closed


def test_a_holiday_on_which_an_office_serves_all_the_same_stays_open() -> None:
    offices.put(office_fields(an_office()))
    with also_a_holiday():
        closure.take_back("malang", THURSDAY, NOW)
        release.open_days(LATER)
        assert status() is DayStatus.OPEN

"""How an office's day went."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.bookings import Outcome
from chalicelib.domain.lines import Class
from chalicelib.domain.reports import (
    Report,
    Visit,
    Waits,
    initials,
    percentile,
    report,
    waiting,
)

ZONE = ZoneInfo("Asia/Jakarta")
DAY = date(2026, 11, 26)
EIGHT = datetime(2026, 11, 26, 8, tzinfo=ZONE)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def visit(came: float, called: float | None, due: float | None = None, **more: Any) -> Visit:
    told = came if due is None else due
    fields: dict[str, Any] = {"kind": Class.BOOKED, "people": 1, "outcome": Outcome.SERVED, **more}
    return Visit(
        label="A1",
        due=at(told),
        came=at(came),
        called=None if called is None else at(called),
        **fields,
    )


def of(*visits: Visit, expected: int = 0, over: bool = True) -> Report:
    return report(DAY, visits, expected, ZONE, over=over)


def test_a_day_on_which_nothing_was() -> None:
    assert of() == Report(
        DAY, [], None, None, None, 0, None, 0, 0, 0, 0, 0, None, None, None
    )  # and no number is made up


@pytest.mark.parametrize(
    ("came", "due", "wait"),
    [(0, 0, 20), (-40, 5, 15), (10, 10, 10), (0, 30, 20)],
    ids=["in time", "early: from when they were told", "late", "back after a missed call"],
)
def test_somebody_with_a_booking_waits_from(came: float, due: float, wait: float) -> None:
    assert of(visit(came, 20, due)).wait_p50 == wait


@pytest.mark.parametrize(
    ("kind", "due"), [(Class.WALK_IN, 15), (Class.PRIORITY, -60)], ids=["a number", "priority"]
)
def test_somebody_without_a_booking_waits_from_when_they_came(kind: Class, due: float) -> None:
    assert of(visit(0, 20, due, kind=kind)).wait_p50 == 20


def test_waits_are_told_by_the_hour_of_the_office_and_by_class() -> None:
    found = of(
        visit(0, 4), visit(5, 25), visit(59, 60), visit(60, 90), visit(10, 17, kind=Class.WALK_IN)
    )
    assert found.waits == [
        Waits(8, Class.BOOKED, 3, 4, 20),
        Waits(8, Class.WALK_IN, 1, 7, 7),
        Waits(9, Class.BOOKED, 1, 30, 30),
    ]
    assert (found.wait_p50, found.wait_p90) == (7, 30)


@pytest.mark.parametrize(
    ("values", "p50", "p90"),
    [([7], 7, 7), ([1, 2], 1, 2), (range(1, 11), 5, 9), (range(1, 12), 6, 10), ([1.26], 1.3, 1.3)],
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(
    values: Any, p50: float, p90: float
) -> None:
    assert (percentile(values, 50), percentile(values, 90)) == (p50, p90)


def test_people_are_counted_not_tickets() -> None:
    found = of(
        visit(0, 5, people=3),
        visit(0, 5, people=2, outcome=Outcome.NO_SHOW),
        visit(0, None, kind=Class.WALK_IN, outcome=Outcome.TURNED_AWAY),
        visit(0, None, outcome=None),
        expected=10,
    )
    assert (found.served, found.missed, found.turned_away) == (3, 2, 1)
    assert (found.came, found.expected) == (6, 10)


def test_who_did_not_come_and_who_missed_their_call_did_not_show_up() -> None:
    found = of(visit(0, 5, people=3), visit(0, 5, outcome=Outcome.NO_SHOW), expected=8)
    assert found.no_show_rate == 5 / 8


def test_a_walk_in_who_missed_the_call_counts_for_no_booking() -> None:
    gone = visit(0, 5, kind=Class.WALK_IN, outcome=Outcome.NO_SHOW)
    found = of(visit(0, 5), gone, expected=1)
    assert (found.missed, found.no_show_rate) == (1, 0)


def test_nobody_is_late_before_the_day_is_over() -> None:
    assert of(visit(0, 5), expected=10, over=False).no_show_rate is None


def test_the_counters_their_longest_call_and_the_lag() -> None:
    found = of(
        visit(0, 10, served=at(12), counter="1"),
        visit(0, 30, 25, served=at(37), counter="2"),
        visit(0, 40, 45, counter="3"),
    )
    assert (found.counters, found.longest_call, found.lag) == (2, 7, 10)


def test_the_error_of_an_estimate_is_that_of_what_was_told() -> None:
    found = of(visit(0, 10, told=at(14)), visit(0, 30, told=at(21)), visit(0, 90))
    assert (found.estimate_error_p50, found.estimate_error_p90) == (4, 9)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Siti Aminah", "S. A."),
        ("sukarno", "S."),
        ("Ni Luh  Putu", "N. L. P."),
        ("=HYPERLINK(1)", ""),
        ("Aminah (alm.) 2", "A."),
        ("Éko", "É."),
    ],
)
def test_of_a_name_the_first_letters_are_shown(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_who_waited_is_told_for_each_quarter_of_an_hour() -> None:
    called, waits = visit(5, 20), visit(16, None, outcome=None)
    left = visit(20, None, outcome=Outcome.TURNED_AWAY, done=at(40))
    told = waiting([called, waits, left], at(62))
    assert told == [(at(0), 0), (at(15), 1), (at(30), 2), (at(45), 1), (at(60), 1)]


def test_the_line_of_a_day_ends_with_the_quarter_after_its_last_call() -> None:
    assert [when for when, _ in waiting([visit(0, 20)], at(600))] == [at(0), at(15), at(30)]
    assert waiting([], at(600)) == []

"""Nothing grows with the past but `reconcile`, and whatever would is found out."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bench.flat import HOLDER, JOBS, World, cost, costs, growth, large
from chalicelib.store import bookings, days

SMALL = World(days=3)
LONG = 1_000
A_TENTH_MORE = 1.1

Sizes = dict[str, list[Any]]


@pytest.fixture(scope="module", params=["own", "others"])
def sizes(request: pytest.FixtureRequest) -> Sizes:
    """What everything costs with a short and with a long history."""
    short, long = costs(SMALL), costs(SMALL._replace(**{request.param: LONG}))
    return {name: [short[name], long[name]] for name in short}


def test_what_people_ask_and_the_jobs_do_not_grow_with_the_past(sizes: Sizes) -> None:
    grown = {name: growth(each) for name, each in sizes.items() if name != "reconcile"}
    assert {name for name, factor in grown.items() if factor > A_TENTH_MORE} == set()


def test_reconcile_sends_nothing_of_the_past_to_the_client(sizes: Sizes) -> None:
    short, long = sizes["reconcile"]
    assert long.bytecodes <= A_TENTH_MORE * short.bytecodes
    assert long.read_units > short.read_units


@pytest.mark.parametrize(
    ("reads_all", "whose"),
    [
        (lambda: len(bookings.of_account(HOLDER)), "own"),
        (lambda: len(list(bookings.active(date.min))), "others"),
        (lambda: len(days.between("bandung", date.min, date.max)), "others"),
    ],
    ids=["a list without a limit", "a scan", "a calendar of all time"],
)
def test_what_reads_all_of_the_past_is_found_out(reads_all: Callable[[], int], whose: str) -> None:
    found = []
    for past in (0, LONG):
        with large(SMALL._replace(**{whose: past})) as meter:
            found.append(cost(meter, reads_all))
    assert growth(found) > A_TENTH_MORE


def test_neither_offices_nor_days_make_a_booking_dearer() -> None:
    asked = ("a booking", "a sold-out answer, warm")
    small, more = costs(SMALL, JOBS), costs(World(days=6, offices=18), JOBS)
    assert [small[name] for name in asked] == [more[name] for name in asked]

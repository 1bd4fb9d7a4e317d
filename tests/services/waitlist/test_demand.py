"""What a supervisor sees of those who ask: counts, after the last draw."""

from datetime import timedelta

import pytest

from chalicelib.domain.demand import Asked
from chalicelib.domain.offices import Closure
from chalicelib.services.office import closure
from chalicelib.services.waitlist import demand
from tests.builders import DOUBLE, SINGLE, a_member, family_of, released_days
from tests.services.waitlist.asking import AT, FRIDAY, MONDAY, asks, at_eight, by_lot, drawn
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def many_ask() -> None:
    """One place at eight; two that ask for it, a family for Monday, and one for both days."""
    by_lot()
    for n in (1, 2):
        asks(a_member(n), **at_eight(last=FRIDAY))
    asks(a_member(3), *family_of(a_member(3), 3), first=MONDAY)
    asks(a_member(4), windows=(DOUBLE.start, SINGLE.start), first=MONDAY)


def test_who_asks_after_the_last_draw_counts_on_every_day_and_window_that_would_do() -> None:
    many_ask()
    drawn()
    seen = demand.of_office("malang", AT)
    assert (seen.at, seen.whole) == (AT, Asked(3, 5))
    friday, monday = seen.days
    assert (friday.day, friday.whole) == (FRIDAY, Asked(1, 1))
    assert friday.windows[SINGLE.start] == Asked(1, 1)
    assert (monday.day, monday.whole) == (MONDAY, Asked(2, 4))
    assert monday.windows[SINGLE.start] == Asked(2, 4)
    assert monday.windows[DOUBLE.start] == Asked(2, 4)


def test_a_day_that_is_closed_or_near_is_not_shown() -> None:
    many_ask()
    drawn()
    closure.declare("malang", MONDAY, Closure("Banjir", "Flood"), AT)
    assert [one.day for one in demand.of_office("malang", AT).days] == [FRIDAY]
    assert demand.of_office("malang", AT + timedelta(days=2)).days == []


def test_before_the_first_draw_nobody_is_counted() -> None:
    by_lot()
    asks(a_member())
    assert demand.of_office("malang", NOW) == (True, None, Asked(0, 0), [])


def test_at_an_office_that_is_first_come_nobody_asks_and_nothing_is_read() -> None:
    released_days()
    with before("BatchGetItem") as heads, before("GetItem") as read:
        assert demand.of_office("malang", NOW).by_lot is False
    assert (heads, read) == ([], [])


def test_a_look_costs_four_calls_however_many_ask() -> None:
    many_ask()
    drawn()
    with before("BatchGetItem") as heads, before("GetItem") as read, before("Query") as queries:
        demand.of_office("malang", AT)
    assert (len(heads), len(read), len(queries)) == (1, 2, 1)

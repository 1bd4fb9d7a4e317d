"""What chance each window had: by where the places were gone, not by who took them."""

from collections.abc import Sequence
from datetime import date, time

import pytest

from chalicelib.domain import chances, draws
from chalicelib.domain.chances import Chance
from chalicelib.domain.draws import Room, Row
from tests.domain.test_draws import (
    EIGHT,
    MONDAY,
    NINE,
    OFFICE,
    TEN,
    TUESDAY,
    a_row,
    plan,
    rooms,
    signature,
)


def told(rows: Sequence[Row], there: Sequence[Room]) -> dict[time | None, tuple[int, int]]:
    """{start: (entries, won)}"""
    ordered = draws.order(signature(1), rows)
    found = chances.of_draw(ordered, there, plan(rows, there))
    return {one.start: (one.entries, one.won) for one in found}


def test_of_any_window_they_are_those_who_were_drawn_over_those_who_asked() -> None:
    assert told([a_row(n) for n in range(9)], rooms(2, 3))[None] == (9, 5)


def test_a_window_that_everybody_gets_first_is_gone_first() -> None:
    """Though each has five places: whoever takes any gets 08.00 while it is there."""
    found = told([a_row(n) for n in range(20)], rooms(5, 5, 5))
    assert found == {None: (20, 15), EIGHT: (20, 5), NINE: (20, 10), TEN: (20, 15)}


def test_of_those_who_want_one_window_alone_it_is_winners_over_entries() -> None:
    assert told([a_row(n, 1, NINE) for n in range(8)], rooms(0, 2))[NINE] == (8, 2)


def test_a_family_needs_room_for_all_of_it() -> None:
    assert told([a_row(n, 2) for n in range(4)], rooms(3))[EIGHT] == (4, 1)


def test_who_asks_for_other_days_is_not_counted() -> None:
    rows = [a_row(n) for n in range(4)]
    assert told(rows, rooms(9, day=TUESDAY)) == {None: (0, 0)}


def test_several_draws_are_counted_together() -> None:
    one = [Chance(None, 9, 5), Chance(EIGHT, 9, 2)]
    other = [Chance(None, 3, 1), Chance(NINE, 3, 1)]
    assert chances.together([one, other]) == [
        Chance(None, 12, 6),
        Chance(EIGHT, 9, 2),
        Chance(NINE, 3, 1),
    ]
    assert chances.together([]) == [Chance(None, 0, 0)]


@pytest.mark.parametrize("wanted", [EIGHT, TEN])
def test_they_say_how_somebody_would_fare_who_asked_for_that_window_alone(wanted: time) -> None:
    """Reckoned from many draws in which somebody does."""
    crowd = [a_row(n) for n in range(40)]
    there = rooms(5, 5, 5)
    somebody = a_row(99, 1, wanted)
    fared = told_of = 0
    for number in range(400):
        lines = draws.plan(OFFICE, signature(number), [*crowd, somebody], there)
        fared += any(line.entry_id == somebody.entry_id for line in lines)
        ordered = draws.order(signature(number), crowd)
        found = chances.of_draw(ordered, there, plan(crowd, there, number))
        told_of += next(one.won for one in found if one.start == wanted)
    assert fared / 400 == pytest.approx(told_of / 400 / len(crowd), abs=0.06)


def test_a_day_that_lies_between_counts_for_who_asks_for_a_span() -> None:
    span = a_row(1, last=date(2026, 12, 9))
    assert told([span], rooms(1, day=TUESDAY))[EIGHT] == (1, 1)
    assert span.first == MONDAY

"""People without a booking come only into what the counters have to spare."""

import pytest

from chalicelib.domain import walk_ins
from chalicelib.domain.estimates import Expected
from tests.domain.boards import OFFICE, a_board, a_ticket, later, open_at
from tests.world import NOW


@pytest.mark.parametrize(("minutes", "fits"), [(11, False), (12, True)])
def test_the_counters_keep_some_of_their_time(minutes: float, fits: bool) -> None:
    """One person takes 10 minutes, and 0.85 of the time may be promised."""
    assert walk_ins.fits(a_board(c1=open_at()), OFFICE, [], 1, minutes, NOW) is fits


def test_who_waits_and_who_is_expected_comes_before_them() -> None:
    board = a_board(a_ticket("A1", people=2), c1=open_at())
    coming = [Expected("B9", later(5), 1)]
    assert not walk_ins.fits(board, OFFICE, coming, 1, 45, NOW)
    assert walk_ins.fits(board, OFFICE, coming, 1, 46, NOW)


def test_who_has_not_come_is_waited_for_no_longer_than_they_keep_their_place() -> None:
    board, gone = a_board(c1=open_at()), [Expected("B9", later(-16), 1)]
    assert walk_ins.fits(board, OFFICE, gone, 1, 12, NOW)
    assert not walk_ins.fits(board, OFFICE, [Expected("B9", later(-15), 1)], 1, 12, NOW)


def test_nobody_joins_a_line_that_is_too_long_and_is_told_when_it_will_not_be() -> None:
    assert walk_ins.short(30)
    assert not walk_ins.short(31)
    assert walk_ins.shorter_at(42, NOW) == later(15)


def test_a_share_of_the_day_is_for_those_who_should_not_wait() -> None:
    board = a_board(*(a_ticket(f"P{n}") for n in range(1, 4)))._replace(gone=frozenset({"P4"}))
    assert walk_ins.priority_left(board, 41)
    assert not walk_ins.priority_left(board, 40)

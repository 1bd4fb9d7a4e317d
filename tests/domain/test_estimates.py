"""When people will be called: the board run forward by its own rule."""

import pytest

from chalicelib.domain import estimates
from chalicelib.domain.boards import Board, State
from chalicelib.domain.estimates import Expected
from tests.domain.boards import OFFICE, a_board, a_ticket, at_counter, later, open_at
from tests.world import NOW


def waits(board: Board, *expected: Expected, office: object = OFFICE) -> dict[str, float]:
    return estimates.waits(board, office, expected, NOW, NOW)  # type: ignore[arg-type]


def test_a_free_counter_takes_the_first_at_once_and_the_next_when_it_is_through() -> None:
    board = a_board(a_ticket("A2", 5), a_ticket("A1", 1), c1=open_at())
    assert waits(board) == {"A1": 0, "A2": 10}


def test_a_free_counter_takes_whoever_is_there_even_before_their_time() -> None:
    assert waits(a_board(a_ticket("A1", 45), c1=open_at())) == {"A1": 0}


def test_a_counter_is_free_when_it_is_through_with_whom_it_serves() -> None:
    serving = at_counter("A1", "1", since=4)
    board = a_board(serving, a_ticket("A2"), c1=open_at(ticket="A1"))
    assert waits(board) == {"A2": 6}


def test_who_takes_longer_than_usual_takes_a_little_longer_still() -> None:
    serving = at_counter("A1", "1", since=60)
    board = a_board(serving, a_ticket("A2"), c1=open_at(ticket="A1"))
    assert waits(board) == {"A2": 2}


def test_who_is_called_has_all_their_time_before_them() -> None:
    called = at_counter("A1", "1", State.CALLED, since=4)
    board = a_board(called, a_ticket("A2"), c1=open_at(ticket="A1"))
    assert waits(board) == {"A2": 10}


def test_each_person_of_a_booking_takes_their_time() -> None:
    board = a_board(a_ticket("A1", 0, people=3), a_ticket("A2", 1), c1=open_at())
    assert waits(board)["A2"] == 30


def test_two_counters_work_side_by_side() -> None:
    board = a_board(*(a_ticket(f"A{n}", n) for n in (1, 2, 3)), c1=open_at(), c2=open_at())
    assert waits(board) == {"A1": 0, "A2": 0, "A3": 10}


def test_a_counter_on_a_break_is_back_when_it_was_said() -> None:
    away = open_at(open=False, away_until=later(25))
    assert waits(a_board(a_ticket("A1"), c1=away)) == {"A1": 25}


def test_a_counter_that_nobody_has_opened_calls_nobody() -> None:
    board = a_board(a_ticket("A1"), a_ticket("A2"), c1=open_at(), c2=open_at(open=False))
    assert waits(board) == {"A1": 0, "A2": 10}


def test_before_any_counter_opens_all_of_them_do_when_the_day_begins() -> None:
    board = a_board(*(a_ticket(f"A{n}", n) for n in range(4)))
    found = estimates.waits(board, OFFICE, [], later(30), NOW)
    assert found == {"A0": 30, "A1": 30, "A2": 30, "A3": 40}


def test_who_is_expected_before_somebody_is_counted_as_often_as_people_come() -> None:
    coming = Expected("B9", later(1), 1)
    board = a_board(a_ticket("A1", 0), a_ticket("A2", 5), c1=open_at())
    assert waits(board, coming)["A2"] == pytest.approx(10 + 0.83 * 10)


def test_who_has_not_come_is_waited_for_no_longer_than_they_keep_their_place() -> None:
    gone = Expected("B9", later(-16), 1)
    board = a_board(a_ticket("A1", 0), a_ticket("A2", 5), c1=open_at())
    assert waits(board, gone) == waits(board)


def test_a_day_teaches_its_pace() -> None:
    board = a_board(a_ticket("A1", 0), a_ticket("A2", 5), c1=open_at())._replace(pace={0: 4.0})
    assert waits(board)["A2"] == 4


def test_with_two_steps_a_counter_calls_those_of_its_own() -> None:
    office = OFFICE._replace(step_minutes=(10.0, 5.0))
    first, second = open_at(), open_at(steps=(1,))
    board = a_board(a_ticket("A1", 0), a_ticket("A2", 1, step=1), c1=first, c2=second)
    assert waits(board, office=office) == {"A1": 0, "A2": 0}


def test_who_waits_for_a_step_that_no_counter_does_is_told_nothing() -> None:
    office = OFFICE._replace(step_minutes=(10.0, 5.0))
    board = a_board(a_ticket("A2", 1, step=1), c1=open_at())
    assert waits(board, office=office) == {}


def test_what_is_told_is_a_range_that_begins_no_earlier_than_now() -> None:
    assert estimates.range_of(20, NOW) == (later(11), later(32))
    assert estimates.range_of(0, NOW) == (NOW, later(6))

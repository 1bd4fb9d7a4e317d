"""When people will be called: the board run forward by its own rule."""

import pytest

from chalicelib.domain import estimates
from chalicelib.domain.boards import Board, State
from chalicelib.domain.estimates import Expected
from tests.domain.boards import OFFICE, a_board, a_ticket, at_counter, later, open_at
from tests.world import NOW


def waits(board: Board, *expected: Expected, office: object = OFFICE) -> dict[str, float]:
    return estimates.waits(board, office, expected, NOW, NOW)  # type: ignore[arg-type]


def waits_with(
    begins: float, ends: float, board: Board, *expected: Expected, also: tuple[str, ...] = ()
) -> dict[str, float]:
    """Where the first counter has its break between these, in minutes from now."""
    breaks = {"1": [(later(begins), later(ends))]}
    return estimates.waits(board, OFFICE, expected, NOW, NOW, also, breaks)


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


def test_nobody_is_called_in_a_break_and_nobody_sent_away_for_it() -> None:
    board = a_board(a_ticket("A1", 0), a_ticket("A2", 1), c1=open_at())
    assert waits_with(5, 35, board) == {"A1": 0, "A2": 40}


def test_a_counter_that_is_free_has_its_break_in_time() -> None:
    coming = Expected("B9", later(12), 1)
    found = waits_with(10, 40, a_board(c1=open_at()), coming, also=("B9",))
    assert found == {"B9": 40}


def test_a_counter_whose_break_has_come_has_it_after_whom_it_serves() -> None:
    serving = at_counter("A1", "1", since=8)
    board = a_board(serving, a_ticket("A2"), c1=open_at(ticket="A1"))
    assert waits_with(-5, 25, board) == {"A2": 32}


def test_a_counter_that_calls_during_its_break_does_without_it() -> None:
    serving = at_counter("A1", "1", since=2)
    board = a_board(serving, a_ticket("A2"), c1=open_at(ticket="A1"))
    assert waits_with(-5, 25, board) == {"A2": 8}


@pytest.mark.parametrize("left", [True, False])
def test_a_counter_is_back_when_its_break_ends_though_its_clerk_has_left(left: bool) -> None:
    assert waits_with(-5, 25, a_board(a_ticket("A1"), c1=open_at(open=not left))) == {"A1": 25}


def test_a_break_that_is_over_is_nothing_to_wait_for() -> None:
    assert waits_with(-40, -10, a_board(a_ticket("A1"), c1=open_at())) == {"A1": 0}


def test_what_a_supervisor_says_of_a_break_takes_its_place() -> None:
    longer = a_board(a_ticket("A1"), c1=open_at(away_until=later(45)))
    assert waits_with(-5, 25, longer) == {"A1": 45}


def test_who_is_at_a_counter_comes_to_the_next_step_before_those_who_are_due_later() -> None:
    office = OFFICE._replace(step_minutes=(10.0, 5.0))
    first = at_counter("A1", "1", since=4, due=-20)
    board = a_board(
        first,
        at_counter("A0", "2", since=4, step=1),
        a_ticket("A2", 5, step=1),
        c1=open_at(ticket="A1"),
        c2=open_at(ticket="A0", steps=(1,)),
    )
    assert waits(board, office=office) == {"A2": 1}
    slower = board._replace(tickets={**board.tickets, "A3": a_ticket("A3", 9, step=1)})
    assert waits(slower, office=office)["A3"] == 11  # after A2 until 6, and A1 until 11


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


# ---- how long counters are there ----------------------------------------------------------------


def left(board: Board, begins: float = 0, ends: float = 0, opens: float = 0) -> float:
    """The minutes of all counters in the next hour; the first has a break between two of them."""
    breaks = {"1": [(later(begins), later(ends))]} if ends else {}
    return estimates.minutes_left(board, OFFICE, later(opens), later(60), breaks, NOW)


def test_each_counter_that_is_open_has_its_minutes() -> None:
    assert left(a_board(c1=open_at(), c2=open_at(), c3=open_at(open=False))) == 120


def test_before_any_counter_opens_all_of_them_have_the_minutes_of_the_day() -> None:
    assert left(a_board(), opens=20) == 3 * 40


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [(10, 25, 45), (50, 80, 50), (-10, 15, 45), (-20, -5, 60), (60, 90, 60)],
)
def test_a_break_that_is_known_takes_its_minutes_as_far_as_it_is_still_to_come(
    begins: float, ends: float, minutes: float
) -> None:
    board = a_board(c1=open_at(), c2=open_at())
    assert left(board, begins, ends) == minutes + 60


@pytest.mark.parametrize("still_open", [True, False])
def test_a_counter_on_a_break_counts_from_when_a_supervisor_says_it_is_back(
    still_open: bool,
) -> None:
    away = open_at(open=still_open, away_until=later(25))
    assert left(a_board(c1=away), -5, 15) == 35


def test_a_counter_that_serves_into_its_break_has_all_of_it_still() -> None:
    serving = at_counter("A1", "1", since=8)
    assert left(a_board(serving, c1=open_at(ticket="A1")), -5, 25) == 30


def test_when_the_day_is_over_no_minutes_are_left() -> None:
    board = a_board(c1=open_at())
    assert estimates.minutes_left(board, OFFICE, NOW, later(-10), {}, NOW) == 0

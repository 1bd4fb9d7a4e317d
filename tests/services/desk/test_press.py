"""A press is done once, on the counter that its clerk saw; nothing is lost in between."""

import pytest

from chalicelib.domain.boards import Press, State
from chalicelib.domain.errors import CounterChanged, KeyReused, NobodyWaiting, NoSuchCounter
from chalicelib.services.desk import press
from tests.services.desk.day import EIGHT, MINUTE, a_booking_of, board, opened, pressed, scan

pytestmark = pytest.mark.usefixtures("aws")


def test_a_counter_that_was_never_used_is_at_turn_0() -> None:
    opened()
    at = press.look("malang", "3", EIGHT)
    assert (at.counter.turn, at.counter.open, at.ticket) == (0, False, None)


def test_all_counters_are_looked_at_at_once_with_what_the_day_has_taught() -> None:
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.SERVE)
    pressed(3, Press.FINISH, now=EIGHT + 20 * MINUTE)
    scan(a_booking_of(2))
    found = press.look_at_all("malang", EIGHT + 20 * MINUTE)
    assert [at.counter_id for at in found.every] == ["1", "2", "3"]
    assert [(at.counter.open, at.waiting) for at in found.every][:2] == [(True, 1), (False, 1)]
    assert (found.every[0].counter.served, found.every[0].undo is not None) == (1, True)
    assert found.pace == {0: 12.0}
    assert found.lag == 10 * MINUTE


@pytest.mark.parametrize("counter", ["0", "4", "x", "01", ""])
def test_a_counter_that_the_office_does_not_have_is_not_there(counter: str) -> None:
    opened()
    with pytest.raises(NoSuchCounter):
        press.look("malang", counter, EIGHT)
    with pytest.raises(NoSuchCounter):
        pressed(0, Press.OPEN, counter)


def test_a_press_whose_answer_was_lost_is_answered_as_it_was_done() -> None:
    """The counter's PC dies between the press and its answer."""
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    first = pressed(1, Press.NEXT, key="k")
    assert pressed(1, Press.NEXT, key="k") == first
    assert first.ticket
    assert press.look("malang", "1", EIGHT).ticket == first.ticket


def test_a_press_with_an_old_turn_is_refused_with_what_is_so() -> None:
    opened()
    pressed(0, Press.OPEN)
    with pytest.raises(CounterChanged) as refused:
        pressed(0, Press.LEAVE)
    assert refused.value.more["counter"].counter.turn == 1


def test_a_press_with_a_turn_that_has_not_come_is_refused() -> None:
    opened()
    with pytest.raises(CounterChanged):
        pressed(5, Press.OPEN)
    assert press.look("malang", "1", EIGHT).counter.turn == 0


def test_a_key_is_for_one_press() -> None:
    opened()
    pressed(0, Press.OPEN, key="k")
    with pytest.raises(KeyReused):
        pressed(0, Press.LEAVE, key="k")


def test_two_clerks_have_two_people() -> None:
    opened()
    for number in (1, 2):
        scan(a_booking_of(number))
    for counter in ("1", "2"):
        pressed(0, Press.OPEN, counter)
    first, second = (pressed(1, Press.NEXT, counter).ticket for counter in ("1", "2"))
    assert first
    assert second
    assert {first.label, second.label} == {"A1", "A2"}
    pressed(0, Press.OPEN, "3")
    with pytest.raises(NobodyWaiting):
        pressed(1, Press.NEXT, "3")


def test_who_has_come_on_time_is_called_before_a_late_appointment() -> None:
    opened()
    late, in_time = a_booking_of(1), a_booking_of(2)
    scan(in_time, EIGHT)
    scan(late, EIGHT + 12 * MINUTE)
    pressed(0, Press.OPEN)
    called = pressed(1, Press.NEXT).ticket
    assert called
    assert called.label == "A2"


def test_a_supervisor_puts_somebody_back_with_their_place() -> None:
    opened()
    due = scan(a_booking_of(1)).due
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    freed = press.release("malang", "1", EIGHT)
    assert (freed.counter.open, freed.ticket) == (False, None)
    back = board().tickets["A1"]
    assert (back.state, back.due) == (State.WAITING, due)
    assert press.release("malang", "1", EIGHT).counter.turn == freed.counter.turn


def test_the_clerk_of_a_freed_counter_is_told_so() -> None:
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    press.release("malang", "1", EIGHT)
    with pytest.raises(CounterChanged):
        pressed(2, Press.FINISH)


def test_a_break_says_until_when_nobody_is_there() -> None:
    opened()
    at = press.away("malang", "1", EIGHT + 30 * MINUTE, EIGHT)
    assert (at.counter.away_until, at.counter.turn) == (EIGHT + 30 * MINUTE, 1)

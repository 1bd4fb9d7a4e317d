"""What a press does to the board that its clerk saw."""

from typing import Any

import pytest

from chalicelib.domain.boards import Board, Counter, Did, Press, State
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.errors import CounterBusy, Invalid, NobodyWaiting
from chalicelib.domain.presses import Asked, Change, Unfit, decide, takes_back
from tests.domain.boards import OFFICE, a_board, a_ticket, at_counter, later, open_at
from tests.world import NOW

TWO_STEPS = OFFICE._replace(step_minutes=(10.0, 5.0))


def press(board: Board, what: Press, office: Any = OFFICE, **how: Any) -> Change:
    return decide(board, "1", Asked(what, 1, "key", **how), office, NOW)


def after(change: Change, label: str) -> Any:
    """What a change makes of a ticket."""
    return next(new for _, new in change.tickets if new.label == label)


SERVED = at_counter("A1", "1", since=6)
BUSY = a_board(SERVED, a_ticket("A2", 5), a_ticket("A3", 1), c1=open_at(ticket="A1"))
FREE = a_board(a_ticket("A2", 5), a_ticket("A3", 1), c1=open_at())


@pytest.mark.parametrize("what", [*Press])
def test_every_press_raises_the_turn_and_keeps_its_key(what: Press) -> None:
    boards = {
        Press.NEXT: FREE,
        Press.LEAVE: FREE,
        Press.UNDO: a_board(
            a_ticket("A1", state=State.DONE, version=7),
            c1=open_at(did=Did(Press.FINISH, "A1", 7)),
        ),
    }
    office = TWO_STEPS if what is Press.SEND_ON else OFFICE
    change = press(boards.get(what, BUSY), what, office)
    assert (change.counter.turn, change.counter.key) == (2, "key")
    assert all(new.version == old.version + 1 for old, new in change.tickets)


def test_next_calls_whoever_is_due_first() -> None:
    change = press(FREE, Press.NEXT)
    assert change.counter.ticket == "A3"
    assert change.calls
    assert after(change, "A3")[:2] == ("A3", State.CALLED)
    assert (after(change, "A3").counter, after(change, "A3").called_at) == ("1", NOW)


def test_of_two_who_are_due_together_the_label_decides() -> None:
    board = a_board(a_ticket("A2"), a_ticket("A1"), c1=open_at())
    assert press(board, Press.NEXT).counter.ticket == "A1"


def test_a_counter_calls_those_of_its_steps_alone() -> None:
    board = a_board(a_ticket("A1", 0, step=1), a_ticket("A2", 9), c1=open_at())
    assert press(board, Press.NEXT, TWO_STEPS).counter.ticket == "A2"


@pytest.mark.parametrize("state", [State.MISSED, State.DONE, State.CALLED, State.SERVING])
def test_nobody_is_called_by_themselves_who_does_not_wait(state: State) -> None:
    """Neither whoever missed their call, nor whoever is at another counter."""
    board = a_board(a_ticket("A1", state=state, counter="2"), c1=open_at(), c2=open_at())
    with pytest.raises(NobodyWaiting):
        press(board, Press.NEXT)


def test_next_is_refused_while_somebody_is_there() -> None:
    with pytest.raises(CounterBusy):
        press(BUSY, Press.NEXT)
    with pytest.raises(CounterBusy):
        press(BUSY, Press.LEAVE)


@pytest.mark.parametrize(
    ("board", "what"),
    [
        (a_board(a_ticket("A1")), Press.NEXT),
        *((FREE, what) for what in (Press.SERVE, Press.RECALL, Press.FINISH, Press.NO_SHOW)),
        (FREE, Press.SEND_ON),
        (FREE, Press.UNDO),
    ],
)
def test_what_does_not_fit_the_counter_is_refused(board: Board, what: Press) -> None:
    with pytest.raises(Unfit):
        press(board, what)


def test_a_person_who_is_finished_is_served_and_the_counter_is_free() -> None:
    change = press(BUSY, Press.FINISH)
    done = after(change, "A1")
    assert (done.state, done.outcome, done.done_at) == (State.DONE, Outcome.SERVED, NOW)
    assert change.counter.ticket is None


def test_finish_and_next_is_one_change() -> None:
    change = press(BUSY, Press.FINISH, and_next=True)
    assert change.counter.ticket == "A3"
    assert {old.label for old, _ in change.tickets} == {"A1", "A3"}


def test_finish_and_next_finishes_where_nobody_waits() -> None:
    change = press(a_board(SERVED, c1=open_at(ticket="A1")), Press.FINISH, and_next=True)
    assert (change.counter.ticket, after(change, "A1").state) == (None, State.DONE)


def test_a_wait_does_not_begin_anew_at_a_recall_nor_at_another_call() -> None:
    """Neither who came when nor when they were first called is changed by anything."""
    recalled = after(press(BUSY, Press.RECALL), "A1")
    assert (recalled.called_at, recalled.recalled_at) == (SERVED.called_at, NOW)
    assert recalled.arrived_at == SERVED.arrived_at
    back = a_board(a_ticket("A1", called_at=later(-20)), c1=open_at())
    again = after(press(back, Press.NEXT), "A1")
    assert (again.called_at, again.recalled_at) == (later(-20), NOW)


def test_a_second_serve_does_not_begin_the_service_anew() -> None:
    assert after(press(BUSY, Press.SERVE), "A1").served_at == SERVED.served_at


def test_who_does_not_come_is_missed_and_keeps_their_due() -> None:
    missed = after(press(BUSY, Press.NO_SHOW), "A1")
    assert (missed.state, missed.due) == (State.MISSED, SERVED.due)


def test_who_is_sent_on_waits_for_the_next_step_with_their_due() -> None:
    sent = after(press(BUSY, Press.SEND_ON, TWO_STEPS), "A1")
    assert (sent.state, sent.step, sent.due) == (State.WAITING, 1, SERVED.due)


@pytest.mark.parametrize("step", [0, 2, 9])
def test_nobody_is_sent_where_there_is_no_later_step(step: int) -> None:
    with pytest.raises(Invalid):
        press(BUSY, Press.SEND_ON, TWO_STEPS, step=step)


@pytest.mark.parametrize("steps", [(), (1,), (0, 5)])
def test_a_counter_opens_for_steps_that_there_are(steps: tuple[int, ...]) -> None:
    with pytest.raises(Invalid):
        press(FREE, Press.OPEN, steps=steps)


def test_a_counter_opens_for_all_steps_if_none_are_named() -> None:
    change = press(a_board(), Press.OPEN, TWO_STEPS)
    assert (change.before, change.counter.open, change.counter.steps) == (Counter(), True, (0, 1))


def test_a_release_puts_somebody_back_with_their_place_and_closes_the_counter() -> None:
    change = press(BUSY, Press.RELEASE)
    back = after(change, "A1")
    assert (back.state, back.due, back.served_at) == (State.WAITING, SERVED.due, None)
    assert (change.counter.open, change.counter.ticket) == (False, None)


@pytest.mark.parametrize("what", [Press.FINISH, Press.NO_SHOW, Press.SEND_ON])
def test_the_last_press_can_be_taken_back(what: Press) -> None:
    first = press(BUSY, what, TWO_STEPS)
    board = a_board(after(first, "A1"), c1=first.counter)
    undone = press(board, Press.UNDO, TWO_STEPS)
    back = after(undone, "A1")
    assert (back.state, back.counter, back.step, back.outcome) == (State.SERVING, "1", 0, None)
    assert (undone.counter.ticket, undone.takes_back) == ("A1", after(first, "A1"))


def test_what_has_changed_since_is_not_taken_back() -> None:
    first = press(BUSY, Press.NO_SHOW)
    since = after(first, "A1")._replace(version=9)
    with pytest.raises(Unfit):
        press(a_board(since, c1=first.counter), Press.UNDO)


@pytest.mark.parametrize(("since", "learnt"), [(6, 9.2), (0, 8.5), (600, 16.0)])
def test_a_service_teaches_the_pace_and_an_odd_one_not_too_much(
    since: float, learnt: float
) -> None:
    board = a_board(at_counter("A1", "1", since=since), c1=open_at(ticket="A1"))
    assert press(board, Press.FINISH).pace == (0, learnt)


def test_nothing_is_learnt_of_who_was_not_served() -> None:
    called = at_counter("A1", "1", State.CALLED, since=6)
    board = a_board(called, c1=open_at(ticket="A1"))
    assert press(board, Press.FINISH).pace is None
    assert press(BUSY, Press.NO_SHOW).pace is None


# ---- what a counter has done today ---------------------------------------------------------------


@pytest.mark.parametrize("what", [Press.FINISH, Press.SEND_ON])
@pytest.mark.parametrize("and_next", [False, True])
def test_a_counter_counts_whom_it_served_and_what_that_took(what: Press, and_next: bool) -> None:
    change = press(BUSY, what, TWO_STEPS, and_next=and_next)
    assert (change.counter.served, change.counter.minutes) == (1, 6.0)


def test_a_family_counts_as_so_many_people() -> None:
    family = BUSY.tickets["A1"]._replace(people=3, served_at=later(-30))
    board = BUSY._replace(tickets={**BUSY.tickets, "A1": family})
    change = press(board, Press.FINISH)
    assert (change.counter.served, change.counter.minutes) == (3, 30.0)


def test_who_did_not_come_and_who_was_never_served_are_not_counted() -> None:
    assert press(BUSY, Press.NO_SHOW).counter.served == 0
    called = BUSY.tickets["A1"]._replace(served_at=None)
    board = BUSY._replace(tickets={**BUSY.tickets, "A1": called})
    assert press(board, Press.FINISH).counter.served == 0


@pytest.mark.parametrize("what", [Press.FINISH, Press.SEND_ON, Press.NO_SHOW])
def test_who_is_taken_back_is_not_counted_until_they_are_served_again(what: Press) -> None:
    before = BUSY.counters["1"]._replace(served=4, minutes=40.0)
    board = BUSY._replace(counters={"1": before})
    for _ in range(2):
        gone = done(board, press(board, what, TWO_STEPS))
        assert takes_back(gone, "1") == gone.tickets["A1"]
        board = done(gone, press(gone, Press.UNDO, TWO_STEPS))
        counter = board.counters["1"]
        assert (counter.served, counter.minutes) == (4, 40.0)
        assert (board.tickets["A1"].minutes, takes_back(board, "1")) == ({}, None)


def done(board: Board, change: Change) -> Board:
    """The board after a change."""
    tickets = {after.label: after for _, after in change.tickets}
    counters = {**board.counters, change.counter_id: change.counter}
    return board._replace(tickets={**board.tickets, **tickets}, counters=counters)

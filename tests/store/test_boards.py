"""Boards: each condition refuses what it must, and says what stood there."""

from datetime import timedelta

import pytest

from chalicelib.domain.boards import Board, BoardKey, Call, Counter, Did, Press, State, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.presses import Change
from chalicelib.store import boards, visits
from chalicelib.store.outcomes import Stood, Wrote
from chalicelib.store.tables.desk import VisitItem
from tests.builders import THURSDAY
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

KEY = BoardKey("malang", THURSDAY)
A1 = Ticket("A1", State.WAITING, NOW, 1, 1, NOW)
FULL = Ticket(
    label="B7",
    state=State.DONE,
    due=NOW,
    version=9,
    people=3,
    arrived_at=NOW,
    step=1,
    counter="2",
    called_at=NOW,
    recalled_at=NOW + timedelta(seconds=30),
    served_at=NOW + timedelta(minutes=1),
    done_at=NOW + timedelta(minutes=9),
    outcome=Outcome.SERVED,
    key="abcdefgh",
    told_at=NOW,
)
OPEN = Counter(1, True, (0,), None, "key", Did(Press.OPEN))


@pytest.fixture(autouse=True)
def _made(aws: None) -> None:
    boards.make(KEY)


def now() -> Board:
    found = boards.get(KEY)
    assert found
    return found


def opened() -> None:
    assert isinstance(boards.press(KEY, Change("1", Counter(), OPEN)), Wrote)


def calling(ticket: Ticket = A1, before: Counter = OPEN) -> Change:
    called = ticket._replace(
        state=State.CALLED, counter="1", called_at=NOW, version=ticket.version + 1
    )
    after = before._replace(turn=before.turn + 1, ticket=ticket.label, did=Did(Press.NEXT))
    return Change("1", before, after, ((ticket, called),), calls=ticket)


def test_a_board_is_made_once() -> None:
    boards.check_in(KEY, A1)
    boards.make(KEY)
    assert now().tickets == {"A1": A1}


def test_a_board_that_was_never_made_refuses_everything_and_stays_so() -> None:
    other = BoardKey("bandung", THURSDAY)
    for written in (
        boards.check_in(other, A1),
        boards.walk_in(other, A1, 1),
        boards.press(other, Change("1", Counter(), OPEN)),
        boards.close(other, NOW),
    ):
        assert written == Stood(None)
    assert boards.get(other) is None


@pytest.mark.parametrize("ticket", [A1, FULL])
def test_a_ticket_is_kept_as_it_was(ticket: Ticket) -> None:
    assert boards.check_in(KEY, ticket) == Wrote(now())
    assert now().tickets == {ticket.label: ticket}


@pytest.mark.parametrize(
    "counter",
    [
        OPEN,
        Counter(3, False, (0, 1), None, "k", Did(Press.SEND_ON, "A1", 4, 1), NOW),
        Counter(7, True, (1,), "A1", "k", Did(Press.NEXT, "A1", 2)),
        Counter(7, True, (0,), None, "k", Did(Press.FINISH, "A1", 2), None, 12, 170.5),
    ],
)
def test_a_counter_is_kept_as_it_was(counter: Counter) -> None:
    boards.press(KEY, Change("1", Counter(), counter))
    assert now().counter("1") == counter


def test_a_ticket_is_put_once_and_not_where_one_has_left() -> None:
    boards.check_in(KEY, A1)
    assert isinstance(boards.check_in(KEY, A1), Stood)
    done = A1._replace(state=State.DONE, version=2, outcome=Outcome.SERVED, done_at=NOW)
    boards.end(KEY, A1, done)
    boards.drop(KEY, done, [])
    refused = boards.check_in(KEY, A1)
    assert refused == Stood(now())
    assert now().gone == {"A1"}


def test_nobody_checks_in_on_a_closed_board() -> None:
    boards.close(KEY, NOW)
    assert isinstance(boards.check_in(KEY, A1), Stood)
    assert isinstance(boards.walk_in(KEY, A1, 1), Stood)
    assert now().tickets == {}


def test_a_number_is_taken_once() -> None:
    assert isinstance(boards.walk_in(KEY, A1._replace(label="W1"), 1), Wrote)
    assert isinstance(boards.walk_in(KEY, A1._replace(label="W1"), 1), Stood)
    assert isinstance(boards.walk_in(KEY, A1._replace(label="W3"), 3), Stood)
    assert isinstance(boards.walk_in(KEY, A1._replace(label="W2"), 2), Wrote)
    assert now().walk_ins == 2


def test_a_counter_is_opened_once() -> None:
    opened()
    assert isinstance(boards.press(KEY, Change("1", Counter(), OPEN)), Stood)


def test_a_press_needs_the_turn_that_it_rests_on() -> None:
    opened()
    boards.check_in(KEY, A1)
    assert isinstance(boards.press(KEY, calling(before=OPEN._replace(turn=5))), Stood)
    assert now().tickets == {"A1": A1}


def test_nobody_is_called_who_does_not_wait_any_more() -> None:
    opened()
    boards.check_in(KEY, A1)
    assert isinstance(boards.press(KEY, calling()), Wrote)
    again = Change("2", Counter(), OPEN, calling().tickets, calls=A1)
    assert isinstance(boards.press(KEY, again), Stood)
    assert (now().tickets["A1"].counter, now().tickets["A1"].version) == ("1", 2)


@pytest.mark.parametrize("step", [0, 1])
def test_nobody_is_called_who_waits_for_another_step(step: int) -> None:
    opened()
    boards.check_in(KEY, A1._replace(step=step))
    other = A1._replace(step=1 - step)
    assert isinstance(boards.press(KEY, calling(other)), Stood)
    assert isinstance(boards.press(KEY, calling(A1._replace(step=step))), Wrote)


def test_a_change_counts_the_version_up_and_touches_nothing_else() -> None:
    boards.check_in(KEY, FULL)
    after = FULL._replace(version=10, state=State.SERVING, counter="3", outcome=None, done_at=None)
    change = Change("3", Counter(), OPEN, ((FULL, after),), takes_back=FULL)
    assert isinstance(boards.press(KEY, change), Wrote)
    assert now().tickets == {"B7": after}


def test_what_has_changed_is_not_taken_back() -> None:
    boards.check_in(KEY, FULL)
    older = FULL._replace(version=8)
    change = Change("3", Counter(), OPEN, ((older, FULL),), takes_back=older)
    assert isinstance(boards.press(KEY, change), Stood)


def test_a_ticket_is_dropped_that_is_done_and_as_it_was_kept() -> None:
    boards.check_in(KEY, FULL)
    assert isinstance(boards.drop(KEY, FULL._replace(version=8), []), Stood)
    assert isinstance(boards.drop(KEY, FULL, []), Wrote)
    boards.check_in(KEY, A1)
    assert isinstance(boards.drop(KEY, A1, []), Stood)


def test_the_last_calls_of_those_who_are_gone_are_kept() -> None:
    boards.check_in(KEY, FULL)
    calls = [Call("B7", "2", NOW), Call("W1", "1", NOW - timedelta(minutes=1))]
    boards.drop(KEY, FULL, calls)
    assert now().calls == tuple(calls)


def test_what_was_learnt_is_kept_by_step() -> None:
    boards.press(KEY, Change("1", Counter(), OPEN, pace=(1, 12.5)))
    assert now().pace == {1: 12.5}


def test_a_visit_is_overwritten_by_a_newer_version_only() -> None:
    visits.put(KEY, FULL)
    visits.put(KEY, FULL._replace(version=8, outcome=Outcome.NO_SHOW))
    assert visits.outcomes(KEY) == {"B7": Outcome.SERVED}
    visits.put(KEY, FULL._replace(version=10, outcome=Outcome.NO_SHOW))
    assert visits.outcomes(KEY) == {"B7": Outcome.NO_SHOW}


def test_a_visit_says_when_and_of_what_kind_and_not_whose() -> None:
    visits.put(KEY, FULL)
    (item,) = VisitItem.query(KEY.id)
    assert (item.kind, int(item.people), item.counter) == ("booked", 3, "2")
    assert set(item.to_simple_dict()) == {
        *("board_id", "ticket", "v", "kind", "people", "outcome", "counter"),
        *("due", "came", "told", "called", "served", "done", "expires_at"),
    }


def test_boards_and_visits_expire_in_their_time() -> None:
    visits.put(KEY, FULL)
    (item,) = VisitItem.query(KEY.id)
    days = (item.expires_at - NOW.timestamp()) / 86400
    assert 396 < days < 400

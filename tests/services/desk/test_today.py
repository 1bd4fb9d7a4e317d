"""What anybody may see of a day: numbers alone, and one read a second."""

from typing import Any

import pytest

from chalicelib import aws as clients
from chalicelib.domain.boards import Call, Press
from chalicelib.domain.errors import NoSuchOffice
from chalicelib.services.desk import close, collect, today, walk_in
from chalicelib.services.desk.today import OFTEN, SELDOM, Status, WalkIns
from tests.services.desk.day import EIGHT, MINUTE, a_booking_of, board, opened, pressed, scan
from tests.world import forget

pytestmark = pytest.mark.usefixtures("aws")


def test_who_is_called_and_who_waits_is_told_by_their_numbers() -> None:
    opened()
    for number in (1, 2, 3):
        scan(a_booking_of(number))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    seen = today.today("malang", EIGHT)
    assert [one.label for one in seen.serving] == ["A1"]
    assert [one.ticket.label for one in seen.line] == ["A2", "A3"]
    assert (seen.status, seen.walk_ins, seen.poll_after) == (Status.OPEN, WalkIns.OPEN, OFTEN)


def test_a_recall_is_the_last_call() -> None:
    opened()
    for number in (1, 2):
        scan(a_booking_of(number))
    for counter in ("1", "2"):
        pressed(0, Press.OPEN, counter)
        pressed(1, Press.NEXT, counter)
    pressed(2, Press.RECALL, "1", now=EIGHT + MINUTE)
    seen = today.today("malang", EIGHT + MINUTE)
    assert [one.label for one in seen.called] == ["A1", "A2"]


def test_whoever_is_done_is_still_among_the_last_calls() -> None:
    opened()
    for number in (1, 2):
        scan(a_booking_of(number))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.SERVE)
    pressed(3, Press.FINISH, and_next=True, now=EIGHT + MINUTE)
    seen = today.today("malang", EIGHT + MINUTE)
    assert [one.label for one in seen.called] == ["A2", "A1"]
    assert [one.label for one in seen.serving] == ["A2"]


def test_the_last_eight_calls_outlast_their_tickets() -> None:
    opened()
    pressed(0, Press.OPEN)
    for number in range(1, 11):
        at = EIGHT + number * MINUTE
        walk_in.take(1, "malang", f"key {number}", at, priority=False)
        pressed(3 * number - 2, Press.NEXT, now=at)
        pressed(3 * number - 1, Press.SERVE, now=at)
        pressed(3 * number, Press.FINISH, now=at)
    collect.collect(EIGHT + 12 * MINUTE)
    assert board().tickets == {}
    seen = today.today("malang", EIGHT + 12 * MINUTE)
    assert [call.label for call in seen.called] == [f"W{number}" for number in range(10, 2, -1)]
    assert seen.called[0] == Call("W10", "1", EIGHT + 10 * MINUTE)


@pytest.mark.parametrize(
    ("what", "shown"), [(Press.NO_SHOW, ["A1"]), (Press.SEND_ON, ["A1"]), (Press.RELEASE, [])]
)
def test_a_call_is_shown_after_it_unless_it_was_taken_back(what: Press, shown: list[str]) -> None:
    opened(step_minutes=[5, 10])
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, what)
    assert [call.label for call in today.today("malang", EIGHT).called] == shown


def test_whoever_is_back_is_called_no_more() -> None:
    opened()
    booking = a_booking_of(1)
    scan(booking)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.NO_SHOW)
    scan(booking)
    assert today.today("malang", EIGHT).called == []


def test_the_lag_is_how_long_somebody_has_been_due_and_here() -> None:
    opened()
    scan(a_booking_of(1))
    assert today.today("malang", EIGHT + 5 * MINUTE).lag == 5 * MINUTE


def test_nobody_is_behind_for_priority_people_who_have_just_come() -> None:
    opened()
    walk_in.take(1, "malang", "key", EIGHT, priority=True)
    assert today.today("malang", EIGHT + 5 * MINUTE).lag == 5 * MINUTE


def test_breaks_that_the_office_has_stated_are_in_what_people_are_told() -> None:
    opened(counters=1, breaks=[{"start": "08:05", "end": "08:45"}])
    for number in (1, 2):
        scan(a_booking_of(number))
    pressed(0, Press.OPEN)
    told = {one.ticket.label: one.call for one in today.today("malang", EIGHT).line}
    assert told["A2"].until >= EIGHT + 50 * MINUTE > told["A1"].until


def test_where_nobody_is_near_their_turn_one_may_look_seldom() -> None:
    opened()
    assert today.today("malang", EIGHT).poll_after == SELDOM


def test_a_closed_day_says_so() -> None:
    opened()
    close.close("malang", EIGHT)
    seen = today.today("malang", EIGHT)
    assert (seen.status, seen.walk_ins) == (Status.CLOSED, WalkIns.CLOSED)


def test_an_office_that_there_is_not_has_no_day() -> None:
    with pytest.raises(NoSuchOffice):
        today.today("nowhere", EIGHT)


def test_however_many_ask_the_board_is_read_once_a_second() -> None:
    opened()
    scan(a_booking_of(1))
    forget()
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    clients.client("dynamodb").meta.events.register("before-call.dynamodb", note)
    today.today("malang", EIGHT)
    made.clear()
    for _ in range(20):
        today.today("malang", EIGHT + MINUTE / 70)
    assert made == []
    later = EIGHT + MINUTE / 50
    for _ in range(20):
        today.today("malang", later)
    assert made == ["GetItem"]

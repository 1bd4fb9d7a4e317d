"""Whoever has a booking of today is on the board, once, however often they scan."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.boards import Press, State
from chalicelib.domain.bookings import Booking, CancelledBy
from chalicelib.domain.errors import (
    AlreadyCancelled,
    AlreadyLeft,
    DayClosed,
    NoSuchBooking,
    NotHere,
    OtherDay,
    OtherOffice,
    TooEarly,
)
from chalicelib.services.booking import change
from chalicelib.services.desk import check_in, close, collect, presence
from tests.builders import THURSDAY, a_member, a_slot, booked, family_of
from tests.services.desk.day import (
    EIGHT,
    MINUTE,
    MORNING,
    a_booking_of,
    board,
    opened,
    pressed,
    qr,
    scan,
)

pytestmark = pytest.mark.usefixtures("aws")


def test_who_checks_in_waits_with_the_time_that_they_were_told() -> None:
    opened()
    ticket = scan(a_booking_of(1), EIGHT)
    assert (ticket.label, ticket.state, ticket.people) == ("A1", State.WAITING, 1)
    assert ticket.due == EIGHT - 5 * MINUTE


def test_a_ticket_is_for_all_of_a_booking() -> None:
    opened()
    who = a_member(1)
    made = booked(a_slot(MORNING, THURSDAY), who, applicants=family_of(who, 3))
    assert scan(made).people == 3


def test_a_second_scan_finds_the_first() -> None:
    opened()
    made = a_booking_of(1)
    assert scan(made, EIGHT) == scan(made, EIGHT + 5 * MINUTE)
    assert len(board().tickets) == 1


def test_a_scan_says_whether_somebody_came_now_was_here_or_is_back() -> None:
    opened()
    made = a_booking_of(1)

    def found() -> str:
        return check_in.by_qr(qr(made), "malang", EIGHT).arrival

    assert [found(), found()] == ["new", "here"]
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    assert found() == "here"
    pressed(2, Press.NO_SHOW)
    assert [found(), found()] == ["back", "here"]


def test_who_waits_is_told_their_place_and_when() -> None:
    opened()
    scan(a_booking_of(1))
    second = check_in.by_qr(qr(a_booking_of(2)), "malang", EIGHT)
    assert second.place == 2
    assert second.call
    assert second.call.start <= second.call.until


def test_who_missed_their_call_waits_again_from_now_on_after_a_scan() -> None:
    opened()
    made = a_booking_of(1)
    scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.NO_SHOW)
    back = scan(made, EIGHT + 20 * MINUTE)
    assert (back.state, back.due) == (State.WAITING, EIGHT + 20 * MINUTE)
    assert pressed(3, Press.NEXT).ticket


def cut(text: str) -> str:
    return text[:-1]


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        str.lower,
        lambda text: "",
        lambda text: text + ":",
        lambda text: text.partition(":")[2],
        lambda text: text.replace("ANTRIAN", "OTHER"),
        lambda text: "https://example.id/?q=" + text,
        lambda text: "ANTRIAN:0123456789AB:" + text.rpartition(":")[2],
        lambda text: "é" * 10,
    ],
)
def test_a_qr_that_is_not_ours_is_nobodys(spoil: Callable[[str], str]) -> None:
    opened()
    with pytest.raises(NoSuchBooking):
        check_in.by_qr(spoil(qr(a_booking_of(1))), "malang", EIGHT)


def test_a_booking_of_another_office_is_refused_with_where_it_is() -> None:
    opened()
    with pytest.raises(OtherOffice) as refused:
        scan(a_booking_of(1), office_id="elsewhere")
    assert refused.value.more == {"office_id": "malang"}


@pytest.mark.parametrize("days", [-1, 1, 7])
def test_people_of_another_day_are_not_called(days: int) -> None:
    opened()
    with pytest.raises(OtherDay) as refused:
        scan(a_booking_of(1), EIGHT + timedelta(days=days))
    assert refused.value.more == {"date": THURSDAY}


def test_who_comes_too_early_is_told_when_to_come() -> None:
    opened()
    made = a_booking_of(1)
    opens = EIGHT - 65 * MINUTE
    with pytest.raises(TooEarly) as refused:
        scan(made, opens - MINUTE)
    assert refused.value.more == {"come_at": opens}
    assert scan(made, opens).state is State.WAITING


def test_a_cancelled_booking_is_refused() -> None:
    opened()
    made = a_booking_of(1)
    change.cancel_for(made.code, CancelledBy.OPERATOR, EIGHT)
    with pytest.raises(AlreadyCancelled):
        scan(made)


def done(made: Booking) -> None:
    scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.FINISH)


def test_who_is_done_has_left_before_and_after_the_collector() -> None:
    opened()
    made = a_booking_of(1)
    done(made)
    with pytest.raises(AlreadyLeft):
        scan(made)
    assert collect.collect(EIGHT + 2 * MINUTE)["visits"] == 1
    with pytest.raises(AlreadyLeft):
        scan(made)
    assert board().gone == {"A1"}


def test_the_collector_leaves_what_can_still_be_taken_back() -> None:
    opened()
    done(a_booking_of(1))
    assert collect.collect(EIGHT + MINUTE / 2)["visits"] == 0


def test_nobody_checks_in_on_a_closed_day() -> None:
    opened()
    made = a_booking_of(1)
    close.close("malang", EIGHT)
    with pytest.raises(DayClosed):
        scan(made)
    assert board().tickets == {}


def test_the_digits_of_now_and_of_the_minute_before_are_right() -> None:
    digits = presence.digits("malang", EIGHT)
    assert len(digits) == 4
    assert presence.right("malang", digits, EIGHT)
    assert presence.right("malang", digits, EIGHT + MINUTE)
    assert not presence.right("malang", digits, EIGHT + 3 * MINUTE)
    assert not presence.right("bandung", digits, EIGHT)
    assert not presence.right("malang", "١٢٣٤", EIGHT)


def test_who_checks_in_by_themselves_shows_that_they_are_there() -> None:
    opened()
    made = a_booking_of(1)
    with pytest.raises(NotHere):
        check_in.by_account(made.code, made.account_id, "12345", EIGHT)
    digits = presence.digits("malang", EIGHT)
    found = check_in.by_account(made.code, made.account_id, digits, EIGHT)
    assert found.ticket.label == "A1"


def test_nobody_checks_in_with_the_booking_of_somebody_else() -> None:
    opened()
    made = a_booking_of(1)
    digits = presence.digits("malang", EIGHT)
    with pytest.raises(NoSuchBooking):
        check_in.by_account(made.code, "another account", digits, EIGHT)

"""Codes, queue numbers, when to come, what a ticket says."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.bookings import (
    ALPHABET,
    Booking,
    CancelledBy,
    Hold,
    Move,
    SlotKey,
    Status,
    arrive_from,
    code,
    fingerprint,
    ticket_payload,
)
from chalicelib.domain.notices import Notice, State, Telling
from tests.builders import DOUBLE, a_booking, a_place, a_slot, an_office
from tests.world import NOW

SECRET = b"a secret"

no_deadline = settings(deadline=None)
texts = st.text(min_size=1, max_size=20)


def test_the_same_request_gets_the_same_code() -> None:
    assert code(SECRET, "account", "key", 0) == code(SECRET, "account", "key", 0)


@pytest.mark.parametrize(
    "other",
    [
        (SECRET, "other", "key", 0),
        (SECRET, "account", "other", 0),
        (SECRET, "account", "key", 1),
        (b"other", "account", "key", 0),
    ],
)
def test_another_account_key_attempt_or_secret_gets_another_code(
    other: tuple[bytes, str, str, int],
) -> None:
    assert code(*other) != code(SECRET, "account", "key", 0)


@no_deadline
@given(texts, texts, st.integers(0, 2))
def test_a_code_can_be_read_out_at_a_counter(account: str, key: str, attempt: int) -> None:
    made = code(SECRET, account, key, attempt)
    assert len(made) == 12
    assert set(made) <= set(ALPHABET)


def test_the_alphabet_has_no_letters_that_look_like_others() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_ten_thousand_codes_are_all_different() -> None:
    assert len({code(SECRET, "account", str(n), 0) for n in range(10_000)}) == 10_000


def test_the_same_request_has_the_same_fingerprint() -> None:
    assert fingerprint("slot", "new", "a") == fingerprint("slot", "new", "a")


def test_another_order_is_another_request() -> None:
    assert fingerprint("slot", "a", "b") != fingerprint("slot", "b", "a")


def told(start: time, end: time, capacity: int, first: int, **office: Any) -> time:
    return arrive_from(an_office(**office), start, end, capacity, first)


@pytest.mark.parametrize(("first", "at"), [(1, time(7, 55)), (2, time(8, 25))])
def test_everybody_comes_five_minutes_before_their_turn(first: int, at: time) -> None:
    assert told(time(8), time(9), 2, first) == at


def test_a_turn_is_rounded_down_to_five_minutes() -> None:
    assert [told(time(8), time(9), 60, n) for n in (1, 5, 6, 44)] == [
        time(7, 55),
        time(7, 55),
        time(8, 0),
        time(8, 35),
    ]


def test_an_office_has_steps_and_a_lead_of_its_own() -> None:
    quarters = {"arrival_step": timedelta(minutes=15), "arrival_lead": timedelta(minutes=10)}
    assert told(time(8), time(9), 60, 44, **quarters) == time(8, 20)


def test_numbers_beyond_the_capacity_come_with_the_last() -> None:
    assert told(time(8), time(9), 4, 11) == told(time(8), time(9), 4, 4)


def test_nobody_is_asked_to_come_on_the_day_before() -> None:
    assert [told(time(0), time(1), 6, n) for n in (1, 2)] == [time(0), time(0, 5)]


@no_deadline
@given(st.integers(1, 400), st.integers(1, 500))
def test_nobody_is_asked_to_come_before_those_of_lower_numbers(capacity: int, first: int) -> None:
    assert told(time(13), time(15), capacity, first) <= told(
        time(13), time(15), capacity, first + 1
    )


@no_deadline
@given(st.integers(1, 400), st.integers(1, 500))
def test_nobody_is_asked_to_come_when_the_slot_is_over(capacity: int, first: int) -> None:
    assert time(12, 55) <= told(time(13), time(15), capacity, first) < time(15)


def test_a_family_has_numbers_in_a_row_in_the_order_of_the_booking() -> None:
    booking = a_booking("c", "a", "b", place=a_place(first=7))
    assert booking.numbers == {"c": 7, "a": 8, "b": 9}


def test_who_leaves_a_booking_has_no_number_and_the_others_keep_theirs() -> None:
    booking = a_booking("c", "a", "b", place=a_place(first=7), out=(1,))
    assert (booking.numbers, booking.remaining) == ({"c": 7, "b": 9}, (0, 2))


def test_those_who_remain_have_numbers_in_a_row_where_a_booking_moves() -> None:
    moved = a_place(first=4)._replace(positions=(0, 2))
    assert a_booking("c", "a", "b", place=moved, out=(1,)).numbers == {"c": 4, "b": 5}


def test_who_leaves_a_booking_that_has_moved_leaves_a_gap_in_the_new_numbers() -> None:
    moved = a_place(first=4)._replace(positions=(0, 2))
    assert a_booking("c", "a", "b", place=moved, out=(1, 0)).numbers == {"b": 5}


def test_a_hold_is_legitimate_for_all_its_places_although_somebody_has_left() -> None:
    assert Hold(1, 2, 0, NOW).legitimate(HERE, a_booking("holder", "child", out=(0,)))


def test_a_booking_can_be_moved_once() -> None:
    moved = a_booking(move=Move(a_place(), "key", "fingerprint"))
    assert (a_booking().reschedules_left, moved.reschedules_left) == (1, 0)


def test_a_slot_is_known_by_office_date_and_time() -> None:
    assert SlotKey("malang", date(2026, 11, 26), time(8)).id == "malang#2026-11-26#0800"


def test_a_ticket_says_the_code_and_a_proof() -> None:
    assert re.fullmatch(r"ANTRIAN:CODE:[A-Z2-7]{24}", ticket_payload(SECRET, "CODE"))


def test_the_proof_is_of_this_code_and_this_secret() -> None:
    proofs = {
        ticket_payload(secret, of).rpartition(":")[2]
        for secret, of in [(SECRET, "CODE"), (SECRET, "OTHER"), (b"other", "CODE")]
    }
    assert len(proofs) == 3


# ---- where a booking stands ---------------------------------------------------------------------

HERE, ELSEWHERE = a_slot(), a_slot(DOUBLE)


def cancelled_by_the_office(**changed: object) -> Booking:
    return a_booking(status=Status.CANCELLED, cancelled_by=CancelledBy.OFFICE, **changed)


def test_a_booking_stands_in_its_own_slot_alone() -> None:
    booking = a_booking()
    assert (booking.stands_in(HERE), booking.stands_in(ELSEWHERE)) == (True, False)


def test_a_cancelled_booking_stands_nowhere() -> None:
    assert not a_booking(status=Status.CANCELLED).stands_in(HERE)


@pytest.mark.parametrize(
    ("booking", "legitimate"),
    [
        (a_booking("holder", "child"), True),
        (a_booking("holder", "child", place=a_place(ELSEWHERE)), False),
        (a_booking("holder", "child", status=Status.CANCELLED), False),
        (a_booking("holder"), False),
        (a_booking("holder", "child", "another"), False),
        (None, False),
    ],
    ids=["it stands there", "elsewhere", "cancelled", "for fewer", "for more", "none"],
)
def test_a_hold_is_legitimate_if_its_booking_stands_there_for_as_many(
    booking: Booking | None, legitimate: bool
) -> None:
    assert Hold(1, 2, 0, NOW).legitimate(HERE, booking) is legitimate


@pytest.mark.parametrize("state", [State.SENDING, State.FAILED, State.UNKNOWN])
def test_people_await_a_notice_of_the_closure_until_it_was_surely_sent(state: State) -> None:
    told = {Notice.CLOSURE: Telling(state, NOW)}
    assert cancelled_by_the_office().awaits_notice_in(HERE)
    assert cancelled_by_the_office(told=told).awaits_notice_in(HERE)


@pytest.mark.parametrize(
    "booking",
    [
        a_booking(),
        a_booking(status=Status.CANCELLED, cancelled_by=CancelledBy.APPLICANT),
        cancelled_by_the_office(place=a_place(ELSEWHERE)),
        cancelled_by_the_office(told={Notice.CLOSURE: Telling(State.SENT, NOW)}),
    ],
    ids=["active", "cancelled by themselves", "elsewhere", "told"],
)
def test_others_await_no_notice_of_a_closure(booking: Booking) -> None:
    assert not booking.awaits_notice_in(HERE)

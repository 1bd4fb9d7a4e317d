"""Places that are given up come back after a while, so that nobody can hand one over."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain import bookings as rules
from chalicelib.domain.bookings import Booking, SlotKey
from chalicelib.domain.errors import CancelledTooOften, SlotFull
from chalicelib.services.booking import change
from chalicelib.services.booking.reconcile import reconcile
from chalicelib.services.booking.sweep import sweep
from chalicelib.services.days import availability
from chalicelib.store import days, slots
from tests.builders import (
    DOUBLE,
    MINUTE,
    SINGLE,
    THURSDAY,
    a_member,
    a_slot,
    an_office,
    booked,
    ready,
    slot_at,
)
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

HERE, THERE = a_slot(SINGLE), a_slot(DOUBLE)
SHORTEST, LONGEST = 5 * MINUTE, 30 * MINUTE
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _an_office_of_its_time(aws: None) -> None:
    ready(office=an_office(free_after=(SHORTEST, LONGEST)))


def cancel(made: Booking, now: datetime = NOW) -> Booking:
    return change.cancel(made.code, made.account_id, now)


def back_at(slot: SlotKey = HERE) -> datetime:
    """When the one place that was given up in a slot comes back."""
    [free_at] = [hold.free_at for hold in slot_at(slot).holds.values() if hold.free_at]
    return free_at


def given_back_later() -> datetime:
    """The only place of a slot is booked and cancelled. Returns when it comes back."""
    cancel(booked(HERE, a_member(1)))
    return back_at()


def seen(now: datetime) -> int:
    """How many places of the slot the day's view shows."""
    slots._seen.clear()
    return availability.day("malang", THURSDAY, now).slots[0].left


def test_a_place_comes_back_within_the_time_that_its_office_wants() -> None:
    assert SHORTEST <= given_back_later() - NOW <= LONGEST


def test_places_come_back_at_all_times_that_an_office_wants() -> None:
    after = (SHORTEST, LONGEST)
    waits = {rules.free_at(b"secret", f"CODE{n}", after, NOW) - NOW for n in range(20_000)}
    assert (min(waits), max(waits), len(waits)) == (SHORTEST, LONGEST, 25 * 60 + 1)


def test_when_a_place_comes_back_cannot_be_told_without_the_key() -> None:
    after = (SHORTEST, LONGEST)
    ours, theirs = (rules.free_at(key, "CODE", after, NOW) for key in (b"ours", b"theirs"))
    assert ours != theirs


def test_a_place_that_was_given_back_cannot_be_had_at_once() -> None:
    given_back_later()
    with pytest.raises(SlotFull):
        booked(HERE, a_member(2), now=NOW + SECOND)


def test_a_place_that_was_given_back_can_be_had_at_the_second_it_comes_back() -> None:
    back = given_back_later()
    with pytest.raises(SlotFull):
        booked(HERE, a_member(2), "early", now=back - SECOND)
    assert booked(HERE, a_member(3), now=back).place.first == 2


def test_a_place_that_was_given_back_is_shown_from_the_second_it_comes_back() -> None:
    back = given_back_later()
    assert (seen(back - SECOND), seen(back)) == (0, 1)


def test_cancelling_again_brings_a_place_back_no_sooner_and_no_later() -> None:
    made = booked(HERE, a_member())
    cancel(made)
    back = back_at()
    cancel(made, NOW + SECOND)
    assert back_at() == back


def test_the_key_of_a_cancelled_booking_brings_its_place_back_no_sooner() -> None:
    who = a_member()
    cancel(booked(HERE, who, "key"))
    back = back_at()
    booked(HERE, who, "key")
    assert back_at() == back


def test_neither_sweep_nor_reconcile_brings_a_place_back_sooner() -> None:
    back = given_back_later()
    sweep(back - SECOND)
    reconcile(back - SECOND)
    assert back_at() == back


def test_the_sweep_brings_a_place_back_and_mends_the_hint() -> None:
    back = given_back_later()
    assert sweep(back)["holds_swept"] == 1
    [day] = days.between("malang", THURSDAY, THURSDAY).values()
    assert (slot_at(HERE).left, slot_at(HERE).holds, day.full) == (1, {}, frozenset())


def test_reconcile_brings_back_what_the_sweep_has_missed() -> None:
    assert reconcile(given_back_later())["holds_swept"] == 1


def test_the_place_that_a_booking_has_moved_from_comes_back_later_too() -> None:
    made = booked(HERE, a_member())
    change.reschedule(made.code, THERE, made.account_id, "move", NOW)
    assert SHORTEST <= back_at() - NOW <= LONGEST


def test_what_died_before_it_was_given_back_is_given_back_by_the_retry() -> None:
    made = booked(HERE, a_member())
    with before("UpdateItem", kill), pytest.raises(Killed):
        cancel(made)
    cancel(made)
    assert back_at() > NOW


def test_whoever_has_cancelled_twice_is_told_until_when_they_book_nothing() -> None:
    who = a_member()
    for number in range(2):
        cancel(booked(THERE, who, f"key {number}"))
    with pytest.raises(CancelledTooOften) as refused:
        booked(a_slot(SINGLE), who, "key 3")
    until = refused.value.more["until"]
    assert until == NOW + timedelta(days=30)
    assert until.tzinfo == an_office().zone


def test_what_was_claimed_for_somebody_who_pauses_is_given_back_at_once() -> None:
    who = a_member()
    for number in range(2):
        cancel(booked(THERE, who, f"key {number}"))
    with pytest.raises(CancelledTooOften):
        booked(HERE, who, "key 3")
    assert slot_at(HERE).left == 1

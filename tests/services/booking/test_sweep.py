"""The sweep: what crashed requests left is given back, what is promised stays."""

from datetime import timedelta

import pytest

from chalicelib.config import GRACE
from chalicelib.domain.bookings import Booking, SlotKey, Status
from chalicelib.domain.offices import Closure
from chalicelib.services.booking import change
from chalicelib.services.booking.sweep import DOUBTED, sweep
from chalicelib.store import bookings, days, slots
from chalicelib.store.outcomes import Abandoned
from chalicelib.store.tables.booking import SlotItem
from chalicelib.telemetry import Metric
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    TODAY,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    day_at,
    family_of,
    logged,
    measured,
    ready,
    slot_at,
)
from tests.wire import Killed, before, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
HERE, THERE = a_slot(SINGLE), a_slot(DOUBLE)
DUE = NOW + GRACE
"""When the sweep begins to doubt what was claimed at `NOW`."""


def unconfirmed(slot: SlotKey = HERE, size: int = 1) -> str:
    """A claim whose request died before the booking was there. Returns its code."""
    who = a_member()
    people = family_of(who, size)
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(slot, who, applicants=people)
    [code] = slot_at(slot).holds
    return code


def move(made: Booking) -> Booking:
    return change.reschedule(made.code, THERE, made.account_id, "move", NOW)


def left(slot: SlotKey = HERE) -> int:
    return slot_at(slot).left


# ---- what is doubted ----------------------------------------------------------------------------


def test_a_hold_without_a_booking_is_given_back_when_it_is_as_old_as_the_grace() -> None:
    ready()
    unconfirmed()
    assert sweep(DUE)["holds_swept"] == 1
    assert (left(), slot_at(HERE).holds) == (1, {})


def test_a_hold_younger_than_the_grace_is_left() -> None:
    ready()
    unconfirmed()
    assert sweep(DUE - SECOND)["holds_swept"] == 0
    assert left() == 0


def test_a_hold_without_a_booking_is_looked_at_until_it_is_two_hours_old() -> None:
    ready()
    unconfirmed()
    assert sweep(NOW + DOUBTED - SECOND)["holds_swept"] == 1


def test_an_older_hold_is_left_to_reconcile() -> None:
    ready()
    unconfirmed()
    assert sweep(NOW + DOUBTED)["holds_swept"] == 0
    assert left() == 0


def test_all_places_of_a_family_are_given_back() -> None:
    ready()
    unconfirmed(THERE, size=2)
    sweep(DUE)
    assert left(THERE) == 2


def test_a_hold_of_an_abandoned_code_is_given_back() -> None:
    ready()
    bookings.abandon(unconfirmed(), NOW)
    assert sweep(DUE)["holds_swept"] == 1
    assert left() == 1


def test_a_hold_that_a_cancellation_has_left_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", kill), pytest.raises(Killed):
        change.cancel(made.code, made.account_id, NOW)
    assert sweep(DUE)["holds_swept"] == 1
    assert left() == 1


def test_a_hold_that_a_move_has_left_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", go_on, kill), pytest.raises(Killed):
        move(made)
    assert sweep(DUE)["holds_swept"] == 1
    assert (left(HERE), left(THERE)) == (1, 1)


def test_a_hold_of_a_move_that_was_not_made_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        move(made)
    assert sweep(DUE)["holds_swept"] == 1
    assert (left(HERE), left(THERE)) == (0, 2)


def test_a_promise_stays() -> None:
    ready()
    made = booked(HERE, a_member())
    assert sweep(DUE)["holds_swept"] == 0
    assert (booking_under(made.code), list(slot_at(HERE).holds)) == (made, [made.code])


def test_a_moved_promise_stays_in_its_new_place() -> None:
    ready()
    made = booked(HERE, a_member())
    move(made)
    assert sweep(DUE)["holds_swept"] == 0
    assert list(slot_at(THERE).holds) == [made.code]


def test_a_promise_stays_though_its_hold_is_for_another_number_of_people() -> None:
    ready()
    made = booked(THERE, a_member())
    slots.give_back(THERE, made.code, slot_at(THERE).holds[made.code])
    slots.claim(THERE, made.code, 2, 0, NOW)
    assert sweep(DUE)["holds_swept"] == 0
    assert list(slot_at(THERE).holds) == [made.code]


def test_the_places_of_a_closed_day_are_not_swept() -> None:
    ready()
    unconfirmed()
    days.add_closure("malang", HERE.day, Closure("Banjir", "Flood"), NOW, NOW)
    assert sweep(DUE)["slots"] == 0


def test_a_sweep_goes_over_every_slot() -> None:
    ready()
    assert sweep(DUE) == {"slots": 3, "holds_swept": 0, "hints_repaired": 0, "breaches": 0}


# ---- fence, then release ------------------------------------------------------------------------


def test_a_code_without_a_booking_is_abandoned_before_its_place_is_given_back() -> None:
    ready()
    code = unconfirmed()
    with before("UpdateItem", kill), pytest.raises(Killed):
        sweep(DUE)
    assert isinstance(bookings.get(code), Abandoned)
    assert left() == 0


def test_a_request_that_was_merely_slow_promises_no_place_that_was_swept() -> None:
    ready()
    who = a_member()

    def swept() -> None:
        sweep(DUE)

    with before("TransactWriteItems", swept):
        made = booked(HERE, who)
    assert list(slot_at(HERE).holds) == [made.code]
    assert (booking_under(made.code).status, left()) == (Status.BOOKED, 0)


def test_a_booking_that_is_confirmed_under_the_sweep_stays() -> None:
    ready()
    who, code = a_member(), unconfirmed()

    def confirmed() -> None:
        booked(HERE, who)

    with before("PutItem", confirmed):
        assert sweep(DUE)["holds_swept"] == 0
    assert list(slot_at(HERE).holds) == [code]
    assert booking_under(code).status is Status.BOOKED


def test_a_move_that_was_merely_slow_keeps_a_place() -> None:
    ready()
    made = booked(HERE, a_member())

    def swept() -> None:
        sweep(DUE)

    with before("TransactWriteItems", swept):
        moved = move(made)
    assert booking_under(made.code).slot == moved.slot == THERE
    assert (list(slot_at(THERE).holds), left(HERE)) == ([made.code], 1)


def test_a_second_sweep_finds_nothing() -> None:
    ready()
    unconfirmed()
    sweep(DUE)
    assert sweep(DUE + SECOND)["holds_swept"] == 0


def test_two_sweeps_at_once_give_back_once() -> None:
    ready()
    unconfirmed(THERE)

    def another() -> None:
        sweep(DUE)

    with before("UpdateItem", another):
        assert sweep(DUE)["holds_swept"] == 0
    assert left(THERE) == 2


# ---- the hint -----------------------------------------------------------------------------------


def test_a_missing_hint_is_left() -> None:
    ready()
    booked(HERE, a_member())
    days.unmark_full(HERE)
    assert sweep(DUE)["hints_repaired"] == 1
    assert day_at().full == {SINGLE.start}


def test_a_wrong_hint_is_taken_away() -> None:
    ready()
    days.mark_full(a_slot(FAMILY))
    assert sweep(DUE)["hints_repaired"] == 1
    assert day_at().full == frozenset()


def test_a_right_hint_stays() -> None:
    ready()
    booked(HERE, a_member())
    assert sweep(DUE)["hints_repaired"] == 0
    assert day_at().full == {SINGLE.start}


def test_the_hint_goes_with_the_hold_that_is_given_back() -> None:
    ready()
    unconfirmed()
    days.mark_full(HERE)
    sweep(DUE)
    assert day_at().full == frozenset()


# ---- what is reported ---------------------------------------------------------------------------


def test_a_slot_out_of_balance_is_counted_and_logged(capsys: pytest.CaptureFixture[str]) -> None:
    ready()
    SlotItem.change(THERE.id, actions=[SlotItem.left.set(1)])
    assert sweep(DUE)["breaches"] == 1
    out = capsys.readouterr().out
    assert measured(out, Metric.INVARIANT_BREACHES) == [{"value": 1}]
    assert [line["message"] for line in logged(out)] == ["slot is out of balance"]


def test_what_was_swept_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    ready()
    unconfirmed()
    sweep(DUE)
    assert measured(capsys.readouterr().out, Metric.HOLDS_SWEPT) == [{"value": 1}]


def test_the_places_that_can_be_booked_are_counted_by_zone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not those of a slot that has begun, nor those that are not released."""
    east = an_office("jayapura", time_zone="Asia/Jayapura")
    ready(TODAY, THURSDAY, THURSDAY + timedelta(days=4))
    ready(THURSDAY, office=east)
    booked(THERE, a_member())
    sweep(NOW + timedelta(seconds=1))  # it has just struck nine in Jakarta
    told = measured(capsys.readouterr().out, Metric.PLACES_LEFT)
    assert {one["zone"]: one["value"] for one in told} == {"WIB": 6 + 9 - 1, "WIT": 9}


def test_places_left_are_not_told_of_a_part_of_the_offices(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ready()
    ready(office=an_office("ambon", time_zone="Asia/Jayapura"))
    allowed = iter([True])
    sweep(NOW, more=lambda: next(allowed, False))
    assert measured(capsys.readouterr().out, Metric.PLACES_LEFT) == []


def test_a_sweep_without_time_hands_over_to_the_next() -> None:
    ready()
    done = sweep(NOW, more=lambda: False)
    assert (done["slots"], done["handed_over"]) == (0, 1)

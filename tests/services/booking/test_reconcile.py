"""Every booking is compared with every roster, in both directions."""

from datetime import timedelta

import pytest

from chalicelib.config import GRACE
from chalicelib.domain import calendar
from chalicelib.services.booking import change
from chalicelib.services.booking.reconcile import reconcile
from chalicelib.services.booking.sweep import DOUBTED
from chalicelib.store import applicants, slots
from chalicelib.store.tables.booking import BookingItem, SlotItem
from chalicelib.telemetry import Metric
from tests.builders import (
    DOUBLE,
    SINGLE,
    THURSDAY,
    Member,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    measured,
    ready,
    slot_at,
)
from tests.wire import Killed, before, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
HERE, THERE = a_slot(SINGLE), a_slot(DOUBLE)
NIGHT = NOW + 2 * DOUBTED
"""When the sweep looks no more at what was claimed at `NOW`."""


def lose_hold(code: str) -> None:
    """What must never happen: a booking's place is given back."""
    slots.give_back(HERE, code, slot_at(HERE).holds[code])


def test_where_nothing_is_amiss_it_says_so() -> None:
    ready()
    booked(HERE, a_member(1))
    booked(THERE, a_member(2))
    assert reconcile(NIGHT) == {"bookings": 2, "slots": 3, "holds_swept": 0, "breaches": 0}


def test_where_nothing_is_amiss_everything_stays() -> None:
    ready()
    made = booked(HERE, a_member())
    before_it = slot_at(HERE)
    reconcile(NIGHT)
    assert (booking_under(made.code), slot_at(HERE)) == (made, before_it)


def test_an_old_hold_without_a_booking_is_given_back() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(HERE, who)
    assert reconcile(NIGHT)["holds_swept"] == 1
    assert slot_at(HERE).left == 1


def test_an_old_hold_that_a_cancellation_has_left_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", kill), pytest.raises(Killed):
        change.cancel(made.code, made.account_id, NOW)
    assert reconcile(NIGHT)["holds_swept"] == 1
    assert slot_at(HERE).left == 1


def test_an_old_hold_that_a_move_has_left_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", go_on, kill), pytest.raises(Killed):
        change.reschedule(made.code, THERE, made.account_id, "move", NOW)
    assert reconcile(NIGHT)["holds_swept"] == 1
    assert (slot_at(HERE).left, slot_at(THERE).left) == (1, 1)


def test_a_hold_younger_than_the_grace_is_left_alone() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(HERE, who)
    assert reconcile(NOW + GRACE - SECOND)["holds_swept"] == 0


def test_a_booking_without_a_hold_is_a_breach(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    ready()
    made = booked(HERE, a_member())
    lose_hold(made.code)
    assert reconcile(NIGHT)["breaches"] == 1
    out = capsys.readouterr().out
    assert measured(out, Metric.INVARIANT_BREACHES) == [{"value": 1}]
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(r.getMessage(), r.__dict__["code"]) for r in errors] == [
        ("booking holds no place", made.code)
    ]


def test_a_booking_that_is_cancelled_meanwhile_is_no_breach() -> None:
    ready()
    made = booked(HERE, a_member())

    def cancelled() -> None:
        change.cancel(made.code, made.account_id, NOW)

    with before("BatchGetItem", cancelled):
        assert reconcile(NIGHT)["breaches"] == 0


def test_a_slot_out_of_balance_is_a_breach() -> None:
    ready()
    SlotItem.change(HERE.id, actions=[SlotItem.left.set(0)])
    assert reconcile(NIGHT)["breaches"] == 1


def test_a_cancelled_booking_is_not_compared() -> None:
    ready()
    made = booked(HERE, a_member())
    change.cancel(made.code, made.account_id, NOW)
    assert reconcile(NIGHT) == {"bookings": 0, "slots": 3, "holds_swept": 0, "breaches": 0}


def test_a_booking_whose_day_is_over_is_not_compared() -> None:
    ready()
    made = booked(HERE, a_member())
    lose_hold(made.code)
    assert reconcile(calendar.ends_at(an_office(), THURSDAY))["bookings"] == 0


# ---- one active booking a person -----------------------------------------------------------------


def forgotten(who: Member) -> None:
    """What must never happen: a visit that stands is forgotten, so its person can book again."""
    applicants.free(who.person_id, booked(HERE, who).code)


def test_two_bookings_of_one_person_are_a_breach(caplog: pytest.LogCaptureFixture) -> None:
    ready()
    who = a_member()
    forgotten(who)
    booked(THERE, who, "another")
    assert reconcile(NIGHT)["breaches"] == 1
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told.getMessage() == "two bookings of one person"
    assert set(told.__dict__["codes"]) == {*slot_at(HERE).holds, *slot_at(THERE).holds}


def test_a_booking_that_is_made_after_another_was_cancelled_is_no_breach() -> None:
    ready()
    who = a_member()
    forgotten(who)
    again = booked(THERE, who, "another")
    with before("GetItem", lambda: change.cancel(again.code, who.account_id, NOW) and None):
        assert reconcile(NIGHT)["breaches"] == 0


def test_a_booking_that_is_made_while_all_is_compared_is_left_to_the_next_night() -> None:
    ready()
    who = a_member()
    forgotten(who)
    booked(THERE, who, "another", NIGHT + SECOND)
    assert reconcile(NIGHT)["breaches"] == 0
    assert reconcile(NIGHT + SECOND)["breaches"] == 1


def test_whoever_has_left_a_booking_may_be_in_another() -> None:
    ready()
    who = a_member()
    forgotten(who)
    (code,) = slot_at(HERE).holds
    booked(THERE, who, "another")
    BookingItem.change(code, actions=[BookingItem.out.set([0])])
    assert reconcile(NIGHT)["breaches"] == 0

"""Cancelling and rescheduling: until when, how often, and what becomes of the places."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api import shown
from chalicelib.api.answers import BookingAnswer
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, CancelledBy, SlotKey, Status
from chalicelib.domain.errors import (
    AlreadyBooked,
    AlreadyCancelled,
    CancelledTooOften,
    KeyReused,
    NoReschedulesLeft,
    NoSuchBooking,
    NoSuchSlot,
    NotReleased,
    OfficeClosed,
    RequestInProgress,
    SameSlot,
    SlotFull,
    TooLate,
)
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import CANCELLATIONS, Link, Proof, settle
from chalicelib.services.booking import change, mine
from chalicelib.store import applicants, bookings, days, slots, tellings
from chalicelib.store.outcomes import Claimed
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    a_member,
    a_slot,
    added,
    an_office,
    booked,
    booking_under,
    consented,
    day_at,
    family_of,
    person_id_of,
    person_of,
    ready,
    registered,
    released_days,
    slot_at,
)
from tests.wire import Killed, before, fault, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)
FRIDAY = date(2026, 11, 27)

HERE, THERE = a_slot(SINGLE), a_slot(DOUBLE)
WHY = Closure("Listrik padam", "No power")

ZONES = [
    ("Asia/Jakarta", datetime.fromisoformat("2026-11-25T17:00Z")),
    ("Asia/Jayapura", datetime.fromisoformat("2026-11-25T15:00Z")),
]
"""The midnights between Wednesday and Thursday."""


def answer(made: Booking) -> BookingAnswer:
    """What the applicant reads of a booking."""
    return shown.booking(mine.as_maker(made))


def cancel(made: Booking, now: datetime = NOW) -> Booking:
    return change.cancel(made.code, made.account_id, now)


def move(made: Booking, to: SlotKey = THERE, key: str = "move", now: datetime = NOW) -> Booking:
    """Reschedule a booking, by default to the window of two places."""
    return change.reschedule(made.code, to, made.account_id, key, now)


def orphan(made: Booking, version: int) -> None:
    """Leave a hold of another version of a booking in the window of two places."""
    assert isinstance(slots.claim(THERE, made.code, 1, version, NOW), Claimed)


# ---- cancelling ---------------------------------------------------------------------------------


def test_a_cancelled_booking_says_so_and_by_whom() -> None:
    ready()
    made = booked(HERE, a_member())
    cancel(made)
    stands = booking_under(made.code)
    assert (stands.status, stands.cancelled_by) == (Status.CANCELLED, CancelledBy.APPLICANT)


def test_a_cancellation_gives_the_places_back() -> None:
    ready()
    who = a_member()
    cancel(booked(THERE, who, applicants=family_of(who, 2)))
    assert (slot_at(THERE).left, slot_at(THERE).holds) == (2, {})


def test_a_cancellation_frees_everybody_in_the_family() -> None:
    ready()
    who = a_member()
    family = family_of(who, 2)
    cancel(booked(THERE, who, applicants=family))
    persons = [applicants.get(person_id_of(who.account_id, one)) for one in family]
    assert [person.active for person in persons] == [None, None]


def test_the_place_that_was_given_up_can_be_booked() -> None:
    ready()
    cancel(booked(HERE, a_member(1)))
    assert booked(HERE, a_member(2)).status is Status.BOOKED


def test_cancelling_again_has_the_same_answer() -> None:
    ready()
    made = booked(HERE, a_member())
    assert answer(cancel(made)) == answer(cancel(made, LATER))


def test_cancelling_again_gives_nothing_back_a_second_time() -> None:
    ready()
    made = booked(THERE, a_member())
    cancel(made)
    cancel(made)
    assert slot_at(THERE).left == 2


def test_a_cancelled_booking_stays_cancelled_when_it_is_too_late_to_cancel() -> None:
    ready()
    made = booked(HERE, a_member())
    cancelled = cancel(made)
    late = calendar.can_change_until(an_office(), THURSDAY)
    assert answer(cancel(made, late)) == answer(cancelled)


def test_another_accounts_booking_is_not_there() -> None:
    ready()
    made = booked(HERE, a_member(1))
    other = a_member(2)
    with pytest.raises(NoSuchBooking):
        change.cancel(made.code, other.account_id, NOW)
    with pytest.raises(NoSuchBooking):
        change.reschedule(made.code, THERE, other.account_id, "move", NOW)


def test_a_code_that_nobody_has_is_no_booking() -> None:
    with pytest.raises(NoSuchBooking):
        change.cancel("0123456789AB", "account-1", NOW)


def test_an_abandoned_code_is_no_booking() -> None:
    bookings.abandon("0123456789AB", NOW)
    with pytest.raises(NoSuchBooking):
        change.cancel("0123456789AB", "account-1", NOW)


@pytest.mark.parametrize(("time_zone", "midnight"), ZONES)
def test_a_booking_can_be_cancelled_until_the_second_before_its_day(
    time_zone: str, midnight: datetime
) -> None:
    ready(office=an_office(time_zone=time_zone))
    made = booked(HERE, a_member())
    assert cancel(made, midnight - SECOND).status is Status.CANCELLED


@pytest.mark.parametrize(("time_zone", "midnight"), ZONES)
def test_at_the_midnight_of_the_office_it_is_too_late_to_cancel(
    time_zone: str, midnight: datetime
) -> None:
    ready(office=an_office(time_zone=time_zone))
    made = booked(HERE, a_member())
    with pytest.raises(TooLate) as refused:
        cancel(made, midnight)
    assert refused.value.more == {"until": midnight}
    assert refused.value.more["until"].tzinfo == ZoneInfo(time_zone)
    assert booking_under(made.code) == made


def test_a_booking_that_moved_meanwhile_is_cancelled_where_it_is_now() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", lambda: void(move(made))):
        cancelled = cancel(made)
    assert (cancelled.slot, slot_at(HERE).left, slot_at(THERE).left) == (THERE, 1, 2)


def test_a_cancellation_stands_though_the_place_could_not_be_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", *fault(10)):
        cancel(made)
    assert (booking_under(made.code).status, slot_at(HERE).left) == (Status.CANCELLED, 0)


def test_a_booking_is_cancelled_before_its_place_is_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", kill), pytest.raises(Killed):
        cancel(made)
    assert (booking_under(made.code).status, slot_at(HERE).left) == (Status.CANCELLED, 0)


# ---- what a cancellation counts -----------------------------------------------------------------


def test_a_holder_who_cancels_once_may_book_again() -> None:
    ready()
    who = a_member()
    cancel(booked(HERE, who))
    assert booked(THERE, who, "again")


def test_a_holder_who_cancels_twice_waits_thirty_days_and_is_told_until_when() -> None:
    ready()
    who = a_member()
    cancel(booked(HERE, who), NOW)
    cancel(booked(HERE, who, "again"), LATER)
    with pytest.raises(CancelledTooOften) as refused:
        booked(THERE, who, "a third time")
    until = refused.value.more["until"]
    assert (until, until.tzinfo) == (LATER + CANCELLATIONS, ZoneInfo("Asia/Jakarta"))
    assert refused.value.more["applicant_id"] == who.applicant_id


def test_whom_nobody_holds_waits_thirty_days_after_one_cancellation() -> None:
    ready()
    who = a_member()
    holder, relative = family_of(who, 2)
    cancel(booked(THERE, who, applicants=[holder, relative]))
    with pytest.raises(CancelledTooOften) as refused:
        booked(THERE, who, "again", applicants=[holder, relative])
    assert refused.value.more["applicant_id"] == relative
    assert booked(THERE, who, "alone")


def test_what_a_stranger_books_and_cancels_never_pauses_whoever_registers_later() -> None:
    released_days()
    stranger = registered(1)
    child = added(stranger, 2)
    cancel(booked(HERE, stranger, applicants=[child.applicant_id]))
    assert booked(THERE, registered(2))


def test_what_the_holder_allows_counts_as_their_own_and_pauses_them_with_another() -> None:
    released_days()
    mother, daughter = registered(1), registered(2)
    named = added(mother, 2)
    consented(daughter)
    cancel(booked(HERE, mother, applicants=[named.applicant_id]))
    cancel(booked(HERE, daughter))
    for who, alias in ((daughter, daughter.applicant_id), (mother, named.applicant_id)):
        with pytest.raises(CancelledTooOften):
            booked(THERE, who, "again", applicants=[alias])


def test_a_move_counts_as_no_cancellation() -> None:
    ready()
    who = a_member()
    move(booked(HERE, who))
    assert person_of(who).cancellations == ()


def test_a_cancellation_counts_once_however_often_it_is_sent() -> None:
    ready()
    who = a_member()
    made = booked(HERE, who)
    cancel(made)
    cancel(made, LATER)
    assert [one.at for one in person_of(who).cancellations] == [NOW]


def test_a_cancellation_reads_again_whose_links_have_changed_meanwhile() -> None:
    ready()
    who = a_member()
    made = booked(HERE, who)

    def displaced() -> None:
        read = person_of(who)
        links = {**read.links, "owner": Link(Relation.SELF, NOW, Proof.SEEN)}
        assert applicants.link(read, settle(read, links, NOW))

    with before("TransactWriteItems", displaced):
        cancel(made)
    assert [one.own for one in person_of(who).cancellations] == [False]


def test_a_cancellation_at_somebodys_request_counts_against_nobody() -> None:
    ready()
    who = a_member()
    made = booked(HERE, who)
    change.cancel_for(made.code, CancelledBy.OPERATOR, NOW)
    assert booking_under(made.code).cancelled_by is CancelledBy.OPERATOR
    assert (person_of(who).active, person_of(who).cancellations) == (None, ())
    assert slot_at(HERE).left == 1


def test_what_is_cancelled_already_is_not_cancelled_at_somebodys_request() -> None:
    ready()
    made = booked(HERE, a_member())
    cancel(made)
    with pytest.raises(AlreadyCancelled):
        change.cancel_for(made.code, CancelledBy.OPERATOR, NOW)
    with pytest.raises(NoSuchBooking):
        change.cancel_for("0123456789AB", CancelledBy.OPERATOR, NOW)


# ---- rescheduling -------------------------------------------------------------------------------


def test_a_moved_booking_is_in_its_new_place() -> None:
    ready()
    moved = move(booked(HERE, a_member()))
    assert (moved.slot, list(moved.numbers.values())) == (THERE, [1])
    assert answer(booking_under(moved.code)) == answer(moved)


def test_a_move_keeps_the_code() -> None:
    ready()
    made = booked(HERE, a_member())
    assert move(made).code == made.code


def test_a_move_gives_the_old_places_back_and_takes_the_new_ones() -> None:
    ready()
    who = a_member()
    made = booked(THERE, who, applicants=family_of(who, 2))
    move(made, a_slot(FAMILY))
    assert (slot_at(THERE).left, slot_at(a_slot(FAMILY)).left) == (2, 4)


def test_a_booking_is_moved_once() -> None:
    ready()
    made = booked(HERE, a_member())
    moved = move(made)
    with pytest.raises(NoReschedulesLeft):
        move(made, a_slot(FAMILY), "again")
    assert (moved.reschedules_left, booking_under(made.code).slot) == (0, THERE)


def test_a_booking_can_be_moved_to_another_day() -> None:
    ready(THURSDAY, FRIDAY)
    made = booked(HERE, a_member())
    assert move(made, a_slot(day=FRIDAY)).slot == a_slot(day=FRIDAY)


def test_a_booking_moved_to_a_later_day_engages_its_people_until_then() -> None:
    ready(THURSDAY, FRIDAY)
    who = a_member()
    move(booked(HERE, who), a_slot(day=FRIDAY))
    over = calendar.ends_at(an_office(), THURSDAY)
    with pytest.raises(AlreadyBooked):
        booked(a_slot(DOUBLE, FRIDAY), who, "other", now=over)


def test_a_booking_can_be_moved_to_another_office() -> None:
    ready()
    ready(office=an_office("batu"))
    made = booked(HERE, a_member())
    assert move(made, a_slot(office_id="batu")).slot.office_id == "batu"


@pytest.mark.parametrize(("time_zone", "midnight"), ZONES)
def test_a_booking_can_be_moved_until_the_second_before_its_day(
    time_zone: str, midnight: datetime
) -> None:
    ready(office=an_office(time_zone=time_zone))
    made = booked(HERE, a_member())
    assert move(made, now=midnight - SECOND).slot == THERE


@pytest.mark.parametrize(("time_zone", "midnight"), ZONES)
def test_at_the_midnight_of_the_office_it_is_too_late_to_move(
    time_zone: str, midnight: datetime
) -> None:
    ready(office=an_office(time_zone=time_zone))
    made = booked(HERE, a_member())
    with pytest.raises(TooLate):
        move(made, now=midnight)
    assert slot_at(THERE).left == 2


def test_a_booking_is_not_moved_to_where_it_is() -> None:
    ready()
    made = booked(THERE, a_member())
    with pytest.raises(SameSlot):
        move(made)
    assert slot_at(THERE).left == 1


def test_a_cancelled_booking_is_not_moved() -> None:
    ready()
    made = booked(HERE, a_member())
    cancel(made)
    with pytest.raises(AlreadyCancelled):
        move(made)


def test_a_booking_is_not_moved_to_a_slot_that_is_not_there() -> None:
    ready()
    made = booked(HERE, a_member())
    with pytest.raises(NoSuchSlot):
        move(made, SlotKey("malang", THURSDAY, SINGLE.end.replace(minute=1)))


def test_a_booking_is_not_moved_to_a_day_that_is_not_released() -> None:
    ready()
    made = booked(HERE, a_member())
    with pytest.raises(NotReleased):
        move(made, a_slot(day=date(2026, 11, 30)))


def test_a_booking_is_not_moved_to_a_closed_day() -> None:
    ready(THURSDAY, FRIDAY)
    days.add_closure("malang", FRIDAY, WHY, NOW, NOW)
    made = booked(HERE, a_member())
    with pytest.raises(OfficeClosed):
        move(made, a_slot(day=FRIDAY))


def test_a_full_slot_offers_others_and_the_booking_keeps_its_place() -> None:
    ready()
    made = booked(THERE, a_member(1))
    booked(HERE, a_member(2))
    with pytest.raises(SlotFull) as refused:
        move(made, HERE)
    assert a_slot(FAMILY) in [offer.key for offer in refused.value.more["alternatives"]]
    assert (booking_under(made.code), slot_at(THERE).left) == (made, 1)


def test_a_booking_that_met_a_full_slot_can_still_be_moved() -> None:
    ready()
    made = booked(THERE, a_member(1))
    booked(HERE, a_member(2))
    with pytest.raises(SlotFull):
        move(made, HERE)
    assert move(made, a_slot(FAMILY)).slot == a_slot(FAMILY)


def test_a_family_is_not_moved_to_where_it_does_not_fit() -> None:
    ready()
    who = a_member()
    made = booked(a_slot(FAMILY), who, applicants=family_of(who, 3))
    with pytest.raises(SlotFull):
        move(made)
    assert (slot_at(a_slot(FAMILY)).left, slot_at(THERE).left) == (3, 2)


def test_the_hint_goes_with_the_move() -> None:
    ready()
    booked(THERE, a_member(2))
    move(booked(HERE, a_member(1)))
    assert day_at().full == {DOUBLE.start}


def test_a_move_begins_its_notices_anew() -> None:
    ready()
    made = booked(HERE, a_member())
    tellings.mark(made, Notice.EVENING, NOW)
    tellings.record(made.code, Notice.EVENING, State.SENT, None)
    move(made)
    assert booking_under(made.code).told == {}


# ---- retries of a move --------------------------------------------------------------------------


def test_a_retry_of_a_move_gets_the_first_answer() -> None:
    ready()
    made = booked(HERE, a_member())
    assert answer(move(made)) == answer(move(made, now=LATER))


def test_a_retry_of_a_move_takes_no_more_places() -> None:
    ready()
    made = booked(HERE, a_member())
    move(made)
    move(made)
    assert (slot_at(HERE).left, slot_at(THERE).left) == (1, 1)


def test_a_retry_of_a_move_gets_the_first_answer_when_it_is_too_late_to_move() -> None:
    ready()
    made = booked(HERE, a_member())
    moved = move(made)
    late = calendar.can_change_until(an_office(), THURSDAY)
    assert answer(move(made, now=late)) == answer(moved)


def test_a_retry_of_a_move_gets_the_first_answer_after_a_cancellation() -> None:
    ready()
    made = booked(HERE, a_member())
    moved = move(made)
    cancel(made)
    assert answer(move(made, now=LATER)) == answer(moved)
    assert booking_under(made.code).status is Status.CANCELLED


def test_the_key_of_a_move_with_another_slot_is_refused() -> None:
    ready()
    made = booked(HERE, a_member())
    move(made)
    with pytest.raises(KeyReused):
        move(made, a_slot(FAMILY))


def test_a_retry_goes_on_from_where_the_first_move_died() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        move(made)
    assert list(move(made, now=LATER).numbers.values()) == [1]
    assert (slot_at(HERE).left, slot_at(THERE).left) == (1, 1)


def test_a_move_that_died_half_way_leaves_the_booking_where_it_was() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        move(made)
    assert (booking_under(made.code), slot_at(HERE).left) == (made, 0)


def test_the_old_place_is_given_back_after_the_move_and_not_before() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", go_on, kill), pytest.raises(Killed):
        move(made)
    assert (booking_under(made.code).slot, slot_at(HERE).left) == (THERE, 0)


def test_twins_of_a_move_take_one_place() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", lambda: void(move(made))):
        move(made)
    assert (slot_at(HERE).left, slot_at(THERE).left) == (1, 1)


# ---- what earlier requests have left behind -----------------------------------------------------


def test_an_orphan_of_an_older_version_is_taken_away_and_the_place_claimed_anew() -> None:
    ready()
    made = booked(HERE, a_member())
    orphan(made, version=0)
    moved = move(made)
    assert (list(moved.numbers.values()), slot_at(THERE).left) == ([2], 1)
    assert slot_at(THERE).holds[made.code].version == made.version


def test_a_hold_of_a_newer_version_is_never_taken_away() -> None:
    ready()
    made = booked(HERE, a_member())
    orphan(made, version=7)
    with pytest.raises(RequestInProgress):
        move(made)
    assert slot_at(THERE).holds[made.code].version == 7


def test_a_move_of_a_booking_that_is_cancelled_meanwhile_keeps_no_place() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", lambda: void(cancel(made))), pytest.raises(AlreadyCancelled):
        move(made)
    assert (slot_at(HERE).left, slot_at(THERE).left) == (1, 2)


def test_a_move_looks_again_when_the_version_was_raised_meanwhile() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("TransactWriteItems", lambda: void(bookings.raise_version(made))):
        moved = move(made)
    assert (moved.slot, slot_at(THERE).left, slot_at(HERE).left) == (THERE, 1, 1)


def test_a_move_stands_though_the_old_place_could_not_be_given_back() -> None:
    ready()
    made = booked(HERE, a_member())
    with before("UpdateItem", go_on, *fault(10)):
        move(made)
    assert (booking_under(made.code).slot, slot_at(HERE).left) == (THERE, 0)


def void(_: object) -> None:
    """Nothing: what was done before a call is no answer to it."""

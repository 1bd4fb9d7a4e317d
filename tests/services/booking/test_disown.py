"""Leaving a booking that somebody else made: nobody is in one against their will."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, CancelledBy, Status
from chalicelib.domain.errors import (
    ConsentNeeded,
    NoSuchApplicant,
    NoSuchBooking,
    RequestInProgress,
    TooLate,
)
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Link, settle
from chalicelib.services.booking import change, mine
from chalicelib.services.booking.disown import LOOKS, disown
from chalicelib.services.booking.mine import Seen
from chalicelib.services.booking.sweep import sweep
from chalicelib.services.office import persons
from chalicelib.services.office.persons import Case
from chalicelib.services.people import family
from chalicelib.store import applicants, bookings
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    Member,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    an_office,
    booked,
    booking_under,
    consented,
    person_of,
    registered,
    registered_with,
    released_days,
    slot_at,
)
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)
HERE, THERE = a_slot(FAMILY), a_slot(DOUBLE)


class Trip:
    """A booking that a mother made for herself, a daughter and a son, who have accounts."""

    def __init__(self) -> None:
        released_days()
        self.mother, self.daughter, self.son = (registered(n) for n in (1, 2, 3))
        self.named = [added(self.mother, n) for n in (2, 3)]
        for child in (self.daughter, self.son):
            consented(child)
        people = [self.mother.applicant_id, *(one.applicant_id for one in self.named)]
        self.made = booked(HERE, self.mother, applicants=people)

    def disown(self, who: Registered, now: datetime = NOW) -> Seen:
        return disown(self.made.code, who.account_id, now)

    @property
    def stands(self) -> Booking:
        return booking_under(self.made.code)


def booked_alone() -> tuple[Registered, Registered, Member, Booking]:
    """Somebody, and whom they have booked for and nobody else."""
    released_days()
    who, other = registered(1), registered(2)
    named = added(who, 2)
    consented(other)
    return who, other, named, booked(THERE, who, applicants=[named.applicant_id])


# ---- what it does -------------------------------------------------------------------------------


def test_whoever_leaves_a_booking_is_free_and_the_others_are_not() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    held = [person_of(who).active for who in (trip.mother, trip.daughter, trip.son)]
    assert [one.code if one else None for one in held] == [trip.made.code, None, trip.made.code]
    assert booked(a_slot(SINGLE), trip.daughter)


def test_whoever_has_left_is_told_so_and_knows_no_number() -> None:
    trip = Trip()
    seen = trip.disown(trip.daughter)
    assert (seen.left, seen.made_by_me, dict(seen.numbers)) == (True, False, {})


def test_those_who_remain_keep_their_numbers_and_the_slot_its_places() -> None:
    trip = Trip()
    numbers = trip.made.numbers
    trip.disown(trip.daughter)
    son = trip.named[1].applicant_id
    assert trip.stands.numbers == {
        trip.mother.applicant_id: numbers[trip.mother.applicant_id],
        son: numbers[son],
    }
    assert slot_at(HERE).left == 3


def test_the_sweep_takes_no_place_of_a_booking_that_somebody_has_left() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    done = sweep(NOW + timedelta(hours=1))
    assert (done["holds_swept"], done["breaches"], slot_at(HERE).left) == (0, 0, 3)


def test_a_later_move_takes_places_for_those_who_remain_and_gives_all_the_old_ones_back() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    moved = change.reschedule(trip.made.code, THERE, trip.mother.account_id, "move", LATER)
    son = trip.named[1].applicant_id
    assert moved.numbers == {trip.mother.applicant_id: 1, son: 2} == trip.stands.numbers
    assert (slot_at(HERE).left, slot_at(THERE).left) == (6, 0)
    assert sweep(NOW + timedelta(hours=1))["holds_swept"] == 0


def test_whoever_leaves_after_a_move_leaves_the_others_their_new_numbers() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    change.reschedule(trip.made.code, THERE, trip.mother.account_id, "move", LATER)
    trip.disown(trip.son, LATER)
    assert trip.stands.numbers == {trip.mother.applicant_id: 1}


def test_leaving_counts_against_nobody() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    everybody = (trip.mother, trip.daughter, trip.son)
    assert [person_of(who).cancellations for who in everybody] == [(), (), ()]


def test_a_cancellation_counts_only_those_who_remain() -> None:
    trip = Trip()
    trip.disown(trip.daughter)
    change.cancel(trip.made.code, trip.mother.account_id, LATER)
    everybody = (trip.mother, trip.daughter, trip.son)
    assert [len(person_of(who).cancellations) for who in everybody] == [1, 0, 1]


def test_the_last_one_to_leave_cancels_the_booking_and_the_places_come_back() -> None:
    _, other, _, made = booked_alone()
    seen = disown(made.code, other.account_id, NOW)
    stands = booking_under(made.code)
    assert (stands.status, stands.cancelled_by) == (Status.CANCELLED, CancelledBy.NOBODY)
    assert seen.booking.status is Status.CANCELLED
    assert slot_at(THERE).left == 2


def test_the_maker_sees_that_a_booking_everybody_left_is_cancelled() -> None:
    who, other, _, made = booked_alone()
    disown(made.code, other.account_id, NOW)
    seen = mine.seen(made.code, who.account_id, NOW)
    assert (seen.booking.status, dict(seen.numbers)) == (Status.CANCELLED, {})
    assert change.cancel(made.code, who.account_id, NOW).status is Status.CANCELLED


# ---- the maker ----------------------------------------------------------------------------------


def test_the_maker_may_not_book_for_whoever_has_left_until_they_consent_anew() -> None:
    who, other, named, made = booked_alone()
    disown(made.code, other.account_id, NOW)
    with pytest.raises(NoSuchApplicant):
        booked(THERE, who, "again", applicants=[named.applicant_id])
    family.remove(who.account_id, named.applicant_id, NOW)
    again = added(who, 2)
    with pytest.raises(ConsentNeeded):
        booked(THERE, who, "asked", applicants=[again.applicant_id])
    consented(other)
    assert booked(THERE, who, "allowed", applicants=[again.applicant_id])


def test_leaving_a_booking_leaves_other_accounts_their_consent() -> None:
    _, other, _, made = booked_alone()
    father = registered(4)
    added(father, 2)
    consented(other)
    disown(made.code, other.account_id, NOW)
    links = person_of(other).links
    assert set(links) == {other.account_id, father.account_id}
    assert links[father.account_id].given


def test_the_maker_cannot_leave_their_own_booking() -> None:
    trip = Trip()
    with pytest.raises(NoSuchBooking):
        trip.disown(trip.mother)
    assert trip.stands == trip.made


def test_a_new_holder_leaves_what_a_squatter_has_booked() -> None:
    released_days()
    squatter = registered(1)
    made = booked(THERE, squatter)
    owner = registered_with(a_ktp(1), a_phone(2))
    persons.seen(a_ktp(1).nik, a_phone(2), Case("operator:x", "KTP seen"), NOW)
    disown(made.code, owner.account_id, NOW)
    assert booking_under(made.code).status is Status.CANCELLED
    assert booked(THERE, owner, "own")


# ---- refused ------------------------------------------------------------------------------------


def test_a_booking_that_does_not_name_somebody_cannot_be_left() -> None:
    trip = Trip()
    with pytest.raises(NoSuchBooking):
        trip.disown(registered(5))
    with pytest.raises(NoSuchBooking):
        disown("0123456789AB", trip.daughter.account_id, NOW)


def test_an_account_that_only_claims_to_be_somebody_leaves_nothing_for_them() -> None:
    trip = Trip()
    other = registered_with(a_ktp(2), a_phone(5))
    with pytest.raises(NoSuchBooking):
        trip.disown(other)
    assert trip.stands == trip.made


def test_an_abandoned_code_cannot_be_left() -> None:
    who = registered()
    bookings.abandon("0123456789AB", NOW)
    with pytest.raises(NoSuchBooking):
        disown("0123456789AB", who.account_id, NOW)


def test_a_booking_can_be_left_until_the_second_before_its_day() -> None:
    trip = Trip()
    midnight = calendar.can_change_until(an_office(), THURSDAY)
    with pytest.raises(TooLate) as refused:
        trip.disown(trip.daughter, midnight)
    assert refused.value.more == {"until": midnight}
    assert trip.disown(trip.daughter, midnight - SECOND).left


# ---- retries, and others at once ----------------------------------------------------------------


def test_leaving_again_has_the_same_answer_and_does_nothing() -> None:
    trip = Trip()
    first = trip.disown(trip.daughter)
    version = trip.stands.version
    assert trip.disown(trip.daughter, LATER) == first
    assert trip.stands.version == version


def test_leaving_a_cancelled_booking_does_nothing() -> None:
    trip = Trip()
    change.cancel(trip.made.code, trip.mother.account_id, NOW)
    assert trip.disown(trip.daughter).left
    assert trip.stands.out == ()


def test_a_retry_gives_the_places_back_where_the_first_try_died() -> None:
    _, other, _, made = booked_alone()
    with before("UpdateItem", kill), pytest.raises(Killed):
        disown(made.code, other.account_id, NOW)
    assert slot_at(THERE).left == 1
    disown(made.code, other.account_id, NOW)
    assert slot_at(THERE).left == 2


def test_two_who_leave_at_once_have_both_left() -> None:
    trip = Trip()

    def overtake() -> None:
        trip.disown(trip.son)

    with before("TransactWriteItems", overtake):
        trip.disown(trip.daughter)
    assert trip.stands.numbers == {trip.mother.applicant_id: 1}
    assert sorted(trip.stands.out) == [1, 2]


def test_whoever_leaves_while_the_booking_moves_leaves_it_in_its_new_place() -> None:
    trip = Trip()
    other = a_slot(FAMILY, THURSDAY + timedelta(days=1))

    def moves() -> None:
        change.reschedule(trip.made.code, other, trip.mother.account_id, "move", NOW)

    with before("TransactWriteItems", moves):
        seen = trip.disown(trip.daughter)
    assert (seen.booking.slot, slot_at(HERE).left, slot_at(other).left) == (other, 6, 3)


def test_a_move_that_somebody_overtakes_by_leaving_takes_no_place_for_them() -> None:
    trip = Trip()
    other = a_slot(FAMILY, THURSDAY + timedelta(days=1))

    def leaves() -> None:
        trip.disown(trip.daughter)

    with before("TransactWriteItems", leaves):
        moved = change.reschedule(trip.made.code, other, trip.mother.account_id, "move", NOW)
    assert len(moved.numbers) == 2
    assert (slot_at(HERE).left, slot_at(other).left) == (6, 4)


def test_a_cancellation_that_somebody_overtakes_by_leaving_does_not_count_them() -> None:
    trip = Trip()

    def leaves() -> None:
        trip.disown(trip.daughter)

    with before("TransactWriteItems", leaves):
        change.cancel(trip.made.code, trip.mother.account_id, NOW)
    assert person_of(trip.daughter).cancellations == ()
    assert booked(THERE, trip.daughter, "own")


def test_whoever_leaves_while_the_booking_is_cancelled_has_nothing_to_leave() -> None:
    trip = Trip()

    def cancels() -> None:
        change.cancel(trip.made.code, trip.mother.account_id, NOW)

    with before("TransactWriteItems", cancels):
        assert trip.disown(trip.daughter).left
    assert (trip.stands.cancelled_by, trip.stands.out) == (CancelledBy.APPLICANT, ())


def test_leaving_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    trip = Trip()
    others = iter(range(LOOKS))

    def overtake() -> None:
        read = person_of(trip.daughter)
        links = {**read.links, f"account-{next(others)}": Link(Relation.CHILD, NOW)}
        assert applicants.link(read, settle(read, links, NOW))

    acts = [overtake] * LOOKS
    with before("TransactWriteItems", *acts), pytest.raises(RequestInProgress):
        trip.disown(trip.daughter)
    assert trip.disown(trip.daughter).left

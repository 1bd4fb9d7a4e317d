"""Booking: who gets a place, who is refused and why, and what a retry meets."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from chalicelib.api import shown
from chalicelib.api.answers import BookingAnswer
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, CancelledBy, Service, SlotKey, Status
from chalicelib.domain.errors import (
    AlreadyBooked,
    ConsentNeeded,
    Invalid,
    KeyReused,
    KeySpent,
    NoSuchApplicant,
    NoSuchOffice,
    NoSuchSlot,
    NotReleased,
    OfficeClosed,
    Refusal,
    SlotFull,
)
from chalicelib.domain.offices import Closure
from chalicelib.services import aliases
from chalicelib.services.booking import book, change, mine
from chalicelib.services.office.capacity import set_places
from chalicelib.store import bookings, days, slots
from chalicelib.store.outcomes import Abandoned
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    TODAY,
    Member,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    day_at,
    every_day,
    family_of,
    named,
    person_of,
    ready,
    slot_at,
    wanted,
)
from tests.wire import Killed, before, fault, go_on, kill
from tests.world import NOW, forget

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)
FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)
WHY = Closure("Listrik padam", "No power")


def answer(made: Booking) -> BookingAnswer:
    """What the applicant reads of a booking."""
    return shown.booking(mine.as_maker(made))


def refused(
    expected: type[Refusal],
    slot: SlotKey,
    who: Member,
    key: str = "key",
    applicants: Sequence[str] = (),
) -> Refusal:
    """The refusal that a request must meet."""
    with pytest.raises(expected) as caught:
        booked(slot, who, key, applicants=applicants)
    return caught.value


def fill(slot: SlotKey, number: int = 90) -> None:
    """Let another member take the last place of a slot."""
    booked(slot, a_member(number), f"key of {number}")


# ---- what a booking is --------------------------------------------------------------------------


def test_a_booking_is_kept_as_it_was_answered() -> None:
    ready()
    made = booked(a_slot(), a_member())
    assert booking_under(made.code) == made


def test_a_booking_is_what_was_asked_for() -> None:
    ready()
    who = a_member()
    made = book.book(
        wanted(a_slot(DOUBLE), who.applicant_id, service=Service.RENEWAL),
        who.account_id,
        "key",
        NOW,
    )
    assert (made.slot, made.applicants, made.service, made.status, made.created_at) == (
        a_slot(DOUBLE),
        (who.applicant_id,),
        Service.RENEWAL,
        Status.BOOKED,
        NOW,
    )


def test_a_booking_takes_its_place_from_the_slot() -> None:
    ready()
    made = booked(a_slot(DOUBLE), a_member())
    assert (slot_at(a_slot(DOUBLE)).left, list(slot_at(a_slot(DOUBLE)).holds)) == (1, [made.code])


def test_queue_numbers_go_up_in_the_order_of_the_bookings() -> None:
    ready()
    one, two = (booked(a_slot(DOUBLE), a_member(n)) for n in (1, 2))
    assert [*one.numbers.values(), *two.numbers.values()] == [1, 2]


def test_a_family_gets_numbers_in_a_row() -> None:
    ready()
    booked(a_slot(FAMILY), a_member(9))
    who = a_member()
    made = booked(a_slot(FAMILY), who, applicants=family_of(who, 5))
    assert list(made.numbers.values()) == [2, 3, 4, 5, 6]


def test_a_number_that_was_given_up_is_not_given_again() -> None:
    ready()
    first = booked(a_slot(), a_member(1))
    change.cancel(first.code, "account-1", NOW)
    assert list(booked(a_slot(), a_member(2)).numbers.values()) == [2]


def test_people_come_when_it_is_the_turn_of_their_number() -> None:
    ready()
    times = [booked(a_slot(DOUBLE), a_member(n)).place.arrive_from for n in (1, 2)]
    assert [f"{at:%H:%M}" for at in times] == ["08:55", "09:25"]


def test_turns_follow_the_places_that_the_slot_has_by_now() -> None:
    ready()
    set_places(a_slot(DOUBLE), 4)
    times = [booked(a_slot(DOUBLE), a_member(n)).place.arrive_from for n in (1, 2, 3, 4)]
    assert [f"{at:%H:%M}" for at in times] == ["08:55", "09:10", "09:25", "09:40"]


def test_a_retry_after_the_office_has_cancelled_is_still_the_first_answer() -> None:
    ready()
    who = a_member()
    made = booked(a_slot(), who)
    change.cancel_for(made.code, CancelledBy.OFFICE, NOW)
    assert booked(a_slot(), who) == made._replace(version=2, changed_at=NOW)


# ---- refusals -----------------------------------------------------------------------------------


def test_an_office_that_is_not_there_has_no_slots() -> None:
    ready()
    refused(NoSuchOffice, a_slot(office_id="atlantis"), a_member())


def test_a_window_that_the_day_does_not_have_is_no_slot() -> None:
    ready()
    slot = SlotKey("malang", THURSDAY, SINGLE.start.replace(minute=30))
    refused(NoSuchSlot, slot, a_member())


def test_an_office_is_closed_on_its_day_off() -> None:
    ready()
    refused(OfficeClosed, a_slot(day=SATURDAY), a_member())


def test_a_day_that_is_over_has_no_slots() -> None:
    ready(TODAY - timedelta(days=1))
    refused(NoSuchSlot, a_slot(day=TODAY - timedelta(days=1)), a_member())


def test_a_slot_that_has_begun_is_no_slot() -> None:
    ready(TODAY)
    refused(NoSuchSlot, a_slot(DOUBLE, TODAY), a_member())


def test_a_slot_can_be_booked_up_to_the_second_before_it_begins() -> None:
    ready(TODAY)
    begins = calendar.instant(an_office(), TODAY, DOUBLE.start)
    assert booked(a_slot(DOUBLE, TODAY), a_member(), now=begins - SECOND)


def test_a_day_that_is_not_ready_is_not_released_and_says_when_it_is() -> None:
    ready()
    monday = date(2026, 11, 30)
    refusal = refused(NotReleased, a_slot(day=monday), a_member())
    assert refusal.more == {"opens_at": calendar.opens_at(an_office(), monday)}
    assert refusal.more["opens_at"].tzinfo == an_office().zone


def test_a_day_that_is_ready_is_not_released_before_its_instant() -> None:
    ready(SATURDAY, office=an_office(opening=every_day(SINGLE)))
    opens_at = calendar.opens_at(an_office(), SATURDAY)
    with pytest.raises(NotReleased):
        booked(a_slot(day=SATURDAY), a_member(), now=opens_at - SECOND)
    assert booked(a_slot(day=SATURDAY), a_member(), now=opens_at)


def test_a_closed_day_refuses_and_says_why() -> None:
    ready()
    days.add_closure("malang", THURSDAY, WHY, NOW, NOW)
    assert refused(OfficeClosed, a_slot(), a_member()).more == {"reason": WHY}


def test_a_slot_that_closes_under_a_request_refuses() -> None:
    ready()
    slots.close(a_slot())  # and the day, as it was seen a moment ago, does not say so yet
    refused(OfficeClosed, a_slot(), a_member())


def test_a_full_slot_refuses() -> None:
    ready()
    fill(a_slot())
    refused(SlotFull, a_slot(), a_member())


def test_a_full_slot_refuses_also_where_the_hint_is_missing() -> None:
    ready()
    fill(a_slot())
    days.unmark_full(a_slot())
    refused(SlotFull, a_slot(), a_member())


def test_a_full_slot_offers_others() -> None:
    ready()
    fill(a_slot())
    offers = refused(SlotFull, a_slot(), a_member()).more["alternatives"]
    assert [offer.key for offer in offers] == [a_slot(DOUBLE), a_slot(FAMILY)]


def test_whoever_is_refused_for_a_full_slot_may_book_another_with_the_same_key() -> None:
    ready()
    fill(a_slot())
    who = a_member()
    refused(SlotFull, a_slot(), who)
    assert booked(a_slot(DOUBLE), who).status is Status.BOOKED


def test_one_person_has_one_booking() -> None:
    ready()
    who = a_member()
    booked(a_slot(), who, "one")
    refusal = refused(AlreadyBooked, a_slot(DOUBLE), who, "two")
    assert refusal.more == {"applicant_id": who.applicant_id}


def test_the_slot_keeps_nothing_of_one_who_was_refused() -> None:
    ready()
    who = a_member()
    booked(a_slot(), who, "one")
    refused(AlreadyBooked, a_slot(DOUBLE), who, "two")
    assert (slot_at(a_slot(DOUBLE)).left, slot_at(a_slot(DOUBLE)).holds) == (2, {})


def test_one_person_has_one_place_in_a_slot_too() -> None:
    ready()
    who = a_member()
    booked(a_slot(DOUBLE), who, "one")
    refused(AlreadyBooked, a_slot(DOUBLE), who, "two")
    assert slot_at(a_slot(DOUBLE)).left == 1


def test_another_persons_applicant_is_nobody_here() -> None:
    ready()
    who, other = a_member(1), a_member(2)
    refusal = refused(NoSuchApplicant, a_slot(), who, applicants=(other.applicant_id,))
    assert refusal.more == {"applicant_id": other.applicant_id}


def test_an_applicant_that_does_not_exist_is_nobody() -> None:
    ready()
    refused(NoSuchApplicant, a_slot(), a_member(), applicants=("nobody",))


@pytest.mark.parametrize("alias", ["", "nobody", "ü", "A" * 27, "!" * 27])
def test_what_is_no_id_is_nobody_and_takes_no_place(alias: str) -> None:
    ready()
    refusal = refused(NoSuchApplicant, a_slot(), a_member(), applicants=(alias,))
    assert (refusal.more, slot_at(a_slot()).left) == ({"applicant_id": alias}, 1)


def test_one_person_under_two_ids_of_one_account_is_asked_for_twice() -> None:
    ready()
    who = a_member()
    again = aliases.new(who.account_id, who.person_id)
    refusal = refused(Invalid, a_slot(DOUBLE), who, applicants=(who.applicant_id, again))
    assert (refusal.more["field"], slot_at(a_slot(DOUBLE)).left) == ("applicants", 2)


def test_whoever_has_an_account_of_their_own_is_asked_first() -> None:
    ready()
    who, holder = a_member(1), a_member(2)
    asked = named(who.account_id, "applicant-2")
    refusal = refused(ConsentNeeded, a_slot(), who, applicants=(asked,))
    assert (refusal.more, slot_at(a_slot()).left) == ({"applicant_id": asked}, 1)
    assert person_of(holder).active is None


def test_that_a_stranger_has_a_booking_is_not_told() -> None:
    ready()
    other = a_member(2)
    booked(a_slot(DOUBLE), other)
    refused(NoSuchApplicant, a_slot(), a_member(1), applicants=(other.applicant_id,))


def test_the_key_of_a_refused_request_serves_again_when_the_reason_is_gone() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who, "one")
    refused(AlreadyBooked, a_slot(DOUBLE), who, "two")
    change.cancel(first.code, who.account_id, NOW)
    again = booked(a_slot(DOUBLE), who, "two")
    assert booking_under(again.code) == again


def test_a_key_that_was_refused_three_times_is_used_up() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who, "one")
    for _ in range(book.CODES_OF_A_KEY):
        refused(AlreadyBooked, a_slot(DOUBLE), who, "two")
    change.cancel(first.code, who.account_id, NOW)
    refused(KeySpent, a_slot(DOUBLE), who, "two")
    assert slot_at(a_slot(DOUBLE)).left == 2


# ---- families -----------------------------------------------------------------------------------


def test_a_family_that_does_not_fit_gets_no_place() -> None:
    ready()
    who = a_member()
    refused(SlotFull, a_slot(DOUBLE), who, applicants=family_of(who, 3))
    assert slot_at(a_slot(DOUBLE)).left == 2


def test_alternatives_for_a_family_have_room_for_all_of_it() -> None:
    ready()
    who = a_member()
    refusal = refused(SlotFull, a_slot(), who, applicants=family_of(who, 3))
    assert [offer.key for offer in refusal.more["alternatives"]] == [a_slot(FAMILY)]


def test_a_family_with_one_who_is_booked_elsewhere_gets_no_place_at_all() -> None:
    ready()
    who = a_member()
    family = family_of(who, 3)
    booked(a_slot(), who, "one", applicants=family[1:2])
    refusal = refused(AlreadyBooked, a_slot(FAMILY), who, "two", family)
    assert (refusal.more, slot_at(a_slot(FAMILY)).left) == ({"applicant_id": family[1]}, 6)


def test_the_rest_of_a_refused_family_is_free() -> None:
    ready()
    who = a_member()
    family = family_of(who, 3)
    booked(a_slot(), who, "one", applicants=family[1:2])
    refused(AlreadyBooked, a_slot(FAMILY), who, "two", family)
    assert booked(a_slot(FAMILY), who, "three", applicants=(family[0], family[2]))


def test_a_family_with_a_stranger_gets_no_place_at_all() -> None:
    ready()
    who, other = a_member(1), a_member(2)
    family = (*family_of(who, 2), other.applicant_id)
    refusal = refused(NoSuchApplicant, a_slot(FAMILY), who, applicants=family)
    assert refusal.more == {"applicant_id": other.applicant_id}
    assert slot_at(a_slot(FAMILY)).left == 6


def test_everybody_in_a_family_has_the_booking() -> None:
    ready()
    who = a_member()
    family = family_of(who, 2)
    booked(a_slot(DOUBLE), who, "one", applicants=family)
    refused(AlreadyBooked, a_slot(FAMILY), who, "two", family[1:])


# ---- a day that is past -------------------------------------------------------------------------


def test_a_booking_whose_day_is_past_counts_as_none() -> None:
    ready(THURSDAY, FRIDAY)
    who = a_member()
    booked(a_slot(), who, "one")
    over = calendar.ends_at(an_office(), THURSDAY)
    assert booked(a_slot(day=FRIDAY), who, "two", now=over)


def test_a_booking_counts_until_its_day_is_past() -> None:
    ready(THURSDAY, FRIDAY)
    who = a_member()
    booked(a_slot(), who, "one")
    over = calendar.ends_at(an_office(), THURSDAY)
    with pytest.raises(AlreadyBooked):
        booked(a_slot(day=FRIDAY), who, "two", now=over - SECOND)


def test_a_cancelled_booking_counts_as_none() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who, "one")
    change.cancel(first.code, who.account_id, NOW)
    assert booked(a_slot(DOUBLE), who, "two")


# ---- retries ------------------------------------------------------------------------------------


def test_a_retry_gets_the_first_answer() -> None:
    ready()
    who = a_member()
    assert answer(booked(a_slot(), who)) == answer(booked(a_slot(), who, now=LATER))


def test_a_retry_takes_no_more_places() -> None:
    ready()
    who = a_member()
    for _ in range(3):
        booked(a_slot(DOUBLE), who)
    assert slot_at(a_slot(DOUBLE)).left == 1


def test_a_retry_gets_the_first_answer_though_others_have_filled_the_slot() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(DOUBLE), who)
    fill(a_slot(DOUBLE))
    forget()
    assert answer(booked(a_slot(DOUBLE), who, now=LATER)) == answer(first)


def test_a_retry_gets_the_first_answer_after_a_cancellation() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(DOUBLE), who)
    change.cancel(first.code, who.account_id, NOW)
    assert answer(booked(a_slot(DOUBLE), who, now=LATER)) == answer(first)


def test_a_retry_gets_the_first_answer_though_the_slot_has_begun() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who)
    begun = calendar.instant(an_office(), THURSDAY, SINGLE.start)
    assert answer(booked(a_slot(), who, now=begun)) == answer(first)


def test_a_retry_gets_the_first_answer_though_the_office_has_closed_the_day() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who)
    days.add_closure("malang", THURSDAY, WHY, NOW, NOW)
    assert answer(booked(a_slot(), who, now=LATER)) == answer(first)


def test_the_same_key_with_another_body_is_refused_though_the_office_has_closed_the_day() -> None:
    ready()
    who = a_member()
    booked(a_slot(), who)
    days.add_closure("malang", THURSDAY, WHY, NOW, NOW)
    refused(KeyReused, a_slot(DOUBLE), who)


def test_a_retry_after_a_cancellation_books_nothing() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(DOUBLE), who)
    change.cancel(first.code, who.account_id, NOW)
    booked(a_slot(DOUBLE), who, now=LATER)
    assert slot_at(a_slot(DOUBLE)).left == 2
    assert booking_under(first.code).status is Status.CANCELLED


def test_a_retry_gets_the_first_answer_after_a_move() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(DOUBLE), who)
    change.reschedule(first.code, a_slot(FAMILY), who.account_id, "move", NOW)
    assert answer(booked(a_slot(DOUBLE), who, now=LATER)) == answer(first)


def test_a_retry_after_a_move_holds_no_place_where_the_booking_was() -> None:
    ready()
    who = a_member()
    first = booked(a_slot(DOUBLE), who)
    change.reschedule(first.code, a_slot(FAMILY), who.account_id, "move", NOW)
    booked(a_slot(DOUBLE), who, now=LATER)
    assert (slot_at(a_slot(DOUBLE)).left, slot_at(a_slot(FAMILY)).left) == (2, 5)


@pytest.mark.parametrize("fate", ["cancelled", "moved"])
def test_a_retry_gets_the_first_answer_where_its_place_has_gone_to_another(fate: str) -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who)
    if fate == "moved":
        change.reschedule(first.code, a_slot(FAMILY), who.account_id, "move", NOW)
    else:
        change.cancel(first.code, who.account_id, NOW)
    fill(a_slot())
    days.unmark_full(a_slot())  # the hint is not known yet
    assert answer(booked(a_slot(), who, now=LATER)) == answer(first)


@pytest.mark.parametrize("fate", ["cancelled", "moved"])
def test_a_late_retry_is_told_that_the_slot_is_full_when_it_has_no_place_in_it(
    fate: str,
) -> None:
    ready()
    who = a_member()
    first = booked(a_slot(), who)
    if fate == "moved":
        change.reschedule(first.code, a_slot(FAMILY), who.account_id, "move", NOW)
    else:
        change.cancel(first.code, who.account_id, NOW)
    fill(a_slot())
    refused(SlotFull, a_slot(), who)


@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems"])
def test_a_retry_goes_on_from_where_the_first_try_died(operation: str) -> None:
    ready()
    who = a_member()
    with before(operation, kill), pytest.raises(Killed):
        booked(a_slot(), who)
    made = booked(a_slot(), who, now=LATER)
    assert (booking_under(made.code), list(slot_at(a_slot()).holds)) == (made, [made.code])


def test_the_queue_number_is_that_of_the_first_try() -> None:
    ready()
    who = a_member(1)
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(DOUBLE), who)
    fill(a_slot(DOUBLE))
    assert booked(a_slot(DOUBLE), who, now=LATER).numbers == {who.applicant_id: 1}


def test_a_retry_meets_its_own_hold_in_a_full_slot() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(), who)
    days.mark_full(a_slot())
    assert booked(a_slot(), who, now=LATER).numbers == {who.applicant_id: 1}


def test_a_retry_goes_on_under_the_next_code_where_the_first_was_given_up() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(), who)
    [first] = slot_at(a_slot()).holds
    bookings.abandon(first, NOW)
    made = booked(a_slot(), who, now=LATER)
    assert made.code != first
    assert list(slot_at(a_slot()).holds) == [made.code]


def test_a_retry_goes_past_a_code_that_was_given_up_to_the_booking_in_a_full_slot() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(), who)
    [first] = slot_at(a_slot()).holds
    bookings.abandon(first, NOW)
    made = booked(a_slot(), who, now=LATER)
    forget()
    assert answer(booked(a_slot(), who, now=LATER)) == answer(made)


def test_a_retry_meets_the_hold_of_a_later_code_in_a_full_slot() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(), who)
    [first] = slot_at(a_slot()).holds
    bookings.abandon(first, NOW)
    with before("TransactWriteItems", go_on, kill), pytest.raises(Killed):
        booked(a_slot(), who)
    [second] = slot_at(a_slot()).holds
    assert booked(a_slot(), who, now=LATER).code == second


def test_a_booking_is_made_though_the_hint_could_not_be_left() -> None:
    ready()
    with before("UpdateItem", go_on, *fault(10)):
        made = booked(a_slot(), a_member())
    assert (booking_under(made.code), day_at().full) == (made, frozenset())


# ---- one key, two requests ----------------------------------------------------------------------


def test_the_same_key_with_another_slot_is_refused() -> None:
    ready()
    who = a_member()
    booked(a_slot(), who)
    refused(KeyReused, a_slot(DOUBLE), who)
    assert slot_at(a_slot(DOUBLE)).left == 2


def test_the_same_key_with_another_service_is_refused() -> None:
    ready()
    who = a_member()
    booked(a_slot(DOUBLE), who)
    renewal = wanted(a_slot(DOUBLE), who.applicant_id, service=Service.RENEWAL)
    with pytest.raises(KeyReused):
        book.book(renewal, who.account_id, "key", NOW)


def test_the_same_key_with_another_person_is_refused() -> None:
    ready()
    who = a_member()
    family = family_of(who, 2)
    booked(a_slot(DOUBLE), who)
    refused(KeyReused, a_slot(DOUBLE), who, applicants=family[1:])


def test_the_same_key_with_more_people_is_refused() -> None:
    ready()
    who = a_member()
    booked(a_slot(FAMILY), who)
    refused(KeyReused, a_slot(FAMILY), who, applicants=family_of(who, 2))
    assert slot_at(a_slot(FAMILY)).left == 5


def test_the_same_key_with_more_people_is_refused_where_the_first_try_died() -> None:
    ready()
    who = a_member()
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        booked(a_slot(FAMILY), who)
    refused(KeyReused, a_slot(FAMILY), who, applicants=family_of(who, 2))


def test_the_same_key_with_another_body_is_refused_after_a_move_to_that_very_slot() -> None:
    ready()
    who = a_member()
    made = booked(a_slot(), who)
    change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", NOW)
    refused(KeyReused, a_slot(DOUBLE), who)
    assert slot_at(a_slot(DOUBLE)).holds.keys() == {made.code}


def test_the_same_key_of_another_account_is_another_request() -> None:
    ready()
    codes = {booked(a_slot(DOUBLE), a_member(n), "key").code for n in (1, 2)}
    assert len(codes) == 2


def test_three_requests_under_one_key_leave_a_slot_in_balance() -> None:
    """Two are for a family and are refused; one for a single person comes between them."""
    ready()
    who = a_member()
    family = family_of(who, 2)
    booked(a_slot(), who, "first")

    def twin_and_another() -> None:
        refused(AlreadyBooked, a_slot(FAMILY), who, "key", family)
        with before("TransactWriteItems", kill), pytest.raises(Killed):
            booked(a_slot(FAMILY), who, "key")

    with before("TransactWriteItems", twin_and_another):
        refused(AlreadyBooked, a_slot(FAMILY), who, "key", family)
    slot = slot_at(a_slot(FAMILY))
    assert slot.left + sum(hold.places for hold in slot.holds.values()) == slot.capacity


# ---- twins --------------------------------------------------------------------------------------


def test_twins_get_one_booking() -> None:
    ready()
    who = a_member()
    twin: list[Booking] = []
    with before("TransactWriteItems", lambda: twin.append(booked(a_slot(DOUBLE), who))):
        made = booked(a_slot(DOUBLE), who)
    assert (answer(twin[0]), slot_at(a_slot(DOUBLE)).left) == (answer(made), 1)


def test_one_person_asked_for_in_two_slots_at_once_gets_one() -> None:
    ready()
    who = a_member()

    def other() -> None:
        booked(a_slot(DOUBLE), who, "other")

    with before("TransactWriteItems", other):
        refused(AlreadyBooked, a_slot(), who)
    assert (slot_at(a_slot()).left, slot_at(a_slot(DOUBLE)).left) == (1, 1)


def test_a_code_is_given_up_before_its_place_is() -> None:
    ready()
    who = a_member()
    booked(a_slot(DOUBLE), who, "one")
    with before("UpdateItem", go_on, kill), pytest.raises(Killed):
        booked(a_slot(), who, "two")
    [code] = slot_at(a_slot()).holds
    assert isinstance(bookings.get(code), Abandoned)


def test_a_refused_request_is_answered_though_its_place_could_not_be_given_back() -> None:
    ready()
    who = a_member()
    booked(a_slot(DOUBLE), who, "one")
    with before("UpdateItem", go_on, *fault(10)):
        refused(AlreadyBooked, a_slot(), who, "two")
    assert slot_at(a_slot()).left == 0


# ---- the hint -----------------------------------------------------------------------------------


def test_the_last_place_leaves_the_hint() -> None:
    ready()
    booked(a_slot(DOUBLE), a_member(1))
    one_left = day_at().full
    booked(a_slot(DOUBLE), a_member(2))
    assert not one_left
    assert day_at().full == {DOUBLE.start}


def test_giving_back_takes_the_hint_away() -> None:
    ready()
    made = booked(a_slot(), a_member())
    change.cancel(made.code, "account-1", NOW)
    assert day_at().full == frozenset()


def test_a_refused_request_for_the_last_place_leaves_no_hint() -> None:
    ready()
    who = a_member()
    booked(a_slot(DOUBLE), who, "one")
    refused(AlreadyBooked, a_slot(), who, "two")
    assert day_at().full == frozenset()


def test_a_wrong_hint_keeps_nobody_out() -> None:
    ready()
    days.mark_full(a_slot())
    assert booked(a_slot(), a_member())


def test_a_warm_process_says_full_without_a_call() -> None:
    ready()
    fill(a_slot())
    refused(SlotFull, a_slot(), a_member(1))
    who = a_member(2)
    with before("*") as calls:
        refused(SlotFull, a_slot(), who)
    assert calls == []


def test_a_booking_is_two_writes() -> None:
    ready()
    booked(a_slot(FAMILY), a_member(9))
    who = a_member()
    with before("*") as calls:
        booked(a_slot(FAMILY), who)
    assert len(calls) == 2


# ---- what is measured ---------------------------------------------------------------------------


def test_bookings_and_refusals_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    ready()
    fill(a_slot())
    refused(SlotFull, a_slot(), a_member())
    out = capsys.readouterr().out
    assert '"result":"booked"' in out
    assert '"result":"slot-full"' in out

"""What an operator does for a person: recorded before it is done, and told to whom it concerns."""

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib import aws
from chalicelib.domain import texts
from chalicelib.domain.bookings import CancelledBy
from chalicelib.domain.errors import (
    AlreadyCancelled,
    ConsentNeeded,
    NoSuchApplicant,
    NoSuchBooking,
    RequestInProgress,
)
from chalicelib.domain.notices import State
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.persons import Proof, settle
from chalicelib.services.booking import change
from chalicelib.services.office import persons
from chalicelib.services.office.persons import (
    Case,
    NoSuchPerson,
    NoSuchPhone,
    NotTheirs,
    Told,
)
from chalicelib.services.people import consent, privacy
from chalicelib.store import applicants, disclosures
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    booked,
    booking_under,
    consented,
    person_of,
    registered,
    registered_with,
    released_days,
    texts_to,
)
from tests.wire import Killed, before, kill, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

CASE = Case("operator:arn", "KTP seen at the counter")
NIK = a_ktp(1).nik


def squatted() -> tuple[Registered, Registered]:
    """Somebody who registered with the NIK of another, and its owner, who only claims it."""
    return registered(1), registered_with(a_ktp(1), a_phone(2))


def record_of(who: Registered) -> list[str]:
    """What operators have done to an account, by its export."""
    return [
        one.reason
        for one in disclosures.of(who.account_id)
        if one.by == CASE.by and not one.whose  # to tell them, their phone was seen too
    ]


def was_told(who: Registered, words: str) -> int:
    """How often an account was told this."""
    return texts_to(who.phone).count(words)


def seen(who: Registered) -> list[Told]:
    return persons.seen(NIK, who.phone, CASE, NOW)


# ---- found --------------------------------------------------------------------------------------


def test_a_person_is_found_by_their_nik_and_by_the_phone_of_their_account() -> None:
    who = registered(1)
    person = person_of(who)
    assert persons.by_nik(NIK, CASE, NOW) == persons.by_phone(who.phone, CASE, NOW) == person


def test_a_look_is_recorded_for_every_account_that_names_the_person() -> None:
    holder, relative = registered(1), registered(2)
    added(relative, 1)
    persons.by_nik(NIK, CASE, NOW)
    for who in (holder, relative):
        assert record_of(who) == ["find: KTP seen at the counter"]


def test_who_is_unknown_is_not_found() -> None:
    with pytest.raises(NoSuchPerson):
        persons.by_nik(NIK, CASE, NOW)
    with pytest.raises(NoSuchPhone):
        persons.by_phone(a_phone(), CASE, NOW)


def test_who_has_erased_themselves_is_not_found() -> None:
    privacy.erase(registered(1).account_id, NOW)
    with pytest.raises(NoSuchPerson):
        persons.by_nik(NIK, CASE, NOW)


# ---- seen ---------------------------------------------------------------------------------------


def test_whose_ktp_was_seen_holds_the_nik_and_books() -> None:
    released_days()
    squatter, owner = squatted()
    seen(owner)
    person = person_of(owner)
    assert (person.holder, person.proof(owner.account_id)) == (owner.account_id, Proof.SEEN)
    assert booked(a_slot(SINGLE), owner)
    with pytest.raises(ConsentNeeded):
        booked(a_slot(DOUBLE), squatter)


def test_both_the_owner_and_the_displaced_are_told() -> None:
    squatter, owner = squatted()
    told = seen(owner)
    assert [(one.account_id, one.outcome.state) for one in told] == [
        (owner.account_id, State.SENT),
        (squatter.account_id, State.SENT),
    ]
    assert (was_told(owner, texts.SEEN), was_told(squatter, texts.DISPLACED)) == (1, 1)


def test_what_a_squatter_has_cancelled_does_not_pause_the_owner() -> None:
    released_days()
    squatter, owner = squatted()
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), squatter, key).code, squatter.account_id, NOW)
    seen(owner)
    assert booked(a_slot(SINGLE), owner)


def test_to_be_seen_again_tells_nobody_anything() -> None:
    _, owner = squatted()
    seen(owner)
    assert seen(owner) == []
    assert was_told(owner, texts.SEEN) == 1


def test_of_two_who_were_seen_the_later_one_holds_the_nik() -> None:
    first, second = squatted()
    for who in (first, second, first):
        seen(who)
    assert person_of(first).holder == first.account_id
    assert person_of(first).proof(first.account_id) is Proof.SEEN


def test_a_displaced_account_keeps_its_family_and_their_bookings() -> None:
    released_days()
    squatter, owner = squatted()
    child = added(squatter, 5)
    made = booked(a_slot(SINGLE), squatter, applicants=[child.applicant_id])
    seen(owner)
    assert change.cancel(made.code, squatter.account_id, NOW)


def test_an_account_that_is_not_this_person_is_not_seen() -> None:
    registered(1)
    relative, stranger = registered(3), registered(4)
    added(relative, 1)
    for who in (relative, stranger):
        with pytest.raises(NotTheirs):
            seen(who)
    with pytest.raises(NoSuchPhone):
        persons.seen(NIK, a_phone(9), CASE, NOW)


def test_an_act_is_recorded_before_it_is_done() -> None:
    squatter, owner = squatted()
    with before("UpdateItem", kill), pytest.raises(Killed):
        seen(owner)
    assert person_of(owner).holder == squatter.account_id
    for who in (squatter, owner):
        assert record_of(who) == ["seen: KTP seen at the counter"]


def test_an_act_looks_again_where_the_person_has_changed_meanwhile() -> None:
    _, owner = squatted()
    relative = registered(3)

    def adds() -> None:
        added(relative, 1)

    with before("UpdateItem", adds):
        seen(owner)
    assert set(person_of(owner).links) >= {owner.account_id, relative.account_id}
    assert person_of(owner).holder == owner.account_id


# ---- released -----------------------------------------------------------------------------------


def release() -> list[Told]:
    return persons.release_nik(NIK, CASE, NOW)


def test_a_released_nik_is_taken_from_all_who_were_not_seen_and_they_are_told() -> None:
    squatter, other = squatted()
    assert {one.account_id for one in release()} == {squatter.account_id, other.account_id}
    assert person_of(squatter).links == {}
    assert [was_told(who, texts.RELEASED) for who in (squatter, other)] == [1, 1]
    assert record_of(squatter) == ["release-nik: KTP seen at the counter"]


def test_whoever_was_seen_keeps_a_nik_that_is_released() -> None:
    squatter, owner = squatted()
    seen(owner)
    release()
    assert set(person_of(owner).links) == {owner.account_id}
    assert (was_told(owner, texts.RELEASED), was_told(squatter, texts.RELEASED)) == (0, 1)


def test_a_released_nik_opens_to_a_ktp_that_is_seen_alone() -> None:
    squatter, _ = squatted()
    release()
    again = registered_with(a_ktp(1), a_phone(3))
    assert (again.proof, person_of(squatter).holder) == (Proof.CLAIMED, None)
    seen(again)
    person = person_of(again)
    assert (person.holder, person.guarded) == (again.account_id, False)


def test_relatives_go_on_booking_for_whom_nobody_holds_any_more() -> None:
    released_days()
    registered(1)
    relative = registered(3)
    named = added(relative, 1)
    release()
    assert booked(a_slot(SINGLE), relative, applicants=[named.applicant_id])


def test_an_account_that_has_lost_its_nik_is_told_so_where_it_books() -> None:
    released_days()
    squatter = registered(1)
    release()
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), squatter)


# ---- links, pauses, bookings --------------------------------------------------------------------


def test_an_account_names_a_person_no_more_and_both_are_told() -> None:
    holder, stranger = registered(1), registered(2)
    added(stranger, 1)
    told = persons.end_link(NIK, stranger.phone, CASE, NOW)
    assert [one.account_id for one in told] == [stranger.account_id, holder.account_id]
    assert set(person_of(holder).links) == {holder.account_id}
    assert [was_told(who, texts.UNLINKED) for who in (holder, stranger)] == [1, 1]
    assert consent.requests(holder.account_id, NOW) == []


def test_a_holder_whose_own_link_ends_is_told_once() -> None:
    holder = registered(1)
    persons.end_link(NIK, holder.phone, CASE, NOW)
    assert (was_told(holder, texts.UNLINKED), person_of(holder).holder) == (1, None)


def test_a_link_that_is_not_there_does_not_end() -> None:
    registered(1)
    with pytest.raises(NotTheirs):
        persons.end_link(NIK, registered(2).phone, CASE, NOW)


def test_a_pause_is_lifted_and_whoever_may_book_for_the_person_is_told() -> None:
    released_days()
    holder, relative, stranger = registered(1), registered(2), registered(3)
    added(relative, 1, Relation.SPOUSE)
    consented(holder)
    added(stranger, 1)
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), holder, key).code, holder.account_id, NOW)
    persons.lift_pause(NIK, CASE, NOW)
    assert booked(a_slot(SINGLE), holder, "again")
    told = [was_told(who, texts.UNPAUSED) for who in (holder, relative, stranger)]
    assert told == [1, 1, 0]
    assert record_of(holder) == ["lift-pause: KTP seen at the counter"]


def test_a_booking_is_cancelled_uncounted_and_everybody_in_it_is_told_once() -> None:
    released_days()
    holder, relative = registered(1), registered(2)
    named = added(relative, 1)
    consented(holder)
    people = [relative.applicant_id, named.applicant_id]
    made = booked(a_slot(FAMILY), relative, applicants=people)
    told = persons.cancel(made.code, CASE, NOW)
    assert [one.account_id for one in told] == [relative.account_id, holder.account_id]
    assert [was_told(who, texts.cancelled(made)) for who in (holder, relative)] == [1, 1]
    assert booking_under(made.code).cancelled_by is CancelledBy.OPERATOR
    assert [person_of(who).cancellations for who in (holder, relative)] == [(), ()]
    assert record_of(relative) == [f"cancel {made.code}: KTP seen at the counter"]


def test_a_booking_is_recorded_as_cancelled_before_it_is() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        persons.cancel(made.code, CASE, NOW)
    assert booking_under(made.code) == made
    assert record_of(who) == [f"cancel {made.code}: KTP seen at the counter"]


def test_what_is_no_booking_or_cancelled_already_is_not_cancelled() -> None:
    released_days()
    made = booked(a_slot(SINGLE), registered())
    persons.cancel(made.code, CASE, NOW)
    with pytest.raises(AlreadyCancelled):
        persons.cancel(made.code, CASE, NOW)
    with pytest.raises(NoSuchBooking):
        persons.cancel("0123456789AB", CASE, NOW)


# ---- every act ----------------------------------------------------------------------------------

ACTS: list[Callable[[], list[Told]]] = [
    partial(persons.seen, NIK, a_phone(2), CASE, NOW),
    partial(persons.release_nik, NIK, CASE, NOW),
    partial(persons.end_link, NIK, a_phone(2), CASE, NOW),
]


@pytest.mark.parametrize("act", ACTS, ids=["seen", "release", "end_link"])
def test_an_act_that_is_overtaken_again_and_again_can_be_done_again(
    act: Callable[[], list[Told]],
) -> None:
    squatter, _ = squatted()

    def overtake() -> None:
        read = person_of(squatter)
        assert applicants.link(read, settle(read, read.links, NOW))

    acts = [overtake] * persons.READS
    with before("UpdateItem", *acts), pytest.raises(RequestInProgress):
        act()
    assert act()


@pytest.mark.parametrize(
    "act",
    [
        partial(persons.seen, NIK, a_phone(2), CASE, NOW),
        partial(persons.release_nik, NIK, CASE, NOW),
        partial(persons.end_link, NIK, a_phone(2), CASE, NOW),
        partial(persons.lift_pause, NIK, CASE, NOW),
    ],
    ids=["seen", "release", "end_link", "lift_pause"],
)
def test_nothing_is_done_for_a_nik_that_nobody_has_given(act: Callable[[], list[Told]]) -> None:
    registered(2)
    with pytest.raises(NoSuchPerson):
        act()


def test_an_account_without_a_phone_cannot_be_told_and_the_operator_hears_why() -> None:
    squatter, owner = squatted()
    registered_with(a_ktp(5), squatter.phone, NOW + IDLE)
    told = persons.release_nik(NIK, CASE, NOW + IDLE)
    reasons = {one.account_id: one.outcome.reason for one in told}
    assert reasons == {squatter.account_id: "no phone", owner.account_id: None}


def test_who_was_seen_stays_seen_where_the_key_service_is_silent_and_nobody_is_told() -> None:
    first, owner = squatted()
    silence = refuse("KMSInternalException", status=500)
    with before("Decrypt", silence, silence, client=aws.client("kms")):
        done = persons.seen_at_counter(owner.account_id, owner.person_id, CASE, NOW)
    assert {(one.account_id, one.outcome.state) for one in done} == {
        (owner.account_id, State.FAILED),
        (first.account_id, State.FAILED),
    }

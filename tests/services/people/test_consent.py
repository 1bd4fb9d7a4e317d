"""Who asks to have somebody in their family, or to be them; and what the holder says to it."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import (
    CancelledTooOften,
    ConsentNeeded,
    NoSuchAccount,
    NoSuchApplicant,
    NoSuchRequest,
    RequestInProgress,
)
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.persons import QUESTION, Proof, settle
from chalicelib.services.booking import change
from chalicelib.services.people import consent, family, profile
from chalicelib.services.people.consent import Request
from chalicelib.store import applicants
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    Member,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    booked,
    consented,
    person_of,
    registered,
    registered_with,
    released_days,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=2)


def asked(who: Registered) -> Request:
    """The one thing that a holder is asked."""
    (request,) = consent.requests(who.account_id, NOW)
    return request


def answer(who: Registered, *, accept: bool, request: Request | None = None) -> None:
    one = request or asked(who)
    consent.answer(who.account_id, one.request_id, NOW, accept=accept)


def a_question() -> tuple[Registered, Registered, Member]:
    """A holder, and somebody who asks for them."""
    holder, who = registered(1), registered(2)
    return holder, who, added(who, 1, Relation.SPOUSE)


def book(who: Registered, whom: Member, key: str = "key") -> None:
    booked(a_slot(FAMILY), who, key, applicants=[whom.applicant_id])


# ---- what is asked ------------------------------------------------------------------------------


def test_a_holder_is_asked_by_nobody_at_first() -> None:
    assert consent.requests(registered().account_id, NOW) == []


def test_a_holder_sees_who_asks_by_the_relation_and_since_when() -> None:
    holder, _, _ = a_question()
    one = asked(holder)
    assert (one.relation, one.asked_at, one.accepted) == (Relation.SPOUSE, NOW, False)


def test_what_a_holder_is_asked_leads_to_no_account_and_no_person() -> None:
    holder, who, asking = a_question()
    request_id = asked(holder).request_id
    for hidden in (who.account_id, who.person_id, asking.applicant_id, holder.person_id):
        assert hidden not in request_id


def test_questions_are_listed_the_first_first() -> None:
    holder = registered(1)
    for number, later in ((2, SECOND), (3, timedelta(0))):
        added(registered(number), 1, now=NOW + later)
    listed = [one.asked_at for one in consent.requests(holder.account_id, LATER)]
    assert listed == [NOW, NOW + SECOND]


def test_a_question_lapses_after_seven_days_and_is_answered_no_more() -> None:
    holder, who, _ = a_question()
    one = asked(holder)
    over = NOW + QUESTION
    assert consent.requests(holder.account_id, over - SECOND) == [one]
    assert consent.requests(holder.account_id, over) == []
    with pytest.raises(NoSuchRequest):
        consent.answer(holder.account_id, one.request_id, over, accept=True)
    assert not person_of(holder).links[who.account_id].may


def test_a_consent_that_was_given_does_not_lapse_and_can_be_taken_back() -> None:
    holder, who, _ = a_question()
    consented(holder)
    later = NOW + 2 * QUESTION
    (given,) = consent.requests(holder.account_id, later)
    assert given.accepted
    consent.answer(holder.account_id, given.request_id, later, accept=False)
    assert who.account_id not in person_of(holder).links


def test_nothing_is_asked_of_an_account_that_only_claims_to_be_the_holder() -> None:
    holder, _, _ = a_question()
    other = registered_with(a_ktp(1), a_phone(3))
    assert consent.requests(other.account_id, NOW) == []
    for one in consent.requests(holder.account_id, NOW):
        with pytest.raises(NoSuchRequest):
            consent.answer(other.account_id, one.request_id, NOW, accept=True)


def test_nothing_is_asked_of_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        consent.requests("gone", NOW)
    with pytest.raises(NoSuchAccount):
        consent.answer("gone", "any", NOW, accept=True)


# ---- the answer ---------------------------------------------------------------------------------


def test_whom_the_holder_allows_books_for_them_and_it_is_the_holders_own_doing() -> None:
    released_days()
    holder, who, asking = a_question()
    answer(holder, accept=True)
    book(who, asking)
    active = person_of(holder).active
    assert active
    assert (active.account_id, active.own) == (who.account_id, True)


def test_an_answer_can_be_given_twice() -> None:
    holder, who, _ = a_question()
    one = asked(holder)
    answer(holder, accept=True)
    answer(holder, accept=True, request=one)
    assert person_of(holder).links[who.account_id].given


def test_whom_the_holder_refuses_names_them_no_more() -> None:
    released_days()
    holder, who, asking = a_question()
    answer(holder, accept=False)
    assert consent.requests(holder.account_id, NOW) == []
    with pytest.raises(NoSuchApplicant):
        book(who, asking)


def test_a_consent_that_is_taken_back_leaves_the_booking_that_was_made() -> None:
    released_days()
    holder, who, asking = a_question()
    answer(holder, accept=True)
    book(who, asking)
    answer(holder, accept=False)
    assert person_of(holder).active
    with pytest.raises(NoSuchApplicant):
        book(who, asking, "again")


def test_what_another_holder_is_asked_is_not_there() -> None:
    holder, who, _ = a_question()
    one = asked(holder)
    with pytest.raises(NoSuchRequest):
        answer(who, accept=True, request=one)
    assert not person_of(holder).links[who.account_id].given


@pytest.mark.parametrize("request_id", ["", "unknown", "ü.é", "A" * 16])
def test_what_is_no_question_is_not_there(request_id: str) -> None:
    holder, _, _ = a_question()
    with pytest.raises(NoSuchRequest):
        consent.answer(holder.account_id, request_id, NOW, accept=True)


def test_a_question_that_was_refused_is_not_there_any_more() -> None:
    holder, _, _ = a_question()
    one = asked(holder)
    answer(holder, accept=False)
    with pytest.raises(NoSuchRequest):
        answer(holder, accept=True, request=one)


def test_two_answers_at_once_are_both_given() -> None:
    holder, first, _ = a_question()
    second = registered(3)
    added(second, 1, now=NOW + SECOND)
    one, other = consent.requests(holder.account_id, LATER)

    def overtake() -> None:
        answer(holder, accept=True, request=other)

    with before("UpdateItem", overtake):
        answer(holder, accept=True, request=one)
    links = person_of(holder).links
    assert [links[who.account_id].given for who in (first, second)] == [True, True]


def test_an_answer_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    holder, who, _ = a_question()

    def overtake() -> None:
        read = person_of(holder)
        assert applicants.link(read, settle(read, read.links, NOW))

    acts = [overtake] * consent.READS
    with before("UpdateItem", *acts), pytest.raises(RequestInProgress):
        answer(holder, accept=True)
    answer(holder, accept=True)
    assert person_of(holder).links[who.account_id].given


# ---- handed over --------------------------------------------------------------------------------


def two_accounts() -> tuple[Registered, Registered]:
    """Two accounts of one NIK: the first holds it."""
    return registered(1), registered_with(a_ktp(1), a_phone(2))


def test_a_holder_is_asked_whether_another_account_is_their_own() -> None:
    first, _ = two_accounts()
    assert asked(first).relation is Relation.SELF


def test_whoever_says_yes_hands_their_nik_over_with_the_proof() -> None:
    first, second = two_accounts()
    answer(first, accept=True)
    proofs = [profile.me(one.account_id, NOW).proof for one in (first, second)]
    assert proofs == [Proof.CLAIMED, Proof.HELD]
    assert person_of(first).holder == second.account_id


def test_whoever_hands_over_hands_over_the_pause() -> None:
    released_days()
    first, second = two_accounts()
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), first, key).code, first.account_id, NOW)
    answer(first, accept=True)
    with pytest.raises(CancelledTooOften):
        booked(a_slot(DOUBLE), second)


def test_whom_the_former_holder_allowed_has_to_ask_the_new_one() -> None:
    released_days()
    first, second = two_accounts()
    who = registered(3)
    asking = added(who, 1, now=NOW + SECOND)
    oneself, relative = consent.requests(first.account_id, LATER)
    answer(first, accept=True, request=relative)
    answer(first, accept=True, request=oneself)
    with pytest.raises(ConsentNeeded):
        book(who, asking)
    questions = consent.requests(second.account_id, LATER)
    assert {one.relation for one in questions} == {Relation.SELF, Relation.CHILD}


def test_whoever_says_no_stays_the_holder_and_the_other_account_is_not_them() -> None:
    released_days()
    first, second = two_accounts()
    answer(first, accept=False)
    assert list(person_of(first).links) == [first.account_id]
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), second)


def test_nothing_is_handed_over_to_an_account_without_a_phone() -> None:
    first, second = two_accounts()
    later = NOW + IDLE
    registered_with(a_ktp(4), second.phone, later)
    (request,) = consent.requests(first.account_id, later)
    with pytest.raises(NoSuchRequest):
        consent.answer(first.account_id, request.request_id, later, accept=True)
    assert person_of(first).holder == first.account_id


def test_a_question_whether_it_is_oneself_does_not_lapse() -> None:
    first, second = two_accounts()
    later = NOW + 2 * QUESTION
    (request,) = consent.requests(first.account_id, later)
    consent.answer(first.account_id, request.request_id, later, accept=True)
    assert person_of(first).holder == second.account_id


def test_an_account_that_is_not_the_person_keeps_its_family() -> None:
    released_days()
    first, second = two_accounts()
    child = added(second, 5)
    answer(first, accept=False)
    assert [one.alias for one in family.of(second.account_id, NOW)] == [child.applicant_id]
    book(second, child)

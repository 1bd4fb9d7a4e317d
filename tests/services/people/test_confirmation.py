"""The civil register: what it says at once, what it says later, and what follows from it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.domain import texts
from chalicelib.domain.errors import (
    AlreadyInFamily,
    ConsentNeeded,
    IdentityNotConfirmed,
    PhoneRegistered,
    RequestInProgress,
    TooOften,
)
from chalicelib.domain.limits import REGISTER_PER_ACCOUNT
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Proof
from chalicelib.identity import Answer
from chalicelib.services.allowance import always
from chalicelib.services.people import confirmation, family, privacy, profile, registration
from chalicelib.services.people.family import Consent
from chalicelib.store import accounts, applicants, disclosures, identities, unanswered
from chalicelib.telemetry import Metric
from chalicelib.vault import Index, digests
from tests.builders import (
    SINGLE,
    Member,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    booked,
    code_sent_to,
    consented,
    measured,
    person_of,
    registered,
    registered_with,
    released_days,
    texts_to,
)
from tests.register import (
    BROKEN,
    MATCH_LATER,
    MISMATCH,
    MISMATCH_LATER,
    SILENT,
    register_on,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def register() -> Iterator[None]:
    with register_on():
        yield


def asked_again() -> dict[str, int]:
    """What comes of it that the register is asked again."""
    return confirmation.ask_again(LATER, always)


def flag(who: Registered, number: int) -> bool | None:
    """Whether the register has confirmed this relative of an account."""
    person_id = identities.get(digests(Index.NIK, a_ktp(number).nik.digits)[0].text).person_id
    assert person_id
    return applicants.get(person_id).links[who.account_id].confirmed


# ---- a registration ------------------------------------------------------------------------------


def test_whoever_the_register_knows_is_confirmed(register: None) -> None:
    who = registered()
    assert who.proof is Proof.CONFIRMED
    assert profile.me(who.account_id, NOW).proof is Proof.CONFIRMED
    assert unanswered.waiting() == []


def test_a_mismatch_opens_no_account_and_names_no_field(register: None) -> None:
    with pytest.raises(IdentityNotConfirmed) as refused:
        registered(MISMATCH)
    assert refused.value.more == {}


def test_a_mismatch_leaves_nothing_behind(register: None) -> None:
    with pytest.raises(IdentityNotConfirmed):
        registered(MISMATCH)
    nik = digests(Index.NIK, a_ktp(MISMATCH).nik.digits)
    phone = digests(Index.PHONE, a_phone(MISMATCH).number)
    found = identities.many(nik[0].text, phone[0].text)
    assert [(one.person_id, one.account_id) for one in found] == [(None, None)] * 2
    assert list(accounts.every()) == []
    assert list(applicants.with_something_over(NOW, NOW)) == []


def test_after_a_mismatch_the_phone_registers_somebody_else(register: None) -> None:
    with pytest.raises(IdentityNotConfirmed):
        registered(MISMATCH)
    phone = a_phone(MISMATCH)
    assert registered_with(a_ktp(1), phone, NOW + timedelta(minutes=2)).proof is Proof.CONFIRMED


@pytest.mark.parametrize("number", [SILENT, BROKEN])
def test_a_register_that_is_silent_keeps_nobody_from_registering(
    number: int, register: None
) -> None:
    who = registered(number)
    assert who.proof is Proof.HELD
    assert unanswered.waiting() == [who.person_id]


def test_without_a_register_a_registration_holds_and_nobody_is_asked_about() -> None:
    assert registered().proof is Proof.HELD
    assert unanswered.waiting() == []


def test_a_register_is_asked_about_nobody_before_their_phone_is_proven(
    register: None, capsys: pytest.CaptureFixture[str]
) -> None:
    registration.register(a_ktp(MISMATCH), a_phone(), NOW)
    assert measured(capsys.readouterr().out, Metric.REGISTER) == []


def test_whoever_is_confirmed_displaces_whoever_only_held_the_nik() -> None:
    squatter = registered_with(a_ktp(1), a_phone(8))
    with register_on():
        who = registered()
    assert who.proof is Proof.CONFIRMED
    assert person_of(squatter).holder == who.account_id


def test_of_two_who_are_confirmed_the_first_holds_the_nik(register: None) -> None:
    first = registered_with(a_ktp(1), a_phone(8))
    second = registered()
    assert (first.proof, second.proof) == (Proof.CONFIRMED, Proof.CLAIMED)
    assert person_of(first).holder == first.account_id


# ---- a relative ----------------------------------------------------------------------------------


def test_a_relative_whom_the_register_knows_has_a_flag_and_may_be_booked_for(
    register: None,
) -> None:
    who = registered()
    assert family.add(who.account_id, a_ktp(2), Relation.CHILD, NOW).consent is Consent.NOT_NEEDED
    assert flag(who, 2) is True


def test_the_flag_of_a_relative_displaces_nobody(register: None) -> None:
    holder, who = registered(2), registered(1)
    relative = family.add(who.account_id, a_ktp(2), Relation.SIBLING, NOW)
    assert relative.consent is Consent.ASKED
    assert person_of(holder).holder == holder.account_id


def test_a_relative_who_does_not_match_is_not_added(register: None) -> None:
    who = registered()
    with pytest.raises(IdentityNotConfirmed) as refused:
        family.add(who.account_id, a_ktp(MISMATCH), Relation.CHILD, NOW)
    assert refused.value.more == {}
    assert family.of(who.account_id, NOW) == []


def test_a_relative_of_whom_the_register_says_nothing_is_added_and_asked_about_again(
    register: None,
) -> None:
    who = registered()
    child = Member(
        who.account_id, family.add(who.account_id, a_ktp(SILENT), Relation.CHILD, NOW).alias
    )
    assert flag(who, SILENT) is None
    assert unanswered.waiting() == [child.person_id]


def test_an_account_tries_out_no_more_than_ten_relatives_a_day(register: None) -> None:
    who = registered()
    for _ in range(REGISTER_PER_ACCOUNT.most):
        with pytest.raises(IdentityNotConfirmed):
            family.add(who.account_id, a_ktp(MISMATCH), Relation.CHILD, NOW)
    with pytest.raises(TooOften):
        family.add(who.account_id, a_ktp(MISMATCH), Relation.CHILD, NOW)
    other = registered(3)
    with pytest.raises(IdentityNotConfirmed):
        family.add(other.account_id, a_ktp(MISMATCH), Relation.CHILD, NOW)
    with pytest.raises(IdentityNotConfirmed):
        family.add(who.account_id, a_ktp(MISMATCH), Relation.CHILD, NOW + timedelta(days=1))


def test_without_a_register_nobody_tries_out_anything_and_nothing_is_counted() -> None:
    who = registered()
    for number in range(2, 6):
        added(who, number)
        assert flag(who, number) is None
    assert unanswered.waiting() == []


# ---- asked again ---------------------------------------------------------------------------------


def test_a_later_match_confirms(register: None) -> None:
    who = registered(MATCH_LATER)
    assert who.proof is Proof.HELD
    assert asked_again()["match"] == 1
    assert person_of(who).proof(who.account_id) is Proof.CONFIRMED
    assert unanswered.waiting() == []
    assert texts_to(who.phone)[1:] == []


def test_whoever_is_displaced_by_a_later_match_is_told() -> None:
    squatter = registered_with(a_ktp(MATCH_LATER, name="Orang Lain"), a_phone(8))
    with register_on():
        who = registered(MATCH_LATER)
        confirmation._take(who.person_id, who.account_id, Answer.MATCH, always, LATER)
    assert person_of(who).holder == who.account_id
    assert texts_to(squatter.phone)[-1] == texts.DISPLACED


def test_a_later_mismatch_takes_the_nik_and_says_so(register: None) -> None:
    who = registered(MISMATCH_LATER)
    assert person_of(who).holder == who.account_id
    assert asked_again()["mismatch"] == 1
    person = person_of(who)
    assert (person.holder, person.proof(who.account_id)) == (None, Proof.CLAIMED)
    assert texts_to(who.phone)[-1] == texts.NOT_CONFIRMED
    assert texts.DISPLACED not in texts_to(who.phone)
    assert unanswered.waiting() == []


def test_whoever_a_later_mismatch_took_the_nik_from_books_no_more(register: None) -> None:
    released_days()
    who = registered(MISMATCH_LATER)
    asked_again()
    with pytest.raises(ConsentNeeded):
        booked(a_slot(SINGLE), who)


def test_a_later_mismatch_voids_what_the_impostor_allowed() -> None:
    impostor, friend = registered(MISMATCH_LATER), registered(3)
    family.add(friend.account_id, impostor.ktp, Relation.SIBLING, NOW)
    consented(impostor)
    assert person_of(impostor).links[friend.account_id].firm
    confirmation._take(impostor.person_id, impostor.account_id, Answer.MISMATCH, always, LATER)
    link = person_of(impostor).links[friend.account_id]
    assert (link.given, link.firm) == (False, False)


def test_what_an_impostor_cancelled_does_not_count_against_the_person(register: None) -> None:
    released_days()
    impostor = registered(MISMATCH_LATER)
    booked(a_slot(SINGLE), impostor)
    asked_again()
    active = person_of(impostor).active
    assert active
    assert active.own is False


def test_after_a_later_mismatch_the_next_in_line_holds_the_nik() -> None:
    impostor = registered_with(a_ktp(MISMATCH_LATER), a_phone(8))
    who = registered(MISMATCH_LATER)
    confirmation._take(who.person_id, impostor.account_id, Answer.MISMATCH, always, LATER)
    assert person_of(who).holder == who.account_id


def test_a_relative_who_turns_out_not_to_match_stays_but_is_not_booked_for(
    register: None,
) -> None:
    released_days()
    who = registered()
    child = added(who, MISMATCH_LATER)
    assert asked_again()["mismatch"] == 1
    assert flag(who, MISMATCH_LATER) is False
    assert texts_to(who.phone)[-1] == texts.NOT_CONFIRMED
    with pytest.raises(ConsentNeeded):
        booked(a_slot(SINGLE), who, applicants=[child.applicant_id])
    with pytest.raises(IdentityNotConfirmed):
        family.add(who.account_id, a_ktp(MISMATCH_LATER), Relation.CHILD, LATER)
    family.remove(who.account_id, child.applicant_id, LATER)
    assert family.of(who.account_id, LATER) == []


def test_a_relative_who_did_not_match_is_booked_for_once_their_holder_consents() -> None:
    released_days()
    with register_on():
        who = registered()
        child = added(who, MISMATCH_LATER)
        asked_again()
    holder = registered(MISMATCH_LATER)
    consented(holder, LATER)
    assert booked(a_slot(SINGLE), who, applicants=[child.applicant_id])


def test_a_relative_is_in_the_family_until_they_are_taken_out() -> None:
    with register_on():
        who = registered()
        added(who, MISMATCH_LATER)
        asked_again()
    with pytest.raises(AlreadyInFamily):
        added(who, MISMATCH_LATER)


def test_a_later_match_of_a_relative_is_a_flag(register: None) -> None:
    who = registered()
    added(who, MATCH_LATER)
    assert asked_again()["match"] == 1
    assert flag(who, MATCH_LATER) is True
    assert unanswered.waiting() == []


def test_who_is_still_not_known_is_asked_about_by_the_next_run(register: None) -> None:
    who = registered(SILENT)
    for _ in range(2):
        assert asked_again() == {"match": 0, "mismatch": 0, "none": 1, "handed_over": 0}
        assert unanswered.waiting() == [who.person_id]


def test_one_of_whom_it_never_says_anything_does_not_hold_up_the_others(register: None) -> None:
    silent, broken, late = registered(SILENT), registered(BROKEN), registered(MATCH_LATER)
    assert asked_again()["match"] == 1
    assert set(unanswered.waiting()) == {silent.person_id, broken.person_id}
    assert person_of(late).proof(late.account_id) is Proof.CONFIRMED


def test_a_register_that_is_out_is_left_alone_after_three_questions(
    register: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(confirmation.SILENCES + 2):
        registered_with(a_ktp(BROKEN + 9999 * n), a_phone(20 + n))
    capsys.readouterr()
    assert asked_again()["none"] == confirmation.SILENCES
    assert len(measured(capsys.readouterr().out, Metric.REGISTER)) == confirmation.SILENCES


def test_a_run_that_has_no_time_left_hands_over(register: None) -> None:
    who = registered(MATCH_LATER)
    assert confirmation.ask_again(LATER, lambda: False)["handed_over"] == 1
    assert unanswered.waiting() == [who.person_id]
    assert asked_again()["match"] == 1


def test_a_register_that_was_switched_off_is_not_asked_and_nobody_is_unsealed() -> None:
    with register_on():
        who = registered(SILENT)
    seen = len(disclosures.of(who.account_id))
    assert asked_again() == {"match": 0, "mismatch": 0, "none": 0, "handed_over": 0}
    assert len(disclosures.of(who.account_id)) == seen
    assert unanswered.waiting() == [who.person_id]


def test_whoever_is_asked_about_later_is_told_of_it_in_their_export(register: None) -> None:
    who = registered(MATCH_LATER)
    asked_again()
    seen = privacy.export(who.account_id, LATER).trail.disclosures
    assert ("function:send_reminders", "register") in {(one.by, one.reason) for one in seen}


def test_nobody_is_asked_about_who_was_erased_meanwhile(register: None) -> None:
    who = registered(MATCH_LATER)
    privacy.erase(who.account_id, NOW)
    assert asked_again()["match"] == 0
    assert unanswered.waiting() == []


def test_an_erasure_while_the_register_is_asked_is_not_undone(register: None) -> None:
    who = registered(MATCH_LATER)
    with before("UpdateItem", lambda: privacy.erase(who.account_id, NOW)):
        asked_again()
    assert accounts.get(who.account_id) is None
    assert person_of(who).version == 0


def test_an_answer_that_comes_while_links_change_is_written_on_what_they_are_then(
    register: None,
) -> None:
    who, other = registered(MATCH_LATER), registered(3)

    def named() -> None:
        family.add(other.account_id, a_ktp(MATCH_LATER), Relation.SIBLING, NOW)

    with before("UpdateItem", named):
        asked_again()
    person = person_of(who)
    assert person.proof(who.account_id) is Proof.CONFIRMED
    assert other.account_id in person.links


# ---- confirmed at once ---------------------------------------------------------------------------


def test_an_account_that_holds_its_phone_is_raised_once() -> None:
    who = registered()
    settled = confirmation.confirm(who.person_id, who.account_id, NOW)
    assert settled
    assert person_of(who).proof(who.account_id) is Proof.CONFIRMED
    assert confirmation.confirm(who.person_id, who.account_id, NOW) is None


def test_whoever_names_somebody_as_a_relative_is_not_raised() -> None:
    who = registered()
    child = added(who)
    assert confirmation.confirm(child.person_id, who.account_id, NOW) is None


def test_a_person_whose_links_change_all_the_time_is_given_up() -> None:
    who = registered()
    numbers = iter(range(10, 20))

    def named() -> None:
        other = registered(next(numbers))
        family.add(other.account_id, who.ktp, Relation.SIBLING, NOW)

    with (
        before("UpdateItem", *[named] * confirmation.READS),
        pytest.raises(RequestInProgress),
    ):
        confirmation.confirm(who.person_id, who.account_id, NOW)


def test_a_number_that_the_register_did_not_confirm_is_in_use(register: None) -> None:
    """A mismatch takes the NIK, and not the account."""
    who = registered(MISMATCH_LATER)
    asked_again()
    sent = registration.register(a_ktp(1), who.phone, LATER)
    with pytest.raises(PhoneRegistered):
        registration.verify(sent.challenge_id, code_sent_to(who.phone), LATER)

"""Registration: a phone is proven, and an account opens, or the one there is."""

import re
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.domain.errors import (
    CodeExpired,
    ConsentNeeded,
    NotSent,
    PhoneRegistered,
    RequestInProgress,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.persons import Proof, settle
from chalicelib.services.office import persons
from chalicelib.services.office.persons import Case
from chalicelib.services.people import consent, profile, registration
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.codes import Sent
from chalicelib.store import accounts, applicants, questions
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.tables.people import AccountItem
from infra.stack.tables import TABLES
from tests.builders import (
    a_ktp,
    a_phone,
    a_slot,
    added,
    another,
    booked,
    code_sent_to,
    person_of,
    registered,
    registered_with,
    released_days,
    sms_client,
    texts_to,
)
from tests.wire import before, fault, go_on, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PHONE = a_phone()


def begin() -> Sent:
    return registration.register(a_ktp(), PHONE, NOW)


# ---- the code -----------------------------------------------------------------------------------


def test_a_code_of_six_digits_goes_to_the_phone() -> None:
    begin()
    assert re.findall(r"\b[0-9]{6}\b", "".join(texts_to(PHONE))) == [code_sent_to(PHONE)]


def test_the_answer_says_how_long_the_code_lives_and_when_another_may_be_asked_for() -> None:
    sent = begin()
    assert (sent.expires_at, sent.resend_after) == (NOW + 5 * MINUTE, NOW + MINUTE)


def test_codes_differ() -> None:
    sent = begin()
    sent_codes = {code_sent_to(PHONE)}
    for n in (1, 2):
        registration.resend(sent.challenge_id, NOW + n * MINUTE)
        sent_codes.add(code_sent_to(PHONE))
    assert len(sent_codes) > 1


def test_no_second_code_goes_to_a_phone_within_a_minute() -> None:
    begin()
    with pytest.raises(TooSoon) as refused:
        registration.register(a_ktp(2), PHONE, NOW + 20 * SECOND)
    assert refused.value.more == {"retry_after": 40}
    assert len(texts_to(PHONE)) == 1


def test_no_sixth_code_goes_to_a_phone_in_a_day() -> None:
    for n in range(5):
        registration.register(a_ktp(), PHONE, NOW + n * MINUTE)
    with pytest.raises(TooOften) as refused:
        registration.register(a_ktp(), PHONE, NOW + 5 * MINUTE)
    assert refused.value.more == {"retry_after": 86_400 - 300}
    assert len(texts_to(PHONE)) == 5


def test_the_answer_is_the_same_for_a_nik_and_a_phone_that_are_known() -> None:
    registered()
    sent = registration.register(a_ktp(), PHONE, NOW + MINUTE)
    assert (sent.expires_at, sent.resend_after) == (NOW + 6 * MINUTE, NOW + 2 * MINUTE)
    assert len(texts_to(PHONE)) == 2


def test_nothing_is_counted_when_the_message_could_not_be_sent() -> None:
    with before("Publish", *fault(), client=sms_client()), pytest.raises(NotSent):
        begin()
    assert registration.register(a_ktp(), PHONE, NOW + SECOND)


def test_who_asks_too_soon_costs_a_digest_of_the_phone_and_no_more() -> None:
    begin()
    kms = aws.client("kms")
    with (
        before("Encrypt", client=kms) as sealed,
        before("GenerateMac", client=kms) as digested,
        pytest.raises(TooSoon),
    ):
        begin()
    assert (len(sealed), len(digested)) == (0, 1)


def test_nothing_is_counted_when_what_was_asked_could_not_be_sealed() -> None:
    fails = refuse("KMSInternalException")
    with before("Encrypt", fails, client=aws.client("kms")), pytest.raises(ClientError):
        begin()
    assert begin()


def test_nothing_is_counted_when_the_code_could_not_be_kept() -> None:
    with before("PutItem", *fault(2)), pytest.raises(Unavailable):
        begin()
    assert begin()


def test_a_new_code_takes_the_place_of_the_old() -> None:
    sent = begin()
    old = code_sent_to(PHONE)
    registration.resend(sent.challenge_id, NOW + MINUTE)
    if code_sent_to(PHONE) == old:  # one in a million
        registration.resend(sent.challenge_id, NOW + 2 * MINUTE)
    with pytest.raises(WrongCode):
        registration.verify(sent.challenge_id, old, NOW + 2 * MINUTE)


def test_a_new_code_has_new_tries_and_a_new_life() -> None:
    sent = begin()
    with pytest.raises(WrongCode):
        registration.verify(sent.challenge_id, another(code_sent_to(PHONE)), NOW)
    again = registration.resend(sent.challenge_id, NOW + 4 * MINUTE)
    assert (again.challenge_id, again.expires_at) == (sent.challenge_id, NOW + 9 * MINUTE)
    with pytest.raises(WrongCode) as refused:
        registration.verify(sent.challenge_id, another(code_sent_to(PHONE)), NOW + 8 * MINUTE)
    assert refused.value.more == {"tries_left": 4}


def test_a_new_code_waits_a_minute_like_any_other() -> None:
    sent = begin()
    with pytest.raises(TooSoon) as refused:
        registration.resend(sent.challenge_id, NOW + 59 * SECOND)
    assert refused.value.more == {"retry_after": 1}


def test_a_code_that_was_asked_for_too_soon_leaves_the_old_one_alive() -> None:
    sent = begin()
    with pytest.raises(TooSoon):
        registration.resend(sent.challenge_id, NOW + SECOND)
    assert registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


def test_no_new_code_is_sent_for_a_registration_that_has_expired() -> None:
    sent = begin()
    with pytest.raises(CodeExpired):
        registration.resend(sent.challenge_id, NOW + 5 * MINUTE)


def test_no_new_code_is_sent_for_an_unknown_registration() -> None:
    with pytest.raises(CodeExpired):
        registration.resend("unknown", NOW)


def test_no_new_code_is_sent_for_a_registration_that_is_answered_meanwhile() -> None:
    sent = begin()
    code = code_sent_to(PHONE)

    def answer() -> None:
        registration.verify(sent.challenge_id, code, NOW + MINUTE)

    with before("UpdateItem", go_on, answer), pytest.raises(CodeExpired):
        registration.resend(sent.challenge_id, NOW + MINUTE)
    assert len(texts_to(PHONE)) == 1


# ---- its proof ----------------------------------------------------------------------------------


def test_the_right_code_opens_an_account_and_signs_in() -> None:
    sent = begin()
    made = registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    me = profile.me(made.signed_in.account_id, NOW)
    assert (me.holder.ktp, me.phone) == (a_ktp(), PHONE.number)
    assert sessions.refresh(made.signed_in.refresh_token, NOW)


def test_a_wrong_code_says_how_many_tries_are_left() -> None:
    sent = begin()
    left = []
    for _ in range(5):
        with pytest.raises(WrongCode) as refused:
            registration.verify(sent.challenge_id, another(code_sent_to(PHONE)), NOW)
        left.append(refused.value.more["tries_left"])
    assert left == [4, 3, 2, 1, 0]


def test_after_five_wrong_codes_the_right_one_is_not_looked_at() -> None:
    sent = begin()
    for _ in range(5):
        with pytest.raises(WrongCode):
            registration.verify(sent.challenge_id, another(code_sent_to(PHONE)), NOW)
    with pytest.raises(CodeExpired):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


def test_the_fifth_try_may_still_be_right() -> None:
    sent = begin()
    for _ in range(4):
        with pytest.raises(WrongCode):
            registration.verify(sent.challenge_id, another(code_sent_to(PHONE)), NOW)
    assert registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


def test_a_code_is_right_for_five_minutes() -> None:
    sent = begin()
    assert registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW + 5 * MINUTE - SECOND)


def test_a_code_has_expired_after_five_minutes() -> None:
    sent = begin()
    with pytest.raises(CodeExpired):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW + 5 * MINUTE)


def test_a_code_is_used_once() -> None:
    sent = begin()
    registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    with pytest.raises(CodeExpired):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


def test_a_code_is_bound_to_the_registration_it_was_sent_for() -> None:
    sent = begin()
    other = registration.register(a_ktp(2), a_phone(2), NOW)
    if code_sent_to(PHONE) == code_sent_to(a_phone(2)):  # one in a million
        other = registration.resend(other.challenge_id, NOW + MINUTE)
    with pytest.raises(WrongCode):
        registration.verify(sent.challenge_id, code_sent_to(a_phone(2)), NOW + MINUTE)


def test_a_code_for_a_registration_does_not_sign_in() -> None:
    sent = begin()
    with pytest.raises(CodeExpired):
        sessions.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_a_wrong_one(code: str) -> None:
    sent = begin()
    with pytest.raises(WrongCode):
        registration.verify(sent.challenge_id, code, NOW)


def test_a_registration_whose_answer_was_lost_is_begun_anew_and_signs_in() -> None:
    sent = begin()
    registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    with pytest.raises(CodeExpired):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    assert registered(now=NOW + MINUTE).proof is Proof.HELD
    assert len(list(AccountItem.scan())) == 1


def test_a_nik_that_differs_from_the_birth_date_is_accepted_and_flagged() -> None:
    born = a_ktp().birth_date.replace(year=1979)
    who = registered(birth_date=born)
    assert profile.me(who.account_id, NOW).holder.check_at_counter


# ---- whose NIK it is ----------------------------------------------------------------------------


def test_a_nik_that_nobody_holds_is_held_by_whoever_registers() -> None:
    who = registered()
    assert who.proof is Proof.HELD
    assert person_of(who).holder == who.account_id


def test_the_same_nik_and_phone_sign_in_to_the_account_there_is() -> None:
    first = registered()
    again = registered(now=NOW + MINUTE)
    assert (again.account_id, again.proof) == (first.account_id, Proof.HELD)
    assert again.signed_in.session_id != first.signed_in.session_id


def test_to_sign_in_by_a_registration_notes_that_the_account_is_used() -> None:
    registered()
    who = registered(now=NOW + MINUTE)
    account = accounts.get(who.account_id)
    assert account
    assert account.used_at == NOW + MINUTE


def test_a_nik_that_somebody_holds_registers_and_only_claims_to_be_them() -> None:
    holder, other = registered(), registered_with(a_ktp(), a_phone(2))
    assert other.proof is Proof.CLAIMED
    assert other.person_id == holder.person_id
    assert person_of(holder).holder == holder.account_id


def test_the_holder_is_to_be_told_and_asked_whether_it_is_they() -> None:
    holder = registered()
    assert questions.waiting() == []
    registered_with(a_ktp(), a_phone(2))
    assert questions.waiting() == [holder.person_id]
    (asked,) = consent.requests(holder.account_id, NOW)
    assert asked.relation is Relation.SELF


def test_an_account_that_only_claims_to_be_somebody_books_nothing_for_them() -> None:
    released_days()
    registered()
    other = registered_with(a_ktp(), a_phone(2))
    with pytest.raises(ConsentNeeded):
        booked(a_slot(), other)


def test_an_account_that_only_claims_to_be_somebody_books_for_its_family() -> None:
    released_days()
    registered()
    other = registered_with(a_ktp(), a_phone(2))
    assert booked(a_slot(), other, applicants=[added(other, 3).applicant_id])


def test_a_member_of_a_family_stays_the_same_person_when_they_register() -> None:
    child = added(registered(), 2)
    who = registered(2)
    assert (who.person_id, who.proof) == (child.person_id, Proof.HELD)


def test_whoever_registers_keeps_a_booking_that_others_made_and_it_is_not_their_own_doing() -> None:
    released_days()
    mother = registered()
    made = booked(a_slot(), mother, applicants=[added(mother, 2).applicant_id])
    active = person_of(registered(2)).active
    assert active
    assert (active.code, active.own) == (made.code, False)


def test_of_two_registrations_of_one_nik_at_once_one_holds_it_and_the_other_claims_to() -> None:
    sent = begin()
    other = registration.register(a_ktp(), a_phone(2), NOW)
    proofs = []

    def overtake() -> None:
        made = registration.verify(other.challenge_id, code_sent_to(a_phone(2)), NOW)
        proofs.append(made.proof)

    with before("TransactWriteItems", overtake):
        proofs.append(registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW).proof)
    assert proofs == [Proof.HELD, Proof.CLAIMED]


def test_a_registration_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    child = added(registered(5), 1)
    sent = begin()

    def overtake() -> None:
        read = person_of(child)
        assert applicants.link(read, settle(read, read.links, NOW))

    acts = [overtake] * registration.READS
    with before("TransactWriteItems", *acts), pytest.raises(RequestInProgress):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    assert registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW).proof is Proof.HELD


# ---- whose phone it is --------------------------------------------------------------------------


def test_a_phone_in_use_opens_no_other_account() -> None:
    registered()
    with pytest.raises(PhoneRegistered):
        registered_with(a_ktp(2), PHONE, NOW + MINUTE)


def test_a_phone_is_in_use_until_the_second_before_its_account_is_idle() -> None:
    registered()
    with pytest.raises(PhoneRegistered):
        registered_with(a_ktp(2), PHONE, NOW + IDLE - SECOND)
    assert timedelta(days=60) == IDLE


def test_a_phone_whose_account_is_idle_opens_another_and_that_one_no_more() -> None:
    former = registered()
    who = registered_with(a_ktp(2), PHONE, NOW + IDLE)
    sent = sessions.ask(PHONE, NOW + IDLE + MINUTE)
    signed_in = sessions.verify(sent.challenge_id, code_sent_to(PHONE), NOW + IDLE + MINUTE)
    assert signed_in.account_id == who.account_id != former.account_id


def test_an_account_that_has_lost_its_phone_holds_its_nik_by_a_claim_alone() -> None:
    former = registered()
    registered_with(a_ktp(2), PHONE, NOW + IDLE)
    account = accounts.get(former.account_id)
    assert account
    assert (account.phone, person_of(former).proof(former.account_id)) == (None, Proof.CLAIMED)


def test_whom_an_office_has_seen_stays_so_without_a_phone() -> None:
    former = registered()
    persons.seen(a_ktp().nik, PHONE, Case("operator:x", "test"), NOW)
    registered_with(a_ktp(2), PHONE, NOW + IDLE)
    assert person_of(former).proof(former.account_id) is Proof.SEEN


def test_an_owner_who_lost_the_phone_comes_back_by_another() -> None:
    former = registered()
    registered_with(a_ktp(2), PHONE, NOW + IDLE)
    again = registered_with(a_ktp(1), a_phone(3), NOW + IDLE)
    assert (again.person_id, again.proof) == (former.person_id, Proof.HELD)
    assert person_of(former).holder == again.account_id


def test_an_account_that_is_used_meanwhile_keeps_its_phone() -> None:
    former = registered()
    later = NOW + IDLE
    sent = registration.register(a_ktp(2), PHONE, later)
    code = code_sent_to(PHONE)

    def is_used() -> None:
        assert accounts.use(former.account_id, later)

    with before("TransactWriteItems", is_used), pytest.raises(PhoneRegistered):
        registration.verify(sent.challenge_id, code, later)
    account = accounts.get(former.account_id)
    assert account
    assert account.phone


# ---- what lies in the tables --------------------------------------------------------------------


def test_neither_nik_nor_phone_nor_name_nor_code_lies_in_a_table_in_plain() -> None:
    registered(email="budi@example.id")
    registration.register(a_ktp(2, name="Siti Rahayu"), a_phone(2), NOW)
    kept = "".join(
        str(item.to_simple_dict(force=True)) for table in TABLES for item in table.scan()
    )
    plain = [a_ktp().nik.digits, PHONE.number, a_ktp().name, "budi@example.id"]
    plain += [a_ktp(2).nik.digits, a_phone(2).number, "Siti Rahayu"]
    plain += [code_sent_to(PHONE), code_sent_to(a_phone(2))]
    assert [text for text in plain if text in kept] == []

"""Registration: a phone is proven, and an account opens, or the one there is."""

import re
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.domain.errors import (
    CodeExpired,
    NikRegistered,
    NotSent,
    PhoneRegistered,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.people import Relation
from chalicelib.services.people import profile, registration
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.codes import Sent
from chalicelib.store.dynamo import Unavailable
from infra.stack.tables import TABLES
from tests.builders import (
    a_ktp,
    a_phone,
    another,
    code_sent_to,
    registered,
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


def test_whoever_asks_too_soon_costs_a_digest_of_the_phone_and_no_more() -> None:
    begin()
    kms = aws.client("kms")
    with (
        before("Encrypt", client=kms) as sealed,
        before("GenerateMac", client=kms) as digested,
        pytest.raises(TooSoon),
    ):
        begin()
    assert (len(sealed), len(digested)) == (0, 1)


@pytest.mark.parametrize("operation", ["Encrypt", "GenerateMac"])
def test_nothing_is_counted_when_the_code_could_not_be_sealed(operation: str) -> None:
    acts = (go_on, refuse("KMSInternalException"))[operation == "Encrypt" :]
    with before(operation, *acts, client=aws.client("kms")), pytest.raises(ClientError):
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
    signed_in = registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)
    me = profile.me(signed_in.account_id, NOW)
    assert (me.holder.person, me.phone) == (a_ktp(), PHONE.number)


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


def test_the_same_nik_and_phone_sign_in_to_the_account_there_is() -> None:
    account_id = registered().account_id
    sent = registration.register(a_ktp(), PHONE, NOW + MINUTE)
    signed_in = registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW + MINUTE)
    assert signed_in.account_id == account_id


def test_a_nik_that_has_an_account_opens_no_other_from_another_phone() -> None:
    registered()
    sent = registration.register(a_ktp(), a_phone(2), NOW)
    with pytest.raises(NikRegistered):
        registration.verify(sent.challenge_id, code_sent_to(a_phone(2)), NOW)


def test_a_phone_that_has_an_account_opens_no_other_for_another_nik() -> None:
    registered()
    sent = registration.register(a_ktp(2), PHONE, NOW + MINUTE)
    with pytest.raises(PhoneRegistered):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW + MINUTE)


def test_two_registrations_of_one_nik_at_once_open_one_account() -> None:
    sent = begin()
    other = registration.register(a_ktp(), a_phone(2), NOW)

    def overtake() -> None:
        registration.verify(other.challenge_id, code_sent_to(a_phone(2)), NOW)

    with before("TransactWriteItems", overtake), pytest.raises(NikRegistered):
        registration.verify(sent.challenge_id, code_sent_to(PHONE), NOW)


def test_a_member_of_a_family_keeps_their_applicant_when_they_register() -> None:
    child = profile.add(registered().account_id, a_ktp(2), Relation.CHILD).applicant_id
    assert registered(2).applicant_id == child


def test_a_nik_that_differs_from_the_birth_date_is_accepted_and_flagged() -> None:
    born = a_ktp().birth_date.replace(year=1979)
    who = registered(birth_date=born)
    assert profile.me(who.account_id, NOW).holder.check_at_counter


# ---- what is in the tables ----------------------------------------------------------------------


def test_neither_nik_nor_phone_nor_name_nor_code_is_in_a_table_in_plain() -> None:
    registered(email="budi@example.id")
    registration.register(a_ktp(2, name="Siti Rahayu"), a_phone(2), NOW)
    kept = "".join(
        str(item.to_simple_dict(force=True)) for table in TABLES for item in table.scan()
    )
    plain = [a_ktp().nik.digits, PHONE.number, a_ktp().name, "budi@example.id"]
    plain += [a_ktp(2).nik.digits, a_phone(2).number, "Siti Rahayu"]
    plain += [code_sent_to(PHONE), code_sent_to(a_phone(2))]
    assert [text for text in plain if text in kept] == []

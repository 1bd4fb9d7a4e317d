"""Signing in with a phone, staying signed in, signing out."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib import aws as clients
from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.domain.errors import (
    CodeExpired,
    IdentityNeeded,
    SessionEnded,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.limits import IDENTITY_PER_ACCOUNT
from chalicelib.domain.people import IDLE
from chalicelib.services.limits import tallied
from chalicelib.services.people import privacy, registration
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.sessions import Identity, SignedIn
from chalicelib.store import accounts
from chalicelib.store import sessions as session_store
from chalicelib.store.sessions import LIFE, LOST_ANSWER
from chalicelib.store.tables.people import SessionItem
from tests.builders import (
    Registered,
    a_ktp,
    a_phone,
    another,
    code_sent_to,
    registered,
    registered_with,
    sms_client,
    texts_to,
)
from tests.wire import Killed, before, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(minutes=1)
"""When the phone that registered at `NOW` may have its next code."""

UNKNOWN = a_phone(2)


def sign_in(who: Registered) -> SignedIn:
    sent = sessions.ask(who.phone, LATER)
    return sessions.verify(sent.challenge_id, code_sent_to(who.phone), LATER)


# ---- signing in ---------------------------------------------------------------------------------


def test_the_code_that_went_to_the_phone_signs_in() -> None:
    who = registered()
    assert sign_in(who).account_id == who.account_id


def test_every_sign_in_is_a_session_of_its_own() -> None:
    who = registered()
    assert sign_in(who).session_id != who.signed_in.session_id


def test_the_answer_is_the_same_for_an_unknown_phone() -> None:
    who = registered()
    known, unknown = sessions.ask(who.phone, LATER), sessions.ask(UNKNOWN, LATER)
    assert (known.expires_at, known.resend_after, len(known.challenge_id)) == (
        unknown.expires_at,
        unknown.resend_after,
        len(unknown.challenge_id),
    )


def test_an_unknown_phone_is_told_so_and_gets_no_code() -> None:
    sessions.ask(UNKNOWN, NOW)
    (text,) = texts_to(UNKNOWN)
    assert "belum terdaftar" in text
    assert not re.search("[0-9]{6}", text)


def test_no_code_is_right_for_an_unknown_phone_and_the_refusal_is_the_same() -> None:
    sent = sessions.ask(UNKNOWN, NOW)
    with pytest.raises(WrongCode) as refused:
        sessions.verify(sent.challenge_id, "000000", NOW)
    assert refused.value.more == {"tries_left": 4}


def test_an_unknown_phone_waits_a_minute_like_any_other() -> None:
    sessions.ask(UNKNOWN, NOW)
    with pytest.raises(TooSoon):
        sessions.ask(UNKNOWN, NOW + SECOND)


def test_a_wrong_code_does_not_sign_in() -> None:
    who = registered()
    sent = sessions.ask(who.phone, LATER)
    with pytest.raises(WrongCode):
        sessions.verify(sent.challenge_id, another(code_sent_to(who.phone)), LATER)


def test_a_code_signs_in_once() -> None:
    who = registered()
    sent = sessions.ask(who.phone, LATER)
    sessions.verify(sent.challenge_id, code_sent_to(who.phone), LATER)
    with pytest.raises(CodeExpired):
        sessions.verify(sent.challenge_id, code_sent_to(who.phone), LATER)


def test_a_code_to_sign_in_opens_no_account() -> None:
    who = registered()
    sent = sessions.ask(who.phone, LATER)
    with pytest.raises(CodeExpired):
        registration.verify(sent.challenge_id, code_sent_to(who.phone), LATER)


def test_a_code_does_not_sign_in_to_an_account_that_was_erased_meanwhile() -> None:
    who = registered()
    sent = sessions.ask(who.phone, LATER)
    privacy.erase(who.account_id, LATER)
    with pytest.raises(CodeExpired):
        sessions.verify(sent.challenge_id, code_sent_to(who.phone), LATER)


# ---- staying signed in --------------------------------------------------------------------------


def test_a_refresh_token_is_exchanged_for_the_next() -> None:
    first = registered().signed_in
    second = sessions.refresh(first.refresh_token, LATER)
    assert (second.account_id, second.session_id) == (first.account_id, first.session_id)
    assert second.refresh_token != first.refresh_token


def test_the_next_refresh_token_is_exchanged_too() -> None:
    second = sessions.refresh(registered().signed_in.refresh_token, NOW)
    assert sessions.refresh(second.refresh_token, LATER)


def test_a_used_refresh_token_is_refused() -> None:
    first = registered().signed_in.refresh_token
    sessions.refresh(first, NOW)
    with pytest.raises(SessionEnded):
        sessions.refresh(first, LATER)


def test_a_used_refresh_token_ends_the_whole_session() -> None:
    first = registered().signed_in.refresh_token
    second = sessions.refresh(first, NOW).refresh_token
    with pytest.raises(SessionEnded):
        sessions.refresh(first, LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(second, LATER)


def test_a_used_refresh_token_leaves_other_sessions_alone() -> None:
    who = registered()
    elsewhere = sign_in(who)
    first = who.signed_in.refresh_token
    sessions.refresh(first, NOW)
    with pytest.raises(SessionEnded):
        sessions.refresh(first, LATER)
    assert sessions.refresh(elsewhere.refresh_token, LATER)


def test_a_refresh_whose_answer_was_lost_is_answered_again_in_the_same_way() -> None:
    first = registered().signed_in.refresh_token
    lost = sessions.refresh(first, NOW)
    assert sessions.refresh(first, NOW + LOST_ANSWER) == lost


def test_a_refresh_that_was_answered_twice_goes_on_with_either_answer() -> None:
    first = registered().signed_in.refresh_token
    answers = [sessions.refresh(first, NOW), sessions.refresh(first, NOW)]
    assert sessions.refresh(answers[0].refresh_token, LATER)


def test_what_follows_a_refresh_token_is_not_told_by_the_token() -> None:
    """Or whoever finds a used one could work out the living one."""
    first = registered().signed_in
    second = sessions.refresh(first.refresh_token, NOW).refresh_token
    keyring._root.cache_clear()
    keyring.derived.cache_clear()
    secrets = clients.client("secretsmanager")
    secrets.put_secret_value(SecretId=settings.root_secret, SecretString='{"key": "another"}')
    other = sessions._next(first.session_id, first.refresh_token.partition(".")[2])
    assert second != f"{first.session_id}.{other}"


def test_a_session_of_an_account_that_was_erased_is_refreshed_no_more() -> None:
    who = registered()
    elsewhere = sign_in(who)
    privacy.erase(who.account_id, LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(elsewhere.refresh_token, LATER)


def test_a_session_ends_ninety_days_after_its_last_use_though_its_account_is_in_use() -> None:
    who = registered()
    first, elsewhere = who.signed_in.refresh_token, sign_in(who).refresh_token
    for n in (40, 80, 120, 160):
        elsewhere = sessions.refresh(elsewhere, NOW + timedelta(days=n)).refresh_token
        if n == 80:
            second = sessions.refresh(first, NOW + LIFE - SECOND).refresh_token
    with pytest.raises(SessionEnded):
        sessions.refresh(second, NOW + 2 * LIFE)


def test_a_session_ends_when_its_account_has_been_idle_for_sixty_days() -> None:
    used, idle = registered(1), registered(2)
    assert sessions.refresh(used.signed_in.refresh_token, NOW + IDLE - SECOND)
    with pytest.raises(SessionEnded):
        sessions.refresh(idle.signed_in.refresh_token, NOW + IDLE)
    assert used_at(idle) == NOW


@pytest.mark.parametrize("token", ["", ".", "x", "x.", ".x", "unknown.secret", "ü.é"])
def test_what_is_no_refresh_token_is_refused(token: str) -> None:
    with pytest.raises(SessionEnded):
        sessions.refresh(token, NOW)


def test_a_refresh_token_is_kept_only_as_a_digest() -> None:
    secret = registered().signed_in.refresh_token.partition(".")[2]
    (item,) = SessionItem.scan()
    assert secret not in str(item.to_simple_dict())


# ---- signing out --------------------------------------------------------------------------------


def test_no_token_of_a_session_refreshes_after_signing_out() -> None:
    signed_in = registered().signed_in
    sessions.end(signed_in.session_id)
    with pytest.raises(SessionEnded):
        sessions.refresh(signed_in.refresh_token, NOW)


def test_signing_out_leaves_other_sessions_alone() -> None:
    who = registered()
    elsewhere = sign_in(who)
    sessions.end(who.signed_in.session_id)
    assert sessions.refresh(elsewhere.refresh_token, LATER)


def test_a_session_of_an_erased_account_is_gone() -> None:
    who = registered()
    privacy.erase(who.account_id, LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(who.signed_in.refresh_token, LATER)


def test_no_session_begins_of_an_account_that_is_erased_meanwhile() -> None:
    who = registered()
    sent = sessions.ask(who.phone, LATER)
    code = code_sent_to(who.phone)

    def erased() -> None:
        privacy.erase(who.account_id, LATER)

    with before("TransactWriteItems", erased), pytest.raises(CodeExpired):
        sessions.verify(sent.challenge_id, code, LATER)
    assert list(SessionItem.scan()) == []


# ---- whose phone it is --------------------------------------------------------------------------


def test_no_session_begins_of_an_account_whose_phone_is_somebody_elses_by_then() -> None:
    who, later = registered(), NOW + IDLE
    sent = sessions.ask(who.phone, later)
    code = code_sent_to(who.phone)
    newcomer = registered_with(a_ktp(3), who.phone, later + MINUTE)
    signed_in = sessions.verify(sent.challenge_id, code, later + MINUTE)
    assert signed_in.account_id == newcomer.account_id


def test_no_session_begins_of_an_account_that_loses_its_phone_meanwhile() -> None:
    who, later = registered(), NOW + IDLE
    sent = sessions.ask(who.phone, later)
    code = code_sent_to(who.phone)
    newcomers: list[Registered] = []

    def taken() -> None:
        newcomers.append(registered_with(a_ktp(3), who.phone, later + MINUTE))

    with before("TransactWriteItems", taken):
        signed_in = sessions.verify(sent.challenge_id, code, later + MINUTE)
    assert signed_in.account_id == newcomers[0].account_id
    assert who.account_id not in {item.account_id for item in SessionItem.scan() if is_new(item)}


def is_new(item: SessionItem) -> bool:
    return item.started_at > (NOW + SECOND).timestamp()


# ---- when it was used ---------------------------------------------------------------------------


def used_at(who: Registered) -> datetime:
    account = accounts.get(who.account_id)
    assert account
    return account.used_at


def test_signing_in_notes_that_the_account_is_used() -> None:
    who = registered()
    sign_in(who)
    assert used_at(who) == LATER


def test_a_refresh_notes_once_a_day_that_the_account_is_used() -> None:
    who = registered()
    token = who.signed_in.refresh_token
    noted = []
    for hours in (23, 24, 30, 47, 48):
        token = sessions.refresh(token, NOW + hours * HOUR).refresh_token
        noted.append(used_at(who))
    assert noted == [NOW, NOW + 24 * HOUR, NOW + 24 * HOUR, NOW + 24 * HOUR, NOW + 48 * HOUR]


def test_a_refresh_that_dies_before_the_token_changes_has_noted_that_the_account_is_used() -> None:
    who = registered()
    later = NOW + 24 * HOUR
    with before("UpdateItem", go_on, kill), pytest.raises(Killed):
        sessions.refresh(who.signed_in.refresh_token, later)
    assert used_at(who) == later
    assert sessions.refresh(who.signed_in.refresh_token, later)


def test_a_refresh_brings_no_account_back_that_was_erased() -> None:
    who = registered()
    session = who.signed_in
    with before("Query", kill), pytest.raises(Killed):
        privacy.erase(who.account_id, LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(session.refresh_token, NOW + 24 * HOUR)
    assert accounts.get(who.account_id) is None


# ---- an account that was idle --------------------------------------------------------------------


IDLE_SINCE = NOW + IDLE
"""When an account that registered at `NOW` has been idle for long enough to be asked."""


def begun(who: Registered, at: datetime = IDLE_SINCE) -> tuple[str, str]:
    """A sign-in that waits for its code, and the code."""
    return sessions.ask(who.phone, at).challenge_id, code_sent_to(who.phone)


def holder_of(who: Registered, **changed: Any) -> Identity:
    """What the holder of an account knows of themselves."""
    return Identity(who.ktp.birth_date, who.ktp.nik.digits[-4:])._replace(**changed)


def test_an_account_that_was_idle_for_sixty_days_asks_who_its_holder_is() -> None:
    who = registered()
    session_id, code = begun(who)
    with pytest.raises(IdentityNeeded) as refused:
        sessions.verify(session_id, code, IDLE_SINCE)
    assert refused.value.more == {}


def test_whoever_knows_birth_date_and_nik_goes_on_with_the_same_code() -> None:
    who = registered()
    session_id, code = begun(who)
    with pytest.raises(IdentityNeeded):
        sessions.verify(session_id, code, IDLE_SINCE)
    signed_in = sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))
    assert signed_in.account_id == who.account_id


def test_whoever_tells_it_at_once_is_asked_nothing() -> None:
    who = registered()
    session_id, code = begun(who)
    assert sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))


@pytest.mark.parametrize(
    "wrong",
    [
        {"nik_last": "9999"},
        {"nik_last": ""},
        {"nik_last": "0002 "},
        {"nik_last": "\u0660\u0660\u0660\u0662"},
        {"birth_date": date(1980, 1, 3)},
        {"birth_date": date(2980, 1, 2)},
    ],
)
def test_whoever_knows_only_half_of_it_is_not_signed_in(wrong: dict[str, Any]) -> None:
    who = registered()
    session_id, code = begun(who)
    with pytest.raises(IdentityNeeded) as refused:
        sessions.verify(session_id, code, IDLE_SINCE, holder_of(who, **wrong))
    assert refused.value.more == {}
    assert len(session_store.of_account(who.account_id, NOW)) == 1


def test_a_second_before_the_sixty_days_are_over_nobody_is_asked() -> None:
    who = registered()
    at = IDLE_SINCE - SECOND
    session_id, code = begun(who, at)
    assert sessions.verify(session_id, code, at)


def test_an_account_that_stays_signed_in_is_not_idle() -> None:
    who = registered()
    token = who.signed_in.refresh_token
    for n in range(1, 5):
        token = sessions.refresh(token, NOW + n * timedelta(days=20)).refresh_token
    at = NOW + timedelta(days=81)
    session_id, code = begun(who, at)
    assert sessions.verify(session_id, code, at)


def test_after_it_was_asked_once_an_account_is_in_use_again() -> None:
    who = registered()
    session_id, code = begun(who)
    sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))
    at = IDLE_SINCE + MINUTE
    session_id, code = begun(who, at)
    assert sessions.verify(session_id, code, at)


def test_nobody_is_asked_before_the_code_is_right() -> None:
    who = registered()
    session_id, code = begun(who)
    with pytest.raises(WrongCode):
        sessions.verify(session_id, another(code), IDLE_SINCE, holder_of(who))


def test_an_account_is_tried_five_times_a_day_whatever_the_sixth_attempt_knows() -> None:
    who = registered()
    tried = 0
    for n in range(2):  # a code may be tried five times: with the question itself, four attempts
        at = IDLE_SINCE + n * MINUTE
        session_id, code = begun(who, at)
        for _ in range(4 - 3 * n):
            with pytest.raises(IdentityNeeded):
                sessions.verify(session_id, code, at, holder_of(who, nik_last="9999"))
            tried += 1
    assert tried == IDENTITY_PER_ACCOUNT.most
    with pytest.raises(TooOften) as refused:
        sessions.verify(session_id, code, at, holder_of(who))
    assert refused.value.more["retry_after"] == IDENTITY_PER_ACCOUNT.retry_after(at)


def test_on_the_next_day_an_account_is_tried_again() -> None:
    who = registered()
    for n in range(IDENTITY_PER_ACCOUNT.most):
        tallied.identity_attempt(who.account_id, IDLE_SINCE + n * SECOND)
    session_id, code = begun(who)
    with pytest.raises(TooOften):
        sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))
    tomorrow = IDLE_SINCE + timedelta(days=1)
    session_id, code = begun(who, tomorrow)
    assert sessions.verify(session_id, code, tomorrow, holder_of(who))


def test_to_be_asked_is_no_attempt() -> None:
    who = registered()
    session_id, code = begun(who)
    for _ in range(4):
        with pytest.raises(IdentityNeeded):
            sessions.verify(session_id, code, IDLE_SINCE)
    assert sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))


def test_attempts_at_one_account_leave_another_alone() -> None:
    who, other = registered(), registered(2)
    for _ in range(IDENTITY_PER_ACCOUNT.most):
        tallied.identity_attempt(who.account_id, IDLE_SINCE)
    session_id, code = begun(other)
    assert sessions.verify(session_id, code, IDLE_SINCE, holder_of(other))


def test_that_the_holder_was_compared_with_is_in_the_record() -> None:
    who = registered()
    session_id, code = begun(who)
    sessions.verify(session_id, code, IDLE_SINCE, holder_of(who))
    seen = privacy.export(who.account_id, IDLE_SINCE).trail.disclosures
    assert (f"challenge:{session_id}", "identity") in {(one.by, one.reason) for one in seen}


def test_the_code_of_an_idle_account_opens_the_one_that_has_its_phone_meanwhile() -> None:
    who = registered()
    session_id, code = begun(who)
    at = IDLE_SINCE + MINUTE
    other = registered_with(a_ktp(2), who.phone, at)
    assert sessions.verify(session_id, code, at, holder_of(who)).account_id == other.account_id


def test_whoever_registers_again_with_the_nik_of_an_idle_account_is_signed_in_to_it() -> None:
    who = registered()
    again = registered_with(who.ktp, who.phone, IDLE_SINCE)
    assert again.account_id == who.account_id


# ---- the same work ------------------------------------------------------------------------------


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """The calls to AWS, and the bytes of what each sends."""
    made: list[str] = []

    def note(model: Any, params: Mapping[str, Any], **_: Any) -> None:
        made.append(f"{model.service_model.endpoint_prefix}:{model.name}")

    clients_used = [clients.client(service) for service in ("dynamodb", "kms")] + [sms_client()]
    for client in clients_used:
        client.meta.events.register("before-call", note)
    yield made
    for client in clients_used:
        client.meta.events.unregister("before-call", note)


def test_a_known_and_an_unknown_phone_are_the_same_work(calls: list[str]) -> None:
    """As for the time it takes, see bench/oracle.py."""
    who = registered()
    calls.clear()
    sessions.ask(who.phone, LATER)
    known = calls.copy()
    calls.clear()
    sessions.ask(UNKNOWN, LATER)
    assert calls == known
    assert len(known) == 7

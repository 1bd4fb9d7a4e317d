"""A change of phone and an idle account as the API answers them."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.domain.limits import (
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    IDENTITY_PER_ACCOUNT,
    PHONES_PER_ACCOUNT,
    Budget,
    Limit,
)
from chalicelib.domain.people import IDLE, Phone
from chalicelib.services.limits import tallied
from chalicelib.store.tables.limits import TallyItem
from tests.api.caller import call, call_from, token_of
from tests.builders import (
    Registered,
    a_ktp,
    a_phone,
    a_registration,
    code_sent_to,
    registered,
)
from tests.machine import Reply
from tests.register import MISMATCH, SILENT, register_on

pytestmark = pytest.mark.usefixtures("aws")

NEW = a_phone(9)


def signing_in(who: Registered) -> tuple[str, str]:
    """Where an idle account's sign-in is verified, and with which code."""
    begun = call("POST", "/v1/sessions", {"phone": who.phone.number}).json
    return f"/v1/sessions/{begun['session_id']}/verification", code_sent_to(who.phone)


@pytest.fixture
def idle() -> Registered:
    """Somebody who has not been there for a little longer than 60 days."""
    return registered(1, clock.now() - IDLE - timedelta(minutes=1))


# ---- an idle account -----------------------------------------------------------------------------


def test_an_idle_account_is_answered_in_both_languages_and_with_nothing_of_the_holder(
    idle: Registered,
) -> None:
    path, code = signing_in(idle)
    for language, word in (("id", "NIK"), ("en", "birth date")):
        reply = call("POST", path, {"code": code}, headers={"Accept-Language": language})
        assert (reply.status, reply.problem) == (403, "identity-needed")
        assert word in reply.json["detail"]
        assert set(reply.json) == {"type", "title", "status", "detail"}
        assert idle.ktp.nik.digits[-4:] not in reply.content.decode()


def test_the_same_code_goes_on_with_what_the_holder_knows(idle: Registered) -> None:
    path, code = signing_in(idle)
    call("POST", path, {"code": code})
    body = {
        "code": code,
        "birth_date": idle.ktp.birth_date.isoformat(),
        "nik_last": idle.ktp.nik.digits[-4:],
    }
    reply = call("POST", path, body)
    assert (reply.status, reply.json["account_id"]) == (201, idle.account_id)


@pytest.mark.parametrize("half", [{"nik_last": "0002"}, {"birth_date": "1980-01-01"}])
def test_half_of_it_is_asked_again_and_is_no_attempt(
    half: dict[str, str], idle: Registered
) -> None:
    path, code = signing_in(idle)
    assert call("POST", path, {"code": code, **half}).problem == "identity-needed"
    for _ in range(IDENTITY_PER_ACCOUNT.most):
        tallied.identity_attempt(idle.account_id, clock.now())


@pytest.mark.parametrize(
    "odd", [{"birth_date": "1-1-1980"}, {"birth_date": 1980}, {"nik_last": 2}, {"nik": "x"}]
)
def test_what_is_no_identity_is_refused_as_any_odd_body(
    odd: dict[str, Any], idle: Registered
) -> None:
    path, code = signing_in(idle)
    assert call("POST", path, {"code": code, **odd}).status == 422


def test_whoever_has_tried_five_times_is_told_when_to_come_again(idle: Registered) -> None:
    for _ in range(IDENTITY_PER_ACCOUNT.most):
        tallied.identity_attempt(idle.account_id, clock.now())
    path, code = signing_in(idle)
    body = {"code": code, "birth_date": "1980-01-01", "nik_last": "0000"}
    reply = call("POST", path, body)
    assert (reply.status, reply.problem) == (429, "too-many-requests")
    assert reply.headers["Retry-After"] == str(reply.json["retry_after"])


# ---- another phone -------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["", "12", "+6521234567890", "021-345678", 8123456789])
def test_what_is_no_phone_is_refused(odd: Any) -> None:
    who = registered(1, clock.now())
    reply = call("POST", "/v1/me/phone", {"phone": odd}, token=token_of(who))
    assert reply.status == 422


def test_a_phone_is_taken_in_any_spelling() -> None:
    who = registered(1, clock.now())
    spelled = f"62 {NEW.number[3:6]}-{NEW.number[6:]}"
    begun = call("POST", "/v1/me/phone", {"phone": spelled}, token=token_of(who))
    assert set(begun.json) == {"change_id", "code_expires_at", "resend_after"}
    assert begun.headers["Cache-Control"] == "no-store"
    path = f"/v1/me/phone/{begun.json['change_id']}/verification"
    done = call("POST", path, {"code": code_sent_to(NEW)}, token=token_of(who))
    assert (done.status, done.json["phone"]) == (200, NEW.number)


def spent(limit: Limit, subject: str) -> None:
    """Somewhere has had its codes of the budget that changes of phone are of."""
    tally_id = tallied._id(limit, f"{Budget.DEVICE}\n{subject}", clock.now())
    TallyItem(tally_id, taken=limit.most, expires_at=0).put()


def changes(who: Registered, address: str, phone: Phone = NEW) -> Reply:
    """What an account is answered that asks for another phone."""
    headers = {"authorization": f"Bearer {token_of(who)}", "content-type": "application/json"}
    return call_from(address, "POST", "/v1/me/phone", {"phone": phone.number}, headers)


def test_codes_for_a_change_count_for_the_address() -> None:
    who = registered(1, clock.now())
    spent(CODES_PER_ADDRESS, "203.0.113.7")
    refused = changes(who, "203.0.113.7")
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert changes(who, "203.0.113.8").status == 202


def test_codes_for_a_change_count_for_the_network() -> None:
    who = registered(1, clock.now())
    spent(CODES_PER_NETWORK, "203.0.113.0/24")
    refused = changes(who, "203.0.113.7")
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert changes(who, "203.0.114.7").status == 202


def test_a_refused_change_is_not_counted_to_the_account() -> None:
    who = registered(1, clock.now())
    spent(CODES_PER_ADDRESS, "203.0.113.7")
    for _ in range(PHONES_PER_ACCOUNT.most):
        changes(who, "203.0.113.7")
    assert changes(who, "203.0.113.8").status == 202


def test_an_account_asks_for_five_changes_a_day_from_wherever_it_is() -> None:
    who = registered(1, clock.now())
    replies = [
        changes(who, f"203.0.{number}.7", a_phone(100 + number))
        for number in range(PHONES_PER_ACCOUNT.most + 1)
    ]
    assert [reply.status for reply in replies] == [202] * 5 + [429]


# ---- the civil register --------------------------------------------------------------------------


def verified(number: int) -> Any:
    """What a registration is answered once the phone is proven."""
    begun = call("POST", "/v1/registrations", a_registration(number)).json
    path = f"/v1/registrations/{begun['registration_id']}/verification"
    return call("POST", path, {"code": code_sent_to(a_phone(number))})


def test_a_registration_says_what_was_proven() -> None:
    assert verified(1).json["proof"] == "held"
    with register_on():
        assert verified(2).json["proof"] == "confirmed"
        assert verified(SILENT).json["proof"] == "held"


def test_a_mismatch_names_no_field_and_repeats_nothing() -> None:
    with register_on():
        reply = verified(MISMATCH)
    assert (reply.status, reply.problem) == (422, "identity-not-confirmed")
    assert set(reply.json) == {"type", "title", "status", "detail"}
    ktp = a_ktp(MISMATCH)
    for private in (ktp.nik.digits, ktp.name, ktp.birth_date.isoformat()):
        assert private not in reply.content.decode()

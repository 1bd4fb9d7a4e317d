"""Applicants keep a passkey and sign in by it over HTTP; and what pretends to be one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from chalicelib import clock
from chalicelib.api import cookie
from chalicelib.config import settings
from chalicelib.domain.people import IDLE
from chalicelib.services import passkeys
from chalicelib.services.sign_in import devices
from tests.api.authenticator import PRESENT, Authenticator, encoded
from tests.api.caller import call, token_of
from tests.builders import Registered, registered
from tests.machine import Reply
from tests.passkeys import kept

pytestmark = [
    pytest.mark.usefixtures("aws"),
    pytest.mark.filterwarnings("ignore:The HMAC key is"),
]

COOKIE = {cookie.HEADER: cookie.WAY}


@pytest.fixture
def who() -> Registered:
    return registered(1, clock.now())


def ask(who: Registered, method: str, path: str = "", body: Any = None) -> Reply:
    return call(method, f"/v1/me/passkeys{path}", body, token=token_of(who))


def made_by(key: Authenticator, who: Registered) -> Reply:
    options = ask(who, "POST", body={}).json["options"]
    return ask(who, "POST", body={"credential": key.create(options)})


def signed_in(key: Authenticator, **headers: str) -> Reply:
    begun = call("POST", "/v1/sessions/passkey")
    assert begun.status == 201, begun.content
    path = f"/v1/sessions/passkey/{begun.json['session_id']}/verification"
    return call("POST", path, {"credential": key.get(begun.json["options"])}, headers=headers)


def test_a_passkey_is_kept_listed_signs_in_and_is_taken_back(who: Registered) -> None:
    key = Authenticator()
    made = made_by(key, who)
    assert made.status == 200, made.content
    (listed,) = ask(who, "GET").json["passkeys"]
    assert (listed["passkey_id"], "used_at" in listed) == (made.json["passkey_id"], False)

    tokens = signed_in(key)
    assert (tokens.status, tokens.json["account_id"]) == (201, who.account_id)
    assert call("GET", "/v1/me", token=tokens.json["access_token"]).status == 200
    again = call("POST", "/v1/sessions/refresh", {"refresh_token": tokens.json["refresh_token"]})
    assert again.status == 200
    assert devices.account_of(tokens.json["device_token"], clock.now()) == who.account_id
    assert "used_at" in ask(who, "GET").json["passkeys"][0]

    assert ask(who, "DELETE", f"/{listed['passkey_id']}").status == 204
    assert ask(who, "GET").json == {"passkeys": []}
    assert (signed_in(key).status, signed_in(key).problem) == (422, "passkey-refused")


def test_the_pages_get_their_tokens_in_cookies(who: Registered) -> None:
    reply = signed_in(kept(who, clock.now()).key, **COOKIE)
    assert reply.status == 201
    assert not {"refresh_token", "device_token"} & reply.json.keys()
    set_cookies = reply.headers["Set-Cookie"]
    assert [one.partition("=")[0] for one in set_cookies] == [cookie.NAME, cookie.DEVICE]


def test_a_sign_in_that_begins_says_the_same_to_everybody(who: Registered) -> None:
    before = call("POST", "/v1/sessions/passkey").json["options"]
    kept(who, clock.now())
    after = call("POST", "/v1/sessions/passkey").json["options"]
    assert {**before, "challenge": ""} == {**after, "challenge": ""}
    assert before["challenge"] != after["challenge"]


FORGED: dict[str, dict[str, Any]] = {
    "of another site": {"host": "evil.example"},
    "made on another page": {"origin": "https://evil.example"},
    "whose user was not verified": {"flags": PRESENT},
    "with another key": {"key": Authenticator().key},
    "that was copied: it counts backwards": {"count": 3},
    "with another name": {"credential_id": b"another name"},
    "of somebody else": {"user": encoded(b"somebody-else")},
    "of nobody": {"user": "%%%"},
}


@pytest.mark.parametrize("what", FORGED)
def test_nobody_signs_in_with_a_passkey(what: str, who: Registered) -> None:
    key = kept(who, clock.now()).key
    key.count = 9
    assert signed_in(key).status == 201
    refused = signed_in(replace(key, **FORGED[what]))
    assert (refused.status, refused.problem) == (422, "passkey-refused")


@pytest.mark.parametrize(
    "what", ["of another site", "made on another page", "whose user was not verified"]
)
def test_nobody_keeps_a_passkey(what: str, who: Registered) -> None:
    refused = made_by(replace(Authenticator(), **FORGED[what]), who)
    assert (refused.status, refused.problem) == (422, "passkey-refused")
    assert ask(who, "GET").json == {"passkeys": []}


def test_the_answer_to_one_sign_in_is_none_to_another(who: Registered) -> None:
    key = kept(who, clock.now()).key
    one, other = (call("POST", "/v1/sessions/passkey").json for _ in range(2))
    path = f"/v1/sessions/passkey/{other['session_id']}/verification"
    body = {"credential": key.get(one["options"])}
    assert call("POST", path, body).problem == "passkey-refused"
    assert call("POST", path, {"credential": key.get(other["options"])}).problem == "sign-in-ended"


def test_a_passkey_of_staff_opens_no_account_and_one_of_an_account_no_desk(
    who: Registered,
) -> None:
    key = kept(who, clock.now()).key
    begun = call("POST", "/v1/staff/sessions").json
    path = f"/v1/staff/sessions/{begun['session_id']}/verification"
    body = {"credential": key.get(begun["options"])}
    assert call("POST", path, body).problem == "passkey-refused"
    path = f"/v1/sessions/passkey/{begun['session_id']}/verification"
    assert call("POST", path, body).problem == "sign-in-ended", "it was theirs, and it is answered"


@pytest.mark.parametrize(
    "odd", [{}, {"id": 1}, {"rawId": "é"}, {"rawId": "", "response": {"userHandle": "YWJj"}}]
)
def test_what_is_no_answer_of_a_passkey_is_refused(odd: Any, who: Registered) -> None:
    begun = call("POST", "/v1/sessions/passkey").json
    path = f"/v1/sessions/passkey/{begun['session_id']}/verification"
    assert call("POST", path, {"credential": odd}).problem == "passkey-refused"
    ask(who, "POST", body={})
    assert ask(who, "POST", body={"credential": odd}).problem == "passkey-refused"
    assert ask(who, "POST", body={"credential": odd}).problem == "sign-in-ended"


def test_after_sixty_days_only_a_code_opens_the_account() -> None:
    long_ago = clock.now() - IDLE - timedelta(seconds=1)
    one, other = registered(1, long_ago), registered(2, clock.now())
    assert signed_in(kept(one, long_ago).key).problem == "passkey-refused"
    assert signed_in(kept(other, clock.now()).key).status == 201


def test_where_the_service_has_no_name_there_are_no_passkeys(who: Registered) -> None:
    with patch.object(passkeys, "settings", settings._replace(desk_origin="")):
        assert call("POST", "/v1/sessions/passkey").problem == "passkeys-off"
        assert ask(who, "POST", body={}).problem == "passkeys-off"


def test_an_export_names_passkeys_and_shows_no_key(who: Registered) -> None:
    made = kept(who, clock.now())
    held = call("GET", "/v1/me/export", token=token_of(who))
    assert [one["passkey_id"] for one in held.json["passkeys"]] == [made.passkey_id]
    assert encoded(made.key.credential_id) not in held.content.decode()

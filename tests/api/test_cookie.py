"""The pages' way to stay signed in: a cookie that no script reads and no other origin sends."""

import re
from datetime import datetime

import pytest

from app import app
from chalicelib import clock
from chalicelib.api import tokens
from chalicelib.domain.people import Phone
from chalicelib.services.limits.asker import Asker
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.codes import Sent
from tests.api.caller import call, token_of
from tests.builders import Registered, a_phone, a_registration, registered, texts_to
from tests.machine import Reply
from tests.made_up import CODE

pytestmark = pytest.mark.usefixtures("aws")

WAY = {"Antrian-Session": "cookie"}
ATTRIBUTES = "Path=/v1/sessions; Secure; HttpOnly; SameSite=Strict"
COOKIES = re.compile(
    rf"__Secure-antrian=([\w.-]+); Max-Age=7776000; {ATTRIBUTES}, "
    rf"__Secure-antrian-device=([\w.-]+); Max-Age=15552000; {ATTRIBUTES}"
)
FORGOTTEN = "__Secure-antrian=; Max-Age=0; Path=/v1/sessions; Secure; HttpOnly; SameSite=Strict"


def showing(refresh_token: str) -> dict[str, str]:
    return {**WAY, "Cookie": f"other=1; __Secure-antrian={refresh_token}"}


def kept(reply: Reply) -> str:
    """The refresh token that an answer gives to the browser alone, as it does the device's."""
    return cookies(reply)[0]


def cookies(reply: Reply) -> tuple[str, str]:
    assert {"refresh_token", "device_token"} & reply.json.keys() == set()
    found = COOKIES.fullmatch(", ".join(reply.headers["Set-Cookie"]))
    assert found
    assert not [value for value in found.groups() if value in reply.content.decode()]
    return found[1], found[2]


def refreshed(refresh_token: str) -> Reply:
    return call("POST", "/v1/sessions/refresh", headers=showing(refresh_token))


@pytest.fixture
def who() -> Registered:
    return registered(1)


# ---- every call that gives tokens ---------------------------------------------------------------


def test_a_registration_gives_the_cookie() -> None:
    begun = call("POST", "/v1/registrations", a_registration(1)).json
    path = f"/v1/registrations/{begun['registration_id']}/verification"
    found = CODE.search(texts_to(a_phone(1))[-1])
    assert found
    made = call("POST", path, {"code": found[1]}, headers=WAY)
    assert made.status == 201
    assert refreshed(kept(made)).status == 200


def test_a_sign_in_gives_the_cookie(who: Registered) -> None:
    begun = call("POST", "/v1/sessions", {"phone": who.phone.number}).json
    path = f"/v1/sessions/{begun['session_id']}/verification"
    found = CODE.search(texts_to(who.phone)[-1])
    assert found
    signed_in = call("POST", path, {"code": found[1]}, headers=WAY)
    assert signed_in.status == 201
    assert refreshed(kept(signed_in)).status == 200


def test_a_refresh_by_cookie_gives_the_next_cookie_and_a_token_that_is_good(
    who: Registered,
) -> None:
    first = refreshed(who.signed_in.refresh_token)
    assert first.status == 200
    assert kept(first) != who.signed_in.refresh_token
    assert call("GET", "/v1/me", token=first.json["access_token"]).status == 200


def test_without_the_header_the_contract_is_as_it_was(who: Registered) -> None:
    body = {"refresh_token": who.signed_in.refresh_token}
    reply = call("POST", "/v1/sessions/refresh", body)
    assert reply.status == 200
    assert reply.json["refresh_token"].startswith(who.signed_in.session_id)
    assert "Set-Cookie" not in reply.headers


def test_the_cookie_of_the_device_is_asked_with_when_signing_in_again(
    who: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, device = cookies(refreshed(who.signed_in.refresh_token))
    asked = noted(monkeypatch)
    body = {"phone": who.phone.number}
    for headers, of in (
        ({**WAY, "Cookie": f"__Secure-antrian-device={device}"}, who.account_id),
        ({"Cookie": f"__Secure-antrian-device={device}"}, None),
        (WAY, None),
    ):
        call("POST", "/v1/sessions", body, headers=headers)
        assert asked.pop() == of


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Whose device each request says it comes from, noted on the way to the service."""
    asked: list[str | None] = []
    ask = sessions.ask

    def noting(phone: Phone, now: datetime, asker: Asker) -> Sent:
        asked.append(asker.device_of)
        return ask(phone, now, asker)

    monkeypatch.setattr(sessions, "ask", noting)
    return asked


# ---- who is refused ------------------------------------------------------------------------------


def test_the_cookie_alone_is_worth_nothing(who: Registered) -> None:
    """What a form of another site could make a browser send."""
    cookie = {"Cookie": f"__Secure-antrian={who.signed_in.refresh_token}"}
    assert call("POST", "/v1/sessions/refresh", headers=cookie).problem == "invalid"
    assert call("DELETE", "/v1/sessions/current", headers=cookie).status == 401
    assert refreshed(who.signed_in.refresh_token).status == 200


def test_no_other_origin_may_send_the_header() -> None:
    allowed = app.api.cors.get_access_control_headers()["Access-Control-Allow-Headers"]
    assert "antrian-session" not in allowed.lower()


@pytest.mark.parametrize(
    "odd", ['a={"b": 1}', "a", "a b=1", "a@b=1", "path=1", '"', "=", "\u00e9=1"]
)
def test_an_odd_cookie_of_somebody_else_hides_ours_from_nobody(who: Registered, odd: str) -> None:
    ours = f"__Secure-antrian={who.signed_in.refresh_token}"
    headers = {**WAY, "Cookie": f"{odd}; {ours}; {odd}"}
    assert call("POST", "/v1/sessions/refresh", headers=headers).status == 200


@pytest.mark.parametrize("cookie", ["", "a=b", "__Secure-antrian=", "__Secure-antrian=x.y", "=;="])
def test_whoever_shows_no_good_cookie_has_no_session(cookie: str) -> None:
    reply = call("POST", "/v1/sessions/refresh", headers={**WAY, "Cookie": cookie})
    assert (reply.status, reply.problem) == (401, "session-ended")


def test_a_token_in_the_body_beside_the_header_is_refused(who: Registered) -> None:
    body = {"refresh_token": who.signed_in.refresh_token}
    reply = call("POST", "/v1/sessions/refresh", body, headers=WAY)
    assert (reply.problem, reply.json["field"]) == ("invalid", "refresh_token")


def test_another_way_than_the_cookie_is_refused(who: Registered) -> None:
    reply = call("POST", "/v1/sessions/refresh", headers={"Antrian-Session": "local"})
    assert (reply.problem, reply.json["field"]) == ("invalid", "Antrian-Session")


def test_no_other_route_takes_the_cookie(who: Registered) -> None:
    for path in ("/v1/me", "/v1/bookings"):
        assert call("GET", path, headers=showing(who.signed_in.refresh_token)).status == 401


# ---- signing out ---------------------------------------------------------------------------------


def test_the_cookie_signs_out_when_the_access_token_is_gone(who: Registered) -> None:
    token = token_of(who)
    out = call("DELETE", "/v1/sessions/current", headers=showing(who.signed_in.refresh_token))
    assert (out.status, out.headers["Set-Cookie"]) == (204, FORGOTTEN)
    assert call("GET", "/v1/me", token=token).status == 401
    assert refreshed(who.signed_in.refresh_token).status == 401


def test_the_cookie_signs_out_beside_an_access_token_that_is_too_old(who: Registered) -> None:
    """A page that was left alone for longer than its token lives still has it."""
    old = tokens.issue(who.signed_in, clock.now() - tokens.LIFE).access_token
    out = call(
        "DELETE",
        "/v1/sessions/current",
        token=old,
        headers=showing(who.signed_in.refresh_token),
    )
    assert (out.status, out.headers["Set-Cookie"]) == (204, FORGOTTEN)
    assert refreshed(who.signed_in.refresh_token).status == 401


def test_the_access_token_signs_out_where_the_cookie_is_gone(who: Registered) -> None:
    token = token_of(who)
    out = call("DELETE", "/v1/sessions/current", token=token, headers=WAY)
    assert (out.status, out.headers["Set-Cookie"]) == (204, FORGOTTEN)
    assert call("GET", "/v1/me", token=token).status == 401


def test_whoever_shows_neither_cookie_nor_token_is_not_signed_in() -> None:
    assert call("DELETE", "/v1/sessions/current", headers=WAY).status == 401


def test_a_made_up_secret_signs_nobody_out(who: Registered) -> None:
    made_up = f"{who.signed_in.session_id}.invented"
    assert call("DELETE", "/v1/sessions/current", headers=showing(made_up)).status == 204
    assert call("GET", "/v1/me", token=token_of(who)).status == 200


def test_the_token_before_the_last_signs_out_too(who: Registered) -> None:
    """The answer with the last may be lost on its way."""
    refreshed(who.signed_in.refresh_token)
    call("DELETE", "/v1/sessions/current", headers=showing(who.signed_in.refresh_token))
    assert call("GET", "/v1/me", token=token_of(who)).status == 401

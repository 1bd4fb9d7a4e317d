"""Staff sign in with a passkey: who may, how often, and everything that pretends to be one."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib import clock, vault
from chalicelib.api import tokens
from chalicelib.config import settings
from chalicelib.domain.errors import SessionEnded, TooOften
from chalicelib.domain.limits import STAFF_PER_ADDRESS
from chalicelib.domain.passkeys import PasskeyRefused, SignInEnded
from chalicelib.domain.staff import LinkEnded, Role
from chalicelib.services import passkeys
from chalicelib.services.desk import shifts
from chalicelib.services.desk.shifts import DEVICE, SHIFT, Started
from chalicelib.services.limits import tallied
from chalicelib.services.passkeys import CHALLENGE
from chalicelib.services.staff import enrolment, members, sign_in
from chalicelib.services.staff.enrolment import AGAIN
from chalicelib.services.staff.members import LINK
from chalicelib.store import disclosures, offices
from chalicelib.store import staff as store
from chalicelib.store.tables.desk import CeremonyItem, ShiftItem, StaffItem
from tests.api.authenticator import PRESENT, VERIFIED, Authenticator, decoded, encoded
from tests.api.caller import call, desk_token
from tests.builders import an_office, office_fields
from tests.machine import Reply
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)

NAME = "Dewi Lestari"

CHALLENGE_BYTES = b"x" * 32
ASKED = {"user": {"id": encoded(b"somebody")}, "challenge": encoded(CHALLENGE_BYTES)}
"""What nobody of ours has asked."""


@pytest.fixture(autouse=True)
def _offices(aws: None) -> None:
    for place in ("malang", "bandung"):
        offices.put(office_fields(an_office(place)))


def invited(role: Role = Role.CLERK, office_id: str = "malang") -> members.Invited:
    return members.invite(office_id, role, NAME, clock.now())


def options_of(token: str) -> Any:
    reply = call("POST", f"/v1/staff/enrolments/{token}", {})
    assert (reply.status, reply.json["enrolled"]) == (200, False), reply.content
    return reply.json["options"]


def answer(token: str, credential: Any) -> Reply:
    return call("POST", f"/v1/staff/enrolments/{token}", {"credential": credential})


def enrolled(one: members.Invited | None = None, key: Authenticator | None = None) -> Authenticator:
    """Somebody's passkey, enrolled by their link."""
    token, key = (one or invited()).link_token, key or Authenticator()
    done = answer(token, key.create(options_of(token)))
    assert (done.status, done.json) == (200, {"enrolled": True}), done.content
    return key


def begun() -> tuple[str, Any]:
    """A sign-in: its id and its options."""
    reply = call("POST", "/v1/staff/sessions")
    assert reply.status == 201, reply.content
    return reply.json["session_id"], reply.json["options"]


def verified(session_id: str, credential: Any, **headers: str) -> Reply:
    body = {"credential": credential}
    return call("POST", f"/v1/staff/sessions/{session_id}/verification", body, headers=headers)


def signed_in(key: Authenticator, **headers: str) -> Reply:
    session_id, options = begun()
    return verified(session_id, key.get(options), **headers)


def at_work(token: str) -> int:
    return call("GET", "/v1/desk/presence", token=token).status


# ---- whoever may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR])
def test_whoever_has_enrolled_signs_in_and_is_at_work(role: Role) -> None:
    one = invited(role, "bandung")
    reply = signed_in(enrolled(one))
    assert reply.status == 201
    told = {name: reply.json[name] for name in ("staff_id", "office_id", "role")}
    assert told == {"staff_id": one.staff.staff_id, "office_id": "bandung", "role": role}
    assert SHIFT - 2 * SECOND < timedelta(seconds=reply.json["expires_in"]) <= SHIFT
    assert at_work(reply.json["access_token"]) == 200


def test_the_browser_is_told_to_make_sure_of_its_user_and_no_name() -> None:
    options = options_of(invited().link_token)
    assert options["rp"] == {"id": "localhost", "name": "Antrian Paspor"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert NAME not in json.dumps(options)
    assert begun()[1]["userVerification"] == "required"


def test_a_passkey_that_does_not_count_signs_in_again_and_again() -> None:
    key = enrolled()
    for _ in range(2):
        key.count = -1
        assert signed_in(key).status == 201


def test_whoever_signs_out_is_at_work_no_more() -> None:
    token = signed_in(enrolled()).json["access_token"]
    assert call("DELETE", "/v1/staff/sessions/current", token=token).status == 204
    assert at_work(token) == 401


# ---- a page that is loaded anew ------------------------------------------------------------------


def test_a_page_that_is_loaded_anew_has_its_shift_again() -> None:
    reply = signed_in(enrolled())
    again = call(
        "POST", "/v1/staff/sessions/refresh", {"refresh_token": reply.json["refresh_token"]}
    )
    assert (again.status, again.json["staff_id"]) == (200, reply.json["staff_id"])
    assert at_work(again.json["access_token"]) == 200


def test_a_page_keeps_the_refresh_token_where_no_script_sees_it() -> None:
    wanted = {"antrian-session": "cookie"}
    reply = signed_in(enrolled(), **wanted)
    assert "refresh_token" not in reply.json
    kept, *attributes = str(reply.headers["Set-Cookie"][0]).split("; ")
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/v1/staff/sessions"} <= {*attributes}
    again = call("POST", "/v1/staff/sessions/refresh", {}, headers=wanted | {"cookie": kept})
    assert (again.status, at_work(again.json["access_token"])) == (200, 200)
    out = call("DELETE", "/v1/staff/sessions/current", token=again.json["access_token"])
    assert "Max-Age=0" in str(out.headers["Set-Cookie"])
    gone = call("POST", "/v1/staff/sessions/refresh", {}, headers=wanted | {"cookie": kept})
    assert (gone.status, gone.problem) == (401, "session-ended")


@pytest.mark.parametrize("change", [lambda t: t + "x", lambda t: t.partition(".")[0], lambda _: ""])
def test_another_refresh_token_gives_nothing(change: Callable[[str], str]) -> None:
    token = change(signed_in(enrolled()).json["refresh_token"])
    reply = call("POST", "/v1/staff/sessions/refresh", {"refresh_token": token})
    assert (reply.status, reply.problem) == (401, "session-ended")


# ---- whoever is disabled -------------------------------------------------------------------------


def test_whoever_is_disabled_is_out_at_once_and_for_ever() -> None:
    one = invited()
    key = enrolled(one)
    reply = signed_in(key)
    assert at_work(reply.json["access_token"]) == 200
    members.disable(one.staff.staff_id, clock.now())
    assert at_work(reply.json["access_token"]) == 401
    refreshed = {"refresh_token": reply.json["refresh_token"]}
    assert call("POST", "/v1/staff/sessions/refresh", refreshed).status == 401
    refused = signed_in(key)
    assert (refused.status, refused.problem) == (422, "passkey-refused")


def test_whoever_is_disabled_before_they_enrol_never_does() -> None:
    one, late = invited(), invited()
    options = options_of(late.link_token)
    for who in (one, late):
        members.disable(who.staff.staff_id, clock.now())
    assert call("POST", f"/v1/staff/enrolments/{one.link_token}", {}).problem == "link-ended"
    assert answer(late.link_token, Authenticator().create(options)).problem == "link-ended"


def test_whoever_is_disabled_while_they_sign_in_is_not_signed_in() -> None:
    one = invited()
    key = enrolled(one)
    session_id, options = begun()
    members.disable(one.staff.staff_id, clock.now())
    assert verified(session_id, key.get(options)).status == 422
    assert not [shift for shift in ShiftItem.scan() if shift.staff_id == one.staff.staff_id]


# ---- forgeries -----------------------------------------------------------------------------------


def stranger(key: Authenticator) -> Authenticator:
    """Another key, which says to be this one."""
    return replace(Authenticator(), user=key.user, credential_id=key.credential_id)


FORGED: dict[str, Callable[[Authenticator], Authenticator]] = {
    "another key": stranger,
    "another origin": lambda key: replace(key, origin="http://localhost:8001"),
    "another scheme": lambda key: replace(key, origin="https://localhost:8000"),
    "a page that only looks alike": lambda key: replace(key, origin="http://localhost.test:8000"),
    "another host": lambda key: replace(key, host="127.0.0.1"),
    "a user who was not verified": lambda key: replace(key, flags=PRESENT),
    "nobody who was there": lambda key: replace(key, flags=VERIFIED),
    "a copy that has signed less": lambda key: replace(key, count=-1),
    "the passkey of somebody else": lambda key: replace(key, user=enrolled().user),
    "somebody who is not there": lambda key: replace(key, user=encoded(b"nobody")),
    "nobody": lambda key: replace(key, user=""),
    "a name that is too long to look up": lambda key: replace(key, user=encoded(b"x" * 3000)),
    "another name of the passkey": lambda key: replace(key, credential_id=b"x" * 16),
}


@pytest.mark.parametrize("what", FORGED)
def test_nobody_is_signed_in_by(what: str) -> None:
    """The key itself is good: it signs in before, so that it has counted, and after."""
    key = enrolled()
    assert signed_in(key).status == 201
    before = [shift.session_id for shift in ShiftItem.scan()]
    reply = signed_in(FORGED[what](key))
    assert (reply.status, reply.problem) == (422, "passkey-refused")
    assert [shift.session_id for shift in ShiftItem.scan()] == before
    assert signed_in(key).status == 201


ENROLLED_AS = {
    "another origin": Authenticator(origin="http://localhost:8001"),
    "another host": Authenticator(host="127.0.0.1"),
    "a user who was not verified": Authenticator(flags=PRESENT),
}


@pytest.mark.parametrize("what", ENROLLED_AS)
def test_nobody_enrols_with(what: str) -> None:
    token = invited().link_token
    reply = answer(token, ENROLLED_AS[what].create(options_of(token)))
    assert (reply.status, reply.problem) == (422, "passkey-refused")
    assert [one.credential_id for one in StaffItem.scan()] == [None]


def test_what_was_made_to_enrol_signs_nobody_in_and_the_other_way_round() -> None:
    key, one = enrolled(), invited()
    session_id, options = begun()
    assert verified(session_id, key.get(options, "webauthn.create")).status == 422
    created = Authenticator().create(options_of(one.link_token), "webauthn.get")
    assert answer(one.link_token, created).status == 422


def test_a_signature_over_something_else_signs_nobody_in() -> None:
    key = enrolled()
    session_id, options = begun()
    credential = key.get(options)
    data = bytearray(decoded(credential["response"]["authenticatorData"]))
    data[-1] += 1
    credential["response"]["authenticatorData"] = encoded(bytes(data))
    assert verified(session_id, credential).status == 422


# ---- once, and in time ---------------------------------------------------------------------------


def test_a_challenge_is_answered_once() -> None:
    key = enrolled()
    session_id, options = begun()
    assert verified(session_id, key.get(options)).status == 201
    again = verified(session_id, key.get(options))
    assert (again.status, again.problem) == (410, "sign-in-ended")


def test_a_challenge_that_was_answered_wrongly_is_answered() -> None:
    key = enrolled()
    session_id, options = begun()
    assert verified(session_id, stranger(key).get(options)).status == 422
    assert verified(session_id, key.get(options)).problem == "sign-in-ended"


def test_the_challenge_of_one_sign_in_is_not_that_of_another() -> None:
    key = enrolled()
    (_, options), (other, _) = begun(), begun()
    assert verified(other, key.get(options)).problem == "passkey-refused"


def test_a_challenge_ends() -> None:
    key = enrolled()
    asked = sign_in.ask("36.68.1.2", NOW)
    with pytest.raises(SignInEnded):
        sign_in.verify(asked.sign_in_id, key.get(asked.options), NOW + CHALLENGE)
    asked = sign_in.ask("36.68.1.2", NOW)
    in_time = NOW + CHALLENGE - SECOND
    assert sign_in.verify(asked.sign_in_id, key.get(asked.options), in_time)


def test_a_link_ends_and_so_does_what_it_asked() -> None:
    one = members.invite("malang", Role.CLERK, NAME, NOW)
    with pytest.raises(LinkEnded):
        enrolment.ask(one.link_token, "36.68.1.2", NOW + LINK)
    late = NOW + LINK - SECOND
    options = enrolment.ask(one.link_token, "36.68.1.2", late)
    assert isinstance(options, dict)
    with pytest.raises(LinkEnded):
        enrolment.enrol(one.link_token, Authenticator().create(options), late + SECOND)
    options = enrolment.ask(one.link_token, "36.68.1.2", NOW)
    assert isinstance(options, dict)
    with pytest.raises(LinkEnded):
        enrolment.enrol(one.link_token, Authenticator().create(options), NOW + CHALLENGE)


def test_a_link_is_used_once() -> None:
    one = invited()
    options = options_of(one.link_token)
    key = enrolled(one)
    for body in ({}, {"credential": Authenticator().create(options)}):
        reply = call("POST", f"/v1/staff/enrolments/{one.link_token}", body)
        assert (reply.status, reply.problem) == (410, "link-ended")
    assert signed_in(key).status == 201


def test_of_two_browsers_that_opened_a_link_the_later_one_enrols() -> None:
    """The first one's challenge has been replaced."""
    token = invited().link_token
    first, second = options_of(token), options_of(token)
    assert answer(token, Authenticator().create(first)).problem == "passkey-refused"
    assert answer(token, Authenticator().create(second)).problem == "link-ended"
    assert answer(token, Authenticator().create(options_of(token))).status == 200


def test_nobody_who_has_a_passkey_is_given_another() -> None:
    """Whatever links there are: the row of the staff decides."""
    one = invited()
    enrolled(one)
    before = store.get(one.staff.staff_id)
    assert before
    assert before.passkey
    assert not store.enrol(one.staff.staff_id, before.passkey._replace(credential_id=b"x"))
    assert store.get(one.staff.staff_id) == before


def test_whatever_is_no_link_is_told_the_same_as_an_old_one() -> None:
    used = invited()
    enrolled(used)
    asked = (used.link_token, "unknown", used.staff.staff_id)
    told = [call("POST", f"/v1/staff/enrolments/{token}", {}).content for token in asked]
    assert len(set(told)) == 1


def test_nobody_signs_in_where_the_service_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    token = invited().link_token
    monkeypatch.setattr(passkeys, "settings", settings._replace(desk_origin=""))
    replies = [call("POST", "/v1/staff/sessions")]
    replies.append(call("POST", f"/v1/staff/enrolments/{token}", {}))
    assert {(one.status, one.problem) for one in replies} == {(501, "passkeys-off")}
    assert not [one for one in CeremonyItem.scan() if one.ceremony_id.startswith("sign-in:")]


def test_an_address_begins_so_many_sign_ins_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallied, "STAFF_PER_ADDRESS", STAFF_PER_ADDRESS._replace(most=2))
    for _ in range(2):
        sign_in.ask("36.68.1.2", NOW)
    with pytest.raises(TooOften):
        sign_in.ask("36.68.1.2", NOW)
    with pytest.raises(TooOften):
        enrolment.ask(invited().link_token, "36.68.1.2", NOW)
    sign_in.ask("36.68.1.2", NOW + timedelta(hours=1))


# ---- what is kept, and what is told --------------------------------------------------------------


def test_neither_a_link_nor_a_name_is_kept_or_logged() -> None:
    with redirect_stdout(io.StringIO()) as logged:
        token = desk_token(Role.SUPERVISOR)
        link = call("POST", "/v1/staff/clerks", {"name": NAME}, token=token).json["link"]
        secret = link.partition("#daftar=")[2]
        key = Authenticator()
        assert answer(secret, {"odd": 1}).status == 410
        assert answer(secret, key.create(options_of(secret))).status == 200
        assert answer(secret, Authenticator().create(ASKED)).status == 410
        refresh_token = signed_in(key).json["refresh_token"]
    kept = "".join(
        repr(item.to_dynamodb_dict())
        for table in (StaffItem, CeremonyItem, ShiftItem)
        for item in table.scan()
    )
    assert len(secret) > 40
    assert "staff signed in" in logged.getvalue(), "else this finds nothing"
    for text in (secret, NAME, refresh_token, refresh_token.partition(".")[2]):
        assert text not in kept
        assert text not in logged.getvalue()


# ---- supervisors ---------------------------------------------------------------------------------


def test_a_supervisor_adds_a_clerk_to_their_own_office() -> None:
    token = desk_token(Role.SUPERVISOR, "bandung")
    made = call("POST", "/v1/staff/clerks", {"name": NAME}, token=token)
    assert made.status == 201
    page, _, secret = made.json["link"].partition("#daftar=")
    assert page == "http://localhost:8000/meja"
    key = Authenticator()
    answer(secret, key.create(options_of(secret)))
    reply = signed_in(key)
    assert (reply.json["office_id"], reply.json["role"]) == ("bandung", "clerk")


@pytest.mark.parametrize("role", [Role.CLERK, Role.KIOSK, Role.BOARD])
def test_nobody_but_a_supervisor_adds_or_disables(role: Role) -> None:
    one, token = invited(), desk_token(role)
    assert call("POST", "/v1/staff/clerks", {"name": NAME}, token=token).status == 403
    path = f"/v1/staff/clerks/{one.staff.staff_id}"
    assert call("DELETE", path, token=token).status == 403
    found = store.get(one.staff.staff_id)
    assert found
    assert found.staff.disabled_at is None


def staff_of(token: str) -> list[Any]:
    listed = call("GET", "/v1/staff/clerks", token=token)
    assert (listed.status, listed.headers["Cache-Control"]) == (200, "no-store")
    staff: list[Any] = listed.json["staff"]
    return staff


def test_a_supervisor_sees_who_there_is_and_how_far_they_have_come() -> None:
    token = desk_token(Role.SUPERVISOR)
    one, other = invited(), invited()
    enrolled(other)
    late = members.invite("malang", Role.CLERK, NAME, clock.now() - LINK)
    invited(office_id="bandung")
    device = call("POST", "/v1/staff/devices", {"role": "kiosk"}, token=token).json
    opened = opens(secret_of("board", token)).json["session"]
    members.disable(one.staff.staff_id, clock.now())
    found = {each["staff_id"]: each for each in staff_of(token)}
    assert {staff_id: each["state"] for staff_id, each in found.items()} == {
        tokens.caller(f"Bearer {token}", clock.now(), tokens.DESK).account_id: "enrolled",
        one.staff.staff_id: "disabled",
        other.staff.staff_id: "enrolled",
        late.staff.staff_id: "link-ended",
        device["staff_id"]: "invited",
        opened["staff_id"]: "device",
    }
    assert found[other.staff.staff_id]["name"] == NAME
    assert "name" not in found[device["staff_id"]]
    assert "disabled_at" in found[one.staff.staff_id]


def test_each_look_at_the_names_of_staff_is_recorded() -> None:
    one = invited()
    staff_of(desk_token(Role.SUPERVISOR))
    (seen,) = disclosures.of(one.staff.staff_id)
    assert (seen.reason, seen.whose) == ("staff", frozenset({one.staff.staff_id}))
    assert seen.by.startswith("staff:")


def test_whoever_was_disabled_long_ago_is_not_listed_any_more() -> None:
    one, before = invited(), clock.now() - members.REMEMBERED
    store.disable(one.staff.staff_id, before)
    assert one.staff.staff_id not in {each["staff_id"] for each in staff_of(supervisor())}


def supervisor() -> str:
    return desk_token(Role.SUPERVISOR)


def test_without_kms_staff_are_listed_without_names() -> None:
    one = invited()
    with patch.object(vault, "unseal", side_effect=ReadTimeoutError(endpoint_url="kms")):
        (found,) = (
            each for each in staff_of(supervisor()) if each["staff_id"] == one.staff.staff_id
        )
    assert (found["state"], "name" in found) == ("invited", False)


@pytest.mark.parametrize(("role", "page"), [("kiosk", "/kios"), ("board", "/papan?office=malang")])
def test_a_device_is_signed_in_by_its_link_until_a_supervisor_disables_it(
    role: str, page: str
) -> None:
    token = supervisor()
    made = call("POST", "/v1/staff/devices", {"role": role}, token=token)
    before_it, _, secret = made.json["link"].partition("#daftar=")
    assert (made.status, before_it) == (201, f"http://localhost:8000{page}")
    opened = opens(secret).json
    assert (opened["enrolled"], "options" in opened) == (True, False)
    assert (opened["session"]["role"], opened["session"]["office_id"]) == (role, "malang")
    refresh = {"refresh_token": opened["session"]["refresh_token"]}
    assert call("POST", "/v1/staff/sessions/refresh", refresh).json["role"] == role
    gone = call("DELETE", f"/v1/staff/clerks/{made.json['staff_id']}", token=token)
    assert gone.status == 204
    assert call("POST", "/v1/staff/sessions/refresh", refresh).status == 401


def secret_of(role: str, token: str) -> str:
    """What is behind the # sign in the link of a new device."""
    made = call("POST", "/v1/staff/devices", {"role": role}, token=token)
    return str(made.json["link"]).partition("#daftar=")[2]


def opens(secret: str, **headers: str) -> Reply:
    return call("POST", f"/v1/staff/enrolments/{secret}", {}, headers=headers)


def test_the_link_of_a_device_opens_it_once_and_again_within_a_minute() -> None:
    """The first answer may have been lost on its way."""
    one = members.invite("malang", Role.KIOSK, None, NOW)
    later = NOW + AGAIN
    for now in (NOW, later - SECOND):
        started = enrolment.ask(one.link_token, "36.68.1.2", now)
        assert isinstance(started, Started)
        assert shifts.resume(started.refresh_token, now).staff == one.staff
    with pytest.raises(LinkEnded):
        enrolment.ask(one.link_token, "36.68.1.2", later)


def test_the_link_of_a_device_ends_after_a_day_and_when_it_is_disabled() -> None:
    late, disabled = (members.invite("malang", Role.BOARD, None, NOW) for _ in range(2))
    members.disable(disabled.staff.staff_id, NOW)
    for one, now in ((late, NOW + LINK), (disabled, NOW)):
        with pytest.raises(LinkEnded):
            enrolment.ask(one.link_token, "36.68.1.2", now)
    assert isinstance(enrolment.ask(late.link_token, "36.68.1.2", NOW + LINK - SECOND), Started)


def test_a_device_keeps_its_session_where_no_script_sees_it() -> None:
    wanted = {"antrian-session": "cookie"}
    reply = opens(secret_of("kiosk", supervisor()), **wanted)
    assert "refresh_token" not in reply.json["session"]
    kept = str(reply.headers["Set-Cookie"][0]).partition(";")[0]
    again = call("POST", "/v1/staff/sessions/refresh", {}, headers=wanted | {"cookie": kept})
    assert (again.status, again.json["staff_id"]) == (200, reply.json["session"]["staff_id"])


def test_the_session_of_a_device_lasts_as_long_as_it_is_asked_for() -> None:
    begun = shifts.start("malang", Role.BOARD, NOW)
    now = NOW
    for _ in range(9):
        now += DEVICE / 2
        assert shifts.resume(begun.refresh_token, now).shift.expires_at == now + DEVICE
    with pytest.raises(SessionEnded):
        shifts.resume(begun.refresh_token, now + DEVICE)


def test_the_shift_of_a_person_does_not_become_longer() -> None:
    begun = shifts.start("malang", Role.CLERK, NOW)
    assert shifts.resume(begun.refresh_token, NOW + SHIFT - SECOND).shift == begun.shift
    with pytest.raises(SessionEnded):
        shifts.resume(begun.refresh_token, NOW + SHIFT)


def test_a_session_that_is_ended_while_it_is_renewed_stays_ended() -> None:
    begun = shifts.start("malang", Role.BOARD, NOW)
    store.end(begun.shift.session_id)
    assert not store.renew(begun.shift)
    with pytest.raises(SessionEnded):
        shifts.resume(begun.refresh_token, NOW)


@pytest.mark.parametrize("role", ["clerk", "supervisor", "owner", None])
def test_nobody_is_a_device(role: Any) -> None:
    reply = call("POST", "/v1/staff/devices", {"role": role}, token=supervisor())
    assert (reply.status, reply.json["field"]) == (422, "role")


def test_a_supervisor_disables_a_clerk_of_their_own_office() -> None:
    one = invited()
    at = signed_in(enrolled(one)).json["access_token"]
    path = f"/v1/staff/clerks/{one.staff.staff_id}"
    assert call("DELETE", path, token=desk_token(Role.SUPERVISOR)).status == 204
    assert at_work(at) == 401
    assert call("DELETE", path, token=desk_token(Role.SUPERVISOR)).status == 204


def test_whom_a_supervisor_cannot_disable_is_not_there() -> None:
    clerk, boss = invited(), invited(Role.SUPERVISOR)
    theirs, mine = desk_token(Role.SUPERVISOR, "bandung"), desk_token(Role.SUPERVISOR)
    asked = [(clerk, theirs), (boss, theirs), (boss, mine)]
    replies = [
        call("DELETE", f"/v1/staff/clerks/{who.staff.staff_id}", token=by) for who, by in asked
    ]
    replies.append(call("DELETE", "/v1/staff/clerks/nobody", token=mine))
    assert {(one.status, one.problem) for one in replies} == {(404, "no-such-staff")}
    for who in (clerk, boss):
        found = store.get(who.staff.staff_id)
        assert found
        assert found.staff.disabled_at is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 300, 7, None])
def test_a_clerk_has_a_name(name: Any) -> None:
    reply = call("POST", "/v1/staff/clerks", {"name": name}, token=desk_token(Role.SUPERVISOR))
    assert (reply.status, reply.json["field"]) == (422, "name")


# ---- what is odd ---------------------------------------------------------------------------------

KEY = Authenticator(user=encoded(b"somebody"))
MADE, SIGNED = KEY.create(ASKED), KEY.get(ASKED)

ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9) | st.just("AAAA"),
    lambda more: st.lists(more, max_size=2) | st.dictionaries(st.text(max_size=5), more),
    max_leaves=4,
)


def refused(credential: Any) -> None:
    """The library raises errors of its own, and now and then those of Python."""
    known = passkeys.enrolled(MADE, CHALLENGE_BYTES)._replace(sign_count=0)
    for ask in (
        lambda: passkeys.enrolled(credential, CHALLENGE_BYTES),
        lambda: passkeys.used(credential, CHALLENGE_BYTES, known),
    ):
        with pytest.raises(PasskeyRefused):
            ask()


def test_what_is_not_odd_is_good() -> None:
    known = passkeys.enrolled(MADE, CHALLENGE_BYTES)
    assert passkeys.used(SIGNED, CHALLENGE_BYTES, known) == 1


@given(
    good=st.sampled_from([MADE, SIGNED]),
    place=st.sampled_from(["rawId", "type", "response"]),
    odd=ODD,
)
def test_an_odd_credential_is_refused(good: Any, place: str, odd: Any) -> None:
    refused({**good, place: odd})


@given(good=st.sampled_from([MADE, SIGNED]), odd=ODD, data=st.data())
def test_an_odd_part_is_refused(good: Any, odd: Any, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(good["response"].keys() - {"userHandle"})))
    refused({**good, "response": {**good["response"], part: odd}})


@given(good=st.sampled_from([MADE, SIGNED]), data=st.data())
def test_a_changed_byte_is_refused(good: Any, data: st.DataObject) -> None:
    """Of an attestation, only what is not left to the authenticator."""
    parts = {"clientDataJSON", "authenticatorData", "signature"} & good["response"].keys()
    part = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(decoded(good["response"][part]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = {**good, "response": {**good["response"], part: encoded(bytes(content))}}
    if good is SIGNED:
        known = passkeys.enrolled(MADE, CHALLENGE_BYTES)
        with pytest.raises(PasskeyRefused):
            passkeys.used(changed, CHALLENGE_BYTES, known)


@given(odd=st.binary(max_size=200))
def test_odd_bytes_are_no_attestation(odd: bytes) -> None:
    real = decoded(MADE["response"]["attestationObject"])
    for content in (odd, real[:60] + odd, real[: len(odd) % len(real)]):
        refused({**MADE, "response": {**MADE["response"], "attestationObject": encoded(content)}})


@given(odd=ODD)
@example(odd=["Q", 0])
def test_whose_an_odd_passkey_is_nobody_says(odd: Any) -> None:
    for credential in ({}, {"response": odd}, {"response": {"userHandle": [odd]}}):
        with pytest.raises(PasskeyRefused):
            passkeys.owner(credential)

"""What the edge does for every route: what it refuses, what it hides, and how it says so."""

import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws as clients
from chalicelib import clock, keyring
from chalicelib.api.parsing import BODY_LIMIT
from chalicelib.api.routes import METHODS, ROUTES, Route, Who
from chalicelib.store.tables.limits import SentItem
from tests.api.caller import call, call_decoded, token_for, token_of
from tests.builders import (
    Registered,
    a_phone,
    a_registration,
    a_wish,
    an_open_slot,
    booked,
    code_sent_to,
    registered,
    released_days,
    sms_client,
)
from tests.machine import Reply
from tests.wire import Answer, before, refuse

pytestmark = pytest.mark.usefixtures("aws")

PATHS = sorted({route.path for route in ROUTES})

SECRET = "Siti Aminah, 3573014107900001, +6281234567890"
"""What a message of a fault may quote."""


def has(path: str) -> set[str]:
    own = {route.method for route in ROUTES if route.path == path}
    return own | {"HEAD"} if "GET" in own else own


def filled(path: str, value: str = "unknown") -> str:
    """A path with something in the place of its parameters."""
    return re.sub(r"{\w+}", value, path)


def each(routes: list[Route]) -> Any:
    named = [f"{route.method} {route.path}" for route in routes]
    return pytest.mark.parametrize("route", routes, ids=named)


def signed_in(number: int = 1) -> Registered:
    return registered(number, clock.now())


def a_token() -> str:
    """A good token, of somebody whom nobody else here is."""
    return token_of(signed_in(9))


def assert_problem(reply: Reply, status: int, slug: str, **members: Any) -> None:
    """It is a whole problem of this type, in the form that every problem has."""
    assert (reply.status, reply.problem) == (status, slug)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json["status"] == status
    assert reply.json["title"]
    assert reply.json["detail"]
    assert reply.json.items() >= members.items()


# ---- methods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for path in PATHS for method in METHODS if method not in has(path)],
)
def test_a_method_that_a_path_lacks_is_refused_with_those_it_has(method: str, path: str) -> None:
    reply = call(method, filled(path))
    assert_problem(reply, 405, "method-not-allowed")
    assert set(reply.headers["Allow"].split(", ")) == has(path)


@pytest.mark.parametrize("path", ["/v1/offices/malang", "/v1/me", "/v1/bookings/unknown"])
def test_head_is_answered_as_get_is(path: str) -> None:
    released_days()
    token = a_token()
    got, asked = (call(method, path, token=token) for method in ("GET", "HEAD"))
    assert (asked.status, asked.headers) == (got.status, got.headers)


# ---- who is asking ------------------------------------------------------------------------------


@each([route for route in ROUTES if route.who is not Who.PUBLIC])
def test_a_route_that_is_not_public_needs_a_token(route: Route) -> None:
    reply = call(route.method, filled(route.path), {} if route.body else None, key="key")
    assert_problem(reply, 401, "not-signed-in")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_the_public_routes_are_those_that_need_no_account() -> None:
    public = {f"{route.method} {route.path}" for route in ROUTES if route.who is Who.PUBLIC}
    assert public == {
        "POST /v1/registrations",
        "POST /v1/registrations/{registration_id}/code",
        "POST /v1/registrations/{registration_id}/verification",
        "POST /v1/sessions",
        "POST /v1/sessions/{session_id}/verification",
        "POST /v1/sessions/refresh",
        "POST /v1/sessions/passkey",
        "POST /v1/sessions/passkey/{session_id}/verification",
        "POST /v1/staff/enrolments/{token}",
        "POST /v1/staff/sessions",
        "POST /v1/staff/sessions/{session_id}/verification",
        "POST /v1/staff/sessions/refresh",
        "GET /v1/challenges/registration",
        "GET /v1/challenges/session",
        "GET /v1/offices",
        "GET /v1/offices/{office_id}/today",
        "GET /v1/offices/{office_id}/chances",
        "GET /v1/offices/{office_id}/days/{date}/draw",
        "GET /v1/offices/{office_id}",
        "GET /v1/offices/{office_id}/calendar",
        "GET /v1/offices/{office_id}/days/{date}",
        "GET /v1/health",
        "GET /v1/openapi.json",
    }


@pytest.mark.parametrize("authorization", ["Basic dTpw", "Bearer", "Bearer ", "token", "Bearer x"])
def test_what_is_no_token_signs_nobody_in(authorization: str) -> None:
    reply = call("GET", "/v1/me", headers={"Authorization": authorization})
    assert_problem(reply, 401, "not-signed-in")


def test_whoever_is_not_signed_in_learns_nothing_of_the_body() -> None:
    assert_problem(call("POST", "/v1/bookings", b"{"), 401, "not-signed-in")


# ---- the body -----------------------------------------------------------------------------------


@each([route for route in ROUTES if route.body])
def test_a_body_of_another_type_is_refused(route: Route) -> None:
    reply = send(route, b"nik=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert_problem(reply, 415, "unsupported-media-type")


@each(ROUTES)
def test_a_body_over_the_limit_is_refused(route: Route) -> None:
    assert_problem(send(route, b" " * (BODY_LIMIT + 1)), 413, "too-large")


@each([route for route in ROUTES if route.body])
def test_a_body_that_is_no_json_is_refused(route: Route) -> None:
    assert_problem(send(route, b"{"), 400, "malformed")


@each([route for route in ROUTES if route.body])
def test_a_field_that_nobody_knows_is_refused_by_its_name(route: Route) -> None:
    reply = send(route, b'{"surprise": 1}')
    assert_problem(reply, 422, "invalid", field="surprise", rule="unknown")


@pytest.mark.parametrize("field", ["is_admin", "isAdmin", "a" * 4_000])
def test_an_unknown_field_is_named_however_its_name_is_written(field: str) -> None:
    assert_problem(register({field: 1}), 422, "invalid", field=field, rule="unknown")


@pytest.mark.parametrize(
    "field", ["3573014107900001", "budi@example.id", "Budi Santoso", "+6281", "a\nb", "`"]
)
def test_what_is_in_a_fields_place_and_is_no_name_is_not_repeated(field: str) -> None:
    reply = register({field: 1})
    assert_problem(reply, 422, "invalid", field="body", rule="unknown")
    assert field.encode() not in reply.content


def send(route: Route, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    """Send a body to a route as somebody who may."""
    token = token_for(route, lambda: signed_in(9))
    return call(route.method, filled(route.path), body, token=token, key="key", headers=headers)


def register(body: Any, **headers: str) -> Reply:
    return call("POST", "/v1/registrations", body, headers=headers)


def test_a_body_of_just_the_limit_is_read() -> None:
    content = json.dumps(a_registration()).encode()
    assert register(content.ljust(BODY_LIMIT)).status == 202


def test_the_type_of_a_body_may_name_its_charset() -> None:
    kind = {"Content-Type": "Application/JSON; charset=UTF-8"}
    assert register(a_registration(), **kind).status == 202


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{",
        b"{'name': 1}",
        b'{"name": NaN}',
        b'{"name": "Siti\x00Aminah"}',
        b'{"name": "Siti\nAminah"}',
        b'{"name": "\xff\xfe"}',
        b'{"\xff": 1}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\ud800, and more of it"}',
        b'{"name": "\\u12"}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf",
    ],
)
def test_what_is_no_object_of_json_in_utf_8_is_refused(content: bytes) -> None:
    assert_problem(register(content), 400, "malformed")


@pytest.mark.parametrize(
    "opening", [b"", b'{"nik": ', b'{"surprise": ', b'{"consent": true, "nik": ']
)
@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_a_body_of_endless_brackets_is_refused(opening: bytes, bracket: bytes) -> None:
    content = (opening + bracket * 10_000)[:BODY_LIMIT]
    assert register(content).status in (400, 422)


@pytest.mark.parametrize("opening", [b"", b'{"nik": '])
def test_a_body_of_brackets_that_close_is_refused(opening: bytes) -> None:
    half = BODY_LIMIT // 2 - 10
    content = opening + b"[" * half + b"]" * half + (b"}" if opening else b"")
    assert register(content).status in (400, 422)


@pytest.mark.parametrize("field", ["nik", "name", "birth_date", "sex", "phone", "consent"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    body = a_registration()
    del body[field]
    assert_problem(register(body), 422, "invalid", field=field, rule="missing")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nik", 3573014107900001),
        ("nik", "1" * 33),
        ("name", None),
        ("name", "x" * 255),
        ("birth_date", 0),
        ("consent", "true"),
        ("consent", 1),
        ("email", 7),
        ("phone", {"number": "081234567890"}),
    ],
)
def test_a_field_of_the_wrong_type_is_named(field: str, value: Any) -> None:
    reply = register(a_registration(**{field: value}))
    assert_problem(reply, 422, "invalid", field=field, rule="type")


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("birth_date", "17-05-1990", "date"),
        ("birth_date", "1990-02-30", "date"),
        ("birth_date", "1990-07-01T00:00:00Z", "date"),
        ("sex", "other", "choice"),
        ("nik", "357301410790000", "nik-digits"),
        ("phone", "021-1234567", "phone"),
        ("name", "123", "name"),
        ("name", "Siti\u0000Aminah", "name"),
        ("email", "somebody", "email"),
        ("birth_date", "1899-12-31", "birth-date"),
        ("consent", False, "consent"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_field(field: str, value: Any, rule: str) -> None:
    reply = register(a_registration(**{field: value}))
    assert_problem(reply, 422, "invalid", field=field, rule=rule)


def test_a_type_is_named_where_it_is_wrong_in_a_list() -> None:
    reply = book({"applicants": ["holder", 7]})
    assert_problem(reply, 422, "invalid", field="applicants[1]", rule="type")


def test_nobody_is_a_relative_of_themselves() -> None:
    whole = a_registration()
    person = {name: whole[name] for name in ("nik", "name", "birth_date", "sex")}
    reply = call("POST", "/v1/me/family", {**person, "relation": "self"}, token=a_token())
    assert_problem(reply, 422, "invalid", field="relation", rule="choice")


def test_an_empty_address_removes_what_is_held() -> None:
    who = signed_in()
    for email, held in (("budi@example.id", "budi@example.id"), ("", None)):
        reply = call("PATCH", "/v1/me", {"email": email}, token=token_of(who))
        assert (reply.status, reply.json.get("email")) == (200, held)


@pytest.mark.parametrize("start", ["8:30", "24:00", "08:60", "08:30:00", "08:3\n0", "", "０8:30"])
def test_a_time_is_written_in_four_digits(start: str) -> None:
    assert_problem(book({"start": start}), 422, "invalid", field="start", rule="type")


@pytest.mark.parametrize("date", ["0001-01-01", "2000-01-01"])
def test_a_day_of_the_past_has_no_slot(date: str) -> None:
    assert_problem(book({"date": date}), 404, "no-such-slot")


def test_a_day_at_the_end_of_time_is_not_released() -> None:
    assert_problem(book({"date": "9999-12-31"}), 409, "not-released")


@pytest.mark.parametrize("applicants", [[], ["a"] * 6, [""], ["a b"], ["a" * 65], ["ä"], ["a\nb"]])
def test_applicants_are_one_to_five_ids(applicants: list[str]) -> None:
    reply = book({"applicants": applicants})
    assert (reply.status, reply.problem) == (422, "invalid")
    assert reply.json["field"].startswith("applicants")


@pytest.mark.parametrize("office_id", ["", "ma\nlang", "ma lang", "kantor/malang", "m" * 65])
def test_an_office_is_named_by_an_id(office_id: str) -> None:
    reply = book({"office_id": office_id})
    assert_problem(reply, 422, "invalid", field="office_id", rule="type")


def test_nobody_is_named_twice_in_a_booking() -> None:
    who = signed_in()
    body = a_wish(an_open_slot(), who.applicant_id, who.applicant_id)
    reply = call("POST", "/v1/bookings", body, token=token_of(who), key="key")
    assert_problem(reply, 422, "invalid", field="applicants", rule="duplicate")


@pytest.mark.parametrize("key", [None, ""])
def test_a_booking_needs_an_idempotency_key(key: str | None) -> None:
    assert_problem(book({}, key), 400, "idempotency-key-missing")


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("k" * 129, "key-too-long"),
        (" ", "key-characters"),
        ("a b", "key-characters"),
        ("a\tb", "key-characters"),
        ("ä", "key-characters"),
    ],
)
def test_a_key_that_is_no_key_is_told_why(key: str, rule: str) -> None:
    assert_problem(book({}, key), 422, "invalid", field="Idempotency-Key", rule=rule)


def test_a_key_of_the_greatest_length_is_one() -> None:
    assert book({}, "k" * 128).status == 201


def book(changed: Mapping[str, Any], key: str | None = "key") -> Reply:
    """Ask for a booking in an office that is open, as somebody who is signed in."""
    who = signed_in()
    body = {**a_wish(an_open_slot(), who.applicant_id), **changed}
    return call("POST", "/v1/bookings", body, token=token_of(who), key=key)


# ---- the path and the query ---------------------------------------------------------------------

ODD = [
    "",
    " ",
    "#",
    "%",
    "/",
    "a/b",
    "..",
    "../me",
    "\x00",
    "\n",
    "a.b",
    "a" * 200,
    "a" * 3000,
    "ä",
    "🙂",
]


MOVE = {"date": "2026-11-26", "start": "08:00"}


def refused_path(reply: Reply) -> bool:
    return reply.status in (404, 410, 422) and bool(reply.problem)


@each([route for route in ROUTES if "{" in route.path and not route.body])
def test_odd_parameters_of_a_path_are_refused(route: Route) -> None:
    released_days()
    token = token_for(route, lambda: signed_in(9)) or ""
    names = re.findall(r"{(\w+)}", route.path)
    known = {"office_id": "malang", "date": "2026-11-26"}
    for name, value in product(names, ODD):
        parameters = {other: known.get(other, "unknown") for other in names} | {name: value}
        reply = call_decoded(route.method, route.path, parameters, token)
        assert refused_path(reply), (name, value, reply)


@each([route for route in ROUTES if route.path.count("{") == 1 and not route.path.endswith("}")])
def test_odd_parameters_of_a_path_are_refused_as_they_are_encoded(route: Route) -> None:
    released_days()
    token = token_for(route, lambda: signed_in(9)) or ""
    code = {"code": "123456"} if route.path.endswith("verification") else None
    body = code or (MOVE if route.body else None)
    for value in ODD:
        path = filled(route.path, quote(value, safe=""))
        reply = call(route.method, path, body, token=token, key="key")
        assert refused_path(reply), (value, reply)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-13-01", "from"),
        ("from=20261201", "from"),
        ("from=", "from"),
        ("from=9999-12-31", "from"),
        ("from=%00", "from"),
        ("days=0", "days"),
        ("days=63", "days"),
        ("days=-1", "days"),
        ("days=1e3", "days"),
        ("days=%D9%A3", "days"),
    ],
)
def test_an_odd_query_of_the_calendar_is_refused_by_its_name(query: str, field: str) -> None:
    released_days()
    reply = call("GET", f"/v1/offices/malang/calendar?{query}")
    assert (reply.status, reply.json["field"]) == (422, field)


@pytest.mark.parametrize(
    "near", ["", "1", "1,2,3", "91,0", "0,181", "nan,0", "1e2,0", "a,b", "%00"]
)
def test_an_odd_place_is_refused(near: str) -> None:
    reply = call("GET", f"/v1/offices?near={near}")
    assert_problem(reply, 422, "invalid", field="near", rule="near")


@pytest.mark.parametrize("date", ["2026-02-30", "26-11-2026", "2026-11-26x", "today", "9999-12-31"])
def test_a_day_is_written_as_a_date(date: str) -> None:
    released_days()
    reply = call("GET", f"/v1/offices/malang/days/{date}")
    assert_problem(reply, 422, "invalid", field="date", rule="date")


# ---- the language -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "language", "title"),
    [
        ({}, "id", "Belum masuk"),
        ({"Accept-Language": "en-GB,id;q=0.5"}, "en", "Not signed in"),
        ({"accept-language": "id"}, "id", "Belum masuk"),
    ],
)
def test_a_problem_is_told_in_the_language_asked_for(
    header: dict[str, str], language: str, title: str
) -> None:
    reply = call("GET", "/v1/me", headers=header)
    assert (reply.headers["Content-Language"], reply.json["title"]) == (language, title)
    assert "Accept-Language" in reply.headers["Vary"]


def test_a_method_is_refused_in_the_language_asked_for() -> None:
    reply = call("PUT", "/v1/me", headers={"Accept-Language": "en"})
    assert reply.json["title"] == "Method not allowed"


# ---- who has an account --------------------------------------------------------------------------


def test_an_unknown_phone_is_answered_like_a_known_one() -> None:
    signed_in(1)
    for sent in SentItem.scan():
        sent.delete()  # nobody waits a minute for the next code
    known, unknown = (call("POST", "/v1/sessions", {"phone": a_phone(n).number}) for n in (1, 2))
    assert form(known) == form(unknown)
    assert known.status == 202


def form(reply: Reply) -> Any:
    """All of an answer but for what is new in each: ids and instants, of which lengths are left."""
    values = {name: len(value) for name, value in reply.json.items()}
    return reply.status, dict(reply.headers), values


# ---- what may be kept ---------------------------------------------------------------------------


def test_nothing_personal_may_be_kept() -> None:
    slot, who = an_open_slot(), signed_in()
    token = token_of(who)
    code = booked(slot, who, now=clock.now()).code
    for path in (
        "/v1/me",
        "/v1/me/family",
        "/v1/me/export",
        "/v1/bookings",
        f"/v1/bookings/{code}",
        f"/v1/bookings/{code}/ticket.svg",
        f"/v1/bookings/{code}/ticket.ics",
    ):
        reply = call("GET", path, token=token)
        assert (path, reply.status) == (path, 200)
        assert (path, reply.headers["Cache-Control"]) == (path, "no-store")


def test_the_tokens_of_a_registration_may_not_be_kept() -> None:
    begun = register(a_registration())
    path = f"/v1/registrations/{begun.json['registration_id']}/verification"
    proven = call("POST", path, {"code": code_sent_to(a_phone())})
    assert (begun.status, proven.status) == (202, 201)
    assert begun.headers["Cache-Control"] == proven.headers["Cache-Control"] == "no-store"


@each([route for route in ROUTES if route.method != "GET" or route.who is not Who.PUBLIC])
def test_only_public_reads_may_be_kept(route: Route) -> None:
    reply = send(route, b"{}")
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["", "/malang", "/malang/calendar", "/malang/days/2026-11-26", "/malang/today"]
)
def test_what_is_public_may_be_kept_for_a_second(path: str) -> None:
    released_days()
    reply = call("GET", f"/v1/offices{path}")
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "public, max-age=1")


def test_a_refusal_of_a_public_read_may_not_be_kept() -> None:
    assert_problem(call("GET", "/v1/offices/nowhere"), 404, "no-such-office")


@each(ROUTES)
def test_every_answer_forbids_guessing_its_type_and_leaving_https(route: Route) -> None:
    headers = call(route.method, filled(route.path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_an_answer_without_a_body_has_no_type() -> None:
    reply = call("DELETE", "/v1/sessions/current", token=a_token())
    assert (reply.status, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers


# ---- faults -------------------------------------------------------------------------------------


def a_bug() -> Answer | None:
    raise RuntimeError(SECRET)


def a_lost_connection() -> Answer | None:
    raise EndpointConnectionError(endpoint_url=SECRET)


def during(act: Any, operation: str = "BatchGetItem", path: str = "/v1/bookings/0") -> Reply:
    """Look at a booking while this happens on the way to DynamoDB."""
    who = signed_in()
    booked(an_open_slot(), who, now=clock.now())
    with before(operation, act, act, act):
        return call("GET", path, token=token_of(who))


def test_a_bug_is_an_error_of_the_service() -> None:
    assert_problem(during(a_bug), 500, "internal-error")


@pytest.mark.parametrize("act", [a_lost_connection, refuse("ValidationException")])
def test_a_fault_of_aws_is_worth_another_try(act: Any) -> None:
    reply = during(act)
    assert_problem(reply, 503, "try-again")
    assert int(reply.headers["Retry-After"]) >= 1


def test_a_fault_while_the_token_is_checked_is_a_problem_too() -> None:
    token = a_token()
    keyring.tokens.cache_clear()
    secrets = clients.client("secretsmanager")
    with before("GetSecretValue", refuse("InternalServiceError"), client=secrets):
        assert_problem(call("GET", "/v1/me", token=token), 503, "try-again")


def assert_our_own_fault(reply: Reply) -> None:
    assert_problem(reply, 500, "internal-error")
    assert "Retry-After" not in reply.headers


@pytest.mark.parametrize(
    ("operation", "path"), [("GetItem", "/v1/me"), ("BatchGetItem", "/v1/bookings/0")]
)
def test_a_permission_that_we_lack_in_dynamodb_is_a_fault_of_ours(
    operation: str, path: str
) -> None:
    assert_our_own_fault(during(refuse("AccessDeniedException"), operation, path))


@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems"])
def test_a_permission_to_write_that_we_lack_is_a_fault_of_ours(operation: str) -> None:
    who, slot = signed_in(), an_open_slot()
    body = a_wish(slot, who.applicant_id)
    with before(operation, refuse("AccessDeniedException")):
        assert_our_own_fault(call("POST", "/v1/bookings", body, token=token_of(who), key="key"))


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("kms", "GenerateMac", "AccessDeniedException"),
        ("sns", "Publish", "AuthorizationError"),
    ],
)
def test_a_permission_that_we_lack_elsewhere_is_a_fault_of_ours(
    service: str, operation: str, code: str
) -> None:
    client = sms_client() if service == "sns" else clients.client(service)
    with before(operation, refuse(code), client=client):
        assert_our_own_fault(register(a_registration()))


def test_a_text_that_cannot_be_sent_is_worth_another_try() -> None:
    sns = sms_client()
    with before("Publish", refuse("InternalError", status=400), client=sns) as sent:
        reply = register(a_registration())
    assert sent
    assert_problem(reply, 503, "sms-not-sent")
    assert int(reply.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("act", [a_bug, a_lost_connection])
def test_the_message_of_a_fault_is_not_answered(act: Any) -> None:
    reply = during(act)
    assert not quoted(reply.content.decode() + str(reply.headers))


@pytest.mark.parametrize("act", [a_bug, a_lost_connection])
def test_the_message_of_a_fault_is_not_logged(
    act: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    during(act)
    output = capsys.readouterr()
    assert not quoted(output.out + output.err + caplog.text)


def quoted(text: str) -> bool:
    return any(word in text for word in SECRET.split())


def test_a_fault_is_logged_by_its_kind_and_where_it_broke(
    capsys: pytest.CaptureFixture[str],
) -> None:
    during(a_bug)
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (record,) = [record for record in records if record.get("message") == "fault"]
    assert record["fault"] == "RuntimeError"
    assert record["route"] == "GET /v1/bookings/{code}"
    assert record["frames"][-1].endswith(" a_bug")


def test_a_fault_is_counted_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    during(a_bug)
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told_of = [(each.get("kind"), each["Faults"]) for each in records if "Faults" in each]
    assert told_of == [(None, [1.0]), ("RuntimeError", [1.0])]


def test_what_aws_calls_a_fault_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    during(refuse("ValidationException"))
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (record,) = [record for record in records if record.get("message") == "fault"]
    assert (record["fault"], record["cause"]) == ("Unavailable", "ValidationException")


def test_a_permission_that_we_lack_is_logged_by_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    during(refuse("AccessDeniedException"))
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["cause"] for r in records if r.get("message") == "fault"] == ["AccessDeniedException"]


def test_a_refusal_is_not_logged_as_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    released_days()
    call("GET", "/v1/offices/nowhere")
    assert '"fault"' not in capsys.readouterr().out

"""What phones really send: it is made plain before any rule looks at it."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.api.plain import plain
from tests.api.caller import call, token_of
from tests.builders import (
    a_phone,
    a_registration,
    a_wish,
    an_open_slot,
    code_sent_to,
    registered,
    released_days,
)
from tests.machine import Reply

aws = pytest.mark.usefixtures("aws")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a -\u200e\u2011\u00a0\n"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("\u202a+62 812\u20113456\u20117890\u202c", "+62 812-3456-7890"),  # a contact on iOS
        ("\u200e0812\u00a03456\u00a07890", "0812 3456 7890"),
        ("\u2066siti@contoh.id\u2069 ", "siti@contoh.id"),
        ("\ufeffSiti\u200b Aminah\u2060", "Siti Aminah"),
        ("Nur\u2013Aini", "Nur-Aini"),
        ("Wayan Jñānī", "Wayan Jñānī"),
    ],
)
def test_marks_that_nobody_sees_and_odd_dashes_and_spaces_are_made_plain(
    sent: str, meant: str
) -> None:
    assert plain(sent) == meant


@given(values)
def test_what_is_plain_stays_as_it_is(value: Any) -> None:
    assert plain(plain(value)) == plain(value)


def registering(**changed: Any) -> Reply:
    return call("POST", "/v1/registrations", a_registration(**changed))


@aws
def test_a_registration_as_it_is_pasted_is_one() -> None:
    pasted = {
        "nik": "\u200e3573\u00a00141\u00a00790\u00a00001",
        "phone": "\u202a+62\u00a0812\u20110000\u20110001\u202c",
        "email": " siti@contoh.id\u00a0",
        "birth_date": "1990\u201107\u201101",
    }
    assert registering(**pasted).status == 202
    assert len(code_sent_to(a_phone())) == 6


@aws
@pytest.mark.parametrize(
    "form", ["{0}{1}{2} {3}{4}{5}", "{0}{1}{2}\u2011{3}{4}{5}", "\u200e{} {} {} {} {} {}"]
)
def test_a_code_may_be_spaced(form: str) -> None:
    path = f"/v1/registrations/{registering().json['registration_id']}/verification"
    code = form.format(*code_sent_to(a_phone()))
    assert call("POST", path, {"code": code}).status == 201


@aws
@pytest.mark.parametrize("no_code", ["", "12345", "1234567", "12345a", "\u0661\u0662\u0663456"])
def test_what_is_no_code_is_no_attempt(no_code: str) -> None:
    path = f"/v1/registrations/{registering().json['registration_id']}/verification"
    for _ in range(6):
        reply = call("POST", path, {"code": no_code})
        assert (reply.status, reply.json["field"], reply.json["rule"]) == (422, "code", "code")
    assert call("POST", path, {"code": code_sent_to(a_phone())}).status == 201


@aws
@pytest.mark.parametrize("email", ["mailto:siti@contoh.id", "siti@contoh.id,budi@contoh.id"])
def test_a_link_and_a_list_are_no_address(email: str) -> None:
    reply = registering(email=email)
    assert (reply.status, reply.json["field"]) == (422, "email")


@aws
def test_a_byte_order_mark_before_a_body_is_skipped() -> None:
    reply = call("POST", "/v1/sessions", b'\xef\xbb\xbf{"phone": "0812-3456-7890"}')
    assert reply.status == 202


@aws
@pytest.mark.parametrize(
    "near", ["-5.0E-4,109.3222", "-0.0,1.093222e+02", "4.9E-324,-180", "\u2212.5,+1e1", "-0,9E1"]
)
def test_a_point_is_whatever_a_program_writes(near: str) -> None:
    released_days()
    for sent in (quote(near), near.replace("\u2212", "%E2%88%92")):
        reply = call("GET", f"/v1/offices?near={sent}")
        assert (reply.status, "distance_km" in reply.json["offices"][0]) == (200, True)


@aws
@pytest.mark.parametrize(
    "near", ["nan,1", "1e400,1", "91,0", "0,-180.1", "inf,0", "1_0,1", "0x1,1"]
)
def test_what_is_no_point_on_earth_is_refused(near: str) -> None:
    assert call("GET", f"/v1/offices?near={near}").json["field"] == "near"


@aws
def test_a_code_of_a_booking_may_be_pasted_into_a_path() -> None:
    who = registered(1, clock.now())
    body = a_wish(an_open_slot(), who.applicant_id)
    made = call("POST", "/v1/bookings", body, token=token_of(who), key="key").json
    path = "/v1/bookings/" + quote(f"\u200e{made['code']}\u00a0")
    assert call("GET", path, token=token_of(who)).json == made

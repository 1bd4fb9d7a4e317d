"""What people's phones really send, and what they are told, over HTTP.

The office is yogyakarta, which no other test uses; it is closed here, and opened again.
"""

import time
from datetime import date
from urllib.parse import quote

import pytest

from chalicelib.domain import decrees
from tests.machine import Machine, Reply, crowd, new_key, register
from tests.made_up import identity
from tests.races.storm import Target, book, target

pytestmark = pytest.mark.server

OFFICE = "yogyakarta"


def operator(machine: Machine, *arguments: str) -> str:
    done = machine.beside("infra.ops.office", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(machine: Machine, day: str, status: str) -> Reply:
    """The day, once a process that has kept it for a second sees it anew."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        reply = machine.call("GET", f"/v1/offices/{OFFICE}/days/{day}")
        if reply.json["status"] == status:
            return reply
    raise AssertionError(reply.json)


def test_a_closure_cancels_tells_and_can_be_taken_back(machine: Machine) -> None:
    first, second = crowd(machine, 2)
    wanted = target(machine, OFFICE, weeks=2)
    made = book(machine, wanted, first, new_key()).json
    assert (made["start"], made["arrive_from"]) == ("08:00", "07:55")
    path = f"/v1/bookings/{made['code']}"

    told = operator(machine, "close", OFFICE, wanted.date, "--id", "Banjir", "--en", "Flood")
    assert "1 bookings cancelled" in told
    seen = machine.call("GET", path, token=first.token).json
    assert (seen["status"], seen["cancelled_by"]) == ("cancelled", "office")
    file = machine.call("GET", f"{path}/ticket.ics", token=first.token)
    assert (file.status, b"STATUS:CANCELLED" in file.content) == (200, True)
    assert until(machine, wanted.date, "closed").json["reason"] == "Banjir"
    machine.job("send_reminders")
    texts = [
        m["text"] for m in machine.call("GET", "/_local/sms").json if m["phone"] == first.phone
    ]
    assert "tutup" in texts[-1]

    assert f"Open at {OFFICE}" in operator(machine, "open", OFFICE, wanted.date)
    until(machine, wanted.date, "open")
    assert book(machine, wanted, second, new_key()).status == 201
    assert machine.call("GET", path, token=first.token).json["status"] == "cancelled"


def test_a_closure_without_a_reason_is_refused(machine: Machine) -> None:
    day = target(machine, OFFICE).date
    done = machine.beside("infra.ops.office", "close", OFFICE, day, "--id", " ", "--en", "Flood")
    assert (done.returncode, done.stderr.strip()) == (1, "Refused: no-reason")


def test_nothing_is_promised_on_a_holiday(machine: Machine) -> None:
    year = date.fromisoformat(target(machine, OFFICE).date).year + 1
    new_year = f"{year}-01-01"
    assert decrees.holiday(date(year, 1, 1))
    days = machine.call("GET", f"/v1/offices/{OFFICE}/calendar?from={new_year}&days=1").json["days"]
    assert days == [{"date": new_year, "status": "closed", "reason": "Tahun Baru Masehi"}]
    wanted = Target(OFFICE, new_year, "08:00", 1)
    refused = book(machine, wanted, register(machine), new_key())
    assert (refused.problem, refused.json["reason"]) == ("office-closed", "Tahun Baru Masehi")


def test_a_registration_as_it_is_pasted_and_filled_in(machine: Machine) -> None:
    person = identity()
    phone = "+62" + person["phone"].removeprefix("0")
    pasted = {**person, "phone": f"\u202a{phone[:3]}\u00a0{phone[3:6]}\u2011{phone[6:]}\u202c"}
    started = machine.call(
        "POST", "/v1/registrations", {**pasted, "email": " siti@contoh.id\u200b"}
    )
    assert started.status == 202
    path = f"/v1/registrations/{started.json['registration_id']}/verification"
    code = machine.codes()[phone]
    for _ in range(6):
        assert machine.call("POST", path, {"code": code[:5]}).problem == "invalid"
    spaced = f'\ufeff{{"code": "{code[:3]} {code[3:]}"}}'.encode()
    sent = {"Content-Type": "application/json"}
    assert machine.call("POST", path, spaced, headers=sent).status == 201


def test_an_old_android_reads_indonesian_and_its_point_is_taken(machine: Machine) -> None:
    near = "/v1/offices?near=" + quote("-5.0E-4,109.3222")
    assert machine.call("GET", near).json["offices"][0]["office_id"] == "pontianak"
    for header in ("in,en;q=0.8", "in-ID,en-US;q=0.9", "id_ID,en;q=0.5"):
        refused = machine.call("GET", "/v1/offices/x", headers={"Accept-Language": header})
        assert refused.headers["Content-Language"] == "id"


def test_head_is_answered_without_a_body(machine: Machine) -> None:
    got, asked = (machine.call(how, f"/v1/offices/{OFFICE}") for how in ("GET", "HEAD"))
    assert (asked.status, asked.content) == (200, b"")
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]


def test_a_key_that_is_too_long_is_called_so(machine: Machine) -> None:
    refused = book(machine, target(machine, OFFICE), register(machine), "k" * 129)
    assert (refused.status, refused.json["field"]) == (422, "Idempotency-Key")
    assert "128" in refused.json["detail"]

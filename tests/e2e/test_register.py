"""The civil register, a change of phone and an idle account, over HTTP, with REGISTER=on."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import texts
from chalicelib.domain.people import IDLE
from infra.local.register import BROKEN, MATCH_LATER, MISMATCH, MISMATCH_LATER, SILENT
from tests.machine import Applicant, Machine, Reply, register, started
from tests.made_up import identity

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The system with the stand-in for the register, and with its limits."""
    state: Path = tmp_path_factory.mktemp("asking")
    with started(state, register="on") as running:
        yield running


def somebody(serial: str = "") -> dict[str, Any]:
    """The data of a new person whose NIK ends in ``serial``."""
    data = identity()
    nik = data["nik"]
    return {**data, "nik": nik[: len(nik) - len(serial)] + serial}


def verified(machine: Machine, person: dict[str, Any]) -> Reply:
    """What a registration is answered once the phone is proven."""
    path = machine.call("POST", "/v1/registrations", person).json["registration_id"]
    code = machine.codes()["+62" + person["phone"][1:]]
    return machine.call("POST", f"/v1/registrations/{path}/verification", {"code": code})


def me(machine: Machine, who: Applicant) -> Any:
    return machine.call("GET", "/v1/me", token=who.token).json


def told(machine: Machine, phone: str) -> list[str]:
    return [m["text"] for m in machine.call("GET", "/_local/sms").json if m["phone"] == phone]


def empty(machine: Machine, table: str, key: str) -> None:
    """Let a minute and a day pass for the limits of phones."""
    dynamodb, name = machine.aws("dynamodb"), f"antrian-paspor-local-{table}"
    for item in dynamodb.scan(TableName=name)["Items"]:
        dynamodb.delete_item(TableName=name, Key={key: item[key]})


def idle(machine: Machine, who: Applicant) -> None:
    """Let an account not have been used for longer than 60 days."""
    machine.aws("dynamodb").update_item(
        TableName="antrian-paspor-local-accounts",
        Key={"account_id": {"S": who.account_id}},
        UpdateExpression="SET used_at = :long_ago",
        ExpressionAttributeValues={
            ":long_ago": {"N": str(int(time.time() - IDLE.total_seconds()) - 60)}
        },
    )
    empty(machine, "sent", "phone_index")


def sign_in(machine: Machine, who: Applicant) -> tuple[str, str]:
    """Where a sign-in is verified, and with which code."""
    empty(machine, "sent", "phone_index")
    session_id = machine.call("POST", "/v1/sessions", {"phone": who.phone}).json["session_id"]
    return f"/v1/sessions/{session_id}/verification", machine.codes()[who.phone]


# ---- the civil register --------------------------------------------------------------------------


def test_whoever_the_register_knows_is_confirmed(asking: Machine) -> None:
    reply = verified(asking, somebody())
    assert (reply.status, reply.json["proof"]) == (201, "confirmed")


def test_a_mismatch_is_refused_without_saying_of_what(asking: Machine) -> None:
    reply = verified(asking, somebody(MISMATCH))
    assert (reply.status, reply.problem) == (422, "identity-not-confirmed")
    assert set(reply.json) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("serial", [SILENT, BROKEN])
def test_a_register_that_does_not_answer_keeps_nobody_out(asking: Machine, serial: str) -> None:
    began = time.monotonic()
    reply = verified(asking, somebody(serial))
    assert (reply.status, reply.json["proof"]) == (201, "held")
    assert time.monotonic() - began < 10


def test_a_relative_who_does_not_match_is_refused(asking: Machine) -> None:
    who = register(asking)
    data = somebody(MISMATCH)
    relative = {name: data[name] for name in ("nik", "name", "birth_date", "sex")}
    body = {**relative, "relation": "child"}
    reply = asking.call("POST", "/v1/me/family", body, token=who.token)
    assert (reply.status, reply.problem) == (422, "identity-not-confirmed")
    assert asking.call("GET", "/v1/me/family", token=who.token).json == {"family": []}


def test_a_match_that_comes_later_confirms(asking: Machine) -> None:
    who = register(asking, **somebody(MATCH_LATER))
    assert me(asking, who)["proof"] == "held"
    assert "register" in asking.job("send_reminders")
    assert me(asking, who)["proof"] == "confirmed"


def test_a_mismatch_that_comes_later_takes_the_nik_and_says_so(asking: Machine) -> None:
    who = register(asking, **somebody(MISMATCH_LATER))
    assert me(asking, who)["proof"] == "held"
    asking.job("send_reminders")
    assert me(asking, who)["proof"] == "claimed"
    assert told(asking, who.phone)[-1] == texts.NOT_CONFIRMED


def test_what_the_register_said_is_counted_and_nobodys_data_are(asking: Machine) -> None:
    verified(asking, somebody())
    recorded = asking.call("GET", "/_local/metrics").json
    said = [one["dimensions"] for one in recorded if one["name"] == "Register"]
    assert {"result": "match"} in said
    assert {key for dimensions in said for key in dimensions} == {"result"}


# ---- another phone -------------------------------------------------------------------------------


def test_a_phone_is_changed_and_the_old_one_is_told(asking: Machine) -> None:
    who, new = register(asking), identity()["phone"]
    begun = asking.call("POST", "/v1/me/phone", {"phone": new}, token=who.token)
    assert begun.status == 202
    assert set(begun.json) == {"change_id", "code_expires_at", "resend_after"}
    number = "+62" + new[1:]
    path = f"/v1/me/phone/{begun.json['change_id']}/verification"
    changed = asking.call("POST", path, {"code": asking.codes()[number]}, token=who.token)
    assert (changed.status, changed.json["phone"]) == (200, number)
    assert told(asking, who.phone)[-1] == texts.PHONE_CHANGED
    empty(asking, "sent", "phone_index")
    asking.call("POST", "/v1/sessions", {"phone": who.phone})
    assert told(asking, who.phone)[-1] == texts.UNKNOWN_PHONE


def test_a_phone_in_use_is_not_taken(asking: Machine) -> None:
    who, other = register(asking), register(asking)
    empty(asking, "sent", "phone_index")
    begun = asking.call("POST", "/v1/me/phone", {"phone": other.phone}, token=who.token)
    path = f"/v1/me/phone/{begun.json['change_id']}/verification"
    reply = asking.call("POST", path, {"code": asking.codes()[other.phone]}, token=who.token)
    assert (reply.status, reply.problem) == (409, "phone-registered")


# ---- an account that was idle --------------------------------------------------------------------


def test_an_idle_account_asks_who_its_holder_is_and_the_same_code_goes_on(
    asking: Machine,
) -> None:
    data = somebody()
    who = register(asking, **data)
    idle(asking, who)
    path, code = sign_in(asking, who)
    needed = asking.call("POST", path, {"code": code})
    assert (needed.status, needed.problem) == (403, "identity-needed")
    holder = {"birth_date": data["birth_date"], "nik_last": data["nik"][-4:]}
    assert asking.call("POST", path, {"code": code, **holder}).status == 201


def test_five_wrong_attempts_send_to_an_office(asking: Machine) -> None:
    data = somebody()
    who = register(asking, **data)
    idle(asking, who)
    wrong = {"birth_date": data["birth_date"], "nik_last": "0000"}
    answers = []
    for attempts in (3, 2):
        path, code = sign_in(asking, who)
        body = {"code": code, **wrong}
        answers += [asking.call("POST", path, body).problem for _ in range(attempts)]
    assert answers == ["identity-needed"] * 5
    right = {**wrong, "nik_last": data["nik"][-4:]}
    refused = asking.call("POST", path, {"code": code, **right})
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 0


def test_whoever_registers_with_the_phone_of_an_idle_account_has_it_now(asking: Machine) -> None:
    lost = register(asking)
    idle(asking, lost)
    mine = register(asking, phone="0" + lost.phone[3:])
    assert me(asking, mine)["phone"] == lost.phone
    assert me(asking, lost)["type"] == "not-signed-in"

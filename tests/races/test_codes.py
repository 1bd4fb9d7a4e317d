"""The limits on codes hold, however many tries come at once."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.machine import CODE, Machine, Reply, identity, together
from tests.machine import started as machine_started

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A system of its own, with the limits on."""
    with machine_started(tmp_path_factory.mktemp("limited")) as running:
        yield running


def test_a_hundred_wrong_codes_at_once_get_five_looks(limited: Machine) -> None:
    registration = limited.call("POST", "/v1/registrations", identity()).json
    replies = together([partial(_verify, limited, registration, "not it")] * 100)
    problems = sorted(reply.problem for reply in replies)
    assert problems == ["code-expired"] * 95 + ["wrong-code"] * 5


def test_a_hundred_right_codes_at_once_open_one_session(limited: Machine) -> None:
    person = identity()
    registration = limited.call("POST", "/v1/registrations", person).json
    code = limited.codes()["+62" + person["phone"][1:]]
    replies = together([partial(_verify, limited, registration, code)] * 100)
    assert sorted({reply.status for reply in replies}) == [201, 410]
    assert sum(reply.status == 201 for reply in replies) == 1


def test_a_hundred_requests_for_a_code_at_once_send_one_sms(limited: Machine) -> None:
    person = identity()
    ask = partial(limited.call, "POST", "/v1/registrations", person)
    replies = together([ask] * 100)
    assert sorted(reply.status for reply in replies) == [202] + [429] * 99
    phone = "+62" + person["phone"][1:]
    sent = [m for m in limited.call("GET", "/_local/sms").json if m["phone"] == phone]
    assert len(sent) == 1
    assert CODE.search(sent[0]["text"])


def test_one_nik_from_twenty_phones_at_once_has_one_account(machine: Machine) -> None:
    first = identity()
    people = [{**first, "phone": identity()["phone"]} for _ in range(20)]
    started = [machine.call("POST", "/v1/registrations", person).json for person in people]
    codes = machine.codes()

    replies = together(
        [
            partial(_verify, machine, registration, codes["+62" + person["phone"][1:]])
            for registration, person in zip(started, people, strict=True)
        ]
    )

    assert sorted(reply.status for reply in replies) == [201] + [409] * 19
    assert {reply.problem for reply in replies if reply.status == 409} == {"nik-registered"}


def _verify(machine: Machine, registration: dict[str, str], code: str) -> Reply:
    path = f"/v1/registrations/{registration['registration_id']}/verification"
    return machine.call("POST", path, {"code": code})

"""The limits on codes hold, however many tries come at once."""

from collections.abc import Iterator, Sequence
from functools import partial

import pytest

from tests.builders import another
from tests.machine import Api, Machine, Reply, crowd, together
from tests.machine import started as machine_started
from tests.made_up import CODE, identity
from tests.races.unlocked import eager, unlocked

pytestmark = pytest.mark.server

ROUNDS = 60
"""Without locks about every second storm breaks; of so many, one does."""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A system of its own, with the limits on."""
    with machine_started(tmp_path_factory.mktemp("limited")) as running:
        yield running


def test_two_hundred_wrong_codes_at_once_get_five_looks(limited: Machine) -> None:
    registration, code = _registering(limited)
    replies = together([partial(_verify, limited, registration, another(code))] * 200)
    assert looks(replies) == 5
    problems = sorted(reply.problem for reply in replies)
    assert problems == ["code-expired"] * 195 + ["wrong-code"] * 5


def test_without_locks_in_the_database_wrong_codes_get_more_looks() -> None:
    with unlocked() as api:
        begun = [_registering(api) for _ in range(ROUNDS)]
        with eager():
            storms = (
                together([partial(_verify, api, registration, another(code))] * 40)
                for registration, code in begun
            )
            assert any(looks(replies) > 5 for replies in storms)


def test_two_hundred_right_codes_at_once_open_one_account_and_one_session(
    limited: Machine,
) -> None:
    registration, code = _registering(limited)
    replies = together([partial(_verify, limited, registration, code)] * 200)
    assert sorted({reply.status for reply in replies}) == [201, 410]
    assert sessions_opened(replies) == 1


def test_two_hundred_right_codes_at_once_sign_in_to_one_session(machine: Machine) -> None:
    (who,) = crowd(machine, 1)
    asked = machine.call("POST", "/v1/sessions", {"phone": who.phone}).json
    path = f"/v1/sessions/{asked['session_id']}/verification"
    code = {"code": machine.codes()[who.phone]}
    replies = together([partial(machine.call, "POST", path, code)] * 200)
    assert sorted({reply.status for reply in replies}) == [201, 410]
    assert sessions_opened(replies) == 1


def test_without_locks_in_the_database_right_codes_open_more_sessions() -> None:
    with unlocked() as api:
        begun = (_registering(api) for _ in range(ROUNDS))
        with eager():
            storms = (together([partial(_verify, api, *one)] * 40) for one in begun)
            assert any(sessions_opened(replies) > 1 for replies in storms)


def looks(replies: Sequence[Reply]) -> int:
    """How many of the tries were told that their code is wrong."""
    return sum(reply.problem == "wrong-code" for reply in replies)


def sessions_opened(replies: Sequence[Reply]) -> int:
    return len({reply.json["refresh_token"] for reply in replies if reply.status == 201})


def _registering(api: Api) -> tuple[dict[str, str], str]:
    """A registration that has begun, and its code."""
    person = identity()
    registration = api.call("POST", "/v1/registrations", person).json
    return registration, api.codes()["+62" + person["phone"][1:]]


def test_a_hundred_requests_for_a_code_at_once_send_one_sms(limited: Machine) -> None:
    person = identity()
    ask = partial(limited.call, "POST", "/v1/registrations", person)
    replies = together([ask] * 100)
    assert sorted(reply.status for reply in replies) == [202] + [429] * 99
    phone = "+62" + person["phone"][1:]
    sent = [m for m in limited.call("GET", "/_local/sms").json if m["phone"] == phone]
    assert len(sent) == 1
    assert CODE.search(sent[0]["text"])


def test_one_nik_from_twenty_phones_at_once_has_one_holder(machine: Machine) -> None:
    """Whoever comes in another's way is told so, and comes through when they ask again."""
    first = identity()
    people = [{**first, "phone": identity()["phone"]} for _ in range(20)]
    started = [machine.call("POST", "/v1/registrations", person).json for person in people]
    codes = machine.codes()

    asks = [
        partial(_verify, machine, registration, codes["+62" + person["phone"][1:]])
        for registration, person in zip(started, people, strict=True)
    ]

    at_once = together(asks)

    again = [ask() for ask, reply in zip(asks, at_once, strict=True) if reply.status != 201]
    assert {reply.problem for reply in at_once} <= {"", "request-in-progress"}
    made = [reply.json for reply in (*at_once, *again) if reply.status == 201]
    assert sorted(one["proof"] for one in made) == ["claimed"] * 19 + ["held"]
    assert len({one["account_id"] for one in made}) == 20


def _verify(api: Api, registration: dict[str, str], code: str) -> Reply:
    path = f"/v1/registrations/{registration['registration_id']}/verification"
    return api.call("POST", path, {"code": code})

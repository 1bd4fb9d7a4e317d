"""What one network can do to others, over HTTP from addresses of many networks of this machine.

The system has a fiftieth of a usual day's codes, of which a hundred are for signing in.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import altcha
import pytest

from tests.machine import Api, Machine, register, started, together
from tests.made_up import identity

pytestmark = pytest.mark.server

SMALLEST_DAY = 100
"""Places of the smallest office's day, such as that of Ternate."""


@pytest.fixture(scope="module")
def frugal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A system of its own, with the limits on and few codes a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMS_CODES_A_DAY", "400")
        with started(tmp_path_factory.mktemp("networks")) as running:
            yield running


def at(machine: Machine, address: str) -> Api:
    """The same service, called from there."""
    return Api(machine.port, source=address)


def relatives(api: Api, token: str, number: int) -> list[str]:
    """What an account is answered that adds so many people whom nobody knows."""
    answers = []
    for _ in range(number):
        made_up = identity()
        body: dict[str, Any] = {
            name: made_up[name] for name in ("nik", "name", "birth_date", "sex")
        }
        reply = api.call("POST", "/v1/me/family", body | {"relation": "child"}, token=token)
        answers.append(reply.problem or "added")
    return answers


def test_ten_accounts_that_one_network_opens_invent_no_tenth_of_an_offices_day(
    frugal: Machine,
) -> None:
    accounts = [register(at(frugal, f"127.7.7.{number}")) for number in range(1, 11)]
    answers: Counter[str] = Counter()
    for number, who in enumerate(accounts):
        answers.update(relatives(at(frugal, f"127.7.7.{100 + number}"), who.token, 4))
    assert answers["added"] < SMALLEST_DAY / 10
    assert answers == {"added": 9, "too-many-requests": 31}
    assert relatives(at(frugal, "127.7.8.1"), accounts[-1].token, 1) == ["added"]


def sign_in(api: Api, phone: str, headers: dict[str, str] | None = None, **more: str) -> str:
    reply = api.call("POST", "/v1/sessions", {"phone": phone, **more}, headers=headers)
    return reply.problem or "sent"


def work(api: Api) -> dict[str, str]:
    """What a phone sends along once it has done what it was asked."""
    asked = altcha.Challenge.from_dict(api.call("GET", "/v1/challenges/session?needed=yes").json)
    solution = altcha.solve_challenge(asked)
    assert solution
    return {"Altcha": altcha.Payload(asked, solution).to_base64()}


def registered(api: Api) -> dict[str, str]:
    """The tokens of somebody new, and their phone."""
    person = identity()
    begun = api.call("POST", "/v1/registrations", person).json
    path = f"/v1/registrations/{begun['registration_id']}/verification"
    phone = "+62" + person["phone"][1:]
    tokens: dict[str, str] = api.call("POST", path, {"code": api.codes()[phone]}).json
    return tokens | {"phone": phone}


def test_forty_addresses_that_ask_and_ask_keep_nobody_from_signing_in(frugal: Machine) -> None:
    known, stranger = (registered(at(frugal, "127.8.8.8")) for _ in range(2))
    flood = [
        partial(sign_in, at(frugal, f"127.3.{number % 40}.7"), identity()["phone"])
        for number in range(400)
    ]
    answers = Counter(together(flood, at_once=8))
    assert set(answers) == {"sent", "proof-needed"}
    assert 50 <= answers["sent"] < 75, "from half of the budget on it takes work"
    here, elsewhere = at(frugal, "127.3.1.9"), at(frugal, "127.9.9.9")
    assert sign_in(here, known["phone"], device_token=known["device_token"]) == "sent"
    assert sign_in(elsewhere, stranger["phone"]) == "proof-needed"
    assert sign_in(elsewhere, stranger["phone"], work(elsewhere)) == "sent"


def test_nobody_waits_for_a_code_because_a_stranger_has_asked_for_one(frugal: Machine) -> None:
    who = registered(at(frugal, "127.8.8.8"))["phone"]
    stranger, owner = at(frugal, "127.6.6.6"), at(frugal, "127.5.5.5")
    assert sign_in(stranger, who, work(stranger)) == "sent"
    assert sign_in(stranger, who, work(stranger)) == "too-soon"
    assert sign_in(owner, who, work(owner)) == "sent"

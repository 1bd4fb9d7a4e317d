"""KMS, SNS or Secrets Manager takes calls and does not answer: what each route does then.

It answers, or says within three seconds that another try is worth it; and bookings go on.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import pytest

from chalicelib import keyring
from chalicelib.api.routes import ROUTES, Function, Route
from chalicelib.config import REQUEST_LIMIT
from tests.api.caller import call
from tests.api.test_access import World, a_world, ask, bearer, closed, name
from tests.builders import a_ktp
from tests.histories.api import beside
from tests.histories.faults import Proxy, proxied
from tests.machine import Machine, Reply, crowd, new_key, together
from tests.made_up import identity
from tests.races.storm import book, target
from tests.silence import longest, silent
from tests.world import forget

pytestmark = pytest.mark.filterwarnings("ignore:The HMAC key is")

SECONDS = 3

OFFICE = "soekarno-hatta"
"""No other test books here."""

BODIES: Mapping[str, Any] = {
    "POST /v1/registrations": {
        **identity(),
        "nik": a_ktp(90).nik.digits,
        "birth_date": a_ktp(90).birth_date.isoformat(),
        "phone": "0812-9999-0001",
    },
    "POST /v1/sessions": {"phone": "0812-9999-0002"},
    "POST /v1/bookings/{code}/check-in": {"presence": "0000"},
}
"""What is asked of routes for which the access matrix needs nothing that is true."""


IN_ORDER = sorted(ROUTES, key=lambda route: (route.method == "DELETE", "sessions" in route.path))
"""What ends a session or takes something away comes last."""


@pytest.fixture
def world(aws: None) -> World:
    return a_world()


class Answered(NamedTuple):
    reply: Reply
    waited: list[float]
    """For the silent service, by call, in seconds."""

    @property
    def says_so(self) -> bool:
        """Whether the fault is told as one that passes."""
        return self.reply.status == 503 and int(self.reply.headers["Retry-After"]) > 0


def asked(route: Route, world: World, me: str, waited: list[float]) -> Answered:
    """A request of somebody for what is theirs, with the waits that come to ``waited``."""
    what, before = name(route), len(waited)
    if what in BODIES:
        path = route.path.replace("{code}", world.mine.things["code"])
        headers = {"Authorization": me} if closed(route) else {}
        reply = call(route.method, path, BODIES[what], headers=headers)
    else:
        reply = ask(route, world, world.mine.things, me if closed(route) else None)
    return Answered(reply, waited[before:])


def warm() -> None:
    """A process that has its secrets."""
    keyring.tokens()
    for purpose in keyring.Purpose:
        keyring.derived(purpose)


def by_name(answers: Mapping[str, Answered], function: Function) -> dict[str, Answered]:
    of = {name(route): route.function for route in ROUTES}
    return {what: answer for what, answer in answers.items() if of[what] is function}


@pytest.mark.parametrize("service", ["kms", "sns"])
def test_every_route_answers_or_says_so_in_time(service: str, world: World) -> None:
    answers, me = {}, bearer(world.mine.who.signed_in)
    for route in IN_ORDER:
        forget()
        warm()
        with silent(service) as waited:
            answers[name(route)] = asked(route, world, me, waited)
    assert {what for what, one in answers.items() if longest(one.waited) >= SECONDS} == set()
    for what, answer in answers.items():
        assert answer.reply.status < 500 or answer.says_so, what
    told = {what for what, answer in by_name(answers, Function.PEOPLE).items() if answer.says_so}
    assert {"POST /v1/registrations", "POST /v1/sessions"} <= told
    of_api = by_name(answers, Function.API)
    refused = {what for what, answer in of_api.items() if answer.reply.status >= 400}
    assert refused == {"POST /v1/bookings/{code}/check-in"}
    assert not [what for what, answer in of_api.items() if answer.waited]


def test_every_route_of_a_cold_process_answers_or_says_so_in_time(world: World) -> None:
    me = bearer(world.mine.who.signed_in)
    forget()
    with silent("secrets-manager") as waited:
        answers = {name(route): asked(route, world, me, waited) for route in IN_ORDER}
    assert max(longest(answer.waited) for answer in answers.values()) < SECONDS
    for what, answer in answers.items():
        assert answer.reply.status < 500 or answer.says_so, what
    public = {"GET /v1/offices", "GET /v1/offices/{office_id}/days/{date}", "GET /v1/health"}
    assert {what for what in public if answers[what].reply.status != 200} == set()
    assert answers["POST /v1/bookings"].says_so


# ---- on one machine ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxy(machine: Machine) -> Iterator[Proxy]:
    """A proxy before the emulator of the running system."""
    with proxied(machine.call("GET", "/_local/aws").json["endpoint_url"]) as running:
        yield running


SIGN_INS = 32
"""More than a function has threads."""


class Timed(NamedTuple):
    reply: Reply
    seconds: float


def timed(call: Callable[[], Reply]) -> Timed:
    began = time.monotonic()
    return Timed(call(), time.monotonic() - began)


@pytest.mark.server
@pytest.mark.parametrize("number", range(3))
def test_bookings_go_on_while_a_crowd_signs_in_in_vain(
    number: int, machine: Machine, proxy: Proxy
) -> None:
    service = ("kms", "sns", "secretsmanager")[number]
    booking = crowd(machine, 4)
    wanted = target(machine, OFFICE, number=number)
    proxy.silence()
    with beside(proxy.endpoint_url, 2) as api:
        assert api.call("GET", "/v1/bookings", token=booking[0].token).status == 200
        proxy.silence(service)
        phones = [{"phone": identity()["phone"]} for _ in range(SIGN_INS)]
        sign_ins = [partial(api.call, "POST", "/v1/sessions", phone) for phone in phones]
        bookings = [partial(book, api, wanted, who, new_key()) for who in booking]
        answers = together([partial(timed, call) for call in (*sign_ins, *bookings)])
        proxy.silence()
    told, booked = answers[:SIGN_INS], answers[SIGN_INS:]
    assert [one.reply.status for one in booked] == [201] * len(booking)
    assert max(one.seconds for one in booked) < SECONDS
    assert max(one.seconds for one in told) < REQUEST_LIMIT.total_seconds()  # half of them queue
    in_vain = {503} if service != "secretsmanager" else {202}
    assert {one.reply.status for one in told} - {429} == in_vain


@pytest.mark.server
def test_a_cold_process_without_its_secrets_says_so_and_books_once_it_has_them(
    machine: Machine, proxy: Proxy
) -> None:
    (who,) = crowd(machine, 1)
    wanted, key = target(machine, OFFICE, number=3), new_key()
    proxy.silence("secretsmanager")
    with beside(proxy.endpoint_url, 2) as api:
        refused = timed(partial(book, api, wanted, who, key))
        assert (refused.reply.status, refused.reply.problem) == (503, "try-again")
        assert refused.seconds < SECONDS
        assert api.call("GET", "/v1/offices").status == 200
        proxy.silence()
        while (reply := book(api, wanted, who, key)).status == 503:
            time.sleep(float(reply.headers["Retry-After"]))
        assert reply.status == 201

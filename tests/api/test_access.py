"""Who may do what: every route, called by everybody who might call it.

What belongs to somebody else does not even exist, and whoever is not signed in is told nothing but
that. A route that has no row here fails the first test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from chalicelib import aws as clients
from chalicelib import clock
from chalicelib.api.routes import ROUTES, Route, Who
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.people import Relation
from chalicelib.services.people import privacy, profile
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.sessions import SignedIn
from tests.api.caller import call
from tests.api.forgery import FORGERIES, good
from tests.builders import (
    DOUBLE,
    FAMILY,
    Registered,
    a_ktp,
    a_slot,
    an_office,
    booked,
    every_day,
    registered,
    released_days,
)
from tests.machine import Reply, new_key
from tests.world import empty_aws

pytestmark = pytest.mark.filterwarnings("ignore:The HMAC key is")


class Party(NamedTuple):
    """An applicant, and what is theirs."""

    who: Registered
    things: Mapping[str, str]

    @property
    def secrets(self) -> set[str]:
        """What nobody else may see."""
        who = self.who
        return {
            who.account_id,
            who.applicant_id,
            who.person.name,
            who.person.nik.digits,
            who.phone.number,
            *self.things.values(),
        }


NOTHING = {"code": "0123456789AB", "applicant_id": "nobody", "holder": "nobody"}
"""Names of things that are not there."""


class World(NamedTuple):
    day: date
    mine: Party
    theirs: Party


def a_world() -> World:
    """An office that is open, and two applicants, each with a booking and a child."""
    office = an_office(opening=every_day(DOUBLE, FAMILY))
    released_days(office, now=clock.now())
    day = office.today(clock.now()) + timedelta(days=2)
    return World(day, a_party(1, day), a_party(2, day))


def a_party(number: int, day: date) -> Party:
    who = registered(number, clock.now())
    child = profile.add(who.account_id, a_ktp(number + 10), Relation.CHILD)
    made = booked(a_slot(FAMILY, day), who, now=clock.now())
    return Party(
        who,
        {"code": made.code, "applicant_id": child.applicant_id, "holder": who.applicant_id},
    )


# ---- the matrix ----------------------------------------------------------------------------------


class Row(NamedTuple):
    """How a route is called; what it names of somebody's is taken from their things."""

    body: Callable[[World, Mapping[str, str]], Any] = lambda *_: None
    names: bool = False
    """Whether the request names something that is somebody's."""


def _as(body: Any) -> Callable[[World, Mapping[str, str]], Any]:
    return lambda *_: body


def _a_booking(world: World, things: Mapping[str, str]) -> Any:
    return {
        "office_id": "malang",
        "date": world.day.isoformat(),
        "start": hhmm(DOUBLE.start),
        "service": "new",
        "applicants": [things["applicant_id"]],
    }


def _a_move(world: World, _: Mapping[str, str]) -> Any:
    return {"date": world.day.isoformat(), "start": hhmm(DOUBLE.start)}


A_CHILD = {
    "nik": a_ktp(30).nik.digits,
    "name": "Anak Baru",
    "birth_date": a_ktp(30).birth_date.isoformat(),
    "sex": "male",
    "relation": "child",
}

MATRIX = {
    "GET /v1/me": Row(),
    "PATCH /v1/me": Row(_as({"name": "Nama Baru"})),
    "DELETE /v1/me": Row(),
    "GET /v1/me/family": Row(),
    "POST /v1/me/family": Row(_as(A_CHILD)),
    "DELETE /v1/me/family/{applicant_id}": Row(names=True),
    "GET /v1/me/export": Row(),
    "DELETE /v1/sessions/current": Row(),
    "POST /v1/bookings": Row(_a_booking, names=True),
    "GET /v1/bookings": Row(),
    "GET /v1/bookings/{code}": Row(names=True),
    "DELETE /v1/bookings/{code}": Row(names=True),
    "POST /v1/bookings/{code}/reschedule": Row(_a_move, names=True),
    "GET /v1/bookings/{code}/ticket.svg": Row(names=True),
    "GET /v1/bookings/{code}/ticket.ics": Row(names=True),
    "GET /v1/challenges/booking": Row(),
    # Whoever is not signed in may do these; what is refused here is refused to all alike.
    "POST /v1/registrations": Row(_as({})),
    "POST /v1/registrations/{registration_id}/code": Row(),
    "POST /v1/registrations/{registration_id}/verification": Row(_as({"code": "000000"})),
    "POST /v1/sessions": Row(_as({})),
    "POST /v1/sessions/{session_id}/verification": Row(_as({"code": "000000"})),
    "POST /v1/sessions/refresh": Row(_as({"refresh_token": "unknown.secret"})),
    "GET /v1/offices": Row(),
    "GET /v1/offices/{office_id}": Row(),
    "GET /v1/offices/{office_id}/calendar": Row(),
    "GET /v1/offices/{office_id}/days/{date}": Row(),
    "GET /v1/challenges/registration": Row(),
    "GET /v1/health": Row(),
    "GET /v1/openapi.json": Row(),
}


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def every(wanted: Callable[[Route], bool]) -> Any:
    chosen = [route for route in ROUTES if wanted(route)]
    return pytest.mark.parametrize("route", chosen, ids=map(name, chosen))


def closed(route: Route) -> bool:
    return route.who is not Who.PUBLIC


def names_things(route: Route) -> bool:
    return MATRIX[name(route)].names


def books(route: Route) -> bool:
    return route.hot and names_things(route)


def names_nothing(route: Route) -> bool:
    return closed(route) and not names_things(route)


def ask(
    route: Route, world: World, things: Mapping[str, str], authorization: str | None = None
) -> Reply:
    """Call a route about these things, with this in the Authorization header."""
    parameters = {"office_id": "malang", "date": world.day.isoformat(), **things}
    path = re.sub(r"{(\w+)}", lambda found: parameters.get(found[1], "unknown"), route.path)
    headers = {} if authorization is None else {"Authorization": authorization}
    body = MATRIX[name(route)].body(world, things)
    return call(route.method, path, body, key=new_key(), headers=headers)


def bearer(signed_in: SignedIn) -> str:
    return f"Bearer {good(signed_in)}"


def told(reply: Reply, asked: Mapping[str, str] = NOTHING) -> tuple[int, dict[str, str], str]:
    """All that an answer tells, but for the names of the things that it was asked about."""
    content = reply.content.decode()
    for value in asked.values():
        content = content.replace(value, "*")
    return reply.status, dict(reply.headers), content


def test_the_matrix_has_every_route_and_no_other() -> None:
    assert MATRIX.keys() == {name(route) for route in ROUTES}


def test_a_booking_and_a_sign_out_are_all_that_is_done_without_a_look_at_the_session() -> None:
    hot = {name(route) for route in ROUTES if route.hot}
    assert hot == {"POST /v1/bookings", "DELETE /v1/sessions/current"}


# ---- whoever is not signed in --------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """A world for requests that change nothing in it."""
    with empty_aws():
        yield a_world()


@every(closed)
def test_is_closed_to_nobody(route: Route, shared: World) -> None:
    reply = ask(route, shared, shared.theirs.things)
    assert (reply.status, reply.problem) == (401, "not-signed-in")


@pytest.mark.parametrize("what", FORGERIES)
@every(closed)
def test_is_closed_to_whoever_shows(what: str, route: Route, shared: World) -> None:
    forged = FORGERIES[what](shared.theirs.who.signed_in)
    reply = ask(route, shared, shared.theirs.things, forged)
    assert told(reply) == told(ask(route, shared, shared.theirs.things))


@every(lambda route: route.who is Who.PUBLIC)
def test_is_open_and_no_different_whatever_is_shown(route: Route, shared: World) -> None:
    nothing_shown = told(ask(route, shared, {}))
    who = shared.theirs.who.signed_in
    for what, forged in {**FORGERIES, "a good token": bearer}.items():
        assert (what, told(ask(route, shared, {}, forged(who)))) == (what, nothing_shown)


# ---- somebody else -------------------------------------------------------------------------------


@every(names_things)
def test_what_is_somebody_elses_is_not_there(route: Route, shared: World) -> None:
    me = bearer(shared.mine.who.signed_in)
    theirs = ask(route, shared, shared.theirs.things, me)
    nothing = ask(route, shared, NOTHING, me)
    assert theirs.status == 404
    assert told(theirs, shared.theirs.things) == told(nothing)


@every(names_things)
def test_what_is_somebody_elses_stays_as_it_is(route: Route, shared: World) -> None:
    before = held_by(shared.theirs)
    ask(route, shared, shared.theirs.things, bearer(shared.mine.who.signed_in))
    assert held_by(shared.theirs) == before


def held_by(party: Party) -> Any:
    """All that is held of somebody, but for who has looked at it."""
    return privacy.export(party.who.account_id, clock.now())._replace(disclosures=[])


@pytest.fixture
def world(aws: None) -> World:
    """A world of its own, for a request that changes it."""
    return a_world()


@every(names_nothing)
def test_tells_and_changes_nothing_of_somebody_else(route: Route, world: World) -> None:
    before = held_by(world.theirs)
    reply = ask(route, world, {}, bearer(world.mine.who.signed_in))
    assert not {secret for secret in world.theirs.secrets if secret.encode() in reply.content}
    assert held_by(world.theirs) == before


# ---- the owner -----------------------------------------------------------------------------------


@every(closed)
def test_is_open_to_the_owner(route: Route, world: World) -> None:
    """Or all the above would be true of a service that lets nobody in."""
    me = bearer(world.mine.who.signed_in)
    if name(route) == "DELETE /v1/me":
        call("DELETE", f"/v1/bookings/{world.mine.things['code']}", headers={"Authorization": me})
    assert ask(route, world, world.mine.things, me).status == route.status


# ---- the owner, gone -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def left() -> Iterator[World]:
    """A world that one has signed out of, and the other has been erased from."""
    with empty_aws():
        world = a_world()
        sessions.end(world.mine.who.signed_in.session_id)
        gone = world.theirs
        me = bearer(gone.who.signed_in)
        call("DELETE", f"/v1/bookings/{gone.things['code']}", headers={"Authorization": me})
        privacy.erase(gone.who.account_id, clock.now())
        yield world


@every(lambda route: closed(route) and not route.hot)
def test_is_closed_to_whoever_has_signed_out(route: Route, left: World) -> None:
    reply = ask(route, left, left.mine.things, bearer(left.mine.who.signed_in))
    assert told(reply) == told(ask(route, left, left.mine.things))


@every(lambda route: closed(route) and not route.hot)
def test_is_closed_to_whoever_was_erased(route: Route, left: World) -> None:
    reply = ask(route, left, left.theirs.things, bearer(left.theirs.who.signed_in))
    assert told(reply) == told(ask(route, left, left.theirs.things))


@every(books)
def test_has_nobody_to_book_for_once_an_account_was_erased(route: Route, left: World) -> None:
    me = bearer(left.theirs.who.signed_in)
    erased = ask(route, left, left.theirs.things, me)
    assert (erased.status, erased.problem) == (404, "no-such-applicant")
    assert told(erased, left.theirs.things) == told(ask(route, left, NOTHING, me))


@every(books)
def test_takes_an_old_token_and_tells_no_more_than_was_asked(route: Route, world: World) -> None:
    """The limit that docs/adr/0020 speaks of."""
    mine = world.mine
    sessions.end(mine.who.signed_in.session_id)
    reply = ask(route, world, mine.things, bearer(mine.who.signed_in))
    assert reply.status == route.status
    asked = {mine.things["applicant_id"]}
    assert {secret for secret in mine.secrets if secret.encode() in reply.content} == asked


def sign_out(party: Party) -> Reply:
    me = bearer(party.who.signed_in)
    return call("DELETE", "/v1/sessions/current", headers={"Authorization": me})


def test_a_sign_out_that_is_sent_again_is_answered_as_the_first(world: World) -> None:
    first = sign_out(world.mine)
    assert first.status == 204
    assert told(sign_out(world.mine)) == told(first)
    me = bearer(world.mine.who.signed_in)
    assert call("GET", "/v1/me", headers={"Authorization": me}).status == 401


def test_a_sign_out_of_the_erased_is_answered_as_any_other(left: World) -> None:
    assert told(sign_out(left.theirs)) == told(sign_out(left.mine))


# ---- what it costs -------------------------------------------------------------------------------


def calls_of(route: Route, world: World) -> list[str]:
    """The calls to DynamoDB that a second request of this kind makes, in a process that is warm."""
    me = bearer(world.mine.who.signed_in)
    ask(route, world, NOTHING, me)
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    events = clients.client("dynamodb").meta.events
    events.register("before-call.dynamodb", note)
    try:
        ask(route, world, NOTHING, me)
    finally:
        events.unregister("before-call.dynamodb", note)
    return made


@every(lambda route: closed(route) and not route.hot and names_things(route))
def test_costs_one_call_to_look_at_the_session(route: Route, world: World) -> None:
    assert calls_of(route, world)[0] == "BatchGetItem"
    assert calls_of(route, world).count("BatchGetItem") == 1


@every(lambda route: route.hot)
def test_costs_no_call_to_look_at_the_session(route: Route, world: World) -> None:
    me = world.mine
    ask(route, world, NOTHING, bearer(me.who.signed_in))
    assert "BatchGetItem" not in calls_of(route, world)

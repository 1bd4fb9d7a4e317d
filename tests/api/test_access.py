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
from chalicelib.domain.bookings import Booking, Service
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.notices import Notice
from chalicelib.domain.people import Phone, Relation
from chalicelib.services.desk import presence
from chalicelib.services.people import consent, family, phones, privacy
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.services.waitlist import ask as waitlist
from chalicelib.services.waitlist.ask import Wish
from chalicelib.store import notices
from chalicelib.store.disclosures import Page
from chalicelib.store.dynamo import transact
from tests.api.caller import call
from tests.api.forgery import FORGERIES, good
from tests.builders import (
    DOUBLE,
    FAMILY,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    an_office,
    booked,
    every_day,
    registered,
    released_days,
    texts_to,
)
from tests.machine import Reply, new_key
from tests.made_up import CODE
from tests.passkeys import kept
from tests.pushes import subscribed
from tests.world import Held, empty_aws, held, hold

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
            who.ktp.name,
            who.ktp.nik.digits,
            who.phone.number,
            *self.things.values(),
        }


NOTHING = {
    "code": "0123456789AB",
    "theirs": "0123456789AB",
    "applicant_id": "nobody",
    "holder": "nobody",
    "request_id": "nothing",
    "entry_id": "lotre-0123456789abcdef0123",
    "change_id": "nothing",
    "push_id": "nothing",
    "passkey_id": "nothing",
    "notice_id": "nothing",
    "new_phone": "+6281200000098",
}
"""Names of things that are not there."""


class World(NamedTuple):
    day: date
    mine: Party
    theirs: Party


OTHERS_BOOKING = "theirs"
"""Of a party's things: a booking of their holder that somebody else made."""


LOT = "lotre"
"""An office that gives its places by lot."""


def a_world() -> World:
    """An office that is open, and two applicants, each with all that is in `a_party`."""
    office = an_office(opening=every_day(DOUBLE, FAMILY))
    by_lot = an_office(LOT, opening=every_day(FAMILY), by_lot=True)
    released_days(office, by_lot, now=clock.now())
    day = office.today(clock.now()) + timedelta(days=2)
    return World(day, a_party(1, day), a_party(2, day))


def a_party(number: int, day: date) -> Party:
    """Somebody with a child, a booking for another, one that a friend made, and a question."""
    now = clock.now()
    who = registered(number, now)
    child, other = (
        family.add(who.account_id, a_ktp(number + more), Relation.CHILD, now) for more in (10, 30)
    )
    made = booked(a_slot(FAMILY, day), who, now=now, applicants=[other.alias])
    waits = family.add(who.account_id, a_ktp(number + 60), Relation.CHILD, now)
    span = (day, day + timedelta(days=7), ())
    wish = Wish(LOT, *span, Service.NEW, (waits.alias,), None)
    new_phone = a_phone(number + 70)
    return Party(
        who,
        {
            "code": made.code,
            OTHERS_BOOKING: booked_by_a_friend(number + 40, who, day),
            "applicant_id": child.alias,
            "holder": who.applicant_id,
            "request_id": asked_by(registered(number + 50, now), who)[1],
            "entry_id": waitlist.ask(wish, who.account_id, "key", now).entry_id,
            "new_phone": new_phone.number,
            "push_id": subscribed(who, now),
            "passkey_id": kept(who, now).passkey_id,
            "notice_id": pushed_to(who, made),
            "change_id": phones.ask(who.account_id, new_phone, now).challenge_id,
        },
    )


def pushed_to(who: Registered, made: Booking) -> str:
    """The id of a notice of a booking that went to ``who`` by push."""
    pushed = notices.of(made, Notice.SOON, who.account_id, [made.place.first], clock.now())
    transact(notices.putting(pushed))
    return pushed.notice_id


def booked_by_a_friend(number: int, who: Registered, day: date) -> str:
    """The code of a booking that somebody makes for ``who``, who consents."""
    now = clock.now()
    friend = registered(number, now)
    alias, request_id = asked_by(friend, who)
    consent.answer(who.account_id, request_id, now, accept=True)
    return booked(a_slot(FAMILY, day), friend, now=now, applicants=[alias]).code


def asked_by(friend: Registered, who: Registered) -> tuple[str, str]:
    """What a friend calls ``who``, and the question that they are asked."""
    now = clock.now()
    added = family.add(friend.account_id, who.ktp, Relation.SIBLING, now)
    (question,) = (one for one in consent.requests(who.account_id, now) if not one.accepted)
    return added.alias, question.request_id


# ---- the matrix ----------------------------------------------------------------------------------


class Row(NamedTuple):
    """How a route is called; what it names of somebody's is taken from their things."""

    body: Callable[[World, Mapping[str, str]], Any] = lambda *_: None
    names: bool = False
    """Whether the request names something that is somebody's."""
    code: str = "code"
    """Which of their bookings it names in its path."""
    gone: int = 404
    """What is said of a thing that is not there."""
    answered: int | None = None
    """What its owner is answered, if that is not its status."""
    drawn: bool = False
    """Whether its answer is drawn anew each time."""


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


def _an_entry(world: World, things: Mapping[str, str]) -> Any:
    return {
        "office_id": LOT,
        "from": world.day.isoformat(),
        "to": world.day.isoformat(),
        "service": "new",
        "applicants": [things["applicant_id"]],
    }


def _a_code(_: World, things: Mapping[str, str]) -> Any:
    """The code in the last message to the phone that an account asks for."""
    sent = texts_to(Phone(things["new_phone"]))
    found = CODE.search(sent[-1]) if sent else None
    return {"code": found[1] if found else "000000"}


def _a_move(world: World, _: Mapping[str, str]) -> Any:
    return {"date": world.day.isoformat(), "start": hhmm(DOUBLE.start)}


def _presence(world: World, _: Mapping[str, str]) -> Any:
    """The digits of the office; the booking is of another day."""
    return {"presence": presence.digits("malang", clock.now())}


A_CHILD = {
    "nik": a_ktp(30).nik.digits,
    "name": "Anak Baru",
    "birth_date": a_ktp(30).birth_date.isoformat(),
    "sex": "male",
    "relation": "child",
}

A_CLOSURE = {"date": "2026-12-01", "reason": {"id": "Banjir", "en": "Flood"}}

PLACES = {"date": "2026-12-01", "start": "08:00", "places": 3}

MATRIX = {
    "GET /v1/me": Row(),
    "PATCH /v1/me": Row(_as({"name": "Nama Baru"})),
    "DELETE /v1/me": Row(),
    "POST /v1/me/phone": Row(_as({"phone": "0812-0000-0099"})),
    "POST /v1/me/phone/{change_id}/verification": Row(_a_code, names=True, gone=410),
    "GET /v1/me/requests": Row(),
    "POST /v1/me/requests/{request_id}": Row(_as({"accept": True}), names=True),
    "GET /v1/me/family": Row(),
    "POST /v1/me/family": Row(_as(A_CHILD)),
    "DELETE /v1/me/family/{applicant_id}": Row(names=True),
    "GET /v1/me/export": Row(),
    "DELETE /v1/sessions/current": Row(),
    "GET /v1/pushes/key": Row(),
    "GET /v1/me/pushes": Row(),
    "POST /v1/me/pushes": Row(_as({"endpoint": "https://web.push.apple.com/a-new-phone"})),
    "DELETE /v1/me/pushes/{push_id}": Row(names=True, gone=204),
    "GET /v1/me/passkeys": Row(),
    "POST /v1/me/passkeys": Row(_as({})),
    "DELETE /v1/me/passkeys/{passkey_id}": Row(names=True, gone=204),
    "GET /v1/me/notices": Row(),
    "POST /v1/me/notices/{notice_id}/shown": Row(names=True),
    "POST /v1/bookings": Row(_a_booking, names=True),
    "GET /v1/bookings": Row(),
    "GET /v1/bookings/{code}": Row(names=True),
    "DELETE /v1/bookings/{code}": Row(names=True),
    "POST /v1/bookings/{code}/disown": Row(names=True, code=OTHERS_BOOKING),
    "POST /v1/bookings/{code}/check-in": Row(_presence, names=True, answered=409),
    "POST /v1/bookings/{code}/reschedule": Row(_a_move, names=True),
    "GET /v1/bookings/{code}/ticket.svg": Row(names=True),
    "GET /v1/bookings/{code}/ticket.ics": Row(names=True),
    "POST /v1/waitlist": Row(_an_entry, names=True),
    "GET /v1/waitlist": Row(),
    "GET /v1/waitlist/{entry_id}": Row(names=True),
    "DELETE /v1/waitlist/{entry_id}": Row(names=True),
    "GET /v1/challenges/booking": Row(),
    # Whoever is not signed in may do these; what is refused here is refused to all alike.
    "POST /v1/registrations": Row(_as({})),
    "POST /v1/registrations/{registration_id}/code": Row(),
    "POST /v1/registrations/{registration_id}/verification": Row(_as({"code": "000000"})),
    "POST /v1/sessions": Row(_as({})),
    "POST /v1/sessions/{session_id}/verification": Row(_as({"code": "000000"})),
    "POST /v1/sessions/passkey": Row(drawn=True),
    "POST /v1/sessions/passkey/{session_id}/verification": Row(_as({"credential": {}})),
    "POST /v1/sessions/refresh": Row(_as({"refresh_token": "unknown.secret"})),
    "GET /v1/offices": Row(),
    "GET /v1/offices/{office_id}": Row(),
    "GET /v1/offices/{office_id}/calendar": Row(),
    "GET /v1/offices/{office_id}/days/{date}": Row(),
    "GET /v1/offices/{office_id}/chances": Row(),
    "GET /v1/offices/{office_id}/days/{date}/draw": Row(),
    "GET /v1/offices/{office_id}/today": Row(),
    "GET /v1/challenges/registration": Row(),
    "GET /v1/challenges/session": Row(),
    "GET /v1/health": Row(),
    "GET /v1/openapi.json": Row(),
    # Of the staff of offices; test_desk_access.py says which of them.
    "POST /v1/desk/check-ins": Row(_as({"qr": "ANTRIAN:0123456789AB:PROOF"})),
    "POST /v1/desk/walk-ins": Row(_as({"service": "new", "people": 1})),
    "GET /v1/desk/presence": Row(),
    "GET /v1/desk/counters": Row(),
    "GET /v1/desk/counters/{counter}": Row(),
    "POST /v1/desk/counters/{counter}/presses": Row(_as({"turn": 0, "press": "open"})),
    "POST /v1/desk/counters/{counter}/seen": Row(_as({"ticket": "A1", "queue_number": 1})),
    "POST /v1/desk/counters/{counter}/release": Row(),
    "POST /v1/desk/breaks": Row(_as({"counter": "1", "until": "2026-12-01T12:00:00Z"})),
    "POST /v1/desk/close": Row(),
    "GET /v1/desk/close": Row(),
    "GET /v1/desk/closures": Row(),
    "POST /v1/desk/closures": Row(_as(A_CLOSURE)),
    "GET /v1/desk/closures/{date}": Row(),
    "DELETE /v1/desk/closures/{date}": Row(),
    "GET /v1/desk/places": Row(),
    "POST /v1/desk/places": Row(_as(PLACES)),
    "GET /v1/desk/demand": Row(),
    "GET /v1/desk/day": Row(),
    "GET /v1/desk/report": Row(),
    "GET /v1/desk/roster": Row(),
    "POST /v1/desk/arrivals": Row(
        _as({"date": "2026-12-01", "ticket": "A1", "arrived_at": "08:00", "served": True})
    ),
    "GET /v1/desk/untold": Row(),
    "GET /v1/desk/untold/{date}/{ticket}": Row(),
    "POST /v1/desk/untold/{date}/{ticket}/called": Row(_as({"notices": ["soon"]})),
    # How they sign in; test_staff.py says what is refused there.
    "POST /v1/staff/enrolments/{token}": Row(_as({})),
    "POST /v1/staff/sessions": Row(drawn=True),
    "POST /v1/staff/sessions/{session_id}/verification": Row(_as({"credential": {}})),
    "POST /v1/staff/sessions/refresh": Row(_as({"refresh_token": "unknown.secret"})),
    "DELETE /v1/staff/sessions/current": Row(),
    "GET /v1/staff/clerks": Row(),
    "POST /v1/staff/devices": Row(_as({"role": "kiosk"})),
    "POST /v1/staff/clerks": Row(_as({"name": "Dewi Lestari"})),
    "DELETE /v1/staff/clerks/{staff_id}": Row(),
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


def of_applicants(route: Route) -> bool:
    return route.who is Who.APPLICANT


def names_nothing(route: Route) -> bool:
    return of_applicants(route) and not names_things(route)


def ask(
    route: Route, world: World, things: Mapping[str, str], authorization: str | None = None
) -> Reply:
    """Call a route about these things, with this in the Authorization header."""
    row = MATRIX[name(route)]
    parameters = {"office_id": "malang", "date": world.day.isoformat(), **things}
    parameters["code"] = things.get(row.code, "unknown")
    path = re.sub(r"{(\w+)}", lambda found: parameters.get(found[1], "unknown"), route.path)
    headers = {} if authorization is None else {"Authorization": authorization}
    body = row.body(world, things)
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
    parts = slice(2 if MATRIX[name(route)].drawn else 3)
    nothing_shown = told(ask(route, shared, {}))[parts]
    who = shared.theirs.who.signed_in
    for what, forged in {**FORGERIES, "a good token": bearer}.items():
        assert (what, told(ask(route, shared, {}, forged(who)))[parts]) == (what, nothing_shown)


# ---- somebody else -------------------------------------------------------------------------------


@every(names_things)
def test_what_is_somebody_elses_is_not_there(route: Route, shared: World) -> None:
    me = bearer(shared.mine.who.signed_in)
    theirs = ask(route, shared, shared.theirs.things, me)
    nothing = ask(route, shared, NOTHING, me)
    assert theirs.status == MATRIX[name(route)].gone
    assert told(theirs, shared.theirs.things) == told(nothing)


@every(names_things)
def test_what_is_somebody_elses_stays_as_it_is(route: Route, shared: World) -> None:
    before = held_by(shared.theirs)
    ask(route, shared, shared.theirs.things, bearer(shared.mine.who.signed_in))
    assert held_by(shared.theirs) == before


def held_by(party: Party) -> Any:
    """All that is held of somebody, but for who has looked at it."""
    return privacy.export(party.who.account_id, clock.now())._replace(trail=Page([], None))


# ---- who is named in a booking of somebody else --------------------------------------------------


def about_theirs(method: str, rest: str, world: World, code: str) -> Reply:
    """What the holder is answered about a booking."""
    me = bearer(world.mine.who.signed_in)
    body = _a_move(world, {}) if rest == "/reschedule" else None
    path = f"/v1/bookings/{code}{rest}"
    return call(method, path, body, key=new_key(), headers={"Authorization": me})


@pytest.mark.parametrize("rest", ["", "/ticket.svg", "/ticket.ics"])
def test_whoever_is_named_in_a_booking_sees_it(rest: str, shared: World) -> None:
    assert about_theirs("GET", rest, shared, shared.mine.things[OTHERS_BOOKING]).status == 200


@pytest.mark.parametrize(("method", "rest"), [("DELETE", ""), ("POST", "/reschedule")])
def test_whoever_is_named_in_a_booking_neither_cancels_nor_moves_it(
    method: str, rest: str, shared: World
) -> None:
    code = shared.mine.things[OTHERS_BOOKING]
    refused = about_theirs(method, rest, shared, code)
    assert refused.status == 404
    assert told(refused, {"code": code}) == told(
        about_theirs(method, rest, shared, NOTHING["code"])
    )
    assert about_theirs("GET", "", shared, code).json["status"] == "booked"


def test_nobody_disowns_what_they_booked_themselves(shared: World) -> None:
    code = shared.mine.things["code"]
    refused = about_theirs("POST", "/disown", shared, code)
    assert (refused.status, refused.problem) == (404, "no-such-booking")
    assert about_theirs("GET", "", shared, code).json["status"] == "booked"


# ---- what a request changes ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def as_it_began() -> tuple[World, Held]:
    """A world that is made once, and all that AWS holds of it."""
    with empty_aws():
        return a_world(), held()


@pytest.fixture
def world(aws: None, as_it_began: tuple[World, Held]) -> World:
    """A world of its own, for a request that changes it."""
    world, everything = as_it_began
    hold(everything)
    return world


@every(names_nothing)
def test_tells_and_changes_nothing_of_somebody_else(route: Route, world: World) -> None:
    before = held_by(world.theirs)
    reply = ask(route, world, {}, bearer(world.mine.who.signed_in))
    assert not {secret for secret in world.theirs.secrets if secret.encode() in reply.content}
    assert held_by(world.theirs) == before


@pytest.mark.parametrize("rest", ["", "/ticket.svg", "/ticket.ics"])
def test_whoever_is_named_in_a_booking_learns_of_nobody_else(rest: str, world: World) -> None:
    """Neither who made it, nor whom else it names, nor their number."""
    now = clock.now()
    who, friend = registered(60, now), registered(61, now)
    alias, request_id = asked_by(friend, who)
    consent.answer(who.account_id, request_id, now, accept=True)
    child = family.add(friend.account_id, a_ktp(62), Relation.CHILD, now).alias
    made = booked(a_slot(DOUBLE, world.day), friend, now=now, applicants=[child, alias])
    me = {"Authorization": bearer(who.signed_in)}
    seen = call("GET", f"/v1/bookings/{made.code}{rest}", headers=me)
    assert seen.status == 200
    secrets = (friend.account_id, friend.applicant_id, alias, child)
    assert not [secret for secret in secrets if secret.encode() in seen.content]
    if not rest:
        assert seen.json["places"] == [{"applicant_id": who.applicant_id, "queue_number": 2}]


# ---- the owner -----------------------------------------------------------------------------------


@every(of_applicants)
def test_is_open_to_the_owner(route: Route, world: World) -> None:
    """Or all the above would be true of a service that lets nobody in."""
    me = bearer(world.mine.who.signed_in)
    if name(route) == "DELETE /v1/me":
        call("DELETE", f"/v1/bookings/{world.mine.things['code']}", headers={"Authorization": me})
    expected = MATRIX[name(route)].answered or route.status
    assert ask(route, world, world.mine.things, me).status == expected


# ---- what an account calls somebody --------------------------------------------------------------


def book_for(who: Registered, alias: str, world: World) -> Reply:
    body = _a_booking(world, {"applicant_id": alias})
    return call(
        "POST",
        "/v1/bookings",
        body,
        key=new_key(),
        headers={"Authorization": bearer(who.signed_in)},
    )


def test_what_another_account_calls_somebody_is_nobody_though_both_name_them(world: World) -> None:
    now, mine, theirs = clock.now(), world.mine, world.theirs
    family.add(mine.who.account_id, a_ktp(2 + 10), Relation.CHILD, now)
    alias = theirs.things["applicant_id"]
    refused = book_for(mine.who, alias, world)
    assert refused.status == 404
    assert told(refused, {"alias": alias}) == told(
        book_for(mine.who, "nobody", world), {"n": "nobody"}
    )


def test_what_an_account_called_somebody_is_nobody_once_they_are_removed(world: World) -> None:
    mine = world.mine
    alias = mine.things["applicant_id"]
    family.remove(mine.who.account_id, alias, clock.now())
    refused = book_for(mine.who, alias, world)
    assert refused.status == 404
    assert told(refused, {"alias": alias}) == told(
        book_for(mine.who, "nobody", world), {"n": "nobody"}
    )


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


@every(lambda route: route.of_booking and route.method == "GET")
def test_of_a_booking_costs_no_other_call(route: Route, world: World) -> None:
    assert calls_of(route, world) == ["BatchGetItem"]


@every(lambda route: route.hot)
def test_costs_no_call_to_look_at_the_session(route: Route, world: World) -> None:
    me = world.mine
    ask(route, world, NOTHING, bearer(me.who.signed_in))
    assert "BatchGetItem" not in calls_of(route, world)

"""Who may do what at the desk of an office: every role at every route, and who pretends to one.

The office is always the caller's own, so nothing there names another; what a kiosk or a board may
not do, it is told by 403, and whoever is not at work (any more) by 401.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib import aws as clients
from chalicelib import clock, vault
from chalicelib.api import tokens
from chalicelib.api.routes import ROUTES, Route, Who
from chalicelib.domain import texts
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.offices import Window
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Proof, settle
from chalicelib.domain.staff import Role
from chalicelib.services.desk import shifts
from chalicelib.services.desk.shifts import DEVICE, SHIFT, Started
from chalicelib.services.people import family
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import applicants, boards, days, disclosures, offices, slots
from chalicelib.store import staff as store
from tests.api.caller import call, desk_token, token_of
from tests.api.forgery import forged
from tests.api.test_access import MATRIX, name
from tests.builders import (
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    an_office,
    booked,
    every_day,
    office_fields,
    person_of,
    registered,
    registered_with,
    released_days,
    texts_to,
)
from tests.machine import Reply, new_key

pytestmark = [
    pytest.mark.filterwarnings("ignore:The HMAC key is"),
    pytest.mark.usefixtures("aws"),
]

DESK = [route for route in ROUTES if route.path.startswith("/v1/desk/")]
every = pytest.mark.parametrize("route", DESK, ids=map(name, DESK))

ALLOWED = {
    "POST /v1/desk/check-ins": {"clerk", "supervisor", "kiosk"},
    "POST /v1/desk/walk-ins": {"clerk", "supervisor", "kiosk"},
    "GET /v1/desk/presence": {"clerk", "supervisor", "board"},
    "GET /v1/desk/counters": {"clerk", "supervisor"},
    "GET /v1/desk/counters/{counter}": {"clerk", "supervisor"},
    "POST /v1/desk/counters/{counter}/presses": {"clerk", "supervisor"},
    "POST /v1/desk/counters/{counter}/seen": {"clerk", "supervisor"},
    "POST /v1/desk/counters/{counter}/release": {"supervisor"},
    "POST /v1/desk/breaks": {"supervisor"},
    "POST /v1/desk/close": {"supervisor"},
    "GET /v1/desk/close": {"supervisor"},
    "GET /v1/desk/closures": {"supervisor"},
    "POST /v1/desk/closures": {"supervisor"},
    "GET /v1/desk/closures/{date}": {"supervisor"},
    "DELETE /v1/desk/closures/{date}": {"supervisor"},
    "GET /v1/desk/places": {"supervisor"},
    "POST /v1/desk/places": {"supervisor"},
    "GET /v1/desk/demand": {"supervisor"},
    "GET /v1/desk/day": {"supervisor"},
    "GET /v1/desk/report": {"supervisor"},
    "GET /v1/desk/roster": {"supervisor"},
    "POST /v1/desk/arrivals": {"supervisor"},
    "GET /v1/desk/untold": {"supervisor"},
    "GET /v1/desk/untold/{date}/{ticket}": {"supervisor"},
    "POST /v1/desk/untold/{date}/{ticket}/called": {"supervisor"},
}

NOT_THERE = {
    "POST /v1/desk/check-ins",
    "POST /v1/desk/counters/{counter}/seen",
    "POST /v1/desk/arrivals",
    "GET /v1/desk/untold/{date}/{ticket}",
    "POST /v1/desk/untold/{date}/{ticket}/called",
}
"""Those of them that are about somebody, who is not there in the matrix."""

ALL_DAY = Window(time(0), time(23, 59), 20)


@pytest.fixture(autouse=True)
def _offices(aws: None) -> None:
    """Two offices that serve all day, with three counters each."""
    pair = [an_office(place, opening=every_day(ALL_DAY)) for place in ("malang", "bandung")]
    released_days(*pair, now=clock.now())
    for office in pair:
        offices.put(office_fields(office) | {"counters": 3, "step_minutes": [5]})


def today() -> date:
    return an_office().today(clock.now())


def ask(route: Route, token: str) -> Reply:
    """Call a route of the desk about counter 1."""
    body = MATRIX[name(route)].body(None, {})  # type: ignore[arg-type]
    if route.path.endswith("breaks"):
        body = {"counter": "1", "until": (clock.now() + timedelta(hours=1)).isoformat()}
    tomorrow = (today() + timedelta(days=1)).isoformat()
    if route.path.endswith("arrivals"):
        body = {"date": today().isoformat(), "ticket": "A1", "arrived_at": "00:00"}
    elif body and "date" in body:
        body = {**body, "date": tomorrow} | ({"start": "00:00"} if "start" in body else {})
    path = route.path.replace("{counter}", "1").replace("{ticket}", "A1")
    path = path.replace("{date}", today().isoformat() if "{ticket}" in route.path else tomorrow)
    return call(route.method, path, body, token=token, key=new_key())


def everything() -> Any:
    """All boards of today, and what supervisors may change of both offices."""
    tomorrow = today() + timedelta(days=1)
    return [
        (
            boards.get(BoardKey(place, today())),
            offices.read(place),
            days.between(place, today(), tomorrow),
            slots.get(SlotKey(place, tomorrow, ALL_DAY.start)),
        )
        for place in ("malang", "bandung")
    ]


# ---- the matrix ----------------------------------------------------------------------------------


def test_the_matrix_has_every_route_of_the_desk_and_no_other() -> None:
    assert ALLOWED.keys() == {name(route) for route in DESK}
    assert {route.who for route in DESK} == {
        *(Who.DEVICE, Who.BOARD, Who.STAFF, Who.SUPERVISOR),
    }


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_is_its_own_and_nothing_else(role: Role) -> None:
    token = desk_token(role)
    for route in DESK:
        before = everything()
        reply = ask(route, token)
        if role.value in ALLOWED[name(route)]:
            expected = 404 if name(route) in NOT_THERE else route.status
            assert reply.status == expected, (name(route), reply.content)
        else:
            assert (reply.status, reply.problem) == (403, "not-permitted")
            assert everything() == before


@every
def test_a_look_at_who_is_calling_costs_one_call(route: Route) -> None:
    token = desk_token(Role.SUPERVISOR)
    ask(route, token)
    made: list[str] = []
    clients.client("dynamodb").meta.events.register(
        "before-call.dynamodb", lambda model, **_: made.append(model.name)
    )
    ask(route, token)
    assert made[0] == "BatchGetItem"


# ---- whoever is not at work ----------------------------------------------------------------------


def started(role: Role = Role.SUPERVISOR, office_id: str = "malang") -> Started:
    return shifts.start(office_id, role, clock.now())


def as_signed_in(one: Started) -> SignedIn:
    return SignedIn(one.staff.staff_id, one.shift.session_id, "")


def disabled() -> str:
    """Somebody who was at work, and was disabled a moment ago."""
    one = started()
    token = tokens.issue_to_desk(one, clock.now())
    assert call("GET", "/v1/desk/counters/1", token=token).status == 200
    assert store.disable(one.staff.staff_id, clock.now())
    return token


def over() -> str:
    """A token that is good, of a shift that is over."""
    now = clock.now()
    one = shifts.start("malang", Role.SUPERVISOR, now - SHIFT)
    longer = one.shift._replace(expires_at=now + SHIFT)
    return tokens.issue_to_desk(one._replace(shift=longer), now)


def in_the_shift_of_another() -> str:
    """One's own id with the session of somebody else."""
    mine, theirs = started(Role.CLERK), started()
    mixed = SignedIn(mine.staff.staff_id, theirs.shift.session_id, "")
    return forged(mixed, claims={"aud": tokens.DESK})


PRETENDERS: dict[str, Callable[[], str]] = {
    "nobody": lambda: "",
    "an applicant": lambda: token_of(registered(now=clock.now())),
    "an applicant who says it is for the desk": lambda: forged(
        registered(now=clock.now()).signed_in, claims={"aud": tokens.DESK}
    ),
    "staff whose token is for applicants": lambda: forged(as_signed_in(started())),
    "staff of another key": lambda: forged(
        as_signed_in(started()), claims={"aud": tokens.DESK}, secret=b"x" * 32
    ),
    "staff without a signature": lambda: (
        forged(as_signed_in(started()), {"alg": "none"}, {"aud": tokens.DESK}).rpartition(".")[0]
        + "."
    ),
    "a clerk whose token says supervisor": lambda: forged(
        as_signed_in(started(Role.CLERK)), claims={"aud": tokens.DESK, "role": "supervisor"}
    ),
    "a clerk whose token says another office": lambda: forged(
        as_signed_in(started(Role.CLERK)), claims={"aud": tokens.DESK, "office_id": "bandung"}
    ),
    "somebody in the shift of another": in_the_shift_of_another,
    "somebody who was disabled a moment ago": disabled,
    "somebody whose shift is over": over,
    "staff whom nobody knows": lambda: forged(
        SignedIn("nobody", "nothing", ""), claims={"aud": tokens.DESK}
    ),
    "staff whose token is not good yet": lambda: forged(
        as_signed_in(started()), claims={"aud": tokens.DESK, "iat": int(9e9)}
    ),
}


@pytest.mark.parametrize("who", PRETENDERS)
def test_every_route_is_closed_to(who: str) -> None:
    token = PRETENDERS[who]()
    before = everything()
    for route in DESK:
        reply = ask(route, token)
        assert (name(route), reply.status, reply.problem) == (name(route), 401, "not-signed-in")
    assert everything() == before


APPLICANTS = [route for route in ROUTES if route.who is Who.APPLICANT and not route.hot]


def test_staff_are_no_applicants() -> None:
    token = desk_token(Role.SUPERVISOR)
    for route in APPLICANTS:
        assert as_applicant(route, token).status == 401


def as_applicant(route: Route, token: str) -> Reply:
    """Call a route of applicants."""
    path = route.path.replace("{code}", "0123456789AB")
    for parameter in ("{applicant_id}", "{request_id}", "{change_id}"):
        path = path.replace(parameter, "unknown")
    body: Any = {} if route.body else None
    return call(route.method, path, body, token=token, key="key")


def test_a_disabled_device_is_out_at_its_next_request() -> None:
    one = started(Role.KIOSK)
    assert one.shift.expires_at - one.shift.started_at == DEVICE
    token = tokens.issue_to_desk(one, clock.now())
    body = {"service": "new", "people": 1}
    assert call("POST", "/v1/desk/walk-ins", body, token=token, key="a").status == 201
    store.disable(one.staff.staff_id, clock.now())
    assert call("POST", "/v1/desk/walk-ins", body, token=token, key="b").status == 401


def test_the_key_of_one_kiosk_is_not_the_key_of_another() -> None:
    """Both may count theirs from 1; each family has a number of its own all the same."""
    body = {"service": "new", "people": 1}
    one, other = desk_token(Role.KIOSK), desk_token(Role.KIOSK)
    taken = [
        call("POST", "/v1/desk/walk-ins", body, token=token, key="1").json["ticket"]
        for token in (one, other, one)
    ]
    assert taken == ["W1", "W2", "W1"]


# ---- another office ------------------------------------------------------------------------------


def booked_today(number: int) -> tuple[Registered, str]:
    """Somebody with a booking of today in Malang, and the QR of its ticket."""
    who = registered(number, clock.now())
    return who, booked_early(who)


def booked_early(who: Registered, applicants: Sequence[str] = ()) -> str:
    """The QR of a booking of today."""
    from tests.services.desk.day import qr

    night = datetime.combine(today(), time(0), an_office().zone) - timedelta(minutes=1)
    return qr(booked(a_slot(ALL_DAY, today()), who, now=night, applicants=applicants))


def test_a_clerk_of_another_office_checks_in_nobody_of_this_one() -> None:
    _, qr = booked_today(1)
    token = desk_token(Role.CLERK, "bandung")
    reply = call("POST", "/v1/desk/check-ins", {"qr": qr}, token=token)
    assert (reply.status, reply.problem) == (409, "other-office")
    assert boards.get(BoardKey("malang", today())) is None


def called(number: int = 1) -> tuple[Registered, str]:
    """Somebody who is called to counter 1 in Malang, and the token of its clerk."""
    who, qr = booked_today(number)
    return who, at_the_counter(qr)


def at_the_counter(qr: str) -> str:
    """Let somebody be the first who is called to counter 1; returns the token of its clerk."""
    clerk = desk_token(Role.CLERK)
    with early():
        done = call("POST", "/v1/desk/check-ins", {"qr": qr}, token=clerk)
    assert done.status == 200, done.content
    press(clerk, 0, "open")
    assert press(clerk, 1, "next").json["ticket"] == "A1"
    return clerk


@contextmanager
def early() -> Iterator[None]:
    """Everybody may check in at any hour."""
    from chalicelib.services.desk import check_in

    with patch.object(check_in, "EARLIEST", timedelta(days=1)):
        yield


def press(token: str, turn: int, what: str, **more: Any) -> Reply:
    body = {"turn": turn, "press": what, **more}
    return call("POST", "/v1/desk/counters/1/presses", body, token=token, key=new_key())


def counter(token: str) -> Reply:
    return call("GET", "/v1/desk/counters/1", token=token)


def test_a_counter_of_another_office_is_another_counter() -> None:
    who, clerk = called()
    other = counter(desk_token(Role.SUPERVISOR, "bandung"))
    assert other.json["turn"] == 0
    assert who.ktp.name.encode() not in other.content
    freed = call(
        "POST",
        "/v1/desk/counters/1/release",
        token=desk_token(Role.SUPERVISOR, "bandung"),
    )
    assert freed.status == 200
    assert counter(clerk).json["ticket"] == "A1"


# ---- names ---------------------------------------------------------------------------------------


def test_a_clerk_sees_the_names_of_those_they_have_called_and_each_look_is_recorded() -> None:
    who, clerk = called()
    shown = counter(clerk)
    assert shown.json["names"] == [
        {"queue_number": 1, "name": who.ktp.name, "check_at_counter": False, "proof": "held"}
    ]
    assert shown.headers["Cache-Control"] == "no-store"
    assert who.ktp.nik.digits.encode() not in shown.content
    seen = [one for one in disclosures.of(who.account_id) if one.by.startswith("staff:")]
    expected = [("counter: A1", frozenset({who.applicant_id}))]
    assert [(one.reason, one.whose) for one in seen] == expected


def test_nobody_sees_a_name_once_the_counter_has_let_go_of_them() -> None:
    who, clerk = called()
    press(clerk, 2, "finish")
    assert who.ktp.name.encode() not in counter(clerk).content


def test_neither_a_press_nor_what_everybody_may_see_has_a_name() -> None:
    who, clerk = called()
    for reply in (press(clerk, 2, "serve"), call("GET", "/v1/offices/malang/today")):
        assert reply.status == 200
        assert who.ktp.name.encode() not in reply.content


def test_a_press_calls_no_kms() -> None:
    _, clerk = called()
    with patch.object(vault, "unseal", side_effect=AssertionError("KMS was called")):
        assert press(clerk, 2, "serve").status == 200
        assert press(clerk, 3, "finish", and_next=True).status == 200


def test_without_kms_a_counter_is_shown_without_names() -> None:
    _, clerk = called()
    with patch.object(vault, "unseal", side_effect=ReadTimeoutError(endpoint_url="kms")):
        shown = counter(clerk)
    assert (shown.status, shown.json["ticket"]) == (200, "A1")
    assert "names" not in shown.json


def seen(token: str, number: int = 1, ticket: str = "A1", at: str = "1") -> Reply:
    body = {"ticket": ticket, "queue_number": number}
    return call("POST", f"/v1/desk/counters/{at}/seen", body, token=token)


def test_a_clerk_says_once_or_twice_that_a_ktp_was_seen_and_it_is_recorded_and_told() -> None:
    who, clerk = called()
    for _ in range(2):
        reply = seen(clerk)
        assert (reply.status, reply.json) == (200, {"queue_number": 1, "proof": "seen"})
    assert call("GET", "/v1/me", token=token_of(who)).json["proof"] == "seen"
    assert counter(clerk).json["names"][0]["proof"] == "seen"
    assert texts_to(who.phone).count(texts.SEEN) == 1
    by_staff = [one for one in disclosures.of(who.account_id) if one.by.startswith("staff:")]
    assert "seen: counter: A1" in [one.reason for one in by_staff]


def test_a_ktp_that_is_seen_displaces_whoever_held_the_nik() -> None:
    who, clerk = called(1)
    squatter = registered_with(who.ktp, a_phone(50), clock.now())
    person = person_of(who)
    links = {
        **person.links,
        squatter.account_id: person.links[squatter.account_id]._replace(proof=Proof.CONFIRMED),
    }
    assert applicants.link(person, settle(person, links, clock.now()))
    assert person_of(who).holder == squatter.account_id
    assert counter(clerk).json["names"][0]["proof"] == "claimed"
    assert seen(clerk).status == 200
    assert person_of(who).holder == who.account_id
    assert texts_to(squatter.phone).count(texts.DISPLACED) == 1


@pytest.mark.parametrize(
    "asked",
    [{"number": 2}, {"ticket": "A2"}, {"ticket": "W1"}, {"at": "2"}],
    ids=["another number", "another ticket", "no booking", "another counter"],
)
def test_nobody_is_seen_who_is_not_at_the_counter(asked: Any) -> None:
    who, clerk = called()
    assert seen(clerk, **asked).problem == "not-at-counter"
    assert call("GET", "/v1/me", token=token_of(who)).json["proof"] == "held"


def test_nobody_is_seen_who_has_left_the_counter_nor_from_another_office() -> None:
    who, clerk = called()
    assert seen(desk_token(Role.CLERK, "bandung")).problem == "not-at-counter"
    press(clerk, 2, "no_show")
    assert seen(clerk).problem == "not-at-counter"
    assert call("GET", "/v1/me", token=token_of(who)).json["proof"] == "held"


def test_a_relative_is_shown_without_a_proof_and_is_not_seen() -> None:
    """A KTP proves who somebody is, and not whose account has named them."""
    now = clock.now()
    who = registered(1, now)
    child = family.add(who.account_id, a_ktp(30), Relation.CHILD, now)
    clerk = at_the_counter(booked_early(who, [child.alias]))
    (named,) = counter(clerk).json["names"]
    assert "proof" not in named
    assert seen(clerk).problem == "not-at-counter"


def test_all_counters_are_listed_without_names_by_one_read() -> None:
    who, clerk = called()
    listed = call("GET", "/v1/desk/counters", token=clerk)
    assert who.ktp.name.encode() not in listed.content
    assert [one["counter"] for one in listed.json["counters"]] == ["1", "2", "3"]
    one = listed.json["counters"][0]
    assert (one["ticket"], one["state"], one["step"]) == ("A1", "called", 0)
    assert (listed.json["steps"], listed.json["pace"]) == ([0], [5.0])
    made: list[str] = []
    clients.client("dynamodb").meta.events.register(
        "before-call.dynamodb", lambda model, **_: made.append(model.name)
    )
    call("GET", "/v1/desk/counters", token=clerk)
    assert made == ["BatchGetItem", "GetItem"]


# ---- what is odd ---------------------------------------------------------------------------------


def test_a_body_of_a_megabyte_is_refused_and_does_nothing() -> None:
    huge = b'{"turn": 0, "press": "open", "steps": [' + b"0," * 500_000 + b"0]}"
    token = desk_token(Role.CLERK)
    reply = call("POST", "/v1/desk/counters/1/presses", huge, token=token, key="key")
    assert (reply.status, reply.problem) == (413, "too-large")
    assert counter(token).json["turn"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"press": "open"}, "turn"),
        ({"turn": -1, "press": "open"}, "turn"),
        ({"turn": "0", "press": "open"}, "turn"),
        ({"turn": 0, "press": "release"}, "press"),
        ({"turn": 0, "press": "open", "steps": []}, "steps"),
        ({"turn": 0, "press": "open", "steps": [7]}, "steps"),
        ({"turn": 0, "press": "open", "and_next": "yes"}, "and_next"),
        ({"turn": 0, "press": "open", "counter": "2"}, "counter"),
    ],
)
def test_an_odd_press_is_refused_by_the_name_of_its_field(body: Any, field: str) -> None:
    token = desk_token(Role.CLERK)
    reply = call("POST", "/v1/desk/counters/1/presses", body, token=token, key="key")
    assert (reply.status, reply.json["field"]) == (422, field)
    assert counter(token).json["turn"] == 0


def test_a_press_without_a_key_is_refused() -> None:
    body = {"turn": 0, "press": "open"}
    reply = call("POST", "/v1/desk/counters/1/presses", body, token=desk_token(Role.CLERK))
    assert (reply.status, reply.problem) == (400, "idempotency-key-missing")


def test_a_press_with_an_old_turn_is_told_what_is_so() -> None:
    token = desk_token(Role.CLERK)
    press(token, 0, "open")
    reply = press(token, 0, "leave")
    assert (reply.status, reply.problem) == (409, "counter-changed")
    assert (reply.json["counter"]["turn"], reply.json["counter"]["open"]) == (1, True)


@pytest.mark.parametrize("people", [0, 6, -1, "1", None])
def test_a_number_is_for_one_to_five_people(people: Any) -> None:
    body = {"service": "new", "people": people}
    reply = call("POST", "/v1/desk/walk-ins", body, token=desk_token(Role.KIOSK), key="key")
    assert (reply.status, reply.json["field"]) == (422, "people")


@pytest.mark.parametrize("hours", [-1, 0, 13])
def test_a_break_ends_within_the_day(hours: int) -> None:
    until = clock.now() + timedelta(hours=hours)
    body = {"counter": "1", "until": until.isoformat()}
    reply = call("POST", "/v1/desk/breaks", body, token=desk_token(Role.SUPERVISOR))
    assert (reply.status, reply.json["field"]) == (422, "until")


def test_a_counter_that_the_office_does_not_have_is_not_there() -> None:
    token = desk_token(Role.CLERK)
    assert call("GET", "/v1/desk/counters/4", token=token).problem == "no-such-counter"

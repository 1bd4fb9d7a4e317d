"""What a supervisor enters afterwards, and whom they call, as it is asked over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.domain.notices import Notice
from chalicelib.domain.staff import Role
from chalicelib.store import tellings
from tests.api.caller import call, desk_token
from tests.builders import THURSDAY, a_slot, an_office, booked, registered, released_days
from tests.machine import Reply
from tests.services.desk.day import EIGHT, MINUTE, MORNING, a_booking_of, opened
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws", "during_the_day")

LATE = MORNING._replace(start=MORNING.start.replace(hour=9))


@pytest.fixture
def during_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is half past eight in Malang, on Thursday."""
    monkeypatch.setattr(clock, "now", lambda: EIGHT + 30 * MINUTE)


def asked(method: str, path: str, body: Any = None, office_id: str = "malang") -> Reply:
    token = desk_token(Role.SUPERVISOR, office_id)
    return call(method, f"/v1/desk/{path}", body, token=token)


def entered(**changed: Any) -> Reply:
    body = {"date": THURSDAY.isoformat(), "ticket": "A1", "arrived_at": "08:10", "served": True}
    return asked("POST", "arrivals", body | changed)


def test_whoever_came_is_entered_and_the_roster_says_so() -> None:
    opened()
    for number in (1, 2):
        a_booking_of(number)
    assert entered().json == {
        "date": THURSDAY.isoformat(),
        "ticket": "A1",
        "arrived_at": "2026-11-26T08:10:00+07:00",
        "state": "done",
    }
    assert entered(ticket="A2", served=False).json["state"] == "waiting"
    a_booking_of(3)
    roster = asked("GET", f"roster?date={THURSDAY}").json["bookings"]
    assert {one["ticket"]: one["came"] for one in roster} == {"A1": True, "A2": True, "A3": False}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"date": "2026-02-30"}, "date"),
        ({"date": "2026-11-27"}, "date"),
        ({"date": "0001-01-01", "arrived_at": "00:00"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"ticket": "a1"}, "ticket"),
        ({"ticket": "A" * 3000}, "ticket"),
        ({"arrived_at": "8:10"}, "arrived_at"),
        ({"arrived_at": "08:31"}, "arrived_at"),
        ({"served": "yes"}, "served"),
        ({"name": "Dewi"}, "name"),
    ],
)
def test_an_odd_entry_is_refused_by_its_field(changed: Any, field: str) -> None:
    opened()
    a_booking_of(1)
    reply = entered(**changed)
    assert (reply.status, reply.json["field"]) == (422, field)


def test_another_office_enters_nobody_of_this_one() -> None:
    opened()
    a_booking_of(1)
    released_days(an_office("bandung"), now=NOW)
    body = {"date": THURSDAY.isoformat(), "ticket": "A1", "arrived_at": "08:10", "served": True}
    reply = asked("POST", "arrivals", body, "bandung")
    assert (reply.status, reply.problem) == (404, "no-such-booking")


def test_whom_no_sms_has_told_is_listed_shown_and_called() -> None:
    opened()
    who = registered(1)
    made = booked(a_slot(LATE), who)
    tellings.mark(made, Notice.SOON, EIGHT - timedelta(hours=1))
    listed = asked("GET", "untold")
    (row,) = listed.json["bookings"]
    assert (row["ticket"], row["come_at"]) == ("B1", "2026-11-26T08:55:00+07:00")
    assert [(one["notice"], one["state"]) for one in row["notices"]] == [("soon", "sending")]
    for secret in (who.phone.number, who.ktp.name, made.code):
        assert secret not in listed.content.decode()
    path = f"untold/{THURSDAY}/B1"
    shown = asked("GET", path)
    assert shown.json == {"contacts": [{"name": who.ktp.name, "phone": who.phone.number}]}
    assert shown.headers["Cache-Control"] == "no-store"
    assert asked("GET", path, office_id="bandung").status == 404
    told = {"notices": ["soon"]}
    assert asked("POST", f"{path}/called", told).status == 204
    assert asked("GET", "untold").json["bookings"] == []
    assert asked("POST", f"{path}/called", told).status == 404


@pytest.mark.parametrize(
    ("path", "field"),
    [("untold/2026-02-30/A1", "date"), (f"untold/{THURSDAY}/a1", "ticket")],
)
def test_an_odd_ticket_is_refused_by_its_field(path: str, field: str) -> None:
    opened()
    for method, more, body in (("GET", "", None), ("POST", "/called", {"notices": ["soon"]})):
        reply = asked(method, path + more, body)
        assert (reply.status, reply.json["field"]) == (422, field)


@pytest.mark.parametrize("body", [{"notices": []}, {"notices": ["news"]}, {"notices": "soon"}])
def test_a_call_says_what_was_told(body: Any) -> None:
    opened()
    reply = asked("POST", f"untold/{THURSDAY}/A1/called", body)
    assert (reply.status, reply.json["field"].partition("[")[0]) == (422, "notices")

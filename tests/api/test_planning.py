"""What a supervisor changes of the days to come: through the API, and who it was is in the log."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.domain.staff import Role
from chalicelib.store import offices, slots
from tests.api.caller import call, desk_token
from tests.builders import (
    DOUBLE,
    a_member,
    a_slot,
    an_office,
    booked,
    every_day,
    released_days,
)
from tests.machine import Reply

pytestmark = pytest.mark.usefixtures("aws")

REASON = {"id": "Banjir", "en": "Flood"}


def day(ahead: int = 1) -> date:
    return an_office().today(clock.now()) + timedelta(days=ahead)


@pytest.fixture(autouse=True)
def _offices(aws: None) -> None:
    """Two offices that serve every day, holidays too."""
    known = [an_office(place, opening=every_day(DOUBLE)) for place in ("malang", "bandung")]
    released_days(*known, now=clock.now())


def asked(method: str, path: str, body: Any = None, office_id: str = "malang") -> Reply:
    token = desk_token(Role.SUPERVISOR, office_id)
    return call(method, f"/v1/desk/{path}", body, token=token)


def close(**changed: Any) -> Reply:
    return asked("POST", "closures", {"date": day().isoformat(), "reason": REASON, **changed})


def test_a_closure_is_declared_listed_and_taken_back() -> None:
    booked(a_slot(DOUBLE, day()), a_member(), now=clock.now())
    before = asked("GET", f"closures/{day()}").json
    assert (before["standing"], before["bookings"], before["people"]) == ("open", 1, 1)
    assert "[KODE]" in before["message"]
    done = close()
    assert (done.status, done.json["standing"], done.json["reason"]) == (200, "closed", REASON)
    assert close().json == done.json, "again is no other"
    listed = asked("GET", "closures").json["closures"]
    assert listed == [{"date": day().isoformat(), "reason": REASON}]
    opened = asked("DELETE", f"closures/{day()}")
    assert (opened.status, opened.json) == (200, before)
    assert asked("DELETE", f"closures/{day()}").json == before
    assert asked("GET", "closures").json["closures"] == []


def test_a_supervisor_closes_no_other_office() -> None:
    close()
    assert asked("GET", f"closures/{day()}", office_id="bandung").json["standing"] == "open"
    assert offices.read("bandung").closures == {}
    assert asked("DELETE", f"closures/{day()}", office_id="bandung").status == 200
    assert asked("GET", f"closures/{day()}").json["standing"] == "closed"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": {"id": "Banjir"}}, "en"),
        ({"reason": {"id": "Banjir", "en": " "}}, "reason.en"),
        ({"reason": {"id": "x" * 121, "en": "Flood"}}, "reason.id"),
        ({"date": "tomorrow"}, "date"),
        ({"office_id": "bandung"}, "office_id"),
    ],
)
def test_an_odd_closure_is_refused_by_its_field(changed: Any, field: str) -> None:
    reply = close(**changed)
    assert (reply.status, reply.json["field"]) == (422, field)
    assert asked("GET", "closures").json["closures"] == []


def test_a_closure_further_ahead_than_a_year_is_refused() -> None:
    assert close(date=day(367).isoformat()).json["rule"] == "ahead"
    assert close(date=day(366).isoformat()).status == 200


def test_a_day_that_is_over_is_refused_in_both_languages() -> None:
    body = {"date": day(-1).isoformat(), "reason": REASON}
    token = desk_token(Role.SUPERVISOR)
    said = [
        call("POST", "/v1/desk/closures", body, token=token, headers={"accept-language": language})
        for language in ("id", "en")
    ]
    assert [(one.status, one.problem) for one in said] == [(409, "day-over")] * 2
    assert said[0].json["detail"] != said[1].json["detail"]


def test_places_are_told_and_changed_and_refused_with_their_numbers() -> None:
    booked(a_slot(DOUBLE, day()), a_member(), now=clock.now())
    slot = asked("GET", f"places?date={day()}").json["slots"][0]
    start = slot["start"]
    assert (slot["places"], slot["held"], slot["left"]) == (DOUBLE.places, 1, DOUBLE.places - 1)

    def change(places: int, office_id: str = "malang") -> Reply:
        body = {"date": day().isoformat(), "start": start, "places": places}
        return asked("POST", "places", body, office_id)

    assert [change(7).json["left"] for _ in range(2)] == [6, 6]
    held, many = change(0), change(101)
    assert (held.problem, held.json["held"]) == ("places-held", 1)
    assert (many.problem, many.json["most"]) == ("too-many-places", 100)
    assert change(-1).json["field"] == "places"
    assert change(3, "bandung").json["places"] == 3
    here = slots.get(a_slot(DOUBLE, day()))
    assert here
    assert here.capacity == 7


def test_a_day_of_today_is_told_without_a_date() -> None:
    assert asked("GET", "places").json["date"] == day(0).isoformat()
    assert asked("GET", "places?date=today").json["field"] == "date"


def test_who_did_it_is_in_the_log_and_a_look_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    asked("GET", f"closures/{day()}")
    asked("GET", "close")
    assert "staff:" not in capsys.readouterr().out
    close()
    asked("DELETE", f"closures/{day()}")
    body = {"date": day().isoformat(), "start": f"{DOUBLE.start:%H:%M}", "places": 4}
    asked("POST", "places", body)
    until = (clock.now() + timedelta(hours=1)).isoformat()
    asked("POST", "breaks", {"counter": "1", "until": until})
    asked("POST", "counters/1/release")
    asked("POST", "close")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    noted = [one for one in lines if str(one.get("by", "")).startswith("staff:")]
    assert [one["message"] for one in noted] == [
        "closure declared",
        "closure taken back",
        "places changed",
        "break stated",
        "counter released",
        "day closed",
    ]
    assert {one["office"] for one in noted} == {"malang"}

"""What anybody may ask of an office, over HTTP."""

import pytest

from chalicelib import clock
from chalicelib.api.offices import LONGEST_CALENDAR
from chalicelib.store import offices
from tests.api.caller import call
from tests.builders import an_office, office_fields, released_days, spoil_more
from tests.wire import before, fault

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("horizon", "shown"), [(3, 3), (LONGEST_CALENDAR + 28, LONGEST_CALENDAR)])
def test_a_calendar_is_as_long_as_the_horizon_or_as_an_answer_may_be(
    horizon: int, shown: int
) -> None:
    offices.put(office_fields(an_office(horizon_days=horizon)))
    answer = call("GET", "/v1/offices/malang/calendar")
    assert len(answer.json["days"]) == shown


def test_an_office_says_that_it_draws_and_a_day_that_is_to_come_when() -> None:
    """In the office's own time; where nothing is drawn, neither is said."""
    path = "/v1/offices/malang"
    for by_lot in (False, True):
        offices.put(office_fields(an_office(by_lot=by_lot)))
        days = call("GET", f"{path}/calendar").json["days"]
        day = next(one for one in days if one["status"] == "not_released")
        assert call("GET", path).json.get("by_lot", False) is by_lot
        assert ("draw_at" in day) is by_lot
    alone = call("GET", f"{path}/days/{day['date']}").json
    assert alone["draw_at"] == day["draw_at"]
    assert alone["draw_at"][11:] == "23:50:00+07:00"
    assert alone["opens_at"][11:] == "00:00:00+07:00"


# ---- an office that cannot be read ---------------------------------------------------------------


def a_bad_neighbour() -> None:
    released_days(an_office(), an_office("kediri"), now=clock.now())
    spoil_more("kediri", time_zone={"S": "Mars/Olympus"})


def test_health_is_good_and_says_which_offices_are_left_out() -> None:
    released_days(now=clock.now())
    assert call("GET", "/v1/health").json["skipped_offices"] == []
    a_bad_neighbour()
    reply = call("GET", "/v1/health")
    assert (reply.status, reply.json["status"]) == (200, "ok")
    assert reply.json["skipped_offices"] == ["kediri"]


def test_health_is_good_where_the_offices_cannot_be_asked_for() -> None:
    with before("Scan", *fault(4)):
        reply = call("GET", "/v1/health")
    assert (reply.status, reply.json.keys()) == (200, {"status", "version"})


@pytest.mark.parametrize("query", ["", "?near=-7.8,112.0"])
def test_the_others_are_listed(query: str) -> None:
    a_bad_neighbour()
    listed = call("GET", f"/v1/offices{query}").json["offices"]
    assert [office["office_id"] for office in listed] == ["malang"]


@pytest.mark.parametrize("path", ["", "/calendar", "/days/2026-12-07"])
def test_the_others_are_shown_and_of_this_one_it_is_said_that_it_cannot_be(path: str) -> None:
    a_bad_neighbour()
    assert call("GET", f"/v1/offices/malang{path}").status == 200
    refused = call("GET", f"/v1/offices/kediri{path}")
    assert (refused.status, refused.problem) == (503, "office-unavailable")
    assert "tetap berlaku" in refused.json["detail"]

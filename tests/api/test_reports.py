"""What a supervisor is told of the days of their office."""

import csv
import io
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib import clock, vault
from chalicelib.api.reports import COLUMNS
from chalicelib.domain.boards import BoardKey, Press
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.staff import Role, Staff
from chalicelib.services.desk import collect, report, roster
from chalicelib.services.office import capacity
from chalicelib.store import boards, disclosures, visits
from tests.api.caller import call, desk_token
from tests.builders import THURSDAY, a_slot, an_office, booked, registered, released_days
from tests.machine import Reply
from tests.services.desk.day import (
    EIGHT,
    KEY,
    MINUTE,
    MORNING,
    a_booking_of,
    board,
    opened,
    pressed,
    scan,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws", "during_the_day")


@pytest.fixture
def during_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nine in Malang, on Thursday."""
    monkeypatch.setattr(clock, "now", lambda: EIGHT + 60 * MINUTE)


STAFF = Staff("somebody", "malang", Role.SUPERVISOR)


def asked(path: str, office_id: str = "malang", accept: str = "application/json") -> Reply:
    token = desk_token(Role.SUPERVISOR, office_id)
    return call("GET", f"/v1/desk/{path}", token=token, headers={"accept": accept})


def a_morning() -> None:
    """Of three bookings one is served after ten minutes, one waits, and one does not come."""
    opened()
    first, second, _ = (a_booking_of(number) for number in (1, 2, 3))
    for one in (first, second):
        scan(one, EIGHT)
    ten = EIGHT + 10 * MINUTE
    pressed(0, Press.OPEN, now=EIGHT)
    pressed(1, Press.NEXT, now=ten)
    pressed(2, Press.SERVE, now=ten + MINUTE)
    pressed(3, Press.FINISH, now=ten + 9 * MINUTE)


def the_report(path: str = f"report?from={THURSDAY}&to={THURSDAY}") -> Reply:
    return asked(path)


# ---- a day ---------------------------------------------------------------------------------------


def test_a_day_is_told_from_its_board_and_the_same_from_its_visits() -> None:
    a_morning()
    (before,) = the_report().json["days"]
    assert before["date"] == THURSDAY.isoformat()
    assert (before["served"], before["came"], before["expected"]) == (1, 2, 3)
    assert (before["counters"], before["longest_call_minutes"]) == (1, 1)
    (waits,) = before["waits"]
    assert (waits["hour"], waits["class"], waits["tickets"]) == (8, "booked", 1)
    assert waits["wait_p90_minutes"] == before["wait_p90_minutes"] >= 10
    assert "no_show_rate" not in before
    collect.keep(board(), EIGHT + 60 * MINUTE, "WIB")
    assert len(visits.of_day(KEY)) == 1
    assert the_report().json["days"] == [before]


def test_a_day_that_is_closed_says_who_did_not_come() -> None:
    a_morning()
    boards.close(KEY, EIGHT)
    (day,) = the_report().json["days"]
    assert day["no_show_rate"] == round(1 / 3, 3)


def test_a_day_without_service_is_left_out_of_a_report_and_empty_by_itself() -> None:
    a_morning()
    days = the_report(f"report?from={THURSDAY}&to={THURSDAY + timedelta(days=20)}").json["days"]
    assert [one["date"] for one in days] == [THURSDAY.isoformat()]
    (empty,) = [asked(f"day?date={THURSDAY + timedelta(days=300)}").json]
    assert (empty["waits"], empty["served"], empty["expected"]) == ([], 0, 0)


def test_a_day_is_today_unless_another_is_asked_for() -> None:
    a_morning()
    assert asked(f"day?date={THURSDAY}").json["served"] == 1
    assert asked("day").json["date"] == an_office().today(clock.now()).isoformat()


def test_another_office_has_days_of_its_own() -> None:
    a_morning()
    released_days(an_office("bandung"), now=NOW)
    path = f"report?from={THURSDAY}&to={THURSDAY}"
    assert asked(path, "bandung").json["office_id"] == "bandung"
    assert not [one for one in asked(path, "bandung").json["days"] if one["served"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-26&to=2026-11-25", "from"),
        ("from=2026-11-01&to=2026-12-02", "from"),
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
    ],
)
def test_an_odd_span_is_refused_by_its_field(query: str, field: str) -> None:
    opened()
    reply = asked(f"report?{query}")
    assert (reply.status, reply.json["field"]) == (422, field)


def test_as_many_days_as_there_may_be_are_told() -> None:
    opened()
    last = THURSDAY + timedelta(days=report.LONGEST - 1)
    assert asked(f"report?from={THURSDAY}&to={last}").status == 200


def test_a_report_is_a_table_where_that_is_accepted() -> None:
    a_morning()
    reply = asked(f"report?from={THURSDAY}&to={THURSDAY}", accept="text/csv")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'"malang-{THURSDAY}-{THURSDAY}.csv"' in reply.headers["Content-Disposition"]
    assert reply.headers["Cache-Control"] == "no-store"
    header, *rows = csv.reader(io.StringIO(reply.content.decode(), newline=""))
    assert tuple(header) == COLUMNS
    whole, hour = (dict(zip(header, row, strict=True)) for row in rows)
    (day,) = the_report().json["days"]
    assert (whole["date"], whole["hour"], whole["class"]) == (THURSDAY.isoformat(), "", "all")
    assert (whole["served"], whole["expected"], whole["no_show_rate"]) == ("1", "3", "")
    assert float(whole["wait_p90_minutes"]) == day["wait_p90_minutes"]
    assert (hour["hour"], hour["class"], hour["tickets"]) == ("8", "booked", "1")


# ---- the roster ----------------------------------------------------------------------------------


def test_a_roster_says_who_comes_when_in_initials_and_each_look_is_recorded() -> None:
    opened()
    who = registered(1, NOW)
    made = booked(a_slot(MORNING, THURSDAY), who)
    reply = asked(f"roster?date={THURSDAY}")
    (entry,) = reply.json["bookings"]
    assert (entry["ticket"], entry["people"]) == ("A1", 1)
    assert entry["come_at"] == "2026-11-26T07:55:00+07:00"
    assert entry["initials"] == [f"{who.ktp.name[0]}."]
    for secret in (who.ktp.name, who.ktp.nik.digits, who.phone.number, made.code):
        assert secret not in reply.content.decode()
    (seen,) = [one for one in disclosures.of(who.account_id) if one.by.startswith("staff:")]
    assert (seen.reason, seen.whose) == (f"roster: {THURSDAY}", frozenset({who.applicant_id}))


def test_a_roster_says_when_people_were_told_to_come_also_where_places_were_added() -> None:
    opened()
    capacity.set_places(a_slot(MORNING, THURSDAY), 8)
    told = [hhmm(a_booking_of(number).place.arrive_from) for number in (1, 2, 3)]
    found = asked(f"roster?date={THURSDAY}").json["bookings"]
    assert [one["come_at"][11:16] for one in found] == told


def test_a_roster_is_that_of_ones_own_office() -> None:
    opened()
    booked(a_slot(MORNING, THURSDAY), registered(1, NOW))
    released_days(an_office("bandung"), now=NOW)
    assert asked(f"roster?date={THURSDAY}", "bandung").json["bookings"] == []


def test_without_kms_a_roster_has_no_initials() -> None:
    opened()
    booked(a_slot(MORNING, THURSDAY), registered(1, NOW))
    with patch.object(vault, "unseal", side_effect=ReadTimeoutError(endpoint_url="kms")):
        (entry,) = asked(f"roster?date={THURSDAY}").json["bookings"]
    assert (entry["ticket"], "initials" in entry) == ("A1", False)


def test_a_roster_goes_on_where_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "PAGE", 2)
    opened()
    for number in (1, 2, 3):
        a_booking_of(number)
    first = roster.page(THURSDAY, None, STAFF, NOW)
    rest = roster.page(THURSDAY, first.next, STAFF, NOW)
    assert [one.label for one in (*first.entries, *rest.entries)] == ["A1", "A2", "A3"]
    assert (first.next, rest.next) == ("A2", None)


@pytest.mark.parametrize("query", ["date=tomorrow", "date=2026-11-26&after=-1"])
def test_an_odd_roster_is_refused(query: str) -> None:
    opened()
    assert asked(f"roster?{query}").status == 422


def test_a_day_that_nobody_serves_has_no_roster() -> None:
    opened()
    assert asked(f"roster?date={date(2027, 12, 25)}").json["bookings"] == []
    assert boards.get(BoardKey("malang", date(2027, 12, 25))) is None

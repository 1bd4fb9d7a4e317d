"""Offices and their places: anybody may ask, without signing in."""

import re

from chalicelib.api import answers, line_answers, parsing, shown
from chalicelib.api.responses import ONE_SECOND
from chalicelib.api.routes import Function, Query, Request, Routes, Who
from chalicelib.domain.errors import Invalid, NoSuchOffice, OfficeUnavailable
from chalicelib.services.days import availability
from chalicelib.store import offices as store

bp = Routes(__name__, Function.API)

LONGEST_CALENDAR = 62
"""Days in one answer."""

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+ -]?[0-9]+)?"
"""However a program writes a number; the plus sign of a query that is not encoded is a space."""

POINT = rf"\s*({NUMBER})\s*,\s*({NUMBER})\s*"


@bp.on(
    "GET",
    "/v1/offices",
    answer=answers.Offices,
    summary="All offices; the nearest first if a point is given",
    refusals=[Invalid],
    query={
        "near": Query(
            "The point: LATITUDE,LONGITUDE in degrees",
            {"type": "string", "pattern": f"^{POINT}$", "examples": ["-7.98,112.63"]},
        )
    },
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def list_offices(request: Request) -> answers.Offices:
    if "near" not in request.query:
        by_name = sorted(availability.listed(request.now), key=lambda office: office.office_id)
        return answers.Offices([shown.office(office) for office in by_name])
    latitude, longitude = _point(request.query["near"])
    by_distance = availability.nearest(latitude, longitude, request.now)
    return answers.Offices([shown.office(office, km) for office, km in by_distance])


@bp.on(
    "GET",
    "/v1/offices/{office_id}",
    answer=answers.OfficeDetail,
    summary="One office, its weekly hours and its next release",
    refusals=[NoSuchOffice, OfficeUnavailable],
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_office(request: Request, office_id: str) -> answers.OfficeDetail:
    return shown.office_detail(store.get(office_id, request.now), request.now)


@bp.on(
    "GET",
    "/v1/offices/{office_id}/calendar",
    answer=answers.Calendar,
    summary="Which days are open, full, closed or not released yet",
    refusals=[NoSuchOffice, OfficeUnavailable, Invalid],
    query={
        "from": Query(
            "The first date; by default today",
            {"type": "string", "format": "date", "pattern": f"^{parsing.DATE}$"},
        ),
        "days": Query(
            "How many days; by default the horizon of the office",
            {"type": "integer", "minimum": 1, "maximum": LONGEST_CALENDAR},
        ),
    },
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_calendar(request: Request, office_id: str) -> answers.Calendar:
    office = store.get(office_id, request.now)
    query = request.query
    first = parsing.day("from", query["from"]) if "from" in query else office.today(request.now)
    length = _length(query.get("days", str(min(office.horizon_days, LONGEST_CALENDAR))))
    days = availability.month(office_id, first, length, request.now)
    return answers.Calendar(
        office_id, office.time_zone, [shown.calendar_day(day, request.language) for day in days]
    )


@bp.on(
    "GET",
    "/v1/offices/{office_id}/days/{date}",
    answer=answers.Day,
    summary="The slots of one day and the places left in each",
    refusals=[NoSuchOffice, OfficeUnavailable, Invalid],
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_day(request: Request, office_id: str, date: str) -> answers.Day:
    view = availability.day(office_id, parsing.day("date", date), request.now)
    return shown.day(view, request.language)


@bp.on(
    "GET",
    "/v1/offices/{office_id}/today",
    answer=line_answers.Today,
    summary="Who is called, who waits and how long it will take: ticket numbers alone",
    refusals=[NoSuchOffice],
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_today(request: Request, office_id: str) -> line_answers.Today:
    from chalicelib.services.desk import today

    found = today.today(office_id, request.now)
    return line_answers.of_today(found, store.get(office_id, request.now))


def _point(text: str) -> tuple[float, float]:
    match = re.fullmatch(POINT, text)
    if match is None:
        raise Invalid("near", "near")
    latitude, longitude = (float(number.replace(" ", "+")) for number in match.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid("near", "near")
    return latitude, longitude


def _length(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or not 1 <= int(text) <= LONGEST_CALENDAR:
        raise Invalid("days", "days")
    return int(text)

"""Offices and their places: open to everybody."""

import re
from datetime import date

from msgspec import UNSET

from chalicelib.api import answers
from chalicelib.api.language import Language
from chalicelib.api.responses import ONE_SECOND
from chalicelib.api.routes import Query, Request, Routes, Who
from chalicelib.domain import calendar
from chalicelib.domain.errors import Invalid, NoSuchOffice
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Closure, Office
from chalicelib.services.days import availability
from chalicelib.store import offices as store
from chalicelib.store.offices import WEEKDAYS

bp = Routes(__name__)

LONGEST_CALENDAR = 62
"""Days in one answer."""

POINT = r"\s*(-?[0-9]{1,2}(?:\.[0-9]{1,10})?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)\s*"
DATE = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"


@bp.on(
    "GET",
    "/v1/offices",
    answer=answers.Offices,
    summary="All offices, the nearest first",
    refusals=[Invalid],
    query={
        "near": Query(
            "LATITUDE,LONGITUDE in degrees",
            {"type": "string", "pattern": f"^{POINT}$", "examples": ["-7.98,112.63"]},
        )
    },
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def list_offices(request: Request) -> answers.Offices:
    if "near" not in request.query:
        by_name = sorted(store.every(request.now).values(), key=lambda office: office.office_id)
        return answers.Offices([_office(office) for office in by_name])
    latitude, longitude = _point(request.query["near"])
    return answers.Offices(
        [
            _office(office, round(km, 1))
            for office, km in availability.nearest(latitude, longitude, request.now)
        ]
    )


@bp.on(
    "GET",
    "/v1/offices/{office_id}",
    answer=answers.OfficeDetail,
    summary="One office, its weekly hours and its next release",
    refusals=[NoSuchOffice],
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_office(request: Request, office_id: str) -> answers.OfficeDetail:
    office = store.get(office_id, request.now)
    return answers.OfficeDetail(
        office_id=office.office_id,
        name=office.name,
        city=office.city,
        province=office.province,
        time_zone=office.time_zone,
        latitude=office.latitude,
        longitude=office.longitude,
        opening={
            WEEKDAYS[day]: [answers.Window(hhmm(w.start), hhmm(w.end), w.places) for w in windows]
            for day, windows in sorted(office.opening.items())
        },
        horizon_days=office.horizon_days,
        next_release_at=calendar.next_release(office, request.now).astimezone(office.zone),
    )


@bp.on(
    "GET",
    "/v1/offices/{office_id}/calendar",
    answer=answers.Calendar,
    summary="Which days are open, full, closed or not released yet",
    refusals=[NoSuchOffice, Invalid],
    query={
        "from": Query(
            "First date; today by default",
            {"type": "string", "format": "date", "pattern": f"^{DATE}$"},
        ),
        "days": Query(
            "How many; the horizon of the office by default",
            {"type": "integer", "minimum": 1, "maximum": LONGEST_CALENDAR},
        ),
    },
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_calendar(request: Request, office_id: str) -> answers.Calendar:
    office = store.get(office_id, request.now)
    first = (
        _date("from", request.query["from"])
        if "from" in request.query
        else office.today(request.now)
    )
    length = _length(request.query.get("days", str(min(office.horizon_days, LONGEST_CALENDAR))))
    days = availability.month(office_id, first, length, request.now)
    return answers.Calendar(
        office_id, office.time_zone, [_day(day, request.language) for day in days]
    )


@bp.on(
    "GET",
    "/v1/offices/{office_id}/days/{date}",
    answer=answers.Day,
    summary="The slots of one day and the places left in each",
    refusals=[NoSuchOffice, Invalid],
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_day(request: Request, office_id: str, date: str) -> answers.Day:
    view = availability.day(office_id, _date("date", date), request.now)
    day = _day(view.status, request.language)
    return answers.Day(
        date=day.date,
        status=day.status,
        opens_at=day.opens_at,
        reason=day.reason,
        slots=[
            answers.Slot(hhmm(slot.key.start), hhmm(slot.end), slot.capacity, slot.left)
            for slot in view.slots
        ],
    )


def _office(office: Office, distance_km: float | None = None) -> answers.Office:
    return answers.Office(
        office_id=office.office_id,
        name=office.name,
        city=office.city,
        province=office.province,
        time_zone=office.time_zone,
        latitude=office.latitude,
        longitude=office.longitude,
        distance_km=UNSET if distance_km is None else distance_km,
    )


def _day(day: availability.CalendarDay, language: Language) -> answers.CalendarDay:
    return answers.CalendarDay(
        date=day.day,
        status=day.status,
        opens_at=day.opens_at or UNSET,
        reason=_words(day.closed, language) if day.closed else UNSET,
    )


def _words(closure: Closure, language: Language) -> str:
    return closure.en if language == "en" else closure.id


def _point(text: str) -> tuple[float, float]:
    match = re.fullmatch(POINT, text)
    if match is None:
        raise Invalid("near", "near")
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid("near", "near")
    return latitude, longitude


def _date(name: str, text: str) -> date:
    if not re.fullmatch(DATE, text):
        raise Invalid(name, "date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(name, "date") from None


def _length(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or not 1 <= int(text) <= LONGEST_CALENDAR:
        raise Invalid("days", "days")
    return int(text)

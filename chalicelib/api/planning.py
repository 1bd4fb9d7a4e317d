"""What supervisors change of their office's days: closures, and the places of slots.

As in desk.py, the views import their services themselves. Who changed what is in the log.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from chalicelib.api import desk_requests, parsing
from chalicelib.api.answers import Answer, Instant
from chalicelib.api.routes import Function, Query, Request, Routes, Who
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.errors import Invalid, NoSuchSlot, NotReleased, RequestInProgress
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.offices import Closure
from chalicelib.domain.planning import (
    DayBegun,
    DayOver,
    NoHours,
    PlacesHeld,
    Standing,
    TooManyPlaces,
)
from chalicelib.store import offices
from chalicelib.telemetry import log

if TYPE_CHECKING:
    from chalicelib.domain.bookings import Slot
    from chalicelib.services.office.planning import Look

bp = Routes(__name__, Function.DESK)

FARTHEST = timedelta(days=366)
"""No closure is declared of a day further ahead: an office keeps all of them."""


class Why(Answer):
    id: str
    en: str


class DeclaredClosure(Answer):
    date: date
    reason: Why


class DeclaredClosures(Answer):
    closures: list[DeclaredClosure]


class DayToCome(Answer):
    date: date
    standing: Standing
    bookings: int
    """That a closure cancels; of a day that is closed, those that it has not cancelled yet."""
    people: int
    message: str
    """What they are told by SMS, with a word in place of the booking's code."""
    reason: Why | UnsetType = UNSET
    """Why the office does not serve then."""
    holiday: Why | UnsetType = UNSET
    """The holiday by decree that the day is; whoever opens the day serves on it."""


class SlotPlaces(Answer):
    start: str
    end: str
    places: int
    held: int
    left: int
    opens_at: Instant | UnsetType = UNSET
    """From when they can be booked, and changed; not once they are released."""


class DayPlaces(Answer):
    date: date
    slots: list[SlotPlaces]
    """None of a day that is not ready."""


@bp.on(
    "GET",
    "/v1/desk/closures",
    answer=DeclaredClosures,
    summary="The closures of days to come that one's own office has declared",
    who=Who.SUPERVISOR,
)
def list_closures(request: Request) -> DeclaredClosures:
    from chalicelib.services.office import planning

    found = planning.closures(request.staff.office_id, request.now)
    return DeclaredClosures([DeclaredClosure(day, Why(*why)) for day, why in found])


@bp.on(
    "GET",
    "/v1/desk/closures/{date}",
    answer=DayToCome,
    summary="How a day of one's office stands, whom its closure affects, and what they are told",
    refusals=[Invalid, DayOver],
    who=Who.SUPERVISOR,
)
def look_at_day(request: Request, date: str) -> DayToCome:
    from chalicelib.services.office import planning

    day = parsing.day("date", date)
    return _day(planning.look(request.staff.office_id, day, request.now))


@bp.on(
    "POST",
    "/v1/desk/closures",
    answer=DayToCome,
    summary="Close a day that has not begun: its bookings are cancelled and its people are told",
    body=desk_requests.NewClosure,
    refusals=[Invalid, DayOver, DayBegun, NoHours],
    who=Who.SUPERVISOR,
)
def declare_closure(request: Request) -> DayToCome:
    from chalicelib.services.office import planning

    body: desk_requests.NewClosure = request.body
    office = offices.get(request.staff.office_id, request.now)
    if body.date > office.today(request.now) + FARTHEST:
        raise Invalid("date", "ahead")
    why = Closure(body.reason.id, body.reason.en)
    planning.close(office.office_id, body.date, why, request.now)
    _note(request, "closure declared", date=body.date.isoformat())
    return _day(planning.look(office.office_id, body.date, request.now))


@bp.on(
    "DELETE",
    "/v1/desk/closures/{date}",
    answer=DayToCome,
    summary="Serve on a day after all; what its closure has cancelled stays cancelled",
    refusals=[Invalid, DayOver, NoHours],
    who=Who.SUPERVISOR,
)
def take_back_closure(request: Request, date: str) -> DayToCome:
    from chalicelib.services.office import closure, planning

    day, office_id = parsing.day("date", date), request.staff.office_id
    closure.take_back(office_id, day, request.now)
    _note(request, "closure taken back", date=day.isoformat())
    return _day(planning.look(office_id, day, request.now))


@bp.on(
    "GET",
    "/v1/desk/places",
    answer=DayPlaces,
    summary="The slots of a day of one's office with their places, and how many of them are held",
    refusals=[Invalid],
    query={
        "date": Query(
            "By default today",
            {"type": "string", "format": "date", "pattern": f"^{parsing.DATE}$"},
        )
    },
    who=Who.SUPERVISOR,
)
def get_places(request: Request) -> DayPlaces:
    from chalicelib.services.office import planning

    office = offices.get(request.staff.office_id, request.now)
    asked = request.query.get("date")
    day = parsing.day("date", asked) if asked else office.today(request.now)
    found = planning.of_day(office.office_id, day)
    return DayPlaces(day, [_places(slot, request) for slot in found])


@bp.on(
    "POST",
    "/v1/desk/places",
    answer=SlotPlaces,
    summary="Let a released slot of one's office have so many places in all",
    body=desk_requests.Places,
    refusals=[
        *(Invalid, DayOver, NoSuchSlot, NotReleased),
        *(PlacesHeld, TooManyPlaces, RequestInProgress),
    ],
    who=Who.SUPERVISOR,
)
def set_places(request: Request) -> SlotPlaces:
    from chalicelib.services.office import planning

    body: desk_requests.Places = request.body
    slot = SlotKey(request.staff.office_id, body.date, parse_hhmm(body.start))
    done = planning.set_places(slot, body.places, request.now)
    _note(request, "places changed", slot=slot.id, places=body.places)
    return _places(done, request)


def _day(look: "Look") -> DayToCome:
    return DayToCome(
        look.day,
        look.standing,
        look.bookings,
        look.people,
        look.message,
        Why(*look.why) if look.why else UNSET,
        Why(*look.holiday) if look.holiday else UNSET,
    )


def _places(slot: "Slot", request: Request) -> SlotPlaces:
    zone = offices.get(slot.key.office_id, request.now).zone
    return SlotPlaces(
        start=hhmm(slot.key.start),
        end=hhmm(slot.end),
        places=slot.capacity,
        held=slot.capacity - slot.left,
        left=slot.left,
        opens_at=slot.opens_at.astimezone(zone) if slot.opens_at > request.now else UNSET,
    )


def _note(request: Request, what: str, **about: object) -> None:
    """Who has done it goes into the log, with what."""
    log.info(what, office=request.staff.office_id, by=request.staff.credential, **about)

"""Bookings: made, seen, cancelled, moved, and printed as a ticket."""

import re

from msgspec import UNSET

from chalicelib.api import answers, proof_of_work, requests, shown
from chalicelib.api.responses import Raw
from chalicelib.api.routes import PARAMETER, Query, Request, Routes
from chalicelib.config import settings
from chalicelib.domain.bookings import Booking, SlotKey
from chalicelib.domain.errors import (
    AlreadyBooked,
    AlreadyCancelled,
    CancelledTooOften,
    Invalid,
    KeyReused,
    KeySpent,
    NoReschedulesLeft,
    NoSuchApplicant,
    NoSuchBooking,
    NoSuchOffice,
    NoSuchSlot,
    NotReleased,
    OfficeClosed,
    ProofNeeded,
    RequestInProgress,
    SameSlot,
    SlotFull,
    TooLate,
    TooOften,
)
from chalicelib.domain.local_time import parse_hhmm
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change, mine
from chalicelib.services.booking.book import Wanted
from chalicelib.services.limits import pace
from chalicelib.store import bookings as store
from chalicelib.store import offices

bp = Routes(__name__)

PAGE = 50
"""Bookings in one answer, so that its cost does not grow with the account's past."""

SLOT_REFUSALS = (NoSuchOffice, NoSuchSlot, OfficeClosed, NotReleased, SlotFull)


@bp.on(
    "POST",
    "/v1/bookings",
    answer=answers.BookingAnswer,
    summary="Book places for one to five people, all or nothing",
    status=201,
    body=requests.NewBooking,
    refusals=[
        Invalid,
        *SLOT_REFUSALS,
        AlreadyBooked,
        CancelledTooOften,
        NoSuchApplicant,
        KeyReused,
        KeySpent,
        RequestInProgress,
        ProofNeeded,
        TooOften,
    ],
    keyed=True,
    hot=True,
)
def book(request: Request) -> answers.BookingAnswer:
    body: requests.NewBooking = request.body
    pace.keep(request.account_id, request.now)
    if settings.proof_to_book:
        proof_of_work.check_to_book(request)
    if len(set(body.applicants)) < len(body.applicants):
        raise Invalid("applicants", "duplicate")
    slot = SlotKey(body.office_id, body.date, parse_hhmm(body.start))
    wanted = Wanted(slot, body.service, tuple(body.applicants))
    return shown.booking(booking.book(wanted, request.account_id, request.key, request.now))


@bp.on(
    "GET",
    "/v1/bookings",
    answer=answers.Bookings,
    summary="The account's own bookings, the latest first, up to 50 at a time",
    refusals=[Invalid, NoSuchBooking],
    query={
        "after": Query(
            "The code of the booking after which the list goes on",
            {"type": "string", "pattern": f"^{PARAMETER}$"},
        )
    },
)
def list_bookings(request: Request) -> answers.Bookings:
    last = _own(request, request.query["after"]) if "after" in request.query else None
    found = store.of_account(request.account_id, after=last, limit=PAGE + 1)
    page = [made for made in found[:PAGE] if not mine.expired(made, request.now)]
    return answers.Bookings(
        [shown.booking(made) for made in page],
        next=page[-1].code if page and found[PAGE:] else UNSET,
    )


@bp.on(
    "GET",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="One booking",
    refusals=[NoSuchBooking],
)
def get_booking(request: Request, code: str) -> answers.BookingAnswer:
    return shown.booking(mine.own(code, request.account_id, request.now))


@bp.on(
    "DELETE",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="Cancel a booking, until the end of the day before, in the office's time",
    refusals=[NoSuchBooking, TooLate, RequestInProgress],
)
def cancel(request: Request, code: str) -> answers.BookingAnswer:
    return shown.booking(change.cancel(code, request.account_id, request.now))


@bp.on(
    "POST",
    "/v1/bookings/{code}/reschedule",
    answer=answers.BookingAnswer,
    summary="Move a booking to another slot, once, until the end of the day before",
    body=requests.Reschedule,
    refusals=[
        Invalid,
        NoSuchBooking,
        *SLOT_REFUSALS,
        AlreadyCancelled,
        TooLate,
        NoReschedulesLeft,
        SameSlot,
        KeyReused,
        RequestInProgress,
    ],
    keyed=True,
)
def reschedule(request: Request, code: str) -> answers.BookingAnswer:
    body: requests.Reschedule = request.body
    office_id = body.office_id or mine.own(code, request.account_id, request.now).slot.office_id
    to = SlotKey(office_id, body.date, parse_hhmm(body.start))
    return shown.booking(change.reschedule(code, to, request.account_id, request.key, request.now))


@bp.on(
    "GET",
    "/v1/bookings/{code}/ticket.svg",
    answer=str,
    summary="The ticket with its QR code",
    refusals=[NoSuchBooking, AlreadyCancelled],
    media_type="image/svg+xml",
)
def get_ticket_svg(request: Request, code: str) -> Raw:
    from chalicelib.api import tickets  # segno is loaded by those who want a ticket

    made = mine.valid(code, request.account_id, request.now)
    office = offices.get(made.slot.office_id, request.now)
    return Raw(
        tickets.svg(made, office, shown.qr(made), request.language),
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


@bp.on(
    "GET",
    "/v1/bookings/{code}/ticket.ics",
    answer=str,
    summary="The visit as a calendar file",
    refusals=[NoSuchBooking, AlreadyCancelled],
    media_type="text/calendar",
)
def get_ticket_ics(request: Request, code: str) -> Raw:
    from chalicelib.api import tickets

    made = mine.valid(code, request.account_id, request.now)
    office = offices.get(made.slot.office_id, request.now)
    return Raw(
        tickets.ics(made, office, request.language),
        {"Content-Disposition": f'attachment; filename="antrian-paspor-{made.code}.ics"'},
    )


def _own(request: Request, code: str) -> Booking:
    if not re.fullmatch(PARAMETER, code):
        raise Invalid("after", "type")
    return mine.own(code, request.account_id, request.now)

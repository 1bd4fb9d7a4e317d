"""Bookings: made, seen, cancelled, moved, and printed as a ticket."""

import re

from msgspec import UNSET

from chalicelib.api import answers, line_answers, proof_of_work, requests, shown
from chalicelib.api.parsing import PARAMETER
from chalicelib.api.responses import Raw
from chalicelib.api.routes import Function, Query, Request, Routes
from chalicelib.config import settings
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.errors import (
    AlreadyBooked,
    AlreadyCancelled,
    AlreadyLeft,
    CancelledTooOften,
    ConsentNeeded,
    DayClosed,
    DidNotCome,
    Invalid,
    KeyReused,
    KeySpent,
    NoReschedulesLeft,
    NoSuchApplicant,
    NoSuchBooking,
    NoSuchOffice,
    NoSuchSlot,
    NotHere,
    NotReleased,
    OfficeClosed,
    OfficeUnavailable,
    OtherDay,
    ProofNeeded,
    RequestInProgress,
    SameSlot,
    SlotFull,
    TooEarly,
    TooLate,
    TooOften,
)
from chalicelib.domain.local_time import parse_hhmm
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change, mine
from chalicelib.services.booking import disown as leaving
from chalicelib.services.booking.book import Wanted
from chalicelib.services.limits import pace
from chalicelib.store import offices

bp = Routes(__name__, Function.API)

SLOT_REFUSALS = (
    NoSuchOffice,
    OfficeUnavailable,
    NoSuchSlot,
    OfficeClosed,
    NotReleased,
    DayClosed,
    SlotFull,
)


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
        ConsentNeeded,
        CancelledTooOften,
        DidNotCome,
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
    slot = SlotKey(body.office_id, body.date, parse_hhmm(body.start))
    wanted = Wanted(slot, body.service, tuple(body.applicants))
    made = booking.book(wanted, request.account_id, request.key, request.now)
    return shown.booking(mine.as_maker(made))


@bp.on(
    "GET",
    "/v1/bookings",
    answer=answers.Bookings,
    summary="The account's bookings and those that name its holder, the latest first, in pages",
    refusals=[Invalid, NoSuchBooking],
    query={
        "after": Query(
            "The code of the booking after which the list goes on",
            {"type": "string", "pattern": f"^{PARAMETER}$"},
        )
    },
)
def list_bookings(request: Request) -> answers.Bookings:
    after = request.query.get("after")
    if after is not None and not re.fullmatch(PARAMETER, after):
        raise Invalid("after", "type")
    page = mine.page(request.account_id, after, request.now)
    return answers.Bookings([shown.booking(seen) for seen in page.seen], next=page.next or UNSET)


@bp.on(
    "GET",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="One booking",
    refusals=[NoSuchBooking],
    of_booking=True,
)
def get_booking(request: Request, code: str) -> answers.BookingAnswer:
    return shown.booking(mine.seen(code, request.account_id, request.now, request.found))


@bp.on(
    "DELETE",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="Cancel a booking, until the end of the day before, in the office's time",
    refusals=[NoSuchBooking, OfficeUnavailable, TooLate, RequestInProgress],
    of_booking=True,
)
def cancel(request: Request, code: str) -> answers.BookingAnswer:
    cancelled = change.cancel(code, request.account_id, request.now, request.found)
    return shown.booking(mine.as_maker(cancelled))


@bp.on(
    "POST",
    "/v1/bookings/{code}/disown",
    answer=answers.BookingAnswer,
    summary="Leave a booking that somebody else made, until the end of the day before",
    refusals=[NoSuchBooking, OfficeUnavailable, TooLate, RequestInProgress],
)
def disown(request: Request, code: str) -> answers.BookingAnswer:
    return shown.booking(leaving.disown(code, request.account_id, request.now))


@bp.on(
    "POST",
    "/v1/bookings/{code}/check-in",
    answer=line_answers.CheckedIn,
    summary="Check in by oneself, with the digits that the office's board shows",
    body=requests.OwnCheckIn,
    refusals=[
        NoSuchBooking,
        AlreadyCancelled,
        NotHere,
        OtherDay,
        TooEarly,
        AlreadyLeft,
        DayClosed,
        TooOften,
    ],
)
def check_in(request: Request, code: str) -> line_answers.CheckedIn:
    from chalicelib.services.desk import check_in as service

    digits = request.body.presence
    done = service.by_account(code, request.account_id, digits, request.now)
    return line_answers.checked_in(done, offices.get(done.office_id, request.now))


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
    of_booking=True,
)
def reschedule(request: Request, code: str) -> answers.BookingAnswer:
    body: requests.Reschedule = request.body
    found = request.found
    there = body.office_id or mine.own(code, request.account_id, request.now, found).slot.office_id
    to = SlotKey(there, body.date, parse_hhmm(body.start))
    moved = change.reschedule(code, to, request.account_id, request.key, request.now, found)
    return shown.booking(mine.as_maker(moved))


@bp.on(
    "GET",
    "/v1/bookings/{code}/ticket.svg",
    answer=str,
    summary="The ticket with its QR code",
    refusals=[NoSuchBooking, OfficeUnavailable, AlreadyCancelled],
    media_type="image/svg+xml",
    of_booking=True,
)
def get_ticket_svg(request: Request, code: str) -> Raw:
    from chalicelib.api import tickets  # segno is loaded by those who want a ticket

    seen = mine.valid(code, request.account_id, request.now, request.found)
    office = offices.get(seen.booking.slot.office_id, request.now)
    return Raw(
        tickets.svg(seen, office, shown.qr(seen.booking), request.language),
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


@bp.on(
    "GET",
    "/v1/bookings/{code}/ticket.ics",
    answer=str,
    summary="The visit as a calendar file, also once it is cancelled",
    refusals=[NoSuchBooking, OfficeUnavailable],
    media_type="text/calendar",
    of_booking=True,
)
def get_ticket_ics(request: Request, code: str) -> Raw:
    from chalicelib.api import tickets

    seen = mine.seen(code, request.account_id, request.now, request.found)
    office = offices.get(seen.booking.slot.office_id, request.now)
    return Raw(
        tickets.ics(seen, office, request.language),
        {"Content-Disposition": f'attachment; filename="antrian-paspor-{code}.ics"'},
    )

"""Bookings: made, seen, cancelled, moved, and printed as a ticket."""

import re
from datetime import time

from msgspec import UNSET

from chalicelib import keyring
from chalicelib.api import answers, requests
from chalicelib.api.routes import PARAMETER, Call, Query, Raw, Routes
from chalicelib.config import settings
from chalicelib.domain import bookings as rules
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
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change, mine
from chalicelib.services.booking.book import Wanted
from chalicelib.services.limits import pace
from chalicelib.store import bookings as store
from chalicelib.store import offices

bp = Routes(__name__)

PAGE = 50
"""Bookings in one answer, so that it costs the same however long an account has been here."""

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
def book(call: Call) -> answers.BookingAnswer:
    body: requests.NewBooking = call.body
    pace.keep(call.account_id, call.now)
    if settings.proof_to_book:
        from chalicelib.api import proof

        proof.check_to_book(call)
    if len(set(body.applicants)) < len(body.applicants):
        raise Invalid("applicants", "duplicate")
    slot = SlotKey(body.office_id, body.date, time.fromisoformat(body.start))
    wanted = Wanted(slot, body.service, tuple(body.applicants))
    return shown(booking.book(wanted, call.account_id, call.key, call.now))


@bp.on(
    "GET",
    "/v1/bookings",
    answer=answers.Bookings,
    summary="The account's own bookings, the latest first, up to 50 at a time",
    refusals=[Invalid, NoSuchBooking],
    query={
        "after": Query(
            "The code of the booking after which to go on",
            {"type": "string", "pattern": f"^{PARAMETER}$"},
        )
    },
)
def list_bookings(call: Call) -> answers.Bookings:
    last = _own(call, call.query["after"]) if "after" in call.query else None
    found = store.of_account(call.account_id, after=last, limit=PAGE + 1)
    page = [made for made in found[:PAGE] if not mine.expired(made, call.now)]
    return answers.Bookings(
        [shown(made) for made in page],
        next=page[-1].code if page and found[PAGE:] else UNSET,
    )


@bp.on(
    "GET",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="One booking",
    refusals=[NoSuchBooking],
)
def get_booking(call: Call, code: str) -> answers.BookingAnswer:
    return shown(mine.own(code, call.account_id, call.now))


@bp.on(
    "DELETE",
    "/v1/bookings/{code}",
    answer=answers.BookingAnswer,
    summary="Cancel, until the end of the day before in the office's time",
    refusals=[NoSuchBooking, TooLate, RequestInProgress],
)
def cancel(call: Call, code: str) -> answers.BookingAnswer:
    return shown(change.cancel(code, call.account_id, call.now))


@bp.on(
    "POST",
    "/v1/bookings/{code}/reschedule",
    answer=answers.BookingAnswer,
    summary="Move to another slot, once, until the end of the day before",
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
def reschedule(call: Call, code: str) -> answers.BookingAnswer:
    body: requests.Reschedule = call.body
    office_id = body.office_id or mine.own(code, call.account_id, call.now).slot.office_id
    to = SlotKey(office_id, body.date, time.fromisoformat(body.start))
    return shown(change.reschedule(code, to, call.account_id, call.key, call.now))


@bp.on(
    "GET",
    "/v1/bookings/{code}/ticket.svg",
    answer=str,
    summary="The ticket with its QR",
    refusals=[NoSuchBooking, AlreadyCancelled],
    media_type="image/svg+xml",
)
def get_ticket_svg(call: Call, code: str) -> Raw:
    from chalicelib.api import tickets  # segno is loaded by those who want a ticket

    made = mine.valid(code, call.account_id, call.now)
    office = offices.get(made.slot.office_id, call.now)
    return Raw(
        tickets.svg(made, office, _qr(made), call.language),
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
def get_ticket_ics(call: Call, code: str) -> Raw:
    from chalicelib.api import tickets

    made = mine.valid(code, call.account_id, call.now)
    office = offices.get(made.slot.office_id, call.now)
    return Raw(
        tickets.ics(made, office, call.language),
        {"Content-Disposition": f'attachment; filename="antrian-paspor-{made.code}.ics"'},
    )


def _own(call: Call, code: str) -> Booking:
    if not re.fullmatch(PARAMETER, code):
        raise Invalid("after", "type")
    return mine.own(code, call.account_id, call.now)


def shown(made: Booking) -> answers.BookingAnswer:
    """A booking as its owner sees it, with what its QR says."""
    return answers.booking(made, _qr(made))


def recorded(held: Booking) -> answers.BookingRecord:
    """All that is held of a booking, for an export."""
    return answers.record(held, _qr(held))


def _qr(made: Booking) -> str:
    return rules.ticket_payload(keyring.codes(), made.code)

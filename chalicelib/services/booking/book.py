"""Booking: claim, confirm, and only then say so.

The slot is hot: thousands want it in one second, so a claim is one plain conditional update of it.
The booking and its applicants are one person's own: one transaction that nobody contends with. In
between, the places are held under the booking's code, and a hold is legitimate if and only if its
booking exists, is active and points at that slot. Whoever dies half-way leaves a hold that the
sweep gives back.

The code is derived from account and Idempotency-Key, so a retry of any kind meets its own hold
and its own booking and converges on one answer.

Before a claim of its own is undone, an ABANDONED record is put under the code: a twin of this
request may be half-way too, and its late confirm must not promise a place that was given back.
The key's next try goes on under the next code derived from it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib import keyring
from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Hold, Place, Service, SlotKey, Status
from chalicelib.domain.days import Day
from chalicelib.domain.errors import (
    AlreadyBooked,
    CancelledTooOften,
    ConsentNeeded,
    DayClosed,
    DidNotCome,
    Invalid,
    KeyReused,
    KeySpent,
    NoSuchApplicant,
    NoSuchSlot,
    OfficeClosed,
    Refusal,
    SlotFull,
)
from chalicelib.domain.lines import letter_of
from chalicelib.domain.offices import Office, Window
from chalicelib.keyring import Purpose
from chalicelib.services import aliases
from chalicelib.services.booking import holds
from chalicelib.services.days import availability
from chalicelib.store import bookings, slots
from chalicelib.store.outcomes import (
    Abandoned,
    Claimed,
    Confirmed,
    Engaged,
    Full,
    Mine,
    Paused,
    Refused,
    Stranger,
    Unasked,
    Unused,
)
from chalicelib.telemetry import Metric, count, log

CODES_OF_A_KEY = 3
"""Each that is abandoned leads to the next; then the key is spent."""


class Wanted(NamedTuple):
    """What a request for a booking asks for."""

    slot: SlotKey
    service: Service
    applicants: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return rules.fingerprint(self.slot.id, self.service, *self.applicants)


def book(wanted: Wanted, account_id: str, key: str, now: datetime) -> Booking:
    """Book places for one to five people of an account, all or nothing.

    Asked again under the same ``key`` the answer is the first one. Raises `NoSuchOffice`,
    `NoSuchSlot`, `OfficeClosed`, `NotReleased`, `DayClosed`, `SlotFull`, `AlreadyBooked`,
    `CancelledTooOften`, `DidNotCome`, `ConsentNeeded`, `NoSuchApplicant`, `Invalid`, `KeyReused`,
    `KeySpent`, `RequestInProgress`.
    """
    try:
        booking = _book(wanted, account_id, key, now)
    except Refusal as refusal:
        count(Metric.BOOKINGS, office=wanted.slot.office_id, result=refusal.slug)
        raise
    count(Metric.BOOKINGS, office=wanted.slot.office_id, result="booked")
    log.info("booked", office=booking.slot.office_id)
    return booking


def _book(wanted: Wanted, account_id: str, key: str, now: datetime) -> Booking:
    people = meant(wanted.applicants, account_id)
    secret = keyring.derived(Purpose.BOOKING)
    codes = [rules.code(secret, account_id, key, attempt) for attempt in range(CODES_OF_A_KEY)]
    try:
        office, day, window = availability.bookable(wanted.slot, now)
    except (NoSuchSlot, OfficeClosed, DayClosed):
        earlier = _earlier_booking(codes, wanted)
        if earlier is not None:
            return earlier
        raise
    if window.start in day.full and _sold_out(wanted, codes, now):
        raise _full(wanted, now)
    for attempt, code in enumerate(codes):
        # A twin of this request may have claimed anew under a code that was abandoned.
        claim = holds.claim(
            wanted.slot, code, len(wanted.applicants), 0, now, doomed=codes[:attempt]
        )
        if isinstance(claim, Full):
            if any(later in claim.holds for later in codes[attempt + 1 :]):
                continue  # an earlier try has come further than this code
            earlier = _earlier_booking(codes, wanted)
            if earlier is not None:
                return earlier
            raise _full(wanted, now)
        if claim.hold.places != len(wanted.applicants):
            raise KeyReused
        place = place_in(office, day, window, claim, range(len(wanted.applicants)))
        booking = _booking(code, account_id, wanted, place, now)
        found = _confirm(booking, people, claim.hold, office, now)
        if isinstance(found, Confirmed):
            if isinstance(claim, Claimed) and claim.left == 0:
                holds.sold_out(wanted.slot, day.opens_at, now)
            return booking
        if not _stays(claim.hold, wanted.slot, found):
            _give_back(booking, claim.hold)
        if isinstance(found, Booking):
            return _replay(found, account_id, wanted.fingerprint)
    raise KeySpent


def meant(applicants: Sequence[str], account_id: str) -> list[str]:
    """The persons whom the account means, each once. Raises `NoSuchApplicant`, `Invalid`."""
    people = []
    for alias in applicants:
        person_id = aliases.person_of(account_id, alias)
        if person_id is None:
            raise NoSuchApplicant(applicant_id=alias)
        people.append(person_id)
    if len(set(people)) < len(people):
        raise Invalid("applicants", "duplicate")
    return people


def _confirm(
    booking: Booking, people: Sequence[str], hold: Hold, office: Office, now: datetime
) -> Confirmed | Booking | Abandoned:
    """Promise what is held, or find what an earlier try has left under the code.

    Otherwise the code is abandoned and the places are given back. Raises `NoSuchApplicant`,
    `AlreadyBooked`, `CancelledTooOften`, `DidNotCome`.
    """
    until = calendar.ends_at(office, booking.slot.day)
    match bookings.confirm(booking, people, until, now):
        case Stranger() | Unasked() | Engaged() | Paused() as refused:
            found = bookings.abandon(booking.code, now)
            if isinstance(found, Booking):
                return found
            _give_back(booking, hold)
            raise reason(refused, office)
        case found:
            return found


def reason(refused: Refused, office: Office) -> Refusal:
    """Why people are refused, in words for them."""
    match refused:
        case Stranger(who):
            return NoSuchApplicant(applicant_id=who)
        case Unasked(who):
            return ConsentNeeded(applicant_id=who)
        case Engaged(who):
            return AlreadyBooked(applicant_id=who)
        case Paused(who, until, absent):
            kind = DidNotCome if absent else CancelledTooOften
            return kind(applicant_id=who, until=until.astimezone(office.zone))


def _stays(hold: Hold, slot: SlotKey, found: Booking | Abandoned) -> bool:
    """Whether a hold is left alone, by what is ``found`` under its code.

    Only a claim of version 0 is a new booking's, and with a record under the code nothing can
    promise it any more. A later version is a move's: the move or the sweep sees to it.
    """
    if hold.version > 0 or hold.free_at is not None:
        return True
    return isinstance(found, Booking) and (found.stands_in(slot) or found.awaits_notice_in(slot))


def _give_back(booking: Booking, hold: Hold) -> None:
    """Give back the places of a booking that could not be confirmed."""
    with holds.left_to_the_sweep():
        holds.give_back(booking.slot, booking.code, hold)


def _earlier_booking(codes: list[str], wanted: Wanted) -> Booking | None:
    """What an earlier try under the key has booked, though it holds no place here any more."""
    for code in codes:
        match bookings.get(code):
            case Booking() as booking:
                return _replay(booking, booking.account_id, wanted.fingerprint)
            case Unused():
                return None
            case Abandoned():
                continue
    return None


def _replay(booking: Booking, account_id: str, fingerprint: str) -> Booking:
    """The booking as it was first promised, whatever has become of it since."""
    if booking.fingerprint != fingerprint or booking.account_id != account_id:
        raise KeyReused
    place = booking.move.before if booking.move else booking.place
    return booking._replace(status=Status.BOOKED, cancelled_by=None, place=place, move=None, out=())


def _sold_out(wanted: Wanted, codes: list[str], now: datetime) -> bool:
    """Whether the hint is right: too few places are left, and none is this request's own."""
    slot = slots.seen([wanted.slot], now).get(wanted.slot)
    return (
        slot is not None
        and slot.open(now) < len(wanted.applicants)
        and not any(code in slot.holds for code in codes)
    )


def _full(wanted: Wanted, now: datetime) -> SlotFull:
    return SlotFull(
        alternatives=availability.alternatives(wanted.slot, len(wanted.applicants), now)
    )


def _booking(code: str, account_id: str, wanted: Wanted, place: Place, now: datetime) -> Booking:
    return Booking(
        code=code,
        account_id=account_id,
        applicants=wanted.applicants,
        service=wanted.service,
        status=Status.BOOKED,
        version=1,
        place=place,
        fingerprint=wanted.fingerprint,
        created_at=now,
    )


def place_in(
    office: Office, day: Day, window: Window, claim: Claimed | Mine, positions: Sequence[int]
) -> Place:
    """The place that was claimed in a window, for the applicants at these positions."""
    slot, first = day.slot(window.start), claim.hold.first
    arrive_from = rules.arrive_from(office, slot.start, window.end, claim.capacity, first)
    letter = letter_of(day.windows, window.start)
    return Place(slot, window.end, first, arrive_from, tuple(positions), letter)

"""Cancelling and rescheduling: until the end of the day before, in the office's time."""

from datetime import datetime

from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, CancelledBy, Move, Slot, SlotKey, Status
from chalicelib.domain.errors import (
    AlreadyCancelled,
    AlreadyLeft,
    KeyReused,
    NoReschedulesLeft,
    NoSuchBooking,
    RequestInProgress,
    SameSlot,
    SlotFull,
    TooLate,
)
from chalicelib.domain.persons import Person
from chalicelib.services import aliases
from chalicelib.services.booking import holds, mine
from chalicelib.services.booking.book import place_in
from chalicelib.services.booking.mine import Found
from chalicelib.services.days import availability
from chalicelib.store import bookings, offices, slots
from chalicelib.store.outcomes import Cancelled, Changed, Claimed, Ended, Full, Mine, Moved
from chalicelib.telemetry import Metric, count

LOOKS_AT_A_BOOKING = 4


def cancel(code: str, account_id: str, now: datetime, read: Found | None = None) -> Booking:
    """Cancel a booking, then let its places go; again and again with the same answer.

    ``read`` is what there is under the code, if the caller has just read it. Raises
    `NoSuchBooking`, `TooLate`, `RequestInProgress`.
    """
    for _ in range(LOOKS_AT_A_BOOKING):
        booking, read = mine.own(code, account_id, now, read), None
        if booking.status is Status.CANCELLED:
            if booking.cancelled_by is CancelledBy.APPLICANT:
                # An earlier try may have died before it did.
                give_back_later(booking.slot, code, now)
            return booking
        check_in_time(booking, now)
        people = aliases.people_of(booking).values()
        # The hold of a booking that stands is nobody's to change, so it may be read before.
        roster, persons = slots.get_with_people(booking.slot, people)
        if any(not _holds(person, code) for person in persons):
            continue  # somebody has left it since it was read
        match bookings.cancel(booking, persons, now):
            case Cancelled():
                cancelled = booking._replace(
                    status=Status.CANCELLED,
                    version=booking.version + 1,
                    cancelled_by=CancelledBy.APPLICANT,
                    changed_at=now,
                )
                _give_back_later(booking.slot, code, roster, now, cancelled)
                by_them = CancelledBy.APPLICANT.value
                count(Metric.CANCELLATIONS, office=booking.slot.office_id, by=by_them)
                return cancelled
            case Changed() | Ended():
                continue
    raise RequestInProgress


def cancel_for(code: str, by: CancelledBy, now: datetime) -> Booking:
    """Cancel a booking at somebody's request, which counts against nobody.

    Raises `NoSuchBooking`, `AlreadyCancelled`, `AlreadyLeft`, `RequestInProgress`.
    """
    for _ in range(LOOKS_AT_A_BOOKING):
        booking = bookings.get(code)
        if not isinstance(booking, Booking) or mine.expired(booking, now):
            raise NoSuchBooking
        if booking.status is Status.CANCELLED:
            raise AlreadyCancelled
        if booking.outcome:
            raise AlreadyLeft
        people = list(aliases.people_of(booking).values())
        match bookings.cancel_uncounted(booking, people, by, now):
            case Cancelled():
                give_back_later(booking.slot, code, now)
                count(Metric.CANCELLATIONS, office=booking.slot.office_id, by=by.value)
                return booking
            case Changed() | Ended():
                continue
    raise RequestInProgress


def reschedule(
    code: str,
    to: SlotKey,
    account_id: str,
    key: str,
    now: datetime,
    read: Found | None = None,
) -> Booking:
    """Move a booking to another slot, once; at every instant it holds a place.

    Asked again under the same ``key`` the answer is the first one. ``read`` is what there is under
    the code, if the caller has just read it. Raises `NoSuchBooking`,
    `AlreadyCancelled`, `TooLate`, `NoReschedulesLeft`, `SameSlot`, `SlotFull`, `KeyReused`,
    `RequestInProgress`, and what `availability.bookable` raises.
    """
    fingerprint = rules.fingerprint(to.id)
    for _ in range(LOOKS_AT_A_BOOKING):
        booking, read = mine.own(code, account_id, now, read), None
        if booking.move and booking.move.key == key:
            if booking.move.fingerprint != fingerprint:
                raise KeyReused
            # An earlier try may have died before it did.
            give_back_later(booking.move.before.slot, code, now)
            return booking._replace(status=Status.BOOKED, cancelled_by=None)
        _check_movable(booking, to, now)
        office, day, window = availability.bookable(to, now)
        people = aliases.people_of(booking)
        claim = holds.claim(to, code, len(people), booking.version, now)
        if isinstance(claim, Full):
            offers = availability.alternatives(to, len(people), now)
            raise SlotFull(alternatives=offers)
        if _stale(claim, booking):
            if claim.hold.version < booking.version:
                # An orphan of an older version is fenced by the newer one: no move can use it.
                holds.give_back(to, code, claim.hold)
            continue
        if claim.hold.places != len(people):
            continue
        place = place_in(office, day, window, claim, list(people))
        move = Move(booking.place, key, fingerprint)
        until = calendar.ends_at(office, to.day)
        match bookings.move(booking, list(people.values()), place, move, until, now):
            case Moved():
                if isinstance(claim, Claimed) and claim.left == 0:
                    holds.sold_out(to, day.opens_at, now)
                moved = booking._replace(
                    place=place, move=move, version=booking.version + 1, changed_at=now
                )
                give_back_later(booking.slot, code, now, moved)
                count(Metric.RESCHEDULES, office=to.office_id)
                return moved
            case Ended(found):
                # A move that had landed after all may have been cancelled there by the office.
                if not (isinstance(found, Booking) and found.awaits_notice_in(to)):
                    with holds.left_to_the_sweep():
                        holds.give_back(to, code, claim.hold)
                raise AlreadyCancelled
            case Changed():
                continue  # before anything is undone
    raise RequestInProgress


def _holds(person: Person, code: str) -> bool:
    return person.active is not None and person.active.code == code


def _stale(claim: Claimed | Mine, booking: Booking) -> bool:
    return isinstance(claim, Mine) and claim.hold.version != booking.version


def give_back_later(
    slot: SlotKey, code: str, now: datetime, written: Booking | None = None
) -> None:
    """Let go of the places in ``slot`` of a booking that was cancelled or has moved away.

    ``written`` is the booking as the caller has just left it, which need not be read again: what
    is cancelled stays so, and what has moved does not move a second time.
    """
    with holds.left_to_the_sweep():
        _give_back_later(slot, code, slots.get(slot), now, written)


def _give_back_later(
    slot: SlotKey, code: str, roster: Slot | None, now: datetime, written: Booking | None
) -> None:
    """The same, by the roster of the slot."""
    hold = roster.holds.get(code) if roster else None
    if hold is None or hold.free_at:
        return
    with holds.left_to_the_sweep():
        for _ in range(LOOKS_AT_A_BOOKING):
            found, written = written or bookings.get(code), None
            if isinstance(found, Booking) and holds.fenced(found, slot, hold):
                holds.give_back_later(slot, code, hold, now)
                return


def check_in_time(booking: Booking, now: datetime) -> None:
    office = offices.get(booking.slot.office_id, now)
    until = calendar.can_change_until(office, booking.slot.day)
    if now >= until:
        raise TooLate(until=until.astimezone(office.zone))


def _check_movable(booking: Booking, to: SlotKey, now: datetime) -> None:
    if booking.status is Status.CANCELLED:
        raise AlreadyCancelled
    check_in_time(booking, now)
    if booking.move:
        raise NoReschedulesLeft
    if booking.slot == to:
        raise SameSlot

"""A booking, its states, its codes and its queue numbers."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.domain.notices import Notice, Telling
from chalicelib.domain.offices import Office

# Crockford's base 32: no I, L, O, U, so that a code can be read out at a counter.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
CODE_LENGTH = 12
PAIRS = tuple(second + first for first in ALPHABET for second in ALPHABET)
"""What ten bits are in it, the lower five first."""

QUARTER = timedelta(minutes=15)
"""How often places are drawn that come back."""

PUBLIC_LATER = timedelta(minutes=5)
"""So long after a draw could have them, everybody can."""


class Status(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    """Nobody's: put under a code so that a late confirm is refused (services/booking/book.py)."""


class CancelledBy(StrEnum):
    """Whose doing a cancellation was; an office's counts against nobody."""

    APPLICANT = "applicant"
    OFFICE = "office"
    OPERATOR = "operator"
    """For somebody who came to the office; it counts against nobody either."""
    NOBODY = "nobody"
    """Everybody in it has left."""


class Outcome(StrEnum):
    """How the visit of a booking ended; set once, when its day is closed."""

    SERVED = "served"
    NO_SHOW = "no_show"
    """They checked in and missed their call."""
    TURNED_AWAY = "turned_away"
    """They waited when the day was closed: the office's doing."""
    ABSENT = "absent"
    """They did not check in."""


class Service(StrEnum):
    NEW = "new"
    RENEWAL = "renewal"


class SlotKey(NamedTuple):
    """Which slot: a day of an office, in its local time."""

    office_id: str
    day: date
    start: time

    @property
    def id(self) -> str:
        at = self.start
        return f"{self.office_id}#{self.day.isoformat()}#{at.hour:02}{at.minute:02}"


class Hold(NamedTuple):
    """Places taken from a slot under a booking's code; the booking itself is what promises them.

    ``version`` is the version of the booking that the claim was made under, 0 for a new one.
    """

    first: int
    """The first of ``places`` queue numbers in a row."""
    places: int
    version: int
    claimed_at: datetime
    free_at: datetime | None = None
    """When its places come back; nothing can promise them any more."""

    def due(self, now: datetime) -> bool:
        """Whether anybody may give its places back."""
        return self.free_at is not None and self.free_at <= now

    def legitimate(self, slot: SlotKey, booking: "Booking | None") -> bool:
        """Whether it is a promise: ``booking`` stands in this ``slot``, for as many people.

        ``booking`` is what there is under its code, if anything.
        """
        return (
            booking is not None and booking.stands_in(slot) and booking.place.places == self.places
        )


class Slot(NamedTuple):
    """A window of a released day: its places, and the roster of who holds them."""

    key: SlotKey
    end: time
    capacity: int
    left: int
    opens_at: datetime
    closed: bool
    holds: Mapping[str, Hold]
    given_up: tuple[Hold, ...] = ()
    """Those of the holds whose places come back; a crowd asks for them, and they are few."""
    draw_at: datetime | None = None
    """From when on its places are drawn, where they are."""

    def open(self, now: datetime) -> int:
        """How many places can be claimed: those that are left, and those that are due back."""
        return self.left + sum(hold.places for hold in self.given_up if hold.due(now))


class Place(NamedTuple):
    """Where and when a booking's people are expected, and their queue numbers."""

    slot: SlotKey
    end: time
    first: int
    """The first of as many numbers in a row as there are ``positions``."""
    arrive_from: time
    positions: tuple[int, ...] = (0,)
    """Whose numbers they are: where the booking's ``applicants`` have them, from 0 on."""
    letter: str = ""
    """Of its window among those of the day; one that was booked before it was kept has none."""

    @property
    def ticket(self) -> str | None:
        """The label that its people are called by on the day."""
        return f"{self.letter}{self.first}" if self.letter else None

    @property
    def places(self) -> int:
        """How many places of the slot it takes; a person who leaves the booking keeps theirs."""
        return len(self.positions)


class Move(NamedTuple):
    """The one rescheduling of a booking: where it stood before, and the request that moved it."""

    before: Place
    key: str
    fingerprint: str


class Booking(NamedTuple):
    code: str
    account_id: str
    applicants: tuple[str, ...]
    service: Service
    status: Status
    version: int
    """Raised by each change and by each fence, so that what was decided on an older one fails."""
    place: Place
    fingerprint: str
    created_at: datetime
    move: Move | None = None
    cancelled_by: CancelledBy | None = None
    changed_at: datetime | None = None
    """When it was last moved, left by somebody or cancelled."""
    told: Mapping[Notice, Telling] = MappingProxyType({})
    out: tuple[int, ...] = ()
    """Which of the ``applicants`` have left it, by where they are there."""
    outcome: Outcome | None = None
    come_at: time | None = None
    """When its people were told on the day to come, if that is later than `Place.arrive_from`."""
    drawn_at: datetime | None = None
    """The instant of the draw that it has won; of a place by lot alone, wherever it has moved."""

    @property
    def slot(self) -> SlotKey:
        return self.place.slot

    @property
    def reschedules_left(self) -> int:
        return 0 if self.move else 1

    @property
    def numbers(self) -> dict[str, int]:
        """The queue number of each applicant who has not left, in the order of the booking."""
        return {
            self.applicants[position]: self.place.first + n
            for n, position in enumerate(self.place.positions)
            if position not in self.out
        }

    @property
    def remaining(self) -> tuple[int, ...]:
        """Where those are who have not left, from 0 on."""
        return tuple(n for n in range(len(self.applicants)) if n not in self.out)

    @property
    def engages(self) -> bool:
        """Whether its people have no other booking beside it: whom it has served, or will serve."""
        return self.status is Status.BOOKED and self.outcome is not Outcome.TURNED_AWAY

    def stands_in(self, slot: SlotKey) -> bool:
        """Whether its people are expected in ``slot``: it is active and points there."""
        return self.status is Status.BOOKED and self.slot == slot

    def awaits_notice_in(self, slot: SlotKey) -> bool:
        """Whether its people were not surely told yet that ``slot`` was closed.

        Its hold is their entry in the list of who is to be told, so it is kept until they are.
        """
        telling = self.told.get(Notice.CLOSURE)
        return (
            self.slot == slot
            and self.cancelled_by is CancelledBy.OFFICE
            and not (telling and telling.state.sure)
        )


def code(secret: bytes, account_id: str, key: str, attempt: int) -> str:
    """The code of the booking that ``account_id`` asks for under an Idempotency-Key.

    Derived, so that a retry of any kind meets its own hold and its own booking. ``attempt`` goes
    up by one each time that a code was abandoned.
    """
    message = f"{account_id}\n{attempt}\n{key}".encode()
    n = int.from_bytes(hmac.digest(secret, message, "sha256")[:8])
    one, two, three = PAIRS[n & 1023], PAIRS[n >> 10 & 1023], PAIRS[n >> 20 & 1023]
    return f"{one}{two}{three}{PAIRS[n >> 30 & 1023]}{PAIRS[n >> 40 & 1023]}{PAIRS[n >> 50 & 1023]}"


def free_at(
    secret: bytes, booking_code: str, after: tuple[timedelta, timedelta], now: datetime
) -> datetime:
    """When places come back that are let go ``now``: within ``after``, at a whole second.

    Nobody outside can tell when, so a place cannot be handed over by cancelling it for another.
    """
    shortest, longest = after
    seconds = int((longest - shortest).total_seconds()) + 1
    number = int.from_bytes(hmac.digest(secret, booking_code.encode(), "sha256")[:8])
    return now + shortest + timedelta(seconds=number % seconds)


def free_by_lot(now: datetime) -> datetime:
    """When everybody can have places that are let go ``now`` where they are drawn first.

    That is a while after the next quarter hour, when a draw may have them (see `drawn_from`).
    """
    return now - (now - datetime.min.replace(tzinfo=UTC)) % QUARTER + QUARTER + PUBLIC_LATER


def drawn_from(free_at: datetime) -> datetime:
    """From when on a draw may have the places of a hold that comes back at ``free_at``."""
    return free_at - PUBLIC_LATER


def fingerprint(*parts: str) -> str:
    """A short digest of a request, to tell a retry from another request under the same key."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def arrive_from(office: Office, start: time, end: time, capacity: int, first: int) -> time:
    """The local time to come at: a little before the turn of queue number ``first``.

    Turns are spread evenly over a slot of so many places; numbers beyond them (they follow
    cancellations) count as the last. A turn is rounded down to the office's steps, and its people
    come a lead earlier, for the first turns before the slot begins, but on no other day.
    """
    opens, closes = (timedelta(hours=at.hour, minutes=at.minute) for at in (start, end))
    turn = opens + (closes - opens) * (min(first, capacity) - 1) / capacity
    told = turn // office.arrival_step * office.arrival_step - office.arrival_lead
    hours, minutes = divmod(max(told, timedelta(0)) // timedelta(minutes=1), 60)
    return time(hours, minutes)


def ticket_payload(secret: bytes, booking_code: str) -> str:
    """What a ticket's QR says: the code and a proof that it is ours; no personal data."""
    proof = hmac.digest(secret, booking_code.encode(), "sha256")[:15]
    return f"ANTRIAN:{booking_code}:{base64.b32encode(proof).decode()}"

"""The whole service in memory: who holds what where, and how many places there are.

It knows no database, no hold that is left behind and no time that passes between two calls. What it
refuses it refuses by the first line of a table that is true.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.bookings import SlotKey

ZONE = ZoneInfo("Asia/Jakarta")
HORIZON = timedelta(days=2)
AHEAD = timedelta(hours=24)
FAMILY = 5
PAUSE = timedelta(days=30)
CODES = 3
TEMPLATE = {time(8): 1, time(13): 3}
"""How many places begin when, on every day."""

OK = "ok"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a booking."""

    account: str
    key: str
    slot: SlotKey
    people: tuple[int, ...]


@dataclass(slots=True)
class Held:
    """A booking. ``untold``: its office has cancelled it, and its places wait for the message."""

    asked: Asked
    code: str
    slot: SlotKey
    number: int
    stands: bool = True
    untold: bool = False
    move: tuple[str, SlotKey] | None = None
    """The key of its one rescheduling, and where to."""

    @property
    def people(self) -> tuple[int, ...]:
        return self.asked.people


@dataclass(slots=True)
class Reference:
    now: datetime
    families: dict[str, list[int]] = field(default_factory=dict)
    """The people of each account, its holder first."""
    places: dict[SlotKey, int] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)
    bookings: dict[str, Held] = field(default_factory=dict)
    """By the key that they were asked for under."""
    cancelled: dict[int, list[datetime]] = field(default_factory=dict)
    """When each person has cancelled."""
    refused: Counter[str] = field(default_factory=Counter)
    """How often a claim under a key was undone."""

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def holding(self, slot: SlotKey) -> list[Held]:
        return [b for b in self.bookings.values() if b.slot == slot and (b.stands or b.untold)]

    def held(self, slot: SlotKey) -> int:
        return sum(len(b.people) for b in self.holding(slot))

    def left(self, slot: SlotKey) -> int:
        return self.places[slot] - self.held(slot)

    def booked(self, who: int) -> Held | None:
        """The booking of a person that is not over."""
        for b in self.bookings.values():
            if b.stands and who in b.people and b.slot.day >= self.today:
                return b
        return None

    def paused(self, who: int) -> bool:
        times = self.cancelled.get(who, [])[-2:]
        return len(times) == 2 and times[1] - times[0] < PAUSE and self.now - times[1] < PAUSE

    # ---- what is answered ------------------------------------------------------------------------

    def register(self, who: int) -> str:
        holders = {family[0] for family in self.families.values()}
        return "nik-registered" if who in holders else OK

    def add(self, account: str, who: int) -> str:
        family = self.families[account]
        if who in family:
            return "already-in-family"
        return "family-full" if len(family) == FAMILY else OK

    def remove(self, account: str, who: int) -> str:
        if who not in self.families[account][1:]:
            return "no-such-applicant"
        held = self.booked(who)
        return "booking-active" if held and held.asked.account == account else OK

    def book(self, asked: Asked) -> str:
        made = self.bookings.get(asked.key)
        if self._unreleased(asked.slot):
            return "not-released"
        if made:
            # A slot without a place left is refused unseen to all who hold none there (ADR 5).
            here = made in self.holding(asked.slot)
            if self._unavailable(asked.slot, 1) == "slot-full" and not here:
                return "slot-full"
            return OK if made.asked == asked else "idempotency-key-reused"
        return self._unavailable(asked.slot, len(asked.people)) or _first(
            {
                "idempotency-key-spent": self.refused[asked.key] == CODES,
                "no-such-applicant": set(asked.people) - set(self.families[asked.account]),
                "already-booked": any(map(self.booked, asked.people)),
                "cancelled-too-often": any(map(self.paused, asked.people)),
            }
        )

    def cancel(self, account: str, held: Held) -> str:
        return _first(
            {
                "no-such-booking": account != held.asked.account,
                OK: not held.stands,
                "too-late": held.slot.day <= self.today,
            }
        )

    def reschedule(self, account: str, held: Held, to: SlotKey, key: str) -> str:
        if account == held.asked.account and held.move and held.move[0] == key:
            return OK if held.move[1] == to else "idempotency-key-reused"
        refusal = _first(
            {
                "no-such-booking": account != held.asked.account,
                "already-cancelled": not held.stands,
                "too-late": held.slot.day <= self.today,
                "no-reschedules-left": held.move,
                "same-slot": held.slot == to,
                "not-released": self._unreleased(to),
            }
        )
        return self._unavailable(to, len(held.people)) or OK if refusal == OK else refusal

    def set_places(self, slot: SlotKey, places: int) -> str:
        if slot not in self.places:
            return "no-such-slot"
        return "places-held" if self.held(slot) > places else OK

    def declare(self, day: date) -> str:
        return "day-over" if day < self.today else OK

    def _unreleased(self, slot: SlotKey) -> bool:
        to_come = slot.day >= self.today and slot.day not in self.closed
        return to_come and (slot not in self.places or slot.day > self.today + HORIZON)

    def _unavailable(self, slot: SlotKey, places: int) -> str:
        begins = datetime.combine(slot.day, slot.start, ZONE).astimezone(UTC)
        if slot.day >= self.today and slot.day in self.closed:
            return "office-closed"
        if begins <= self.now:
            return "no-such-slot"
        return "slot-full" if self.left(slot) < places else ""

    # ---- what is done ----------------------------------------------------------------------------

    def open_days(self) -> None:
        ahead = (self.now + AHEAD).astimezone(ZONE).date() + HORIZON
        for n in range((ahead - self.today).days + 1):
            day = self.today + timedelta(days=n)
            for start, places in TEMPLATE.items():
                if day not in self.closed:
                    self.places.setdefault(SlotKey("malang", day, start), places)

    def close(self, day: date) -> int:
        """Returns how many bookings it cancels."""
        self.closed.add(day)
        there = [b for b in self.bookings.values() if b.stands and b.slot.day == day]
        for booking in there:
            booking.stands, booking.untold = False, True
        return len(there)

    def settle(self) -> int:
        """Returns how many it tells."""
        told = [b for b in self.bookings.values() if b.untold and b.slot.day >= self.today]
        for booking in told:
            booking.untold = False
        return len(told)


def _first(refusals: dict[str, object]) -> str:
    """The first of the refusals that is true, or none."""
    return next((slug for slug, true in refusals.items() if true), OK)

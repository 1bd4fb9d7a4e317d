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
ADDITIONS = 8
PAUSE = timedelta(days=30)
LAPSE = timedelta(days=7)
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
class Named:
    """That an account names somebody: as themselves, or as a relative, to which they consented."""

    itself: bool
    at: datetime
    given: bool = False


@dataclass(slots=True)
class Held:
    """A booking. ``untold``: its office has cancelled it, and its places wait for the message."""

    asked: Asked
    code: str
    slot: SlotKey
    number: int
    own: frozenset[int]
    """Whose own doing it is, or that of somebody whom they allowed."""
    places: int
    stands: bool = True
    untold: bool = False
    move: tuple[str, SlotKey] | None = None
    """The key of its one rescheduling, and where to."""
    out: set[int] = field(default_factory=set)
    """Who has left it."""

    @property
    def people(self) -> tuple[int, ...]:
        return tuple(who for who in self.asked.people if who not in self.out)


@dataclass(slots=True)
class Reference:
    now: datetime
    families: dict[str, list[int]] = field(default_factory=dict)
    """The people of each account, its holder first."""
    names: dict[int, dict[str, Named]] = field(default_factory=dict)
    """The accounts that name each person, the first first."""
    added: dict[str, list[datetime]] = field(default_factory=dict)
    """When each account has added somebody."""
    places: dict[SlotKey, int] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)
    bookings: dict[str, Held] = field(default_factory=dict)
    """By the key that they were asked for under."""
    cancelled: dict[int, list[tuple[datetime, bool]]] = field(default_factory=dict)
    """When each person's bookings were cancelled, and whether that was their own doing."""
    refused: Counter[str] = field(default_factory=Counter)
    """How often a claim under a key was undone."""

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def holding(self, slot: SlotKey) -> list[Held]:
        return [b for b in self.bookings.values() if b.slot == slot and (b.stands or b.untold)]

    def held(self, slot: SlotKey) -> int:
        return sum(b.places for b in self.holding(slot))

    def left(self, slot: SlotKey) -> int:
        return self.places[slot] - self.held(slot)

    def booked(self, who: int) -> Held | None:
        """The booking of a person that is not over."""
        for b in self.bookings.values():
            if b.stands and who in b.people and b.slot.day >= self.today:
                return b
        return None

    def holder(self, who: int) -> str | None:
        """The account of a person themselves: whoever was first."""
        return next((a for a, one in self.names.get(who, {}).items() if one.itself), None)

    def may(self, account: str, who: int) -> bool:
        named, holder = self.names.get(who, {}).get(account), self.holder(who)
        return named is not None and (holder in (None, account) or named.given)

    def own(self, account: str, who: int) -> bool:
        """Whether what this account books is the person's own doing."""
        return self.holder(who) is not None and self.may(account, who)

    def paused(self, account: str, who: int) -> bool:
        """By one cancellation; who is held, or allowed, by an own one that was not the first."""
        earlier: list[datetime] = []
        for at, own in self.cancelled.get(who, []):
            again = own and any(at - PAUSE < before for before in earlier)
            if self.now - at < PAUSE and (again or not self.own(account, who)):
                return True
            earlier.append(at)
        return False

    def forgotten(self, who: int) -> bool:
        """Whether nobody names the person, and nothing of them counts."""
        paused = any(self.now - at < PAUSE for at, _ in self.cancelled.get(who, []))
        return not (self.names.get(who) or paused or self.booked(who))

    # ---- what is answered ------------------------------------------------------------------------

    def register(self, who: int) -> str:
        return OK

    def add(self, account: str, who: int) -> str:
        recent = [at for at in self.added.get(account, []) if self.now - at < PAUSE]
        return _first(
            {
                "already-in-family": account in self.names.get(who, {}),
                "family-full": len(self.families[account]) == FAMILY,
                "too-often": len(recent) >= ADDITIONS,
            }
        )

    def remove(self, account: str, who: int) -> str:
        if who not in self.families[account][1:]:
            return "no-such-applicant"
        held = self.booked(who)
        return "booking-active" if held and held.asked.account == account else OK

    def answer(self, account: str, who: int, asking: str) -> str:
        return OK

    def disown(self, account: str, who: int, held: Held) -> str:
        theirs = who in held.asked.people and self.holder(who) == account != held.asked.account
        return _first(
            {
                "no-such-booking": not theirs,
                OK: who in held.out or not held.stands,
                "too-late": held.slot.day <= self.today,
            }
        )

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
                "no-such-applicant": any(
                    asked.account not in self.names.get(who, {}) for who in asked.people
                ),
                "consent-needed": not all(self.may(asked.account, who) for who in asked.people),
                "already-booked": any(map(self.booked, asked.people)),
                "cancelled-too-often": any(self.paused(asked.account, p) for p in asked.people),
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

    def name(self, account: str, who: int, *, itself: bool) -> None:
        """Let an account name somebody; questions that were left unanswered lapse."""
        names = self.names.setdefault(who, {})
        for other, one in list(names.items()):
            asks = not one.itself and not self.may(other, who)
            if asks and one.at + LAPSE <= self.now:
                del names[other]
        if itself and self.holder(who) is None:
            for one in names.values():
                one.given, one.at = False, self.now  # whoever held nobody is asked from now on
        names[account] = Named(itself, self.now)
        if itself:
            self.families[account] = [who]
        else:
            self.families[account].append(who)
            self.added.setdefault(account, []).append(self.now)

    def part(self, account: str, who: int) -> None:
        self.families[account].remove(who)
        self.names[who].pop(account, None)

    def leave(self, who: int, held: Held) -> None:
        """Somebody leaves a booking, and who made it may name them no more."""
        held.out.add(who)
        self.names[who].pop(held.asked.account, None)
        held.stands = held.stands and bool(held.people)

    def cancel_it(self, held: Held) -> None:
        for who in held.people:
            self.cancelled.setdefault(who, []).append((self.now, who in held.own))
        held.stands = False

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

"""What happens one after another, in any order, against a reference in memory.

Hypothesis makes up sequences of requests and jobs; the real services do them on the database in
memory, and after every step all that is stored, and all that was answered, is what the reference
says. Requests that overlap are another matter (see explore.py).
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence as Sequence_
from copy import deepcopy
from datetime import date, time, timedelta
from functools import cache
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.domain.bookings import Booking, Service, SlotKey
from chalicelib.domain.errors import Refusal
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Closure, Window
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Proof
from chalicelib.services.booking import book, change, disown, reconcile, sweep
from chalicelib.services.booking.book import Wanted
from chalicelib.services.days import release
from chalicelib.services.office import capacity, closure
from chalicelib.services.people import consent, family, registration
from chalicelib.services.people.family import Consent
from chalicelib.store import accounts, offices
from chalicelib.store.accounts import Account
from chalicelib.store.tables.booking import ApplicantItem, BookingItem, DayItem, SlotItem
from tests.builders import a_ktp, a_phone, an_office, every_day, office_fields
from tests.interleavings import dynamodb
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import forget_caches, isolated
from tests.interleavings.outside import Kms, chance
from tests.interleavings.people import alias, meant
from tests.interleavings.promises import people_in, places_of, rows, slot_of
from tests.interleavings.reference import HORIZON, LAPSE, OK, TEMPLATE, Asked, Held, Reference
from tests.made_up import CODE
from tests.world import NOW

STEPS = 16
PEOPLE = range(7)
TEN = 10
"""Applicants of one NIK are so far apart."""
FLOOD = Closure("Banjir", "Flood")
FAMILIES = ((0, 1), (2, 1, 3, 5), (4,))
"""Of the accounts that are there at first; one person is in two of them."""
A_SECOND = timedelta(seconds=1)
JUMPS = (A_SECOND, timedelta(seconds=30), timedelta(hours=1), timedelta(days=1))
ACCOUNTS_AT_MOST = 4
ACCOUNTS = st.integers(0, ACCOUNTS_AT_MOST - 1)
RARELY = st.integers(0, 9).map(lambda n: n == 9)
DAYS = st.sampled_from((1, 2, 1, 2, 1, 2, 0, 3, -1))
"""From today on; mostly those that can be booked."""
CLOSED = 2
"""So many days are closed at most, that enough remain."""
STARTS = st.sampled_from(tuple(TEMPLATE))
WHICH = st.integers(0, 9)
A_BOOKING = st.tuples(ACCOUNTS, st.integers(1, 3), RARELY, DAYS, STARTS)
"""By which account, for how many, whether for a stranger too, and where."""

LAST = NOW + timedelta(days=14)
"""Before Christmas, which is another matter."""


class Aws(Kms):
    """Stands for botocore's clients: the database in memory, keys that hide nothing, an SMS."""

    database = Database()
    text = ""

    def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        self.database, answer = self.database.call(Call.of(operation, arguments))
        return answer.get(operation)

    def publish(self, **asked: Any) -> None:
        self.text = asked["Message"]


_aws = Aws()
_phones = count()


Answer = tuple[str, SlotKey, int]


class Sequence(RuleBasedStateMachine):
    """One office and a few accounts, some of which share a person."""

    told: ClassVar[Counter[tuple[str, str]]] = Counter()
    """How often each rule was answered what."""

    def __init__(self) -> None:
        super().__init__()
        dynamodb.forget()
        forget_caches()
        items, reference, ids, persons = _begun()
        _aws.database, self.reference = Database(items), deepcopy(reference)
        self.ids, self.persons = dict(ids), dict(persons)
        chance.begin("a sequence")
        self.asked: list[Asked] = []
        self.promised: dict[str, Answer] = {}
        """What was answered first to each key that got a booking."""
        self.numbers: set[tuple[SlotKey, int]] = set()
        self.judged: Database | None = None
        self.lives: Counter[int] = Counter()
        """How often somebody came to be named by no family any more: then they are forgotten."""

    # ---- people ----------------------------------------------------------------------------------

    @precondition(lambda self: len(self.reference.families) < ACCOUNTS_AT_MOST)
    @rule(who=st.sampled_from(PEOPLE))
    def register(self, who: int) -> None:
        who = self._today(who)
        account = self.agreed("register", lambda: self._registered(who), who)
        if account:
            self.reference.name(account.account_id, who, itself=True)
            self._named(account.account_id, who, account.holder)

    def _registered(self, who: int) -> Account:
        phone, now = a_phone(next(_phones)), self.reference.now
        sent = registration.register(a_ktp(who % TEN), phone, now)
        code = CODE.search(_aws.text)
        assert code
        made = registration.verify(sent.challenge_id, code[1], now)
        account = accounts.get(made.signed_in.account_id)
        assert account
        held = self.reference.holder(who) is None
        assert made.proof == (Proof.HELD if held else Proof.CLAIMED)
        return account

    @rule(account=ACCOUNTS, who=st.sampled_from(PEOPLE), out=st.sampled_from((False, False, True)))
    def family(self, account: int, who: int, out: bool) -> None:
        """Somebody is taken out of a family, or added to it."""
        (self.remove if out else self.add)(account, self._today(who))

    def add(self, account: int, who: int) -> None:
        whose, now = self._account(account), self.reference.now
        if who in self.reference.families[whose] and whose not in self.reference.names[who]:
            return  # refused, or lapsed: it would ask anew
        person = a_ktp(who % TEN)
        added = self.agreed(
            "add", lambda: family.add(whose, person, Relation.CHILD, now), whose, who
        )
        if added:
            self.reference.name(whose, who, itself=False)
            self._named(whose, who, added.alias)
            asked = added.consent is Consent.ASKED
            assert asked == (not self.reference.may(whose, who))

    def remove(self, account: int, who: int) -> None:
        whose = self._account(account)

        def removed() -> bool:
            family.remove(whose, self._id(whose, who), self.reference.now)
            return True

        if self.agreed("remove", removed, whose, who):
            self.reference.part(whose, who)
            self.lives[who % TEN] += self.reference.forgotten(who)

    @precondition(lambda self: self._questions())
    @rule(which=WHICH, accept=st.sampled_from((True, True, False)))
    def answer(self, which: int, accept: bool) -> None:
        """A holder consents to what a relative's account asks, or refuses it."""
        who, asking = _one_of(self._questions(), which)
        holder = self.reference.holder(who)
        assert holder
        now, at = self.reference.now, self.reference.names[who][asking].at
        asked = [one for one in consent.requests(holder, now) if not one.accepted]
        there = [one for one in asked if one.asked_at == at and one.relation is not Relation.SELF]
        if len(there) != 1:
            return  # two of one second cannot be told apart here

        def answered() -> bool:
            consent.answer(holder, there[0].request_id, now, accept=accept)
            return True

        assert self.agreed("answer", answered, holder, who, asking)
        if accept:
            self.reference.names[who][asking].given = True
        else:
            del self.reference.names[who][asking]

    def _questions(self) -> list[tuple[int, str]]:
        reference = self.reference
        return [
            (who, account)
            for who, names in reference.names.items()
            for account, one in names.items()
            if not one.itself and not reference.may(account, who) and one.at + LAPSE > reference.now
        ]

    def _today(self, who: int) -> int:
        """The person of a NIK: another one when it comes back after it was forgotten."""
        return who + TEN * self.lives[who]

    def _account(self, number: int) -> str:
        known = list(self.reference.families)
        return known[number % len(known)]

    def _id(self, account: str, who: int) -> str:
        """What an account calls somebody; if it does not name them, what another one does."""
        if (account, who) in self.ids:
            return self.ids[account, who]
        others = [called for (_, one), called in self.ids.items() if one == who]
        return others[0] if others else alias("nobody", str(who))

    def _named(self, account: str, who: int, called: str) -> None:
        assert called not in self.ids.values(), "one alias for two additions"
        self.ids[account, who], person = called, meant(account, called)
        assert self.persons.setdefault(who, person) == person, "one NIK, two persons"

    # ---- bookings --------------------------------------------------------------------------------

    def book(self, account: int, size: int, stranger: bool, day: int, start: time) -> None:
        whose = self._account(account)
        family = self.reference.families[whose]
        free = [who for who in family if not self.reference.booked(who)]
        others = [who for who in map(self._today, PEOPLE) if who not in family]
        people = (*(free or family)[:size], *others[:stranger])
        self._ask("book", Asked(whose, f"key {len(self.asked)}", self._slot(day, start), people))

    # Three rules, that bookings be the most of what is done.

    @rule(asked=A_BOOKING)
    def one_books(self, asked: tuple[int, int, bool, int, time]) -> None:
        self.book(*asked)

    @rule(asked=A_BOOKING)
    def another_books(self, asked: tuple[int, int, bool, int, time]) -> None:
        self.book(*asked)

    @rule(asked=A_BOOKING)
    def a_third_books(self, asked: tuple[int, int, bool, int, time]) -> None:
        self.book(*asked)

    @precondition(lambda self: self.asked)
    @rule(which=WHICH, times=st.sampled_from((1, 1, 3)))
    def ask_again(self, which: int, times: int) -> None:
        asked = _one_of(self.asked, which)
        for _ in range(times):
            self._ask("ask again", asked)

    @precondition(lambda self: self.asked)
    @rule(which=WHICH, day=DAYS, start=STARTS, who=st.sampled_from(PEOPLE))
    def ask_otherwise(self, which: int, day: int, start: time, who: int) -> None:
        """Something else, under an old key."""
        old = _one_of(self.asked, which)
        asked = Asked(old.account, old.key, self._slot(day, start), (self._today(who),))
        self._ask("ask otherwise", asked)

    def _ask(self, name: str, asked: Asked) -> None:
        self.asked.append(asked)
        # Refused only when places had been claimed; they are given back, and their code is used up.
        undone = self.reference.book(asked) in (
            "no-such-applicant",
            "consent-needed",
            "already-booked",
            "cancelled-too-often",
        )
        called = tuple(self._id(asked.account, who) for who in asked.people)
        wanted = Wanted(asked.slot, Service.NEW, called)
        made = self.agreed(
            "book",
            lambda: book.book(wanted, asked.account, asked.key, self.reference.now),
            asked,
            name=name,
        )
        self.reference.refused[asked.key] += undone
        if made:
            answer = _answer(made)
            assert self.promised.setdefault(asked.key, answer) == answer, "answered differently"
            if asked.key not in self.reference.bookings:
                own = (who for who in asked.people if self.reference.own(asked.account, who))
                self.reference.bookings[asked.key] = Held(
                    asked, *answer, own=frozenset(own), places=len(asked.people)
                )
                self._given(answer, asked.people)

    @precondition(lambda self: self.reference.bookings)
    @rule(which=WHICH, stranger=RARELY)
    def cancel(self, which: int, stranger: bool) -> None:
        held, whose = self._held(which, stranger)
        now = self.reference.now
        said = self.agreed("cancel", lambda: change.cancel(held.code, whose, now), whose, held)
        if said and held.stands:
            self.reference.cancel_it(held)

    @precondition(lambda self: self._named_by_others())
    @rule(which=WHICH)
    def disown(self, which: int) -> None:
        """A holder leaves what somebody else has booked for them."""
        who, held = _one_of(self._named_by_others(), which)
        holder, now = self.reference.holder(who), self.reference.now
        assert holder
        said = self.agreed(
            "disown", lambda: disown.disown(held.code, holder, now), holder, who, held
        )
        if said and held.stands and who not in held.out:
            self.reference.leave(who, held)

    def _named_by_others(self) -> list[tuple[int, Held]]:
        return [
            (who, held)
            for held in self.reference.bookings.values()
            for who in held.asked.people
            if self.reference.holder(who) not in (None, held.asked.account)
        ]

    @precondition(lambda self: self.reference.bookings)
    @rule(which=WHICH, stranger=RARELY, day=DAYS, start=STARTS)
    def reschedule(self, which: int, stranger: bool, day: int, start: time) -> None:
        held, whose = self._held(which, stranger)
        key, to = f"move {day} {start}", self._slot(day, start)
        self._move("reschedule", held, to, whose, key)

    @precondition(lambda self: any(b.move for b in self.reference.bookings.values()))
    @rule(which=WHICH)
    def reschedule_again(self, which: int) -> None:
        held = _one_of([b for b in self.reference.bookings.values() if b.move], which)
        assert held.move
        key, to = held.move
        self._move("reschedule again", held, to, held.asked.account, key)

    def _move(self, name: str, held: Held, to: SlotKey, whose: str, key: str) -> None:
        moved = self.agreed(
            "reschedule",
            lambda: change.reschedule(held.code, to, whose, key, self.reference.now),
            whose,
            held,
            to,
            key,
            name=name,
        )
        if moved:
            if not held.move:
                held.move, held.slot, held.number = (key, to), to, moved.place.first
                held.places = len(held.people)
                self._given(_answer(moved), held.people)
            assert _answer(moved) == (held.code, held.slot, held.number)

    def _held(self, which: int, stranger: bool) -> tuple[Held, str]:
        """A booking, and the account that speaks of it."""
        held = _one_of(list(self.reference.bookings.values()), which)
        others = [a for a in self.reference.families if a != held.asked.account]
        return held, others[0] if stranger else held.asked.account

    def _given(self, answer: Answer, people: Sequence_[int]) -> None:
        _, slot, first = answer
        numbers = {(slot, first + n) for n in range(len(people))}
        assert not numbers & self.numbers, "a queue number was given twice"
        self.numbers |= numbers

    # ---- the office, the jobs, the clock ---------------------------------------------------------

    @precondition(lambda self: self.reference.bookings and len(self.reference.closed) < CLOSED)
    @rule(day=st.none() | DAYS)
    def close(self, day: int | None) -> None:
        """A day from today on, or that of the last booking."""
        now, last = self.reference.now, list(self.reference.bookings.values())[-1]
        day_ = last.slot.day if day is None else self.reference.today + timedelta(days=day)
        cancelled = self.agreed(
            "declare", lambda: closure.declare("malang", day_, FLOOD, now), day_
        )
        if cancelled is not None:
            assert cancelled == self.reference.close(day_)

    @rule(day=DAYS, start=STARTS, places=st.integers(0, 5))
    def set_places(self, day: int, start: time, places: int) -> None:
        slot = self._slot(day, start)
        left = self.agreed("set_places", lambda: capacity.set_places(slot, places), slot, places)
        if left is not None:
            self.reference.places[slot] = places
            assert left == self.reference.left(slot)

    @rule(job=st.sampled_from(("settle", "open days", "sweep", "reconcile")))
    def job(self, job: str) -> None:
        now = self.reference.now
        if job == "sweep":
            done = sweep.sweep(now)
            assert (done["holds_swept"], done["hints_repaired"], done["breaches"]) == (0, 0, 0)
        elif job == "reconcile":
            done = reconcile.reconcile(now)
            assert (done["holds_swept"], done["breaches"]) == (0, 0)
        elif job == "settle":
            done = closure.carry_out(now, lambda: True)
            assert done["told"] == self.reference.settle()
        else:
            # In a process of its own; this one may remember for a second that a day is not there.
            self.reference.now += A_SECOND
            done = release.open_days(self.reference.now)
            self.reference.open_days()
        busy = done.get("told") or done.get("days")
        self.told[job, OK if busy else "nothing"] += 1

    @precondition(lambda self: self.reference.now < LAST)
    @rule(by=st.sampled_from(JUMPS))
    def time_passes(self, by: timedelta) -> None:
        self.reference.now += by
        self.told["time passes", str(by)] += 1

    def _slot(self, day: int, start: time) -> SlotKey:
        return SlotKey("malang", self.reference.today + timedelta(days=day), start)

    # ---- what must hold --------------------------------------------------------------------------

    def agreed(self, what: str, do: Callable[[], Any], *given: Any, name: str = "") -> Any:
        """What a service answers, or None if it refuses; either as the reference says."""
        expected = getattr(self.reference, what)(*given)
        try:
            answer, said = do(), OK
        except Refusal as refusal:
            answer, said = None, refusal.slug
        self.told[name or what, said] += 1
        assert said == expected, f"{said}, and it should be {expected}"
        return answer

    @invariant()
    def all_is_as_the_reference_says(self) -> None:
        if self.judged is _aws.database:
            return
        self.judged = _aws.database
        slots = rows(_aws.database, SlotItem, "slot_id")
        for slot_id, slot in slots.items():
            held = sum(places_of(hold) for hold in slot["holds"].values())
            assert slot["left"] + held == slot["capacity"], f"{slot_id} does not add up"
            assert slot["left"] >= 0
        assert {s: slot["capacity"] for s, slot in slots.items()} == {
            slot.id: places for slot, places in self.reference.places.items()
        }
        assert {
            (slot_id, code): (slot["numbers"][code], places_of(hold))
            for slot_id, slot in slots.items()
            for code, hold in slot["holds"].items()
        } == {
            (b.slot.id, b.code): (b.number, b.places)
            for b in self.reference.bookings.values()
            if b.stands or b.untold
        }, "what is held is not what is promised"

    @invariant()
    def nobody_has_two_places(self) -> None:
        """Read from the bookings alone, and from the people alone; both say the same."""
        today = str(self.reference.today)
        found = rows(_aws.database, BookingItem, "code")
        standing = {c: b for c, b in found.items() if b["status"] == "booked"}
        assert {
            code: (slot_of(b), b["place"]["first"], people_in(b)) for code, b in standing.items()
        } == {
            b.code: (b.slot.id, b.number, [self.persons[who] for who in b.people])
            for b in self.reference.bookings.values()
            if b.stands
        }
        to_come = [
            (who, code)
            for code, b in standing.items()
            if b["place"]["date"] >= today
            for who in people_in(b)
        ]
        assert len(dict(to_come)) == len(to_come), "somebody has two places"
        now = self.reference.now.timestamp()
        assert dict(to_come) == {
            who: person["active"]["code"]
            for who, person in rows(_aws.database, ApplicantItem, "applicant_id").items()
            if "active" in person and person["active"]["until"] > now
        }

    @invariant()
    def the_hint_is_right(self) -> None:
        for day in rows(_aws.database, DayItem, "date").values():
            if "closed" not in day:
                slots = [SlotKey("malang", date.fromisoformat(day["date"]), s) for s in TEMPLATE]
                full = {hhmm(s.start) for s in slots if self.reference.left(s) == 0}
                assert set(day.get("full", ())) == full, "another slot is full than is hinted"


def _one_of(those: Sequence_[Any], which: int) -> Any:
    """The last for 0, so that what shrinks away is the rest."""
    return those[-1 - which % len(those)]


def _answer(made: Booking) -> Answer:
    return made.code, made.slot, made.place.first


@cache
def _begun() -> tuple[dict[Any, Any], Reference, dict[tuple[str, int], str], dict[int, str]]:
    """Where every sequence begins: three accounts, and the days that are due."""
    _aws.database = Database()
    windows = (Window(t, time(t.hour + 1), places) for t, places in TEMPLATE.items())
    offices.put(office_fields(an_office(horizon_days=HORIZON.days, opening=every_day(*windows))))
    blank = object.__new__(Sequence)
    chance.begin("what was before")
    blank.reference, blank.ids, blank.persons, blank.lives = Reference(NOW), {}, {}, Counter()
    for holder, *relatives in FAMILIES:
        blank.register(holder)
        for who in relatives:
            blank.add(len(blank.reference.families) - 1, who)
    blank.job("open days")
    Sequence.told.clear()
    return dict(_aws.database.items), blank.reference, blank.ids, blank.persons


def explore(sequences: int, *, shrink: bool = True) -> None:
    """Go through so many sequences, the same ones every time.

    Raises the `AssertionError` of the shortest one found that goes wrong, and prints its steps.
    """
    Sequence.told.clear()
    with isolated(_aws):
        run_state_machine_as_test(
            Sequence,
            settings=settings(
                max_examples=sequences,
                stateful_step_count=STEPS,
                phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

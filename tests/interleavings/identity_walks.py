"""Random walks: people do what they like, one after the other or all at once.

First a few accounts, some of which want one NIK, do up to ten things one after the other: whoever
makes accounts and names a NIK by each, erases and registers again, gets no third booking of that
NIK out of two cancellations. Then many do something at the same time; calls are lost, or late.
The walks of a seed are the same every time.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import ClassVar

from chalicelib.store.tables.people import AccountItem
from tests.interleavings import dynamodb, identity, identity_offices
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import TIMED_OUT, Outcome, Point, alone
from tests.interleavings.identity import A, B, Doing, aside
from tests.interleavings.identity_ghost import WINDOW, clock_of, holder_of, remembered
from tests.interleavings.identity_promises import Judge, always, finally_, name_of, people
from tests.interleavings.identity_scenarios import BOTH, there
from tests.interleavings.promises import active, people_in, rows

ACCOUNTS = "hxyqo"
NAMES = "HO"
ACTS = 10
AT_ONCE = 5
TWICE = 2
BEGINNINGS = (identity.world, there("x:H", "y:H"), there("h", "x:H"), there("y", then=BOTH))
LAST = 75
"""Days after which the clock stands still, for there are no later places."""


class Walk:
    """What somebody may think of doing next."""

    done: ClassVar[Counter[tuple[str, str]]] = Counter()
    """How often what was done came to what."""

    def __init__(self, seed: int, database: Database) -> None:
        self.random, self.database, self.n = Random(seed), database, 0
        self.begun = clock_of(database)

    def next(self) -> Doing:
        """Something that is not refused out of hand, most of the time."""
        self.n += 1
        ways = (
            *(self._registers, self._names, self._names, self._books, self._books, self._books),
            *(self._cancels, self._cancels, self._cancels, self._parts, self._answers),
            *(self._answers, self._disowns, self._office, self._time),
        )
        while True:
            doing = self.random.choice(ways)()
            if doing:
                return doing

    def _registers(self) -> Doing | None:
        left = [one for one in ACCOUNTS if one not in self._accounts()]
        if not left:
            return None
        account = self.random.choice(left)
        name = self.random.choice([*NAMES, account.upper()])
        return identity.register(account, name, f"p{account}")

    def _names(self) -> Doing | None:
        account = self._account()
        return identity.add(account, self.random.choice(NAMES)) if account else None

    def _books(self) -> Doing | None:
        named = [(a, name_of(p)) for p in people(self.database).values() for a in p["links"]]
        if not named:
            return None
        account, name = self.random.choice(named)
        names = [other for a, other in named if a == account and other != name]
        also = self.random.choice([*names, ""]) if self.n % 3 == 0 else ""
        slot = self.random.choice((A, B))
        return identity.book(f"k{self.n}", account, name + also, slot)

    def _cancels(self) -> Doing | None:
        bookings = active(self.database)
        if not bookings:
            return None
        code, booking = self.random.choice(sorted(bookings.items()))
        if self.random.random() < 0.1:
            return identity.reschedule_one(booking["account_id"], code)
        return identity.cancel_one(booking["account_id"], code)

    def _parts(self) -> Doing | None:
        account = self._account()
        if not account:
            return None
        if self.random.random() < 0.5:
            return identity.erase(account)
        return identity.remove(account, self.random.choice(NAMES))

    def _answers(self) -> Doing | None:
        asked = [
            (holder, name_of(person), other)
            for person in people(self.database).values()
            if (holder := holder_of(person))
            for other in person["links"]
            if other != holder
        ]
        if not asked:
            return None
        holder, name, other = self.random.choice(asked)
        return identity.answer(holder, name, other, self.random.random() < 0.8)

    def _disowns(self) -> Doing | None:
        persons = people(self.database)
        named = [
            (holder, name_of(persons[one]), code)
            for code, booking in sorted(active(self.database).items())
            for one in people_in(booking)
            if (holder := holder_of(persons[one])) not in (None, booking["account_id"])
        ]
        return identity.disown_one(*self.random.choice(named)) if named else None

    def _office(self) -> Doing | None:
        selves = [
            (name_of(p), account)
            for p in people(self.database).values()
            for account, link in p["links"].items()
            if link["relation"] == "self"
        ]
        if not selves:
            return None
        name, account = self.random.choice(selves)
        act: Callable[[], Doing] = self.random.choice(
            (
                lambda: identity_offices.clerk(name, account),
                lambda: identity_offices.confirmed(name, account),
                lambda: identity_offices.free_nik(name),
            )
        )
        return act()

    def _time(self) -> Doing | None:
        if self.random.random() < 0.2:
            return identity_offices.nightly()
        if self.random.random() < 0.2:
            return identity_offices.sweep()
        days = self.random.choice((1, 10, 31))
        over = (clock_of(self.database) - self.begun) // (24 * 60 * 60)
        return identity_offices.clock(days) if over + days <= LAST else None

    def _accounts(self) -> list[str]:
        return sorted(rows(self.database, AccountItem, "account_id"))

    def _account(self) -> str | None:
        there = self._accounts()
        return self.random.choice(there) if there else None


def walk(seed: int, start: Database, judge: Judge, acts: int = ACTS) -> list[str]:
    """One thing after the other; returns what was done. Raises what is broken."""
    going, told = Walk(seed, start), []
    for _ in range(acts):
        doing = going.next()
        going.database, said = alone(going.database, doing, f"walk {seed}, {going.n}")
        going.done[doing.do.__name__, said[1] if said[0] == "refused" else said[0]] += 1
        told.append(f"{doing} -> {said}")
        fault = said[1] if said[0] == "fault" else None
        broken = fault or always(going.database) or _too_often(going.database)
        assert not broken, "\n".join([f"seed {seed}: {broken}", *told])
    broken = judge(going.database, [], [])
    assert not broken, "\n".join([f"seed {seed}: {broken}", *told])
    return told


def _too_often(database: Database) -> str | None:
    """More cancellations of one NIK in a window than there may be, since it last changed hands."""
    now = clock_of(database)
    for times in remembered(database)["cancelled"].values():
        recent = [at for at, own in times if own != "displaced" and at > now - WINDOW]
        if len(recent) > TWICE:
            return f"a NIK was cancelled {len(recent)} times"
    return None


def crowd(seed: int, start: Database, judge: Judge) -> None:
    """Some things one after the other, and then many at once. Raises what is broken."""
    before = Walk(seed, start)
    told = []
    for _ in range(before.random.randrange(3, 9)):
        doing = before.next()
        before.database, _ = alone(before.database, doing, f"crowd {seed}, {before.n}")
        told.append(str(doing))
    doings = [doing for doing in (before.next() for _ in range(AT_ONCE)) if doing.do is not CLOCK]
    told.append("at once: " + "; ".join(map(str, doings)))
    broken = _at_once(before.random, before.database, doings, judge, told)
    assert not broken, "\n".join([f"seed {seed}: {broken}", *told])


CLOCK = identity_offices.clock(1).do


def _at_once(
    random: Random, database: Database, doings: list[Doing], judge: Judge, told: list[str]
) -> str | None:
    points = {n: Point(doing, f"at once, {n} {doing}") for n, doing in enumerate(doings)}
    outcomes: list[Outcome] = []
    floating: list[Call] = []
    while points:
        if floating and random.random() < 0.2:
            database, _ = database.call(floating.pop())
        who = random.choice(sorted(points))
        point = points[who]
        while point.call and aside(point.call):
            point = point.after(database.call(point.call)[1])
        call, chance = point.call, random.random()
        if call is None or chance < 0.02:  # done, or dead
            outcomes += [] if call else [point.outcome]
            del points[who]
            continue
        if call.writes and chance < 0.06:
            floating.append(call)
            told.append(f"{who} times out with {call}"[:200])
            points[who] = point if chance < 0.04 else point.after(TIMED_OUT)
            continue
        database, answer = database.call(call)
        told.append(f"{who} {call} -> {answer}"[:200])
        points[who] = point.after(answer)
        if broken := always(database):
            return broken
    return judge(database, outcomes, floating)


def explore(walks: int, crowds: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """So many walks and crowds, the same ones every time. Raises the first that goes wrong."""
    Walk.done.clear()
    for seed in range(max(walks, crowds)):
        if seed % 200 == 0:
            dynamodb.forget()
            judge, starts = finally_({}), [begin() for begin in BEGINNINGS]
            progress(seed)
        start = starts[seed % len(starts)]
        if seed < walks:
            walk(seed, start, judge)
        if seed < crowds:
            crowd(seed, start, judge)

"""Brokers at an office that draws, simulated: `.venv/bin/python -m bench.lots` prints one table.

Who wins is not modelled: entries, the draws that they take part in, their lots, order and plan are
the service's own (chalicelib/domain/draws.py), called for each release and for each quarter hour in
which something came back. Random bytes stand for the signature. Modelled is who asks and who gives
a place up: it follows from the constants below, and from those of bench/brokers.py, which has the
same brokers at an office where speed wins. docs/brokers.md says what it means.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from statistics import mean, quantiles
from typing import NamedTuple
from unittest.mock import patch

from bench.brokers import (
    CANCELLATIONS,
    GIVEN_UP,
    IDENTITIES,
    MEASURES,
    ORDERED,
    PEOPLE,
    PLACES,
    SLOT,
    freed,
    percent,
)
from chalicelib.domain import calendar, draws
from chalicelib.domain.bookings import QUARTER, Service, drawn_from, free_by_lot
from chalicelib.domain.draws import MOST_LOTS, NOTICE, Entry, Room, Row

DAY = timedelta(days=1)
SEEDS = range(2026, 2029)
DAYS = 30  # that are counted
BEFORE = 30  # days in which the list fills up, as long as an entry waits: not counted
AHEAD = 30  # days from the release of a day to the day
WAITS = timedelta(days=30)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)  # of the first release

SIZES = {1: 60, 2: 18, 3: 12, 4: 7, 5: 3}  # who ask together, of 100 entries: 1.75 on average
A_DAY = PLACES / (1 - GIVEN_UP)  # people who can be given a place: what comes back is given twice
HEADS = IDENTITIES / (PEOPLE + IDENTITIES)  # of those who ask anew each day, how many are brokers'
SOLD = DAY  # from a straw man's win to a buyer, for whom he gives it back
SALES = CANCELLATIONS + 1  # of a straw man, then the pause: one who has just won may decline once
PAUSE = timedelta(days=30)


class Who(StrEnum):
    PEOPLE = "people"
    CUSTOMER = "a broker's customer"
    STRAW = "a straw man"


class Case(NamedTuple):
    name: str
    demand: float = 2.0
    """People who ask anew each day, over those who can be given a place."""
    customers: float = HEADS
    """Of those who ask anew, how many pay a broker."""
    straws: int = 0
    """Straw men, who ask for whoever buys later; always the same ones, each by himself."""
    alone: bool = False
    """Brokers let their customers ask one by one; else as families, as people do."""
    choosy: float = 0.0
    """How many of the people's entries are for one window of the day; a broker's are for any."""
    most_lots: int = MOST_LOTS


@dataclass(slots=True)
class Places:
    """Places that were drawn."""

    drawn: int = 0
    brokers: int = 0
    by_heads: float = 0.0
    """What brokers' share of the heads in the lists would have given them."""

    @property
    def over_heads(self) -> float:
        """How many times their share of the heads brokers have."""
        return self.brokers / self.by_heads


@dataclass(slots=True)
class Month:
    """What is counted."""

    release: Places = field(default_factory=Places)
    returns: Places = field(default_factory=Places)
    brokers: int = 0
    """Places in the name of a broker's customer in the end."""
    people: int = 0
    """In the name of somebody else."""
    late: int = 0
    """Of all, those that came back too late to be drawn."""
    waits: list[float] = field(default_factory=list)
    """Days from asking to winning, of the people's entries."""
    vain: int = 0
    """The people's entries that have waited for as long as one may."""


class Asks(NamedTuple):
    who: Who
    entry: Entry


class Back(NamedTuple):
    """Places that were given up come back."""

    won: Asks
    slot: tuple[date, time]


class Office:
    """Its days, and who waits for them."""

    def __init__(self, case: Case, seed: int) -> None:
        self.month = Month()
        self._case, self._rng = case, random.Random(seed)
        self._numbers = iter(range(10**9))
        self._drawn: dict[date, datetime] = {}  # from when on the places of each day were
        self._left: dict[tuple[date, time], int] = {}
        self._waiting: dict[str, Asks] = {}
        self._rows: dict[str, Row] = {}
        self._coming: list[tuple[datetime, int, Asks | Back]] = []
        self._owed = dict.fromkeys((Who.CUSTOMER, Who.PEOPLE), 0.0)  # heads that are yet to ask
        self._sales: dict[str, int] = {}
        for number in range(case.straws):
            self._asks(Who.STRAW, 1, MIDNIGHT - DAY, f"straw-{number}")

    def day(self, number: int, *, quarters: bool = True) -> None:
        """The draw before a release, and those of the quarter hours until the next one.

        Without the ``quarters`` what comes back waits for the next release.
        """
        release = MIDNIGHT + number * DAY
        at, day = release - calendar.DRAWN_BEFORE, (release + AHEAD * DAY).date()
        self._come(at)
        self._drawn[day] = at
        self._left |= {(day, time(8 + n)): SLOT for n in range(PLACES // SLOT)}
        self._draw(at, self.month.release)
        self._newcomers(at)
        at = draws.quarter(at) + QUARTER
        self._reckon(at)
        while quarters and at < release + DAY - calendar.DRAWN_BEFORE:
            if self._come(at):
                self._draw(at, self.month.returns)
            at += QUARTER

    def _newcomers(self, at: datetime) -> None:
        """Let a day's new people ask: a broker's at once, others when they come to it."""
        heads, brokers = self._case.demand * A_DAY, self._case.customers
        self._owed[Who.CUSTOMER] += heads * brokers
        self._owed[Who.PEOPLE] += heads * (1 - brokers)
        for who in self._owed:
            while self._owed[who] > 0:
                alone = who is Who.CUSTOMER and self._case.alone
                people = 1 if alone else self._rng.choices(list(SIZES), list(SIZES.values()))[0]
                self._owed[who] -= people
                later = self._rng.random() * DAY if who is Who.PEOPLE else timedelta(0)
                self._asks(who, people, at + later, str(next(self._numbers)))

    def _asks(self, who: Who, people: int, now: datetime, account_id: str) -> None:
        window = time(8 + self._rng.randrange(PLACES // SLOT))
        choosy = who is Who.PEOPLE and self._rng.random() < self._case.choosy
        entry = Entry(
            entry_id=draws.entry_id(b"secret", "office", account_id, str(next(self._numbers))),
            account_id=account_id,
            applicants=(account_id,) * people,
            service=Service.NEW,
            first=now.date(),
            last=(now + WAITS).date() + AHEAD * DAY,
            windows=(window,) if choosy else (),
            made_at=now,
            until=now + WAITS,
            fingerprint="",
        )
        release = MIDNIGHT + ((now - MIDNIGHT) // DAY + 1) * DAY
        self._later(draws.next_draw(now, [release]), Asks(who, entry))

    def _later(self, at: datetime, what: Asks | Back) -> None:
        heappush(self._coming, (at, next(self._numbers), what))

    def _come(self, at: datetime) -> bool:
        """Let what is due come. Says whether there is anything new to draw."""
        new = False
        while self._coming and self._coming[0][0] <= at:
            _, _, what = heappop(self._coming)
            if isinstance(what, Back):
                new |= self._back(what, at)
            elif draws.takes_part(what.entry, at):
                self._waiting[what.entry.entry_id] = what
                self._rows[what.entry.entry_id] = draws.row(what.entry, at, self._drawn)
                new |= any(self._left.values())
        return new

    def _back(self, back: Back, at: datetime) -> bool:
        """Says whether the places are drawn; those of windows that are near are first come."""
        won, places = back.won, len(back.won.entry.applicants)
        if won.who is Who.STRAW:
            self._sell(won.entry.account_id, at)
        else:
            self.month.people -= places
        if _begins(back.slot) >= at + NOTICE:
            self._left[back.slot] += places
            return True
        caught = sum(freed(MEASURES, self._rng) != "people" for _ in range(places))
        self.month.late += places
        self.month.brokers += caught
        self.month.people += places - caught
        return False

    def _sell(self, straw: str, now: datetime) -> None:
        """A straw man has given back what is sold, and asks again, if he is not paused."""
        self._sales[straw] = self._sales.get(straw, 0) + 1
        paused = self._sales[straw] % SALES == 0
        self._asks(Who.STRAW, 1, now + PAUSE if paused else now, straw)

    def _draw(self, at: datetime, counted: Places) -> None:
        self._left = {slot: n for slot, n in self._left.items() if _begins(slot) >= at + NOTICE}
        rooms = [Room(*slot, places) for slot, places in self._left.items() if places]
        heads = dict.fromkeys(Who, 0)
        for asks in self._waiting.values():
            heads[asks.who] += len(asks.entry.applicants)
        most = max((room.places for room in rooms), default=0)
        fit = [row for row in self._rows.values() if row.people <= most]  # no one else could win
        lines = draws.plan("office", self._rng.randbytes(256), fit, rooms)
        places = sum(line.people for line in lines)
        counted.drawn += places
        if lines:
            counted.by_heads += places * (1 - heads[Who.PEOPLE] / sum(heads.values()))
        for line in lines:
            asks = self._waiting.pop(line.entry_id)
            del self._rows[line.entry_id]
            slot = (line.slot.day, line.slot.start)
            self._left[slot] -= line.people
            self._won(asks, slot, at)
            counted.brokers += line.people if asks.who is not Who.PEOPLE else 0

    def _won(self, asks: Asks, slot: tuple[date, time], at: datetime) -> None:
        if asks.who is Who.CUSTOMER:
            self.month.brokers += len(asks.entry.applicants)
            return
        given_up = at + SOLD
        if asks.who is Who.PEOPLE:
            self.month.people += len(asks.entry.applicants)
            self.month.waits.append((at - asks.entry.made_at) / DAY)
            if self._rng.random() >= GIVEN_UP:
                return
            given_up = at + self._rng.random() * (_begins(slot) - at)
        self._later(drawn_from(free_by_lot(given_up)), Back(asks, slot))

    def _reckon(self, at: datetime) -> None:
        """Entries whose time is over end; the others have one lot more, as a day was drawn."""
        for asks in list(self._waiting.values()):
            entry = asks.entry
            if draws.takes_part(entry, at):
                self._rows[entry.entry_id] = draws.row(entry, at, self._drawn)
                continue
            del self._waiting[entry.entry_id], self._rows[entry.entry_id]
            if asks.who is Who.STRAW:
                self._asks(asks.who, 1, at, entry.account_id)
            self.month.vain += asks.who is Who.PEOPLE


def _begins(slot: tuple[date, time]) -> datetime:
    return datetime.combine(*slot, UTC)


def month(case: Case, seed: int, days: int = DAYS, before: int = BEFORE) -> Month:
    with patch.object(draws, "MOST_LOTS", case.most_lots):
        office = Office(case, seed)
        for number in range(before):
            office.day(number, quarters=False)
        office.month = Month()
        for number in range(before, before + days):
            office.day(number)
    return office.month


def cases() -> Iterator[Case]:
    half = HEADS * ORDERED / IDENTITIES
    straws = IDENTITIES - ORDERED
    enough, scarce = "as many ask as there are places", "**twice as many ask**"
    yield Case(f"{enough}, all pay before", 1.0)
    yield Case(f"{enough}, half pay before", 1.0, half, straws)
    yield Case(f"{scarce}, all pay before")
    yield Case(f"{scarce}, half pay before", customers=half, straws=straws)
    yield Case(f"{scarce}, all pay before, each alone", alone=True)
    yield Case(f"{scarce}, all pay before, half the people want one window", choosy=0.5)
    for demand, name in ((1.0, enough), (2.0, scarce)):
        for most, lots in ((1, "one lot each"), (10**9, "lots without end")):
            yield Case(f"{name}, all pay before, {lots}", demand, most_lots=most)


HEAD = (
    "| by lot | at the release | x their heads | of what comes back "
    "| x their heads | in the end | people placed in 30 days | days, p90 / p99 |\n" + "|-" * 8 + "|"
)


def line(case: Case) -> str:
    months = [month(case, seed) for seed in SEEDS]
    figures = []
    for drawn in ([m.release for m in months], [m.returns for m in months]):
        figures += [percent([each.brokers / each.drawn for each in drawn])]
        figures += [f"{mean(each.over_heads for each in drawn):.2f}"]
    figures += [percent([m.brokers / (m.brokers + m.people) for m in months])]
    waits = [wait for m in months for wait in m.waits]
    figures += [f"{len(waits) / (len(waits) + sum(m.vain for m in months)):.0%}"]
    of_100 = quantiles(waits, n=100)
    figures += [f"{of_100[89]:.0f} / {of_100[98]:.0f}"]
    return f"| {case.name} | " + " | ".join(figures) + " |"


def main() -> None:
    print(HEAD)
    for case in cases():
        print(line(case), flush=True)


if __name__ == "__main__":
    main()

"""Brokers against people, simulated: `.venv/bin/python -m bench.brokers` prints one table.

A month at one office where who comes first is served first: each day a release, then hand-overs and
places that people give up. A place is counted as a broker's if it ends in the name of somebody who
paid one. Nothing here was measured on real people or real brokers: what the table says follows from
the constants below, and docs/brokers.md says what it means. Every random choice comes from a seed.
Offices that draw are in bench/lots.py.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapreplace
from statistics import mean, pstdev
from typing import Literal, NamedTuple

SEEDS = range(2026, 2031)
DAYS = 30  # the span in which cancellations are counted, and the length of the pause
PLACES, SLOT = 300, 50  # of an office-day and of one slot, as in bench/simulation.py

# The brokers. All assumed, and on the broker's side where in doubt.
IDENTITIES = 200  # NIKs that can book on the first day, all brokers' together
ORDERED = 100  # of them, customers who gave their NIK before the release: new ones every day;
# the others are straw men (`Straws`), who book what is sold later
BROKERS = 4  # rivals, alike; each always has one more customer waiting
REACTION = 0.005  # seconds
SERVER = (0.002, 0.010)  # seconds to the API from a rented server in Jakarta
CORES = 4  # of each broker's server
ADDRESSES = 10  # of each broker: small servers cost a few dollars a month
WATCHED = 30  # days of the office that a broker looks through for freed places

# The people, each of whom wants one place.
PEOPLE = 2_000
TAP = (4.0, 0.6)  # median seconds and sigma (log-normal) to react: 19 of 20 within 1.2 and 13 s
PHONE = (0.030, 0.150)  # seconds to the API over a mobile network
GIVEN_UP = 0.2  # of the places that people hold, how many they cancel: 60 if all 300 are theirs
LOOKS = PEOPLE * 4 / (16 * 3600)  # a second: each looks four times a day, and sleeps eight hours
OPENS_FULL_DAY = 0.2  # of these looks, how many go past a calendar that says "full"

# The service.
FAMILY = 5  # people a booking
SWEEP = 15 * 60  # seconds until the calendar has learned of a place that came back late
FRESH = 1  # seconds that a day's view is kept, in the container and at the CDN
PER_ADDRESS = 2_000 / 300  # requests a second, over five minutes (infra/stack/firewall.py)
CANCELLATIONS = 2  # of somebody by their own account, then the pause
BY_OTHERS = 1  # of somebody whom nobody holds, then the pause
RELATIVES, ADDITIONS = 4, 8  # of an account: at a time, and added in a month
INVENTED = 9  # relatives whom nobody knows, named behind one network in a day; one more for each
# account that registered there the day before
PROOF_SERVER, PROOF_PHONE = 0.9, 3.0  # seconds of one core on the average
PROOF_SPREAD = (2 / 3, 4 / 3)  # of the average: between 500 and 1,000 tries


class Rule(StrEnum):
    """What the service does (`MEASURES`), and what it could do besides (`IDEAS`)."""

    NIK = "one booking a NIK"
    NAMES = "names never change"
    FAMILY = "five a booking"
    DELAY = "places come back late"
    PAUSE = "pause after cancellations"
    RATES = "limit by address"
    PROOF = "proof of work"
    PROOF_EACH = "a proof for each person"
    PROOF_EARLY = "the proof can be had before"


Rules = frozenset[Rule]
IDEAS = (Rule.PROOF_EACH, Rule.PROOF_EARLY)
MEASURES: Rules = frozenset(Rule) - frozenset(IDEAS)


class Straws(NamedTuple):
    """In whose names brokers book who have nobody yet to book for; the same ones every day."""

    accounts: int = IDENTITIES - ORDERED
    """Each is held by a straw man, who has a SIM."""
    relatives: int = 0
    """Whom each of these names, and nobody holds."""
    invented: bool = False
    """The relatives are nobody: who is paused gives way to another, while the account may add."""
    networks: int | None = None
    """Behind how many they are added from the first day on; None if that limits nobody."""


FAMILIES = Straws((IDENTITIES - ORDERED) // FAMILY, RELATIVES)
"""As many straw men, but five to an account."""

Winner = Literal["this broker", "a rival", "people"]


@dataclass(slots=True)
class Month:
    """Places, counted."""

    taken: int = 0
    """By brokers, at the releases."""
    given_up: int = 0
    """By people."""
    caught: int = 0
    """By brokers, of these."""
    offered: int = 0
    """Booked by brokers for nobody yet, and passed on."""
    passed: int = 0
    """To the very customer that was meant."""
    brokers: int = 0
    """In the name of a broker's customer in the end."""
    people: int = 0
    """In the name of somebody else."""


class Names:
    """The names of straw men, and how often what they booked was cancelled."""

    def __init__(self, rules: Rules, straws: Straws) -> None:
        self._pauses, self._invented = Rule.PAUSE in rules, straws.invented
        self._networks = straws.networks
        self._held = [0] * straws.accounts
        there = straws.networks is None
        # Whoever is not there yet is as one who is paused.
        self._named = [0 if there else BY_OTHERS] * (straws.accounts * straws.relatives)
        self._added = [straws.relatives if there else 0] * straws.accounts

    def able(self) -> int:
        """How many may book."""
        return sum(len(self._able(*each)) for each in self._each())

    def begin(self, day: int) -> None:
        """Let people be invented, as many as the networks may name on this day of the month."""
        if self._networks is not None:
            self._invent(INVENTED * self._networks + (len(self._held) if day == 0 else 0))

    def cancel(self, bookings: int) -> None:
        """Let so many bookings be cancelled, each of another who may book."""
        for times, most in self._each():
            able = self._able(times, most)[:bookings]
            bookings -= len(able)
            for name in able:
                times[name] += 1
        if self._invented and self._networks is None:
            self._invent(len(self._named))

    def _each(self) -> tuple[tuple[list[int], int], ...]:
        return (self._held, CANCELLATIONS), (self._named, BY_OTHERS)

    def _able(self, times: list[int], most: int) -> list[int]:
        return [name for name, each in enumerate(times) if not self._pauses or each < most]

    def _invent(self, most: int) -> None:
        for name, times in enumerate(self._named):
            account = name % len(self._held)
            if most and times >= BY_OTHERS and self._added[account] < ADDITIONS:
                self._named[name] = 0
                self._added[account] += 1
                most -= 1


def month(
    rules: Rules,
    seed: int,
    ordered: int = ORDERED,
    days: int = DAYS,
    straws: Straws = Straws(),  # noqa: B008 (it never changes)
) -> Month:
    rng, out = random.Random(seed), Month()
    names = Names(rules, straws)
    for day in range(days):
        names.begin(day)
        sold, stock = release(rules, ordered, names.able(), rng)
        taken, lost = sold + stock, 0
        if Rule.NAMES in rules:  # or else a new name is all it takes
            if Rule.NIK in rules:  # or else a customer's name serves for stock too
                names.cancel(stock)
            winners = [freed(rules, rng, handed_over=True) for _ in range(stock)]
            lost = winners.count("people")
            out.passed += winners.count("this broker")
        else:
            out.passed += stock
        given_up = sum(rng.random() < GIVEN_UP for _ in range(PLACES - taken))
        caught = sum(freed(rules, rng) != "people" for _ in range(given_up))
        out.taken += taken
        out.offered += stock
        out.given_up += given_up
        out.caught += caught
        out.brokers += taken - lost + caught
        out.people += PLACES - taken + lost - caught
    return out


def release(rules: Rules, ordered: int, straws: int, rng: random.Random) -> tuple[int, int]:
    """How many of an office-day's places brokers get for their customers, and how many to sell."""
    identities = ordered + straws
    most = FAMILY if Rule.FAMILY in rules else SLOT
    if Rule.NIK in rules:
        sizes = [min(most, identities - first) for first in range(0, identities, most)]
    else:
        sizes = [most] * identities
    proof = Rule.PROOF in rules and Rule.PROOF_EARLY not in rules
    cores = [0.0] * (BROKERS * CORES)  # when each is free again
    asked = []
    for size in sizes:
        ready = 0.0
        if proof:
            proofs = size if Rule.PROOF_EACH in rules else 1
            work = sum(PROOF_SERVER * rng.uniform(*PROOF_SPREAD) for _ in range(proofs))
            ready = cores[0] + work
            heapreplace(cores, ready)
        asked.append((REACTION + ready + rng.uniform(*SERVER), size))
    for _ in range(PEOPLE):
        work = PROOF_PHONE * rng.uniform(*PROOF_SPREAD) if proof else 0.0
        asked.append((_tap(rng) + work + rng.uniform(*PHONE), 0))
    taken, left = 0, PLACES
    for _, size in sorted(asked):
        got = min(size or 1, left)
        left -= got
        taken += got if size else 0
    return min(taken, ordered), max(0, taken - ordered)  # customers first


def freed(rules: Rules, rng: random.Random, *, handed_over: bool = False) -> Winner:
    """Who gets a place that can be claimed from now on, one that a broker hands over or any.

    How long it was kept back does not matter, only that nobody knows the instant.
    """
    late = Rule.DELAY in rules
    # One broker asks just behind its own cancelling; whoever does not know the instant polls.
    own = REACTION if handed_over and not late else _poll(rules, rng)
    rivals = min((_poll(rules, rng) for _ in range(BROKERS - 1)), default=math.inf)
    warned = rng.uniform(0, SWEEP) if late else 0.0
    looked = min(
        rng.expovariate(LOOKS * OPENS_FULL_DAY),
        warned + rng.expovariate(LOOKS * (1 - OPENS_FULL_DAY)),
    )
    people = looked + _tap(rng) + rng.uniform(*PHONE)
    if people < min(own, rivals):
        return "people"
    return "this broker" if own < rivals else "a rival"


def _poll(rules: Rules, rng: random.Random) -> float:
    """Seconds until a broker that polls has seen a place and asked for it."""
    often = max(FRESH, WATCHED / (ADDRESSES * PER_ADDRESS)) if Rule.RATES in rules else REACTION
    return rng.uniform(0, often) + REACTION + rng.uniform(*SERVER)


def _tap(rng: random.Random) -> float:
    median, sigma = TAP
    return median * rng.lognormvariate(0, sigma)


class Case(NamedTuple):
    name: str
    rules: Rules
    ordered: int = ORDERED
    """Customers who gave their NIK before the release."""
    straws: Straws = Straws()


def cases() -> Iterator[Case]:
    own = [rule for rule in Rule if rule in MEASURES]
    yield Case("none", frozenset())
    for rule in own:
        yield Case(f"only: {rule}", frozenset({rule}))
    yield Case("**all**", MEASURES)
    for rule in own:
        yield Case(f"all but: {rule}", MEASURES - {rule})
    yield Case(f"all, and all {IDENTITIES} ordered before", MEASURES, IDENTITIES, Straws(0))
    few, many = FAMILIES.accounts, Straws().accounts
    yield Case(f"all, the straw men are {few} families of five", MEASURES, straws=FAMILIES)
    for accounts in (few, many):
        straws = Straws(accounts, RELATIVES, invented=True)
        yield Case(f"all, {accounts} accounts invent relatives", MEASURES, straws=straws)
        behind = straws._replace(networks=1)
        yield Case(f"all, {accounts} behind one network do", MEASURES, straws=behind)
    for rule in IDEAS:
        yield Case(f"all, and {rule}", MEASURES | {rule})


HEAD = (
    "| measures | taken at the release | of places given up | hand-overs that work "
    "| in the end |\n" + "|-" * 5 + "|"
)


def line(case: Case) -> str:
    months = [month(case.rules, seed, case.ordered, straws=case.straws) for seed in SEEDS]
    shares = (
        [m.taken / (m.brokers + m.people) for m in months],
        [m.caught / m.given_up for m in months if m.given_up],
        [m.passed / m.offered for m in months if m.offered],
        [m.brokers / (m.brokers + m.people) for m in months],
    )
    return f"| {case.name} | " + " | ".join(map(percent, shares)) + " |"


def percent(shares: list[float]) -> str:
    if not shares:
        return "–"
    return f"{100 * mean(shares):.1f} ± {100 * pstdev(shares):.1f} %"


def main() -> None:
    print(HEAD)
    for case in cases():
        print(line(case), flush=True)


if __name__ == "__main__":
    main()

"""The crowd at the release, simulated: `.venv/bin/python -m bench.simulation` prints one table.

A batch simulation in steps of ten milliseconds: each user is simulated, but a request is
decided in the step in which it begins, and its length is added to that. One storm for each time
zone, an hour apart, so none meets another. Every random choice comes from `SEED`. No place is given
twice because the model says so: that is no evidence that the service does not oversell (the tests
in tests/races and tests/interleavings are). Nothing here was measured on AWS.
"""

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from infra.stack.firewall import BOOKINGS_PER_ADDRESS

SEED = 2026
STEPS = 100  # a second

# The crowd. Assumed, but for the zones: people by zone in the census of 2020 (BPS).
ZONES = {"WIT 15:00 UTC": 0.03, "WITA 16:00 UTC": 0.16, "WIB 17:00 UTC": 0.81}
ONE_ZONE = {"WIB 17:00 UTC": 1.0}
POPULARITY = 0.7  # the office of rank r draws 1/r**0.7 of what the first one draws
SLOTS, PLACES = 6, 50  # of an office and day; infra/offices.json has up to 67 places a slot
REQUESTS_OF_A_CLIENT = 8  # then it gives up, unless places are held for it
OTHERS_TRIED = 3  # of the slots that are offered to whoever is refused, one after the other
CHOOSING = 3.0  # seconds that it takes to choose one of them
BACKOFF = [min(2**n, 64) for n in range(64)]  # seconds at most before the next try, full jitter

PEOPLE_AN_ADDRESS = 500  # behind the CGNAT of a mobile carrier; nobody has published how many

# Service times in seconds, assumed; DynamoDB promises "single-digit milliseconds", no more.
EDGE, HANDLER, CALL, TRANSACTION = 0.015, 0.008, 0.005, 0.015
COLD_START = 1.2
SPREAD = 0.35  # sigma of the log-normal by which all of them vary
SDK_PAUSE = 1.0  # botocore, "standard" mode: up to so long before the one retry of a throttled call

# What the service does for a request: bench/calls.py, and chalicelib/services/booking/book.py.
SLOT_BYTES, HOLD_BYTES = 95, 42
CONFIRM_UNITS = 2  # on each of two tables: a transaction costs two units a kilobyte
INDEX_UNITS = 1  # bookings by account
HINT_SECONDS, OFFERS_SECONDS = 1, 2  # kept in a container: store/days.py, days/availability.py
NEIGHBOURS = 4  # whose days are looked at too when a slot is full
OFFERED = 5  # slots, at most
DAY_UNITS = 0.5  # to read a day, or a Query over the few that are released

# AWS: docs/capacity.md names the page of each.
PARTITION_UNITS = 1000
NEW_ENVIRONMENTS, PER_SECONDS = 1000, 10
REQUESTS_OF_AN_ENVIRONMENT = 10  # a second, at most, however soon it answers


@dataclass(frozen=True, slots=True)
class Quotas:
    name: str
    requests: int
    """A second, through API Gateway."""
    burst: int
    environments: int
    """Lambda's concurrency."""
    writes: int
    """Units a second of a table; one partition for each thousand."""
    reads: int


DEFAULT = Quotas("default", 2_500, 1_250, 1_000, 4_000, 12_000)
RAISED = Quotas("raised", 10_000, 5_000, 3_000, 20_000, 40_000)
FAR = Quotas("far raised", 40_000, 20_000, 10_000, 40_000, 40_000)


@dataclass(frozen=True, slots=True)
class Storm:
    """So many people who want places of these offices, all within ``span`` seconds."""

    offices: int
    users: int
    span: float
    quotas: Quotas
    popularity: float = POPULARITY
    zones: str = "three"
    """Or "one": all of them are in WIB."""
    most_of_address: int = BOOKINGS_PER_ADDRESS
    """Requests for a booking that the firewall lets through from one address."""


@dataclass(slots=True)
class Outcome:
    """Seconds from a user's first try to the answer, and what it took."""

    won: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    gave_up: int = 0
    requests: int = 0
    blocked: int = 0
    """By the firewall, as too many of one address."""
    throttled: int = 0
    """By API Gateway."""
    unserved: Counter[str] = field(default_factory=Counter)
    """Answered 5xx, by what could not take it: Lambda, or a table of DynamoDB."""
    concurrency: int = 0
    units: float = 0
    hottest: float = 0
    """Most write units that were asked of one partition of the slots in one second."""
    sold_out: float = math.inf


class Bucket:
    """A token bucket, full at first."""

    def __init__(self, per_second: float, most: float) -> None:
        self.per_step, self.most, self.tokens, self.at = per_second / STEPS, most, most, 0

    def refill(self, step: int) -> float:
        self.tokens = min(self.most, self.tokens + (step - self.at) * self.per_step)
        self.at = step
        return self.tokens

    def take(self, amount: float, step: int) -> bool:
        if self.refill(step) < amount:
            return False
        self.tokens -= amount
        return True


class Simulation:
    def __init__(self, storm: Storm, seed: int) -> None:
        self.random = random.Random(seed)
        self.storm, self.out = storm, Outcome()
        quotas, slots = storm.quotas, range(storm.offices * SLOTS)
        self.gateway = Bucket(quotas.requests, quotas.burst)
        self.scaling = Bucket(NEW_ENVIRONMENTS / PER_SECONDS, NEW_ENVIRONMENTS)
        self.of_address: Counter[int] = Counter()
        self.created = 0
        self.idle: list[int] = []
        self.freed: dict[int, list[int]] = defaultdict(list)
        parts = quotas.writes // PARTITION_UNITS
        self.partitions = [Bucket(PARTITION_UNITS, PARTITION_UNITS) for _ in range(parts)]
        self.partition = [self.random.randrange(parts) for _ in slots]
        self.asked: dict[tuple[int, int], float] = defaultdict(float)
        self.bookings = Bucket(quotas.writes, quotas.writes)
        self.day_reads = Bucket(quotas.reads, quotas.reads)
        self.taken = [0 for _ in slots]
        self.full_at = [math.inf for _ in slots]
        self.hints: dict[tuple[int, int], int] = {}
        self.offers: dict[tuple[int, int], int] = {}
        self.holders: set[int] = set()
        self.others: Counter[int] = Counter()
        # {step: [user * 64 + try]}, and what waits for the SDK's second attempt at a claim.
        self.due: dict[int, list[int]] = defaultdict(list)
        self.paused: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        self.slot, self.first = self._crowd()

    def _crowd(self) -> tuple[list[int], list[float]]:
        offices = range(self.storm.offices)
        weights = [(rank + 1) ** -self.storm.popularity for rank in offices]
        chosen = self.random.choices(offices, weights, k=self.storm.users)
        first = [self.random.triangular(0, self.storm.span, 0) for _ in chosen]
        for user, at in enumerate(first):
            self.due[int(at * STEPS)].append(user * 64)
        return [office * SLOTS + self.random.randrange(SLOTS) for office in chosen], first

    def run(self) -> Outcome:
        step = 0
        while self.due or self.paused:
            self.idle += self.freed.pop(step, ())
            for waiting, environment, spent in self.paused.pop(step, ()):
                self._serve(waiting, step, environment, spent, again=True)
            self._arrive(self.due.pop(step, []), step)
            self.out.concurrency = max(self.out.concurrency, self.created - len(self.idle))
            step += 1
        self.out.hottest = max(self.asked.values(), default=0)
        self.out.sold_out = max(self.full_at) / STEPS
        return self.out

    def _arrive(self, tries: list[int], step: int) -> None:
        """Let in as many as API Gateway does, whoever they are; the others try again later."""
        self.out.requests += len(tries)
        tries = [one for one in tries if self._passes_firewall(one, step)]
        if tries:
            cut = self.random.randrange(len(tries))
            tries = tries[cut:] + tries[:cut]
        admitted = min(len(tries), int(self.gateway.refill(step)))
        self.gateway.tokens -= admitted
        self.out.throttled += len(tries) - admitted
        for turned_away in tries[admitted:]:
            self._later(turned_away, step)
        for one in tries[:admitted]:
            if self.idle:
                self._serve(one, step, self.idle.pop(), HANDLER)
            elif self.created < self.storm.quotas.environments and self.scaling.take(1, step):
                self.created += 1
                self._serve(one, step, self.created, COLD_START + HANDLER)
            else:
                self.out.unserved["Lambda"] += 1
                self._later(one, step)

    def _passes_firewall(self, one: int, step: int) -> bool:
        """It forgets after five minutes, and this counts for ever: it may block more, not less."""
        address = one // 64 // PEOPLE_AN_ADDRESS
        self.of_address[address] += 1
        if self.of_address[address] <= self.storm.most_of_address:
            return True
        self.out.blocked += 1
        self._later(one, step)
        return False

    def _later(self, one: int, step: int) -> None:
        tried = one % 64
        if tried + 1 >= REQUESTS_OF_A_CLIENT and one // 64 not in self.holders:
            self.out.gave_up += 1
            return
        pause = self.random.random() * BACKOFF[tried] * STEPS
        self.due[step + 1 + int(pause)].append(one + 1 if tried < 63 else one)

    def _serve(
        self, one: int, step: int, environment: int, spent: float, *, again: bool = False
    ) -> None:
        """One request from its first instruction to its answer: booking.py in small."""
        user = one // 64
        slot = self.slot[user]
        office = slot // SLOTS
        read = self._see_day(office, step, environment)
        if read is None:
            return self._fail("days", one, step, environment, spent + CALL)
        spent += read
        if self.full_at[slot] <= self.hints[environment, office] and user not in self.holders:
            return self._refuse(one, step, environment, spent + CALL)
        units = math.ceil((SLOT_BYTES + HOLD_BYTES * (self.taken[slot] + 1)) / 1024)
        partition = self.partition[slot]
        self.asked[partition, step // STEPS] += units
        spent += CALL
        if not self.partitions[partition].take(units, step):
            if again:
                return self._fail("slots", one, step, environment, spent)
            pause = self.random.random() * SDK_PAUSE
            waiting = (one, environment, spent + pause)
            self.paused[step + 1 + int(pause * STEPS)].append(waiting)
            return None
        self.out.units += units  # a failed condition costs as much
        if user not in self.holders:
            if self.taken[slot] == PLACES:
                return self._refuse(one, step, environment, spent + CALL)
            self.taken[slot] += 1
            self.holders.add(user)
        if not self.bookings.take(CONFIRM_UNITS, step):
            return self._fail("bookings", one, step, environment, spent + TRANSACTION)
        self.out.units += 2 * CONFIRM_UNITS + INDEX_UNITS
        spent += TRANSACTION
        if self.taken[slot] == PLACES and self.full_at[slot] == math.inf:
            self.full_at[slot] = step
            self.out.units += 1
            spent += CALL
        return self._answer(one, step, environment, spent, self.out.won)

    def _see_day(self, office: int, step: int, environment: int) -> float | None:
        """The seconds that it takes; None if the table has no units left."""
        if step - self.hints.get((environment, office), -math.inf) < HINT_SECONDS * STEPS:
            return 0
        if not self.day_reads.take(DAY_UNITS, step):
            return None
        self.hints[environment, office] = step
        return CALL

    def _refuse(self, one: int, step: int, environment: int, spent: float) -> None:
        """Say that the slot is full, with other offers: a Query, and the neighbours' days."""
        office = self.slot[one // 64] // SLOTS
        if step - self.offers.get((environment, office), -math.inf) >= OFFERS_SECONDS * STEPS:
            if not self.day_reads.take(DAY_UNITS, step):
                return self._fail("days", one, step, environment, spent + CALL)
            spent += CALL
            for near in range(office + 1, office + 1 + min(NEIGHBOURS, self.storm.offices - 1)):
                read = self._see_day(near % self.storm.offices, step, environment)
                if read is None:
                    return self._fail("days", one, step, environment, spent + CALL)
                spent += read
            self.offers[environment, office] = step
        user = one // 64
        other = self._other(office, self.offers[environment, office])
        if other is None or self.others[user] == OTHERS_TRIED:
            return self._answer(one, step, environment, spent, self.out.refused)
        self.others[user] += 1
        self.slot[user] = other
        chosen = self._free(step, environment, spent) + int(
            self.random.lognormvariate(0, SPREAD) * CHOOSING * STEPS
        )
        self.due[chosen].append(user * 64)
        return None

    def _other(self, office: int, seen: int) -> int | None:
        """One of five slots that had places when they were seen: here, or else nearby."""
        offered: list[int] = []
        for near in range(office, office + 1 + min(NEIGHBOURS, self.storm.offices - 1)):
            first = near % self.storm.offices * SLOTS
            offered += [s for s in range(first, first + SLOTS) if self.full_at[s] > seen]
            if len(offered) >= OFFERED:
                break
        return self.random.choice(offered[:OFFERED]) if offered else None

    def _fail(self, cause: str, one: int, step: int, environment: int, spent: float) -> None:
        """Answer 503; the client tries again, with the same key."""
        self.out.unserved[cause] += 1
        self._later(one, self._free(step, environment, spent))

    def _answer(
        self, one: int, step: int, environment: int, spent: float, kind: list[float]
    ) -> None:
        spent *= self.random.lognormvariate(0, SPREAD)
        self._free(step, environment, spent)
        kind.append(max(0, step / STEPS - self.first[one // 64]) + spent + EDGE)

    def _free(self, step: int, environment: int, spent: float) -> int:
        """When the answer is there; the environment is free then, or when it may be used again."""
        done = step + 1 + int(spent * STEPS)
        self.freed[max(done, step + STEPS // REQUESTS_OF_AN_ENVIRONMENT)].append(environment)
        return done


def simulate(storm: Storm, seed: int = SEED) -> Outcome:
    """A whole evening: the storm of each zone, by its share of the people and of the offices."""
    whole, left = Outcome(sold_out=0), storm.offices
    zones = ZONES if storm.zones == "three" else ONE_ZONE
    for number, share in enumerate(zones.values()):
        last = number == len(zones) - 1
        offices = left if last else max(1, round(storm.offices * share))
        left -= offices
        part = replace(storm, offices=offices, users=round(storm.users * share))
        out = Simulation(part, seed + number).run()
        for name in (
            "won",
            "refused",
            "gave_up",
            "requests",
            "blocked",
            "throttled",
            "unserved",
            "units",
        ):
            setattr(whole, name, getattr(whole, name) + getattr(out, name))
        for name in ("concurrency", "hottest", "sold_out"):
            setattr(whole, name, max(getattr(whole, name), getattr(out, name)))
    return whole


HEAD = (
    "| offices | Zipf | zones | span | quotas | sold out s | won | winners p50/p99 s "
    "| refused p50/p99 s | firewall | 429 | 5xx, most by | gave up | Lambdas | WCU "
    "| hottest WCU/s |\n" + "|-" * 16 + "|"
)


def line(storm: Storm, out: Outcome) -> str:
    cells = (
        storm.offices,
        storm.popularity,
        storm.zones,
        f"{storm.span:.0f} s",
        storm.quotas.name,
        f"{out.sold_out:.1f}",
        f"{len(out.won):,}",
        _middle_and_tail(out.won),
        _middle_and_tail(out.refused),
        f"{out.blocked / out.requests:.0%}",
        f"{out.throttled / out.requests:.0%}",
        _share(out),
        f"{out.gave_up / storm.users:.0%}",
        f"{out.concurrency:,}",
        f"{out.units:,.0f}",
        f"{out.hottest:,.0f}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _share(out: Outcome) -> str:
    share = f"{out.unserved.total() / out.requests:.1%}"
    return f"{share} {out.unserved.most_common(1)[0][0]}" if out.unserved else share


def _middle_and_tail(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.2f} / {ordered[len(ordered) * 99 // 100]:.2f}"


def storms() -> Iterator[Storm]:
    for offices in (18, 126):
        for span in (10, 60):
            for quotas in (DEFAULT, RAISED, FAR):
                yield Storm(offices, 1_000_000, span, quotas)
    for popularity, zones in ((1.0, "three"), (POPULARITY, "one"), (1.0, "one")):
        for quotas in (RAISED, FAR):
            yield Storm(126, 1_000_000, 60, quotas, popularity, zones)


def main() -> None:
    print(HEAD)
    asked = list(storms())
    with ProcessPoolExecutor(2) as pool:
        for storm, out in zip(asked, pool.map(simulate, asked), strict=True):
            print(line(storm, out), flush=True)
            print(f"{storm.offices} offices, {storm.quotas.name} ...", file=sys.stderr)


if __name__ == "__main__":
    main()

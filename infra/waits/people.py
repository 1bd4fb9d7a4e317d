"""The people of a day, made up from a seed. All of this is assumed, and on the cautious side.

Whoever has booked and not come, whoever comes early or late, and how long each is served differ
from person to person; a whole day is slower or quicker than others; counters stand still.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.domain.lines import due_booked, due_walk_in, label_walk_in, letters
from chalicelib.domain.offices import Office, Window
from infra.waits.hall import Counter, Ticket

PARTIES = {1: 0.72, 2: 0.14, 3: 0.08, 4: 0.04, 5: 0.02}  # bookings by how many people they are for
AROUND = (-5, 7)  # minutes from the told time to the coming of most: mean and deviation (normal)
EARLY, EARLIER = 0.14, (15, 45)  # so many come so much earlier, whatever they are told
LATE, LATER = 0.06, (5, 45)  # so many come so much later
DOORS = 7 * 60  # nobody checks in before
PRIORITY = 1 / 3  # of those without a booking
WITHOUT = (7.75 * 60, 13.5 * 60)  # when they come, evenly
SPREAD = 0.4  # by which a step varies from person to person: sigma of a log-normal
PACE = 0.1  # by which a day's minutes vary as a whole: sigma of a log-normal
STILL, STANDS = 0.5, 30  # counters that stand still once a day, and for how many minutes
DAWN = (6 * 60, 60)  # when people come who cannot book: mean and deviation (normal)
ONE_STEP = 4 / 9  # of the counters do one step only, as many for each; the others do all

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


class Booked(NamedTuple):
    label: str
    people: int
    told: float
    """When to come."""


class Made(NamedTuple):
    """A day: all that a hall, simulated or not, has to be told."""

    counters: list[Counter]
    tickets: list[Ticket]
    """Of those who come; those without a booking are the last."""
    booked: list[Booked]
    """All bookings, of which some come."""


class Rules(NamedTuple):
    """What the office tells people, and how it calls them."""

    step: int = 5
    """The told time is the turn rounded down to so many minutes, less as many."""
    by_due: bool = True
    """Or else: first come, first served."""
    last_party: int = 5
    """How many people a booking may be for, in the last window."""
    specialised: bool = False
    """Every counter does one step only."""


AS_PLANNED = Rules()


def made(office: Office, windows: Sequence[Window], seed: int, rules: Rules = AS_PLANNED) -> Made:
    """A day on which all places of these windows are booked."""
    rng = random.Random(seed)
    pace = rng.lognormvariate(-PACE * PACE / 2, PACE)
    minutes = [pace * one for one in office.step_minutes]
    counters = _counters(office, windows, rules, rng)
    tickets = list[Ticket]()
    expected = list[Booked]()
    for position, window in enumerate(windows):
        party = rules.last_party if window == windows[-1] else max(PARTIES)
        for first, people, told in bookings(window, party, rules.step, rng):
            label = f"{letters(position)}{first}"
            expected.append(Booked(label, people, told))
            comes, served = max(told + _off(rng), DOORS), _service(minutes, people, rng)
            if rng.random() < office.show_rate:
                due = _minute(due_booked(_at(told), _at(comes))) if rules.by_due else comes
                tickets.append(Ticket(label, people, comes, due, served))
    share = office.walk_in_share * sum(window.places for window in windows)
    for number, comes in enumerate(_without(share, rng), 1):
        priority = rng.random() < PRIORITY
        due = _minute(due_walk_in(_at(comes), priority=priority)) if rules.by_due else comes
        label = label_walk_in(number, priority=priority)
        tickets.append(Ticket(label, 1, comes, due, _service(minutes, 1, rng)))
    return Made(counters, tickets, expected)


def dawn(office: Office, windows: Sequence[Window], people: int, seed: int) -> Made:
    """A day without bookings: people come alone before dawn, and wait for the doors to open."""
    rng = random.Random(seed)
    pace = rng.lognormvariate(-PACE * PACE / 2, PACE)
    minutes = [pace * one for one in office.step_minutes]
    counters = _counters(office, windows, Rules(specialised=True), rng)
    came = sorted(rng.gauss(*DAWN) for _ in range(people))
    tickets = [
        Ticket(f"{number:03}", 1, comes, comes, _service(minutes, 1, rng))
        for number, comes in enumerate(came, 1)
    ]
    return Made(counters, tickets, [])


def bookings(
    window: Window, party: int, step: int, rng: random.Random
) -> Iterator[tuple[int, int, float]]:
    """Of each booking of a window the first queue number, how many people, and the told time.

    Turns are spread over the window as ``domain.bookings.arrive_from`` does.
    """
    begins, ends, first = minute(window.start), minute(window.end), 1
    while first <= window.places:
        asked = rng.choices(list(PARTIES), list(PARTIES.values()))[0]
        people = min(asked, party, window.places - first + 1)
        turn = (ends - begins) * (first - 1) / window.places
        yield first, people, begins + turn // step * step - step
        first += people


def minute(of_day: time) -> float:
    """Minutes after midnight."""
    return of_day.hour * 60 + of_day.minute


def pauses(office: Office, windows: Sequence[Window], number: int) -> list[tuple[float, float]]:
    """The breaks of a counter, as each begins and how long it is."""
    return [
        (minute(one.start), minute(one.end) - minute(one.start))
        for one in office.breaks_at(windows, number)
    ]


def _counters(
    office: Office, windows: Sequence[Window], rules: Rules, rng: random.Random
) -> list[Counter]:
    opens, closes = minute(windows[0].start), minute(windows[-1].end)
    counters = list[Counter]()
    for number, steps in enumerate(_steps(office, rules)):
        mine = pauses(office, windows, number)
        if rng.random() < STILL:
            mine.append((rng.uniform(opens, closes), STANDS))
        counters.append(Counter(steps, opens, tuple(sorted(mine))))
    return counters


def _steps(office: Office, rules: Rules) -> list[frozenset[int]]:
    """What each counter does. All specialised: as many for each step as its minutes want."""
    whole = frozenset(office.steps)
    if rules.specialised:
        ends = [sum(office.step_minutes[: step + 1]) for step in office.steps]
        shares = [round(office.counters * end / ends[-1]) for end in ends]
        return [
            frozenset({next(step for step in office.steps if number < shares[step])})
            for number in range(office.counters)
        ]
    each = int(office.counters * ONE_STEP) // len(whole)
    single = [frozenset({step}) for step in office.steps for _ in range(each)]
    return single + [whole] * (office.counters - len(single))


def _service(minutes: Sequence[float], people: int, rng: random.Random) -> tuple[float, ...]:
    """What each step takes for so many people, if it takes one so long on the average."""
    return tuple(
        sum(mean * rng.lognormvariate(-SPREAD * SPREAD / 2, SPREAD) for _ in range(people))
        for mean in minutes
    )


def _without(share: float, rng: random.Random) -> Iterator[float]:
    """When about so many come without a booking (Poisson)."""
    begin, end = WITHOUT
    at = begin
    while share and (at := at + rng.expovariate(share / (end - begin))) < end:
        yield at


def _off(rng: random.Random) -> float:
    """Minutes from the told time to the coming of a booking's people; below 0 they are early."""
    kind = rng.random()
    if kind < EARLY:
        return -rng.uniform(*EARLIER)
    if kind < EARLY + LATE:
        return rng.uniform(*LATER)
    return rng.gauss(*AROUND)


def _at(minutes: float) -> datetime:
    """As an instant, which the domain's rules want; which day it is does not matter."""
    return MIDNIGHT + timedelta(minutes=minutes)


def _minute(at: datetime) -> float:
    return (at - MIDNIGHT) / timedelta(minutes=1)

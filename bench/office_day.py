"""How long people wait at an office, simulated: `.venv/bin/python -m bench.office_day`.

Policies are compared on one office: nine counters, six minutes at the first step and eleven at the
second, 17% who book and do not come, 12 without a booking for each 100 places. What people do and
how chance goes is assumed at the top of infra/waits/people.py, every choice from a seed;
docs/waits.md says what the tables mean. Waits are counted from check-in on, beyond the service, by
person.
"""

from collections.abc import Callable
from datetime import time
from typing import NamedTuple

from chalicelib.domain.lines import Class, class_of
from chalicelib.domain.offices import Break, Office, Window
from infra.waits import figures, places
from infra.waits.figures import ENOUGH, Figures, table, waited
from infra.waits.hall import Ticket, played
from infra.waits.people import Made, Rules, dawn, made

DAYS = 400  # of each row

# 2017: everybody comes at dawn, and is served in that order.
PEOPLE = 175

# What the places are, by hour from 08:00 on.
TODAY = {8: 29, 9: 29, 10: 29, 11: 29, 13: 29, 14: 29}  # nobody is served from 12:00 to 13:00
R = {8: 28, 9: 27, 10: 27, 11: 20, 12: 16, 13: 24, 14: 20}  # the last until 14:45
PARTY = 2  # people of a booking in the last window of R
LUNCH = (
    Break(time(11, 15), time(12)),
    Break(time(12), time(12, 45)),
    Break(time(12, 45), time(13, 30)),
)

OFFICE = Office(
    office_id="malang",
    name="Kantor Imigrasi Malang",
    city="Malang",
    province="Jawa Timur",
    time_zone="Asia/Jakarta",
    latitude=-7.94,
    longitude=112.65,
    horizon_days=30,
    release_at=time(0),
    opening={},
    closures={},
    counters=9,
    step_minutes=(6, 11),
    breaks=(),
    show_rate=0.83,
    walk_in_share=0.12,
)
BY_TURNS = OFFICE._replace(breaks=LUNCH)
NOW_RULES = Rules(step=15, by_due=False, specialised=True)
R_RULES = Rules(last_party=PARTY)


class Policy(NamedTuple):
    name: str
    office: Office
    windows: tuple[Window, ...]
    rules: Rules


def hours(given: dict[int, int], factor: float = 1, last: time = time(15)) -> tuple[Window, ...]:
    """Windows of an hour with so many places, times a factor; the last one ends at ``last``."""
    return tuple(
        Window(time(hour), min(time(hour + 1), last), round(factor * count))
        for hour, count in given.items()
    )


def as_r(factor: float = 1) -> tuple[Window, ...]:
    """The windows of R."""
    return hours(R, factor, time(14, 45))


def policies() -> list[Policy]:
    return [
        Policy("today's windows, 6 x 29, first come first served", OFFICE, hours(TODAY), NOW_RULES),
        Policy(
            "+ by `due`, told in steps of 5, 5 of 9 do both steps", OFFICE, hours(TODAY), Rules()
        ),
        Policy("**R**: + lunch by turns, places follow the counters", BY_TURNS, as_r(), R_RULES),
        Policy("R x 0.85", BY_TURNS, as_r(0.85), R_RULES),
        Policy("R x 1.1, ten counters", BY_TURNS._replace(counters=10), as_r(1.1), R_RULES),
        Policy("R, parties of five in the last window", BY_TURNS, as_r(), Rules()),
        Policy("R, first come first served", BY_TURNS, as_r(), R_RULES._replace(by_due=False)),
        Policy("R, told in steps of 15", BY_TURNS, as_r(), R_RULES._replace(step=15)),
        Policy(
            "R, every counter does one step", BY_TURNS, as_r(), R_RULES._replace(specialised=True)
        ),
        Policy("R, one counter less", BY_TURNS._replace(counters=8), as_r(), R_RULES),
    ]


def of(policy: Policy, days: int = DAYS) -> Figures:
    """The figures of so many days of a policy."""
    return _figures(lambda seed: made(policy.office, policy.windows, seed, policy.rules), days)


def of_dawn(days: int = DAYS) -> Figures:
    """The figures of days of 2017."""
    return _figures(lambda seed: dawn(OFFICE, hours(TODAY), PEOPLE, seed), days)


def _figures(day: Callable[[int], Made], days: int) -> Figures:
    each = (day(seed) for seed in range(days))
    return figures.of([waited(played(one.counters, one.tickets)) for one in each])


# What decides: the same office, as planned with more or less of its counters' time.
USES = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
COUNTERS = (6, 9, 22)


def used(counters: int, use: float, days: int = DAYS) -> tuple[float, Figures]:
    """What is planned of so many counters for this use at most, and how long people wait."""
    office = BY_TURNS._replace(counters=counters)
    windows = places.planned(office, as_r(), use)
    found = of(Policy("", office, windows, R_RULES), days)
    return places.use(office, windows), found


# Who waits: the order matters where there is a line.
FEWER = BY_TURNS._replace(counters=8)
ORDERS = (
    Policy("R", BY_TURNS, as_r(), R_RULES),
    Policy("R, first come first served", BY_TURNS, as_r(), R_RULES._replace(by_due=False)),
    Policy("R, one counter less", FEWER, as_r(), R_RULES),
    Policy(
        "R, one counter less, first come first served",
        FEWER,
        as_r(),
        R_RULES._replace(by_due=False),
    ),
)
KINDS = ("early", "in time", "late", "priority", "walk-in")
EARLY = 15  # minutes before the told time or after it


def p90s(policy: Policy, days: int = DAYS) -> dict[str, float]:
    """How long nine of ten wait at most of each of `KINDS`, in minutes from check-in on."""
    waits: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for seed in range(days):
        day = made(policy.office, policy.windows, seed, policy.rules)
        told = {one.label: one.told for one in day.booked}
        for one, wait in figures.by_ticket(played(day.counters, day.tickets)).items():
            waits[_kind(one, told.get(one.label))] += [wait] * one.people
    return {kind: figures.quantile(sorted(these), 0.9) for kind, these in waits.items()}


def _kind(ticket: Ticket, told: float | None) -> str:
    if told is None:
        return "priority" if class_of(ticket.label) is Class.PRIORITY else "walk-in"
    if ticket.comes < told - EARLY:
        return "early"
    return "in time" if ticket.comes <= told + EARLY else "late"


def main() -> None:
    head = ["policy", "planned use", "served", "mean", "p50", "p90", "p99"]
    rows = [["2017, no app, 175 people", "–", *_cells(of_dawn())]]
    for policy in policies():
        use = f"{places.use(policy.office, policy.windows):.2f}"
        rows.append([policy.name, use, *_cells(of(policy))])
    print(table([*head, f"days with p90 <= {ENOUGH}"], rows))
    print()
    heads = [f"{n} counters: {what}" for n in COUNTERS for what in ("use", "p90", "days")]
    print(table(["use at most", *heads], [_by_use(use) for use in USES]))
    print()
    found = {order.name: p90s(order) for order in ORDERS}
    rows = [[name, *(f"{each[kind]:.0f}" for kind in KINDS)] for name, each in found.items()]
    print(table(["p90 of", *KINDS], rows))


def _by_use(use: float) -> list[str]:
    cells = [f"{use:.2f}"]
    for counters in COUNTERS:
        planned, found = used(counters, use)
        cells += [f"{planned:.2f}", f"{found.p90:.0f}", f"{found.kept:.0%}"]
    return cells


def _cells(found: Figures) -> list[str]:
    minutes = (found.mean, found.p50, found.p90, found.p99)
    return [f"{found.served:.0f}", *(f"{one:.0f}" for one in minutes), f"{found.kept:.0%}"]


if __name__ == "__main__":
    main()

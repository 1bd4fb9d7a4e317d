"""Two hours of an office that is made up, played in a process of its own.

    python -m tests.e2e.short_day STATE [SPEED]

Prints what `make day` does, and last a line of JSON.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from chalicelib import clock
from chalicelib.domain.office_fields import WEEKDAYS
from infra import offices
from infra.local import signals
from infra.local.day import tables
from infra.local.day.play import Played, play, prepared
from infra.waits.figures import by_ticket
from infra.waits.hall import Ticket, played

PEOPLE, SEED, LAST = 20, 39, 10 * 60
WINDOWS = [
    {"start": "08:00", "end": "09:00", "places": 1},
    {"start": "09:00", "end": "10:00", "places": 1},
]
OFFICE = offices.every()[0] | {
    "opening": dict.fromkeys(WEEKDAYS, WINDOWS),
    "counters": 5,
    "step_minutes": [10, 18],
    "breaks": [],
}


def main(state: str, speed: float | None = None) -> None:
    signals.end_in_order()
    day = prepared(OFFICE, [PEOPLE], SEED, clock.now())
    there = [one for one in day.made.tickets if one.comes < LAST]
    done = play(day._replace(made=day.made._replace(tickets=there)), speed, Path(state))
    print(tables.waits(done), tables.verdict(done), tables.pace(done, speed), sep="\n")
    print(tables.outcomes(done))
    first_come, simulated = (
        by_ticket(played(day.made.counters, tickets))
        for tickets in ([one._replace(due=one.comes) for one in done.taken], done.taken)
    )
    told = {
        "came": sorted(one.label for one in there),
        "taken": sorted(one.label for one in done.taken),
        "refused": sorted(one.label for one in done.refused),
        "served": sorted(done.served),
        "recorded": sorted(one.label for one in done.waits),
        "outcomes": {name: sum(sizes) for name, sizes in done.outcomes.items()},
        "report": done.report,
        "means": done.means,
        "behind": done.behind,
        "off": off(done, simulated),
        "off_first_come": off(done, first_come),
    }
    print(json.dumps(told))


def off(done: Played, simulated: Mapping[Ticket, float]) -> float:
    """By how many minutes a ticket's wait differs from a simulation's, on the average."""
    waits = {one.label: wait for one, wait in simulated.items()}
    return fmean(abs(wait - waits[one.label]) for one, wait in done.waits.items())


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))

"""An office that gives its places by lot, in a process of its own: its clock is moved by whoever
started it.

    python -m tests.web.lottery STATE

Prints a line of JSON with its address. Each line that it reads then is an instant to move on to; it
makes the draw that is due there, and prints the line once it is made.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.office_fields import WEEKDAYS
from infra import offices
from infra.local import functions, signals
from infra.local.day.clock import MovedClock, put_in
from infra.local.run import start, stopping

OFFICE = "malang"
HORIZON = 7
"""Days."""

WINDOWS = [
    {"start": "08:00", "end": "09:00", "places": 1},
    {"start": "09:00", "end": "10:00", "places": 2},
    {"start": "10:00", "end": "11:00", "places": 2},
]

TEN = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0)
"""When it begins: ten in the morning at the office."""

FIELDS = next(one for one in offices.every() if one["office_id"] == OFFICE) | {
    "by_lot": True,
    "horizon_days": HORIZON,
    "opening": dict.fromkeys(WEEKDAYS, WINDOWS),
    "breaks": [],
}


def load() -> None:
    """The office, open on holidays too: or there might be no draw on the night before."""
    from chalicelib.store import offices as stored  # only now: it reads the environment

    stored.put(FIELDS)
    for n in range(2 * HORIZON):
        stored.serve(OFFICE, TEN.date() + timedelta(days=n), holiday=True)


def main(state: str) -> None:
    signals.end_in_order()
    told, clock = sys.stdout, MovedClock(TEN)
    put_in(clock)
    with Path(os.devnull).open("w") as nowhere, stopping(Path(state)) as started:
        running = start(started, 0, Path(state), "off", load, out=nowhere)
        print(json.dumps({"address": running.base_url}), file=told, flush=True)
        for line in sys.stdin:
            clock.reach(datetime.fromisoformat(line.strip()))
            functions.call(running.schedules["draw"])
            print(line, end="", file=told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

"""A morning at an office that is made up, in a process of its own: its clock is moved by whoever
started it.

    python -m tests.web.morning STATE

Prints how it starts, and then a line of JSON, with the address and the people who have booked.
Each line that it reads then is a minute of the day to move on to, and it prints the line once it
is there.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

from chalicelib.domain.office_fields import WEEKDAYS
from infra import offices
from infra.local import signals
from infra.local.day import holders
from infra.local.day.clock import MovedClock, put_in
from infra.local.day.play import _load, prepared
from infra.local.run import start, stopping
from infra.waits.people import Booked

OFFICE = "malang"
OPENS, LAST = 8 * 60, 10 * 60
EACH = 10
"""Places of each of the two hours."""
MINUTES = 4
"""For a person at a counter."""

WINDOWS = [
    {"start": "08:00", "end": "09:00", "places": EACH},
    {"start": "09:00", "end": "10:00", "places": EACH},
]

FIELDS = next(one for one in offices.every() if one["office_id"] == OFFICE) | {
    "opening": dict.fromkeys(WEEKDAYS, WINDOWS),
    "counters": 2,
    "step_minutes": [MINUTES],
    "breaks": [],
}


def people() -> list[Booked]:
    """Somebody for each place, and when they are told to come: five minutes before their turn."""
    turns = [60 * n // EACH for n in range(EACH)]
    return [
        Booked(f"{letter}{n + 1}", 1, begins + turn // 5 * 5 - 5)
        for letter, begins in (("A", OPENS), ("B", OPENS + 60))
        for n, turn in enumerate(turns)
    ]


def main(state: str) -> None:
    signals.end_in_order()
    from chalicelib import clock

    told = sys.stdout
    with Path(os.devnull).open("w") as nowhere, stopping(Path(state)) as started:
        day = prepared(FIELDS, [EACH, EACH], 1, clock.now())
        running = start(started, 0, Path(state), "off", partial(_load, day.fields), out=nowhere)
        booked = holders.book(running.base_url, OFFICE, day.date, day.windows, people())
        of_day = MovedClock(day.at(OPENS - 30))
        put_in(of_day)
        started.enter_context(of_day.firing(running.schedules.values()))
        who = [
            {"label": one.booked.label, "told": one.booked.told}
            | {"qr": one.qr, "code": one.code, "refresh_token": one.refresh_token}
            for one in booked
        ]
        print(json.dumps({"address": running.base_url, "people": who}), file=told, flush=True)
        for line in sys.stdin:
            of_day.reach(day.at(float(line)))
            print(line, end="", file=told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

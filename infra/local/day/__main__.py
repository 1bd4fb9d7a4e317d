"""`make day`: plays the next day of an office over HTTP, and compares it with the simulation.

    python -m infra.local.day [OFFICE [PEOPLE [SEED [SPEED]]]]    malang 162 1

PEOPLE are the places of the day, or of each of its windows: 28,27,27,20,16,24,20. The clock is
moved to whatever comes next; with SPEED it goes so many times as fast as time.
It is a run of its own: at PORT (any that is free), with its state in STATE (a temporary directory).
Ends with exit code 1 if people waited longer or shorter than the simulation says.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from infra.local import signals

USUAL = ("malang", "162", "1", "")


def main(office_id: str, people: str, seed: str, speed: str) -> int:
    signals.end_in_order()
    from chalicelib import clock
    from chalicelib.domain.office_fields import NotAnOffice
    from infra import offices
    from infra.local.day import tables
    from infra.local.day.play import play, prepared

    fields = next((one for one in offices.every() if one["office_id"] == office_id), None)
    if fields is None:
        raise SystemExit("Which office? As in make day OFFICE=malang.")
    try:
        each = [int(one) for one in people.split(",")]
        day = prepared(fields, each, int(seed), clock.now())
        times = float(speed) if speed else None
        port = int(os.environ.get("PORT", "0"))
    except (ValueError, NotAnOffice) as fault:
        raise SystemExit(f"As in make day PEOPLE=162 SPEED=60 SEED=1 PORT=8001: {fault}.") from None
    if times is not None and times <= 0:
        raise SystemExit("SPEED is how many times as fast as time the day goes, as in SPEED=60.")
    with ExitStack() as stack:
        kept = os.environ.get("STATE") or stack.enter_context(tempfile.TemporaryDirectory())
        print(
            f"{day.office.name}, {day.date:%A %d %B %Y}: {sum(each)} places, "
            f"{len(day.made.booked)} bookings, {day.office.counters} counters, day {seed} of the "
            f"simulation. {_lasts(times)}",
            flush=True,
        )
        done = play(day, times, Path(kept), port)
    print("", tables.waits(done), "", tables.verdict(done), tables.pace(done, times), sep="\n")
    print("", tables.outcomes(done), sep="\n")
    return 0 if tables.agrees(done) else 1


def _lasts(times: float | None) -> str:
    if times is None:
        return "Its clock is moved to whatever comes next."
    return f"Nine hours take about {540 / times:.0f} minutes at SPEED={times:g}."


if __name__ == "__main__":
    given = sys.argv[1:]
    raise SystemExit(main(*[*given, *USUAL[len(given) :]][: len(USUAL)]))

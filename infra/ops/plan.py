"""Windows and places of an office, as its counters allow them, and how long people will wait.

    python -m infra.ops.plan OFFICE
    python -m infra.ops.plan --write

The first prints what an office of `infra/offices.json` should offer by what it states there of its
counters, steps, breaks, minutes a person, show rate and walk-ins; and, once ten days are measured,
what it might state instead. The second puts these places into the file, for all offices; the
windows themselves are the office's. Neither writes to a table: load the file with
`python -m infra.ops.offices`. Days are measured beside a running `make run`; or, with the
TABLE_PREFIX of a stage in the environment and credentials for it, on AWS.
"""

import argparse
import os
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.local_time import hhmm
from chalicelib.domain.office_fields import WEEKDAYS, office_of
from chalicelib.domain.offices import Office
from infra import offices
from infra.waits import figures, places
from infra.waits.figures import ENOUGH, waited
from infra.waits.hall import played
from infra.waits.people import made
from infra.waits.places import Measured

DAYS = 100
"""So many are simulated of each kind."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.plan", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("office", nargs="?")
    asked.add_argument("--write", action="store_true", help="put the places into the file")
    given = parser.parse_args()
    if given.write:
        offices.write([_with_places(fields) for fields in offices.every()])
        return
    fields = next((one for one in offices.every() if one["office_id"] == given.office), None)
    if fields is None:
        raise SystemExit(f"No such office in {offices.FILE.name}: {given.office}")
    office = office_of(fields)
    print("\n".join([*report(office), "", *proposal(office, _measured(office))]))


def _measured(office: Office) -> list[Measured] | str:
    """The days that were measured; or why there are none to be seen."""
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        try:
            beside.entered()
        except SystemExit as nothing:
            return str(nothing)
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import clock
    from infra.waits.measured import measured

    return measured(office, clock.now())


def proposal(office: Office, days: list[Measured] | str) -> Iterator[str]:
    """What an office would state by these days, and what follows from it; nothing is applied."""
    if isinstance(days, str):
        yield f"No days are measured. {days}"
        return
    stated = places.proposed(office, days)
    if stated is None:
        yield f"{len(days)} days are measured; from {places.DAYS} on, places are proposed."
        return
    minutes = ", ".join(f"{one:g}" for one in stated.step_minutes)
    yield (
        f"By the {len(days)} days that are measured: step_minutes [{minutes}], "
        f"show_rate {stated.show_rate:g}, walk_in_share {stated.walk_in_share:g}. "
        f"Stated in {offices.FILE.name}, they would give:"
    )
    yield from report(stated)


def report(office: Office) -> Iterator[str]:
    """For each kind of day, its windows and places, and what people wait on it."""
    opening = places.opening(office)
    for windows in dict.fromkeys(opening.values()):
        yield " ".join(WEEKDAYS[day] for day, theirs in opening.items() if theirs == windows)
        for window in windows:
            yield f"  {hhmm(window.start)}-{hhmm(window.end)}  {window.places:>3} places"
        yield f"  {sum(window.places for window in windows)} places, " + (
            f"planned use {places.use(office, windows):.2f} of {office.counters} counters"
        )
        days = [made(office, windows, seed) for seed in range(DAYS)]
        found = figures.of([waited(played(day.counters, day.tickets)) for day in days])
        yield (
            f"  minutes of wait: mean {found.mean:.0f}, p50 {found.p50:.0f}, p90 {found.p90:.0f},"
            f" p99 {found.p99:.0f}; p90 within {ENOUGH} on {found.kept:.0%} of days"
        )


def _with_places(fields: dict[str, Any]) -> dict[str, Any]:
    office = places.opening(office_of(fields))
    opening = {
        WEEKDAYS[day]: [
            {"start": hhmm(w.start), "end": hhmm(w.end), "places": w.places} for w in windows
        ]
        for day, windows in office.items()
    }
    return fields | {"opening": opening}


if __name__ == "__main__":
    main()

"""Days of the plan R, played over HTTP: `.venv/bin/python -m bench.office_played [DAYS]`.

Days 1 to DAYS (10) of the simulation in `bench/office_day.py`, R and R x 0.85, each at a run of its
own in a process of its own (`infra/local/day`), one after the other: half a minute each, or more
beside other work. Minutes beyond service, by person: as the service has recorded them, as the
simulation has them of the same people, and of all who come, also those whom the service refuses.
"""

import multiprocessing
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.office_day import R_RULES, as_r
from chalicelib import clock
from infra import offices
from infra.local import signals
from infra.local.day.play import Day, play, prepared
from infra.waits import figures
from infra.waits.figures import ENOUGH, Figures, table, waited
from infra.waits.hall import played

OFFICE = "malang"  # of infra/offices.json: its counters, steps and breaks are those of R
FACTORS = (1, 0.85)
DAYS = 10

HEAD = (
    "day",
    "served",
    "refused",
    "mean, played",
    "simulated",
    "p90, played",
    "simulated",
    "all taken",
    "as long, to a minute",
)


class Compared(NamedTuple):
    """A day."""

    seed: int
    refused: int
    """People who came without a booking and were not taken."""
    played: Figures
    simulated: Figures
    all_taken: Figures
    alike: int


def day_of(factor: float, seed: int) -> Day:
    """A day of R, or of R with so many times its places."""
    fields = next(one for one in offices.every() if one["office_id"] == OFFICE)
    places = [window.places for window in as_r(factor)]
    return prepared(fields, places, seed, clock.now(), R_RULES)


def compared(factor: float, seed: int) -> Compared:
    """Play a day. Its clock becomes that of the process."""
    day = day_of(factor, seed)
    with TemporaryDirectory() as state, redirect_stdout(StringIO()):
        done = play(day, None, Path(state))
    return Compared(
        seed,
        sum(one.people for one in done.refused),
        figures.of([figures.by_person(done.waits)]),
        figures.of([figures.by_person(done.simulated)]),
        figures.of([waited(played(day.made.counters, day.made.tickets))]),
        done.alike,
    )


def main(days: int = DAYS) -> None:
    signals.end_in_order()
    for factor in FACTORS:
        print(f"R x {factor:g}, {sum(window.places for window in as_r(factor))} places")
        found = []
        for seed in range(1, days + 1):
            found.append(_apart(factor, seed))
            print("  ".join(_cells(found[-1])), flush=True)
        print("", table(HEAD, [*map(_cells, found), total(found)]), "", sep="\n", flush=True)


def _apart(factor: float, seed: int) -> Compared:
    """The clock of a process cannot be put back: each day has a new one."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as process:
        return process.submit(compared, factor, seed).result()


def _cells(one: Compared) -> list[str]:
    return [
        str(one.seed),
        f"{one.played.served:.0f}",
        str(one.refused),
        f"{one.played.mean:.1f}",
        f"{one.simulated.mean:.1f}",
        f"{one.played.p90:.1f}",
        f"{one.simulated.p90:.1f}",
        f"{one.all_taken.p90:.1f}",
        f"{one.alike / one.played.served:.0%}",
    ]


def total(found: list[Compared]) -> list[str]:
    """Means over the days, and on how many of them nine of ten waited half an hour at most."""
    return [
        f"mean; days with p90 <= {ENOUGH}",
        f"{fmean(one.played.served for one in found):.0f}",
        str(sum(one.refused for one in found)),
        f"{fmean(one.played.mean for one in found):.1f}",
        f"{fmean(one.simulated.mean for one in found):.1f}",
        _kept(one.played for one in found),
        _kept(one.simulated for one in found),
        _kept(one.all_taken for one in found),
        f"{sum(one.alike for one in found) / sum(one.played.served for one in found):.0%}",
    ]


def _kept(days: Iterable[Figures]) -> str:
    each = [one.kept == 1 for one in days]
    return f"{sum(each)} of {len(each)}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

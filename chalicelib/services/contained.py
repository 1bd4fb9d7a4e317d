"""Faults stay contained: what cannot be read is left out by a job, told, and harms nobody else.

Only what another run would meet again is left out. Where AWS does not answer, the run fails and
the next one goes on from there.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.offices import Office
from chalicelib.store import offices
from chalicelib.telemetry import log

SKIPPED = "skipped"
"""How often a run has left something out, in what it says that it did."""


def every_office(now: datetime, done: Counter[str]) -> list[Office]:
    """The offices in rotation; those that cannot be read are counted in ``done``."""
    left_out = offices.skipped(now)
    if left_out:
        done[SKIPPED] += len(left_out)
    return offices.in_rotation(now)


@contextmanager
def contained(done: Counter[str], of: str) -> Iterator[None]:
    """Leave out the rest of the block, which is about ``of``, where something cannot be read."""
    try:
        yield
    except Unreadable as fault:
        skip(done, fault, of)


def skip(done: Counter[str], fault: Unreadable, of: str) -> None:
    """Tell of something that cannot be read, and count it."""
    done[SKIPPED] += 1
    log.error("skipped", of=of, place=fault.place, key=fault.key)

"""The timer that fires the schedules, as EventBridge does on AWS."""

import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from chalice.app import Rate, ScheduledEventConfig

from chalicelib import clock
from infra.local import functions

STOP_SECONDS = 5

UNITS = {Rate.MINUTES: timedelta(minutes=1), Rate.DAYS: timedelta(days=1)}


@contextmanager
def ticking(schedules: Iterable[ScheduledEventConfig], speed: float = 1) -> Iterator[None]:
    """Fire each of `schedules` when it is due for as long as the block lasts.

    `speed` is how many times as fast as real time the clock goes.

    Each has a thread of its own, as on AWS: a slow function holds up no other.
    """
    stop = threading.Event()
    now = clock.now()
    threads = [
        threading.Thread(
            target=_tick,
            args=(schedule, next_firing(schedule, now), stop, speed),
            name=schedule.name,
            daemon=True,
        )
        for schedule in schedules
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOP_SECONDS)  # past that it is cut off, as by a crash: all heal from that


def next_firing(schedule: ScheduledEventConfig, after: datetime) -> datetime:
    """When EventBridge next fires `schedule`, a `Rate`, if it last did so, or began, at `after`."""
    rate = schedule.schedule_expression
    interval: timedelta = rate.value * UNITS[rate.unit]
    return after + interval


def _tick(
    schedule: ScheduledEventConfig, due: datetime, stop: threading.Event, speed: float
) -> None:
    while not stop.wait((due - clock.now()).total_seconds() / speed):
        try:
            functions.call(schedule)
        except Exception:  # noqa: BLE001 (told below)
            # One run has failed, as it may on AWS; the next one makes up for it.
            print(f"The job {schedule.name} failed; it runs again when due.", file=sys.stderr)
            traceback.print_exc()
        while due <= clock.now():  # what came due meanwhile is left out, not caught up with
            due = next_firing(schedule, due)

"""The timer that fires the schedules, as EventBridge does on AWS."""

import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from chalice.app import ScheduledEventConfig

from infra.local import functions

STOP_SECONDS = 5

RATE = re.compile(r"rate\((?P<count>\d+) (?P<unit>minute|hour|day)s?\)")
CRON = re.compile(r"cron\((?P<minutes>[\d,/*]+) \* [*?] \* [*?] \*\)")
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@contextmanager
def ticking(schedules: Iterable[ScheduledEventConfig]) -> Iterator[None]:
    """Fire each of `schedules` when it is due for as long as the block lasts.

    Each has a thread of its own, as on AWS: a slow function holds up no other.
    """
    stop = threading.Event()
    now = datetime.now(UTC)
    threads = [
        threading.Thread(
            target=_tick,
            args=(schedule, next_firing(_expression(schedule), now), stop),
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


def next_firing(expression: str, after: datetime) -> datetime:
    """When EventBridge next fires `expression`, if a rate began at `after`.

    Raises ValueError for a cron expression that is about more than minutes.
    """
    if rate := RATE.fullmatch(expression):
        return after + int(rate["count"]) * UNITS[rate["unit"]]
    if cron := CRON.fullmatch(expression):
        minutes = _minutes(cron["minutes"])
        due = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
        while due.minute not in minutes:
            due += timedelta(minutes=1)
        return due
    raise ValueError(f"the timer knows rates and crons of minutes only, not {expression!r}")


def _tick(schedule: ScheduledEventConfig, due: datetime, stop: threading.Event) -> None:
    while not stop.wait((due - datetime.now(UTC)).total_seconds()):
        try:
            functions.call(schedule)
        except Exception:  # noqa: BLE001 (told below)
            # One run has failed, as it may on AWS; the next one makes up for it.
            print(f"The job {schedule.name} failed; it runs again when due.", file=sys.stderr)
            traceback.print_exc()
        while due <= datetime.now(UTC):  # what came due meanwhile is left out, not caught up with
            due = next_firing(_expression(schedule), due)


def _expression(schedule: ScheduledEventConfig) -> str:
    expression = schedule.schedule_expression
    return expression if isinstance(expression, str) else expression.to_string()


def _minutes(field: str) -> set[int]:
    minutes: set[int] = set()
    for part in field.split(","):
        start, _, step = part.partition("/")
        if start == "*":
            start, step = "0", step or "1"
        minutes.update(range(int(start), 60, int(step)) if step else [int(start)])
    return minutes

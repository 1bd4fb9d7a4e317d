"""The scheduled functions at national size: 126 offices, 30 days, 300 places a day.

Calls are counted on a few offices and multiplied, for every office is treated alike; time is
reckoned at ten milliseconds a call, one after the other, against the 900 seconds of a function.
Reminders are reckoned at the pace of SMS, in the time that a run of send_reminders has to send.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.calls import NOW, Meter, metered
from bench.rows import Row

NATION = 126
SAMPLE = 3
CALL_SECONDS = 0.010
LIMIT_SECONDS = 900
EVERY_SECONDS = 300
"""From one run of send_reminders to the next, and its time-out."""


def rows() -> Iterator[Row]:
    with metered() as meter:
        from chalicelib.config import settings
        from chalicelib.jobs import MARGIN
        from chalicelib.services.booking import reconcile, sweep
        from chalicelib.services.days import release
        from chalicelib.store import offices
        from infra.offices import every

        pattern = next(office for office in every() if office["office_id"] == "bandung")
        for number in range(1, SAMPLE):
            offices.put({**pattern, "office_id": f"office-{number}"})
        later = NOW + timedelta(minutes=2)
        yield from _row(meter, "open_days, first of all", release.open_days, later, SAMPLE - 1)
        yield from _row(meter, "open_days, nothing new", release.open_days, later, SAMPLE)
        next_day = later + timedelta(days=1)
        yield from _row(meter, "open_days, a day for each", release.open_days, next_day, SAMPLE)
        yield from _row(meter, "sweep", sweep.sweep, next_day, SAMPLE)
        yield from _row(meter, "reconcile, without bookings", reconcile.reconcile, next_day, SAMPLE)
    people = NATION * 300
    at_work = 1 - MARGIN.total_seconds() / EVERY_SECONDS
    yield Row(
        "reminders of one evening",
        people / (settings.sms_per_second * at_work) / 60,
        "minutes",
        f"{people} SMS at {settings.sms_per_second:g} a second, {at_work:.0%} of the time",
    )


def _row(
    meter: Meter, name: str, job: Callable[[datetime], Any], now: datetime, offices: int
) -> Iterator[Row]:
    meter.since()
    job(now)
    calls = len(meter.calls) * NATION / offices
    writes = meter.write_units * NATION / offices
    reads = meter.read_units * NATION / offices
    yield Row(f"calls of {name}", calls, "calls", f"counted on {offices} offices, times 126")
    yield Row(f"write units of {name}", writes, "WCU", "by the documented formula, the same way")
    yield Row(f"read units of {name}", reads, "RCU", "by the documented formula, the same way")
    yield Row(
        f"time of {name}",
        calls * CALL_SECONDS / LIMIT_SECONDS,
        "x its limit",
        f"{calls * CALL_SECONDS:.0f} s at 10 ms a call",
    )

"""The one place where time is read for a decision; ``api/``, ``jobs.py``, ``infra/`` ask it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def lasting(span: timedelta) -> Callable[[], bool]:
    """A function that says True until ``span`` has passed."""
    end = time.monotonic() + span.total_seconds()
    return lambda: time.monotonic() < end


class PacedAllowance:
    """Lets a job go on at an even rate until its time is up.

    A call waits until the next step is due and says True; once the time is up, it says False.
    """

    def __init__(self, per_second: float, span: timedelta) -> None:
        self._interval = 1 / per_second
        self._next = time.monotonic()
        self._end = self._next + span.total_seconds()

    def __call__(self) -> bool:
        begins = max(self._next, time.monotonic())
        if begins >= self._end:
            return False
        time.sleep(max(0.0, begins - time.monotonic()))
        self._next = begins + self._interval
        return True

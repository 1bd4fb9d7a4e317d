"""The clocks that a day can have. Only a run on one machine can be given one.

One stands still while anything is done and is moved to what comes next, so a day takes no longer
than its requests do and nothing is late; the other goes so many times as fast as time, to be
watched.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from heapq import heapify, heapreplace

from chalice.app import ScheduledEventConfig

from chalicelib import clock
from infra.local import functions, timer

MINUTE = timedelta(minutes=1)


class FastClock:
    """Shows ``begins`` now, and goes ``speed`` times as fast as time."""

    def __init__(self, begins: datetime, speed: float) -> None:
        self.begins = begins
        self.speed = speed
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self.begins + (time.monotonic() - self._since) * self.speed * timedelta(seconds=1)

    def seconds_until(self, at: datetime) -> float:
        """How long it really takes until the clock shows an instant; 0 once it is past."""
        return max((at - self.now()).total_seconds() / self.speed, 0.0)

    def reach(self, at: datetime) -> None:
        """Wait until the clock shows an instant."""
        while seconds := self.seconds_until(at):
            time.sleep(seconds)

    def firing(self, schedules: Iterable[ScheduledEventConfig]) -> AbstractContextManager[None]:
        """Fire schedules when they are due by this clock, each in a thread of its own."""
        return timer.ticking(schedules, self.speed)


class MovedClock:
    """Shows ``begins`` until it is moved."""

    def __init__(self, begins: datetime) -> None:
        self._now = begins
        self._due = list[tuple[datetime, str, ScheduledEventConfig]]()

    def now(self) -> datetime:
        return self._now

    def reach(self, at: datetime) -> None:
        """Move on to an instant, and on the way to those at which a schedule is due."""
        while self._due and self._due[0][0] <= at:
            self._now, name, schedule = self._due[0]
            functions.call(schedule)
            heapreplace(self._due, (timer.next_firing(schedule, self._now), name, schedule))
        self._now = max(self._now, at)

    @contextmanager
    def firing(self, schedules: Iterable[ScheduledEventConfig]) -> Iterator[None]:
        """Fire schedules whenever the clock is moved to where they are due."""
        self._due = [(timer.next_firing(one, self._now), one.name, one) for one in schedules]
        heapify(self._due)
        yield
        self._due = []


Clock = FastClock | MovedClock


def put_in(new: Clock) -> None:
    """Let the whole process go by this clock from now on: everything asks ``chalicelib.clock``."""
    vars(clock)["now"] = new.now

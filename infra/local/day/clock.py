"""A clock that goes faster than time. Only a run on one machine can be given one."""

import time
from datetime import datetime, timedelta

from chalicelib import clock

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

    def wait_until(self, at: datetime) -> None:
        while seconds := self.seconds_until(at):
            time.sleep(seconds)


def put_in(fast: FastClock) -> None:
    """Let the whole process go by this clock from now on: everything asks ``chalicelib.clock``."""
    vars(clock)["now"] = fast.now

"""The threads that answer a function's requests: few, and more while those wait.

Python runs one thread at a time. Those that all have something to do pass it on at every call of
the operating system, and each costs more for it; those that wait for a slow service cost nothing.
"""

import time
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

FEW = 3
"""So many keep the interpreter busy if AWS answers at once, as the emulator does."""

MOST = 16
"""Lambda has a limit too. The others wait here and not at the emulator, where they would wait
longer than the time-outs of the SDK allow."""

LOOK_SECONDS = 0.02
BUSY = 0.5
"""Of one processor: a process that uses more than this is not waiting for others."""


class Workers:
    """Of one function. Everything here is called on the thread of ``loop``."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._threads = ThreadPoolExecutor(MOST)
        self._waiting: deque[Callable[[], None]] = deque()
        self._at_a_time = FEW
        self._running = 0
        self._looking = False

    def take(self, answer: Callable[[], None]) -> None:
        """Let a thread answer, as soon as it is its turn; `answered` is to be called then."""
        self._waiting.append(answer)
        self._begin()
        if self._waiting and not self._looking:
            self._look_soon()

    def answered(self) -> None:
        """Let the next one begin."""
        self._running -= 1
        self._begin()

    def stop(self) -> None:
        """Begin nothing more, and wait for nothing."""
        self._waiting.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        while self._waiting and self._running < self._at_a_time:
            self._running += 1
            self._threads.submit(self._waiting.popleft())

    def _look_soon(self) -> None:
        self._looking = True
        self._loop.call_later(LOOK_SECONDS, self._look, time.monotonic(), time.process_time())

    def _look(self, since: float, used: float) -> None:
        """While some wait, let more run at a time if the process has little to do, else fewer."""
        self._looking = False
        busy = time.process_time() - used > BUSY * (time.monotonic() - since)
        self._at_a_time = max(FEW, self._at_a_time - 1) if busy else min(MOST, self._at_a_time + 1)
        self._begin()
        if self._waiting:
            self._look_soon()

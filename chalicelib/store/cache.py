"""What a warm process may remember for a moment."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock, RLock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

LIMIT = 4096


class Cache(Generic[Key, Value]):
    """Values that are read anew once they are older than ``age``.

    Ages are counted from the ``now`` at which the read began, so a value is never older than it
    claims to be; at the limit of its size it forgets everything, which costs a read each. Of
    threads that miss the same thing one reads (under ``reading``), and the others wait for it. What
    `get` was reading while something was dropped is not kept: it may be from before.
    """

    def __init__(self, age: timedelta) -> None:
        self.age = age
        self.reading = RLock()
        self._kept: dict[Key, tuple[datetime, Value]] = {}
        self._drops = 0
        self._dropping = Lock()

    def get(self, key: Key, now: datetime, read: Callable[[], Value]) -> Value:
        """The value under ``key``, read if need be."""
        kept = self._fresh(key, now)
        if kept is None:
            with self.reading:
                kept = self._fresh(key, now)
                if kept is None:
                    drops = self._drops
                    kept = (now, read())
                    with self._dropping:
                        if self._drops == drops:
                            self.keep(key, *kept)
        return kept[1]

    def peek(self, key: Key, now: datetime) -> Value | None:
        """The value under ``key`` if it is there and fresh."""
        kept = self._fresh(key, now)
        return kept[1] if kept else None

    def keep(self, key: Key, now: datetime, value: Value) -> None:
        """Hold a value that is fresh as of ``now``."""
        if len(self._kept) >= LIMIT:
            self._kept.clear()
        self._kept[key] = (now, value)

    def _fresh(self, key: Key, now: datetime) -> tuple[datetime, Value] | None:
        kept = self._kept.get(key)
        return kept if kept is not None and abs(now - kept[0]) < self.age else None

    def drop(self, key: Key) -> None:
        """Forget what is under ``key``."""
        with self._dropping:
            self._drops += 1
            self._kept.pop(key, None)

    def clear(self) -> None:
        with self._dropping:
            self._drops += 1
            self._kept.clear()

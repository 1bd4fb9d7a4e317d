"""What a warm process may remember for a moment."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

LIMIT = 4096


class Cache(Generic[Key, Value]):
    """Values that are read anew once they are older than ``age``.

    Ages are counted from the ``now`` at which the read began, so a value is never older than it
    claims to be; at the limit of its size it forgets everything, which costs a read each.
    """

    def __init__(self, age: timedelta) -> None:
        self.age = age
        self._kept: dict[Key, tuple[datetime, Value]] = {}

    def get(self, key: Key, now: datetime, read: Callable[[], Value]) -> Value:
        """The value under ``key``, read if need be."""
        kept = self._kept.get(key)
        if kept is not None and abs(now - kept[0]) < self.age:
            return kept[1]
        value = read()
        self.keep(key, now, value)
        return value

    def peek(self, key: Key, now: datetime) -> Value | None:
        """The value under ``key`` if it is there and fresh."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and abs(now - kept[0]) < self.age else None

    def keep(self, key: Key, now: datetime, value: Value) -> None:
        if len(self._kept) >= LIMIT:
            self._kept.clear()
        self._kept[key] = (now, value)

    def drop(self, key: Key) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

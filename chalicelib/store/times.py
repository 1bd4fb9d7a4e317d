"""How instants and times of day lie in items: whole seconds of Unix time, and ``HH:MM``."""

from datetime import UTC, datetime, time


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def clock(text: str) -> time:
    return time.fromisoformat(text)

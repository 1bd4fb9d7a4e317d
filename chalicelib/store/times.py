"""How instants and times of day lie in items: whole seconds of Unix time, and ``HH:MM``."""

from datetime import UTC, datetime, time


def seconds(instant: datetime) -> int:
    """An aware instant in whole seconds of Unix time; what is beyond them is cut off."""
    return int(instant.timestamp())


def instant(seconds: float) -> datetime:
    """Unix time as an instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def clock(text: str) -> time:
    """``HH:MM`` as a time of day. Raises ValueError."""
    return time.fromisoformat(text)

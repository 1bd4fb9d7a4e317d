"""How instants are kept in items: whole seconds of Unix time."""

from datetime import UTC, datetime


def seconds(instant: datetime) -> int:
    """An aware instant in whole seconds of Unix time; what is beyond them is cut off."""
    return int(instant.timestamp())


def instant(seconds: float) -> datetime:
    """Unix time as an instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC)

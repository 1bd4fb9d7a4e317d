"""The one place where the time of day is read; called by ``api/`` and ``jobs.py`` only."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)

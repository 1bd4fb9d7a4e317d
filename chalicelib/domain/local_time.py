"""Times of day, local to an office, as they are written everywhere: ``HH:MM``."""

from datetime import time


def hhmm(at: time) -> str:
    """A time of day as ``HH:MM``; seconds are cut off."""
    return at.isoformat("minutes")


def parse_hhmm(text: str) -> time:
    """The time of day that ``HH:MM`` says. Raises ValueError."""
    return time.fromisoformat(text)

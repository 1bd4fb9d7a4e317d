"""What applicants are told about a booking, when, and what has become of it."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.offices import Office

EVENING_FROM, EVENING_UNTIL = time(16), time(21)
"""The evening reminder's hours, office time: a late run does not wake people at night."""

SOON = timedelta(hours=2)
"""How long before a slot the second reminder goes out."""


class Notice(StrEnum):
    """The kinds of text, as marked on a booking; each goes out at most once for its place."""

    EVENING = "evening"
    SOON = "soon"
    CLOSURE = "closure"
    LATER = "later"
    """On the day itself: that they need not come yet, for the line is long."""
    TURNED_AWAY = "turned_away"
    """That the office has closed before it served them."""
    WON = "won"
    """That they have been given places by lot."""


class State(StrEnum):
    """What has become of a notice."""

    SENDING = "sending"
    """Marked, and never recorded: the run was killed there. It may have been sent."""
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """SNS gave no definite answer. It may have been sent, so it is never sent again."""
    CALLED = "called"
    """It was not surely sent, and somebody of the office has told them by telephone."""


TOLD = frozenset({State.SENT, State.CALLED})
"""The states in which people know."""


class Telling(NamedTuple):
    """One notice of one booking."""

    state: State
    at: datetime
    reason: str | None = None
    by: str | None = None
    """Who has called them."""


def due(office: Office, day: date, start: time, now: datetime) -> Notice | None:
    """Which reminder, if any, the people of a slot should have by ``now``."""
    begins = calendar.instant(office, day, start)
    if begins - SOON <= now < begins:
        return Notice.SOON
    eve = day - timedelta(days=1)
    if calendar.instant(office, eve, EVENING_FROM) <= now:
        return Notice.EVENING if now < calendar.instant(office, eve, EVENING_UNTIL) else None
    return None

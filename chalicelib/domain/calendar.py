"""When things happen: the release of a day, the start of a slot, the end of the time to cancel.

Dates and times of day are local to an office; instants are aware and in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.domain import decrees
from chalicelib.domain.offices import Closure, Office, Window

AHEAD = timedelta(hours=24)
"""Days are made ready this long before their release, so that a late job delays nobody."""

SOON = timedelta(days=30)
"""The time that there is to enter a decree, once somebody is told that there is none."""

DRAWN_BEFORE = timedelta(minutes=10)
"""So long before everybody can have them, the places of an office in draw mode are drawn."""

IN_SIGHT = 31
"""Longer than any holidays: where no places are released within so many days, none will be."""

RETENTION = timedelta(days=90)
"""What is kept of a visit is gone this long after its day …"""

EXPIRY = timedelta(days=7)
"""… for which it expires earlier: DynamoDB takes a few days to delete what has expired."""


def instant(office: Office, day: date, at: time) -> datetime:
    """The instant of a local date and time."""
    return _instant(office.zone, day, at)


@lru_cache(maxsize=4096)  # a crowd asks for the same few slots
def _instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def opens_at(office: Office, day: date) -> datetime:
    """The instant from which the places of ``day`` can be booked."""
    first = office.release_by.start(day)
    return instant(office, first - timedelta(days=office.horizon_days), office.release_at)


def upcoming(office: Office, now: datetime) -> tuple[date, date]:
    """The first and the last day that may hold bookings which are still to come."""
    today = office.today(now)
    return today, today + timedelta(days=office.reach_days + 1)


def due(office: Office, now: datetime, ahead: timedelta = AHEAD) -> list[date]:
    """The days, from today on, whose release is past or comes within ``ahead``."""
    today = office.today(now)
    days = (today + timedelta(days=n) for n in range(office.reach_days + ahead.days + 2))
    return [day for day in days if opens_at(office, day) <= now + ahead]


def closure_on(office: Office, day: date) -> Closure | None:
    """Why an office is closed on ``day``: for reasons of its own, or for a holiday."""
    own = office.closures.get(day)
    return own if own or office.trial or day in office.served else decrees.holiday(day)


def windows_on(office: Office, day: date) -> tuple[Window, ...]:
    """The windows of ``day`` by the weekly template; none where the office is closed."""
    return () if closure_on(office, day) else office.windows(day)


def next_release(office: Office, now: datetime) -> datetime | None:
    """The next instant, after ``now``, at which places are released; None if none is in sight."""
    today = office.today(now)
    for day in (today + timedelta(days=n) for n in range(office.reach_days + IN_SIGHT)):
        if opens_at(office, day) > now and windows_on(office, day):
            return opens_at(office, day)
    return None


def undecreed(office: Office, now: datetime) -> bool:
    """Whether days of a year whose holidays no decree has set are released ``now``, or soon."""
    last = office.today(now) + timedelta(days=office.reach_days) + SOON
    return last.year not in decrees.DECREES


def can_change_until(office: Office, day: date) -> datetime:
    """A booking may be cancelled or moved before this instant: the end of the day before."""
    return instant(office, day, time.min)


def ends_at(office: Office, day: date) -> datetime:
    """The local midnight that ends ``day``; a booking of that day is active until then."""
    return instant(office, day + timedelta(days=1), time.min)


def expires_at(day: date) -> datetime:
    """The instant from which nothing of a booking on ``day`` is shown any more; all is deleted."""
    return kept_until(day, RETENTION - EXPIRY)


def kept_until(day: date, span: timedelta) -> datetime:
    """So long after the end of a day in UTC, which is some hours after it ends at any office."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC) + span

"""Immigration offices (Kanim): where they are, when they serve, when they release their places."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple
from zoneinfo import ZoneInfo

EARTH_RADIUS_KM = 6371.0

TRIAL = "uji-coba"
"""The office of ``make run`` where everything can be tried at any hour; on AWS there is none."""

ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}

GENERIC_NAME = r"^Kantor Imigrasi( Kelas I{1,3})?( Khusus)?( Non)?( TPI)? "


class Window(NamedTuple):
    """A span of an office's day, in its local time, and how many people it serves then."""

    start: time
    end: time
    places: int


class Break(NamedTuple):
    """When some counters serve nobody, in the office's local time."""

    start: time
    end: time


class Period(StrEnum):
    """What is released at once: each day for itself, a whole week, a whole month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start(self, day: date) -> date:
        """The first day of the period that ``day`` is in; a week begins on Monday."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Period.MONTH else day

    @property
    def last_day(self) -> int:
        """How many days after its first the last day of the period is, at most."""
        return {Period.DAY: 0, Period.WEEK: 6, Period.MONTH: 30}[self]


class Closure(NamedTuple):
    """Why an office does not serve on a day, in the words that applicants read."""

    id: str
    en: str


class Office(NamedTuple):
    office_id: str
    name: str
    city: str
    province: str
    time_zone: str
    latitude: float
    longitude: float
    horizon_days: int
    """Places are released this many days before the day, week or month that they belong to …"""
    release_at: time
    """… at this local time."""
    opening: Mapping[int, tuple[Window, ...]]
    """The weekly template: windows in order by weekday, Monday 0. A missing day is a day off."""
    closures: Mapping[date, Closure]
    release_by: Period = Period.DAY
    free_after: tuple[timedelta, timedelta] = (timedelta(minutes=5), timedelta(minutes=30))
    """Places that are let go come back after a time between these two, which nobody can foresee."""
    by_lot: bool = False
    """Whether its places go by lot first to those who asked beforehand."""
    left_lots_at: datetime | None = None
    """When it went back to first come, until all who waited then have been told."""
    arrival_step: timedelta = timedelta(minutes=5)
    """People are told to come at times of these steps …"""
    arrival_lead: timedelta = timedelta(minutes=5)
    """… and so long before their turn."""
    served: frozenset[date] = frozenset()
    """National holidays on which it serves all the same."""
    counters: int = 1
    """How many counters it has; they are called 1, 2, 3 …"""
    step_minutes: tuple[float, ...] = (18,)
    """The steps of a visit: how long one person takes at each, until the day has taught better."""
    breaks: tuple[Break, ...] = ()
    """The breaks that its counters take by turns; without them all have theirs between windows."""
    show_rate: float = 0.83
    """Which share of those who have booked come (the country's offices: one in six does not)."""
    walk_in_share: float = 0.12
    """How many come without a booking, for each place."""

    @property
    def trial(self) -> bool:
        return self.office_id == TRIAL

    @property
    def steps(self) -> tuple[int, ...]:
        return tuple(range(len(self.step_minutes)))

    @property
    def counter_ids(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(1, self.counters + 1))

    @property
    def reach_days(self) -> int:
        """No day further ahead than this has been released."""
        return self.horizon_days + self.release_by.last_day

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def zone_name(self) -> str:
        """What Indonesians call the time of the office: WIB, WITA, WIT."""
        return ZONE_NAMES[self.time_zone]

    @property
    def short_name(self) -> str:
        """The name without what all offices are called: a text message has little room."""
        return re.sub(GENERIC_NAME, "", self.name)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def windows(self, day: date) -> tuple[Window, ...]:
        return self.opening.get(day.weekday(), ())

    def breaks_at(self, windows: Sequence[Window], number: int) -> tuple[Break, ...]:
        """The breaks of a counter (from 0 on) on a day with these windows, in order.

        Between two windows where nobody is served all have theirs; else each has the next of those
        that are taken by turns.
        """
        between = tuple(
            Break(before.end, after.start)
            for before, after in pairwise(windows)
            if before.end < after.start
        )
        if between or not self.breaks:
            return between
        return (self.breaks[number % len(self.breaks)],)

    def distance_km(self, latitude: float, longitude: float) -> float:
        """The great-circle distance (haversine) to a point given in degrees."""
        lat, far_lat = radians(self.latitude), radians(latitude)
        half_lat, half_lon = (far_lat - lat) / 2, radians(longitude - self.longitude) / 2
        chord = sin(half_lat) ** 2 + cos(lat) * cos(far_lat) * sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))

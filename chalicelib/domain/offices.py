"""Immigration offices (Kanim): where they are, when they serve, when they release their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Window:
    """A span of an office's day, in its local time, and how many people it serves then."""

    start: time
    end: time
    places: int


@dataclass(frozen=True, slots=True)
class Closure:
    """Why an office does not serve on a day, in the words that applicants read."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Office:
    office_id: str
    name: str
    city: str
    province: str
    time_zone: str
    latitude: float
    longitude: float
    horizon_days: int
    """A day's places are released this many days ahead of it …"""
    release_at: time
    """… at this local time."""
    opening: Mapping[int, tuple[Window, ...]]
    """The weekly template: windows in order by weekday, Monday 0. A missing day is a day off."""
    closures: Mapping[date, Closure]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def windows(self, day: date) -> tuple[Window, ...]:
        return self.opening.get(day.weekday(), ())

    def distance_km(self, latitude: float, longitude: float) -> float:
        """The great-circle distance (haversine) to a point given in degrees."""
        lat, far_lat = radians(self.latitude), radians(latitude)
        half_lat, half_lon = (far_lat - lat) / 2, radians(longitude - self.longitude) / 2
        chord = sin(half_lat) ** 2 + cos(lat) * cos(far_lat) * sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))

"""What can be changed of an office's days: how a day stands, and what is refused.

Supervisors are told so through the API, operators by `infra.ops.office`.
"""

from enum import StrEnum

from chalicelib.domain.errors import Conflict


class Standing(StrEnum):
    """How a day stands: an open one can be closed; one that is closed or a holiday, opened."""

    OPEN = "open"
    BEGUN = "begun"
    """People have checked in: the line can be closed now, but not the day."""
    CLOSED = "closed"
    HOLIDAY = "holiday"
    """By decree; the office may serve all the same."""
    NO_HOURS = "no-hours"


class DayOver(Conflict):
    """A day that is over is not changed: its people have been, and may have booked anew."""

    slug = "day-over"


class DayBegun(Conflict):
    """People have checked in: whoever was served would have their booking cancelled."""

    slug = "day-begun"


class NoReason(Conflict):
    """Whoever had a booking then is owed a reason, in both languages."""

    slug = "no-reason"


class NoHours(Conflict):
    """By its weekly hours the office does not serve on that day."""

    slug = "no-hours"


class PlacesHeld(Conflict):
    """More places are ``held`` than the slot would have."""

    slug = "places-held"


class TooManyPlaces(Conflict):
    """More places than a slot may have, which is ``most``."""

    slug = "too-many-places"

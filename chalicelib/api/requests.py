"""What comes in: the bodies of requests. Unknown fields are refused."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.domain.bookings import Service
from chalicelib.domain.people import FAMILY_LIMIT

Text = Annotated[str, Meta(max_length=254)]
Id = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)"),  # in Python a $ lets a line feed follow
]
ClockTime = Annotated[
    str,
    Meta(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        max_length=5,  # in Python a $ lets a line feed follow
        description="Local to the office.",
    ),
]


class Body(Struct, forbid_unknown_fields=True):
    pass


class OwnCheckIn(Body):
    presence: Annotated[str, Meta(max_length=32)]
    """The four digits that the office's board shows now."""


class NewBooking(Body):
    office_id: Id
    date: date
    start: ClockTime
    service: Service
    applicants: Annotated[list[Id], Meta(min_length=1, max_length=FAMILY_LIMIT)]


class Reschedule(Body):
    date: date
    start: ClockTime
    office_id: Id | None = None

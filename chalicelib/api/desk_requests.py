"""What comes in of an office and its day: the bodies of requests."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.requests import Body, ClockTime, Id, Text
from chalicelib.domain.bookings import Service
from chalicelib.domain.notices import Notice
from chalicelib.domain.people import FAMILY_LIMIT

Ticket = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{1,2}[0-9]{1,5}$(?!\n)"),  # in Python a $ lets a line feed follow
]
"""The label of a ticket."""


class Resume(Body):
    refresh_token: Annotated[str, Meta(max_length=256)] | None = None
    """With the header `Antrian-Session: cookie` it may be in the cookie, and goes there if not."""


class Scan(Body):
    qr: Text


class WalkIn(Body):
    service: Service
    people: Annotated[int, Meta(ge=1, le=FAMILY_LIMIT)]
    priority: Literal["elderly", "toddler", "pregnant", "disabled"] | None = None
    """Which of these it is, is kept nowhere."""


class Press(Body):
    turn: Annotated[int, Meta(ge=0, le=1_000_000)]
    """Of the counter, as the clerk saw it."""
    press: Literal[
        "open", "next", "recall", "serve", "finish", "no_show", "send_on", "undo", "leave"
    ]
    and_next: bool = False
    """With `finish`, `no_show` and `send_on`: call the next person in the same moment."""
    step: Annotated[int, Meta(ge=0, le=9)] | None = None
    """With `send_on`: to which step; by default the next one."""
    steps: Annotated[list[Annotated[int, Meta(ge=0, le=9)]], Meta(min_length=1, max_length=10)] | (
        None
    ) = None
    """With `open`: for which steps; by default all."""


class Seen(Body):
    """A KTP was held against a person who is called or served at the counter."""

    ticket: Annotated[str, Meta(max_length=16)]
    queue_number: Annotated[int, Meta(ge=1, le=1_000_000)]
    """Of whoever has booked for themselves: a KTP proves nothing of who a relative's account is."""


class Break(Body):
    counter: Id
    until: Annotated[datetime, Meta(tz=True)]


Words = Annotated[str, Meta(min_length=1, max_length=120)]


class Reason(Body):
    """Why an office does not serve, in the words that applicants read."""

    id: Words
    """In Indonesian."""
    en: Words
    """In English."""


class NewClosure(Body):
    date: date
    reason: Reason


class Places(Body):
    date: date
    start: ClockTime
    places: Annotated[int, Meta(ge=0, le=1_000_000)]
    """In all; not fewer than are held."""


class NewClerk(Body):
    name: Annotated[str, Meta(max_length=254, examples=["Dewi Lestari"])]


class Device(Body):
    role: Literal["kiosk", "board"]


class Arrival(Body):
    date: date
    ticket: Ticket
    arrived_at: ClockTime
    served: bool = False
    """Whether they have been served already; else they wait, as if they had checked in then."""


class PhoneCall(Body):
    notices: Annotated[list[Notice], Meta(min_length=1, max_length=8)]
    """What people were told, as it was listed: something else may have come up since."""

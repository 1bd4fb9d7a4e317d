"""What comes in of people and their accounts: the bodies of requests."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from chalicelib.api.requests import Body, ClockTime, Id, Text
from chalicelib.domain.bookings import Service
from chalicelib.domain.people import FAMILY_LIMIT, Sex


class Registration(Body):
    nik: Annotated[str, Meta(max_length=32, examples=["3573014107900001"])]
    name: Text
    birth_date: date
    sex: Sex
    phone: Annotated[str, Meta(max_length=32, examples=["0812-3456-7890"])]
    consent: bool
    email: Text | None = None


class Code(Body):
    code: Annotated[str, Meta(max_length=32)]


class Proof(Body):
    """The code of a sign-in; and, if it is asked for, what the holder of the account knows."""

    code: Annotated[str, Meta(max_length=32)]
    birth_date: date | None = None
    nik_last: Annotated[str, Meta(max_length=32)] | None = None
    """The last four digits of the NIK."""


class NewPhone(Body):
    phone: Annotated[str, Meta(max_length=32)]


class SignIn(Body):
    phone: Annotated[str, Meta(max_length=32)]
    device_token: Annotated[str, Meta(max_length=256)] | None = None
    """From earlier tokens of the account. A wrong one is answered as none."""


class Refresh(Body):
    refresh_token: Annotated[str, Meta(max_length=256)] | None = None
    """Not beside the header `Antrian-Session: cookie`: then it is in the cookie."""


class Correction(Body):
    name: Text | None = None
    email: Text | None = None
    """An empty one removes the address that is held."""
    birth_date: date | None = None
    sex: Sex | None = None


class NewRelative(Body):
    nik: Annotated[str, Meta(max_length=32)]
    name: Text
    birth_date: date
    sex: Sex
    relation: Literal["parent", "child", "spouse", "sibling"]
    """All of `Relation` but SELF: the holder is there from registration on."""


class Consent(Body):
    accept: bool
    """False takes back a consent that was given, too."""


class NewPush(Body):
    endpoint: Annotated[str, Meta(max_length=1000)]
    """Of the browser's subscription; an HTTPS address of a known push service."""


class NewEntry(Body):
    office_id: Id
    service: Service
    applicants: Annotated[list[Id], Meta(min_length=1, max_length=FAMILY_LIMIT)]
    first: date = field(name="from")
    last: date = field(name="to")
    windows: Annotated[list[ClockTime], Meta(max_length=50)] = field(default_factory=list)
    """When the windows begin that would do, the best first; all, if there are none."""
    until: date | None = None
    """The last day on which it waits, in the office's time; by default 30 days from now."""

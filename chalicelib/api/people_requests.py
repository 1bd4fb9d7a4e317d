"""What comes in of people and their accounts: the bodies of requests."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.requests import Body, Text
from chalicelib.domain.people import Sex


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

"""What comes in of passkeys, of staff and of applicants: the bodies of requests."""

from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api.requests import Body

Json = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": True})]
"""An object of which another specification says what is in it."""


class Enrolment(Body):
    credential: Json | None = None
    """What `navigator.credentials.create` made, as `toJSON` writes it; without it one asks for the
    options that it needs."""


class PasskeyAnswer(Body):
    credential: Json
    """What `navigator.credentials.get` answered, as `toJSON` writes it."""

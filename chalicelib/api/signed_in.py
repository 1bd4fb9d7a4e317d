"""What whoever has signed in is given: their tokens, in the body or in cookies."""

from typing import TYPE_CHECKING

from msgspec import UNSET, structs

from chalicelib.api import answers, cookie, tokens
from chalicelib.api.responses import Headed
from chalicelib.api.routes import Request

if TYPE_CHECKING:
    from chalicelib.services.sign_in.sessions import SignedIn


def issued(request: Request, signed_in: "SignedIn", **more: str) -> answers.Tokens | Headed:
    """Tokens in the way that the caller wants the refresh token."""
    made = structs.replace(tokens.issue(signed_in, request.now), **more)
    if not cookie.wanted(request.headers):
        return made
    assert isinstance(made.device_token, str)
    return Headed(
        structs.replace(made, refresh_token=UNSET, device_token=UNSET),
        cookie.keeping(signed_in.refresh_token, made.device_token),
    )

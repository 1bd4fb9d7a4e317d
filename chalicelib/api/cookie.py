"""The pages' way to stay signed in: the refresh token in a cookie, which no script can read.

The header that asks for it is the guard against forged requests, beside SameSite: a page of another
origin cannot send it, because CORS does not allow it.
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.domain.errors import Invalid

HEADER = "Antrian-Session"
WAY = "cookie"

NAME = "__Secure-antrian"
"""The cookie of the refresh token; it goes with the session."""

DEVICE = "__Secure-antrian-device"
"""The cookie of the device token; it stays, so that the next sign-in comes from a known device."""

PATH = "/v1/sessions"
ATTRIBUTES = f"Path={PATH}; Secure; HttpOnly; SameSite=Strict"


def wanted(headers: Mapping[str, str]) -> bool:
    """Whether the caller wants the cookie. Raises `Invalid` for any other way than that."""
    way = headers.get(HEADER.lower())
    if way not in (None, WAY):
        raise Invalid(HEADER, "choice")
    return way == WAY


def held(headers: Mapping[str, str], name: str = NAME) -> str:
    """What is in the cookie of that name, or nothing.

    Not by `http.cookies`: for one odd cookie, which a neighbour under the same domain may have
    set, it reads none of them.
    """
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    return next((value for found, _, value in pairs if found == name), "")


def keeping(refresh_token: str, device_token: str) -> dict[str, list[str]]:
    """The headers that give the tokens to the browser, each for as long as it is good."""
    from chalicelib.services.sign_in.devices import LIFE as OF_A_DEVICE
    from chalicelib.store.sessions import LIFE  # neither is for a process that only books

    return {
        "Set-Cookie": [
            f"{name}={value}; Max-Age={int(life.total_seconds())}; {ATTRIBUTES}"
            for name, value, life in (
                (NAME, refresh_token, LIFE),
                (DEVICE, device_token, OF_A_DEVICE),
            )
        ]
    }


DESK = "__Secure-antrian-desk"
"""The cookie of the staff's refresh token; it goes with their shift."""

OF_THE_DESK = "Path=/v1/staff/sessions; Secure; HttpOnly; SameSite=Strict"


def keeping_desk(refresh_token: str, life: timedelta) -> dict[str, list[str]]:
    """The header that gives the staff's refresh token to the browser for so long."""
    return {
        "Set-Cookie": [
            f"{DESK}={refresh_token}; Max-Age={int(life.total_seconds())}; {OF_THE_DESK}"
        ]
    }


FORGETTING_DESK = {"Set-Cookie": f"{DESK}=; Max-Age=0; {OF_THE_DESK}"}

FORGETTING = {"Set-Cookie": f"{NAME}=; Max-Age=0; {ATTRIBUTES}"}
"""The header that takes the refresh token back."""

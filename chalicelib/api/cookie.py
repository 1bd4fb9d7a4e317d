"""The pages' way to stay signed in: the refresh token in a cookie, which no script can read.

The header that asks for it is the guard against forged requests, beside SameSite: a page of another
origin cannot send it, because CORS does not allow it.
"""

from collections.abc import Mapping

from chalicelib.domain.errors import Invalid

HEADER = "Antrian-Session"
WAY = "cookie"

NAME = "__Secure-antrian"
PATH = "/v1/sessions"
ATTRIBUTES = f"Path={PATH}; Secure; HttpOnly; SameSite=Strict"


def wanted(headers: Mapping[str, str]) -> bool:
    """Whether the caller wants the cookie. Raises `Invalid` for any other way than that."""
    way = headers.get(HEADER.lower())
    if way not in (None, WAY):
        raise Invalid(HEADER, "choice")
    return way == WAY


def held(headers: Mapping[str, str]) -> str:
    """The refresh token in the cookie, or nothing."""
    from http.cookies import CookieError, SimpleCookie

    try:
        found = SimpleCookie(headers.get("cookie", "")).get(NAME)
    except CookieError:
        return ""
    return found.value if found else ""


def keeping(refresh_token: str) -> dict[str, str]:
    """The header that gives the token to the browser, for as long as the session lives."""
    from chalicelib.store.sessions import LIFE  # not for a process that only books

    life = int(LIFE.total_seconds())
    return {"Set-Cookie": f"{NAME}={refresh_token}; Max-Age={life}; {ATTRIBUTES}"}


FORGETTING = {"Set-Cookie": f"{NAME}=; Max-Age=0; {ATTRIBUTES}"}
"""The header that takes it back."""

"""Access tokens: short-lived, signed by the service's own key, checked in the process."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from msgspec import Struct

from chalicelib import keyring
from chalicelib.api.answers import Tokens
from chalicelib.api.problems import NotSignedIn
from chalicelib.config import settings

if TYPE_CHECKING:
    from chalicelib.services.desk.shifts import Started
    from chalicelib.services.sign_in.sessions import SignedIn

LIFE = timedelta(minutes=10)
ALGORITHM = "HS256"
ISSUER = f"antrian-paspor-{settings.stage}"
DESK = f"{ISSUER}-desk"
"""Whom the tokens of staff and devices are for; those of applicants are for the issuer itself."""


class Caller(Struct, frozen=True):
    account_id: str
    """Of staff and devices, their own id."""
    session_id: str


def issue(signed_in: "SignedIn", now: datetime) -> Tokens:
    """The tokens of somebody who has just proven who they are."""
    from chalicelib.services.sign_in import devices

    subject, session = signed_in.account_id, signed_in.session_id
    return Tokens(
        account_id=subject,
        access_token=_signed(ISSUER, subject, session, now, now + LIFE),
        refresh_token=signed_in.refresh_token,
        expires_in=int(LIFE.total_seconds()),
        token_type="Bearer",  # noqa: S106 (a type, no secret)
        device_token=devices.token(signed_in.account_id, now),
    )


def issue_to_desk(started: "Started", now: datetime) -> str:
    """The access token of staff or of a device; it lives as long as their session."""
    shift = started.shift
    return _signed(DESK, shift.staff_id, shift.session_id, now, shift.expires_at)


def _signed(audience: str, subject: str, session: str, now: datetime, until: datetime) -> str:
    import jwt  # only those who sign in wait for it

    keys = keyring.tokens()
    kid = keys.current
    claims = {"iss": ISSUER, "aud": audience, "sub": subject, "sid": session}
    return jwt.encode(
        {**claims, "iat": now, "exp": until}, keys.keys[kid], ALGORITHM, headers={"kid": kid}
    )


def caller(authorization: str, now: datetime, audience: str = ISSUER) -> Caller:
    """Who is calling, by the Authorization header. Raises `NotSignedIn`.

    A token is only what `issue` makes: one algorithm, no extension, no other claim. That is little
    enough to be checked here, and every request pays for it: PyJWT takes ten times as long.
    """
    scheme, _, token = authorization.partition(" ")
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    try:
        key = keyring.verifying(_kid(header), now)
        if key is None or not hmac.compare_digest(signature.encode(), _signature(key, signed)):
            raise NotSignedIn
        said = _read(claims, _Claims)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise NotSignedIn from None
    in_time = said.iat <= now.timestamp() < said.exp
    if (said.iss, said.aud) != (ISSUER, audience) or not in_time:
        raise NotSignedIn
    return Caller(said.sub, said.sid)


class _Header(Struct, forbid_unknown_fields=True):
    alg: Literal["HS256"]
    kid: str
    typ: Literal["JWT"] = "JWT"


class _Claims(Struct, forbid_unknown_fields=True):
    iss: str
    aud: str
    sub: str
    sid: str
    iat: int
    exp: int


_Part = TypeVar("_Part", _Header, _Claims)


def _read(part: str, kind: type[_Part]) -> _Part:
    """A part of a token: JSON in unpadded base64 (RFC 7515)."""
    return msgspec.json.decode(urlsafe_b64decode(part + "=="), type=kind)


@lru_cache(maxsize=16)  # all tokens of a key begin alike
def _kid(header: str) -> str:
    return _read(header, _Header).kid


def _signature(key: bytes, signed: str) -> bytes:
    return urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=")

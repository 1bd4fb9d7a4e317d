"""Access tokens: short-lived, signed by the service's own key, checked in the process."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import jwt

from chalicelib import keyring
from chalicelib.api.answers import Tokens
from chalicelib.api.problems import NotSignedIn
from chalicelib.config import settings

if TYPE_CHECKING:
    from chalicelib.services.sessions import SignedIn

LIFE = timedelta(minutes=10)
ALGORITHM = "HS256"
ISSUER = f"antrian-paspor-{settings.stage}"


class Caller(NamedTuple):
    account_id: str
    session_id: str


def issue(signed_in: "SignedIn", now: datetime) -> Tokens:
    """The tokens of somebody who has just proven who they are."""
    keys = keyring.tokens()
    access_token = jwt.encode(
        {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": signed_in.account_id,
            "sid": signed_in.session_id,
            "iat": now,
            "exp": now + LIFE,
        },
        keys.keys[keys.current],
        ALGORITHM,
        headers={"kid": keys.current},
    )
    return Tokens(
        account_id=signed_in.account_id,
        access_token=access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=int(LIFE.total_seconds()),
        token_type="Bearer",  # noqa: S106 (a type, no secret)
    )


def caller(authorization: str) -> Caller:
    """Who is calling, by the Authorization header. Raises `NotSignedIn`."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    try:
        key = keyring.tokens().keys.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise NotSignedIn
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=ISSUER,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "sid"]},
        )
    except jwt.InvalidTokenError:
        raise NotSignedIn from None
    return Caller(claims["sub"], claims["sid"])

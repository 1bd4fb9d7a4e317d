"""Tokens made by hand, and the ways in which somebody might try to pass one off as good."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock, keyring
from chalicelib.api import tokens
from chalicelib.api.tokens import ISSUER, LIFE
from chalicelib.services.sign_in.sessions import SignedIn

MINUTE = timedelta(minutes=1)

Forged = Mapping[str, Any]


def key() -> bytes:
    keys = keyring.tokens()
    return keys.keys[keys.current]


def forged(
    who: SignedIn,
    header: Forged | None = None,
    claims: Forged | None = None,
    *,
    secret: bytes | None = None,
    digest: str = "sha256",
) -> str:
    """A token made by hand: as the service makes it, but for what is given; None takes away."""
    now = clock.now()
    standard_header = {"alg": "HS256", "typ": "JWT", "kid": keyring.tokens().current}
    standard_claims = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": who.account_id,
        "sid": who.session_id,
        "iat": at(now),
        "exp": at(now + LIFE),
    }
    return signed(
        json.dumps(given({**standard_header, **(header or {})})),
        json.dumps(given({**standard_claims, **(claims or {})})),
        secret or key(),
        digest,
    )


def given(values: Forged) -> Forged:
    return {name: value for name, value in values.items() if value is not None}


def signed(header: str, claims: str, secret: bytes, digest: str = "sha256") -> str:
    content = f"{encoded(header.encode())}.{encoded(claims.encode())}"
    return f"{content}.{encoded(hmac.digest(secret, content.encode(), digest))}"


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def at(moment: datetime) -> int:
    return int(moment.timestamp())


def good(who: SignedIn) -> str:
    return tokens.issue(who, clock.now()).access_token


def _parts(token: str) -> list[str]:
    return token.split(".")


def _ahead() -> int:
    return at(clock.now() + MINUTE)


def _of_another_stage(who: SignedIn) -> str:
    """Signed with a key of the other stage, under the name that it has there and here."""
    other = "antrian-paspor-other"
    secret = hashlib.sha256(b"the key of another stage").hexdigest().encode()
    return forged(who, claims={"iss": other, "aud": other}, secret=secret)


def _for_another(who: SignedIn) -> str:
    """The claims of somebody else under one's own signature."""
    header, _, signature = _parts(good(SignedIn("forger", "session", "")))
    return f"{header}.{_parts(good(who))[1]}.{signature}"


def _encrypted() -> str:
    """In the form of a JWE: five parts (RFC 7516)."""
    header = json.dumps({"alg": "dir", "enc": "A128CBC-HS256", "kid": keyring.tokens().current})
    return ".".join(encoded(part) for part in (header.encode(), b"", b"i" * 16, b"{}", b"t" * 16))


def _bearer(make: Callable[[SignedIn], str]) -> Callable[[SignedIn], str]:
    return lambda who: f"Bearer {make(who)}"


FORGERIES: dict[str, Callable[[SignedIn], str]] = {
    "an empty header": lambda _: "",
    "a scheme without a token": lambda _: "Bearer ",
    "a good token under another scheme": lambda who: f"Basic {good(who)}",
    "a good token without a scheme": good,
    "a good token twice": lambda who: f"Bearer {good(who)}, Bearer {good(who)}",
    "a good token after a forged one": lambda who: (
        f"Bearer {forged(who, secret=b'x' * 32)}, Bearer {good(who)}"
    ),
    "a refresh token": _bearer(lambda who: who.refresh_token),
    "a token without a signature": _bearer(
        lambda who: forged(who, {"alg": "none"}).rpartition(".")[0] + "."
    ),
    "a token that says it has no signature": _bearer(lambda who: forged(who, {"alg": "none"})),
    "a token of another algorithm": _bearer(lambda who: forged(who, {"alg": "RS256"})),
    "a token signed by another algorithm": _bearer(
        lambda who: forged(who, {"alg": "HS512"}, digest="sha512")
    ),
    "a token of another key": _bearer(lambda who: forged(who, secret=b"x" * 32)),
    "a token that brings its key": _bearer(
        lambda who: forged(who, {"jwk": {"kty": "oct", "k": encoded(b"x" * 32)}}, secret=b"x" * 32)
    ),
    "a token of a key that is not known": _bearer(lambda who: forged(who, {"kid": "unknown"})),
    "a token that names no key": _bearer(lambda who: forged(who, {"kid": None})),
    "a token whose key is a path": _bearer(
        lambda who: forged(who, {"kid": "../../../dev/null"}, secret=b"\0")
    ),
    "a token whose key is SQL": _bearer(
        lambda who: forged(who, {"kid": "x' UNION SELECT 'x"}, secret=b"x")
    ),
    "a token for another audience": _bearer(lambda who: forged(who, claims={"aud": "another"})),
    "a token of another issuer": _bearer(lambda who: forged(who, claims={"iss": "another"})),
    "a token of another stage": _bearer(_of_another_stage),
    "a token whose life is over": _bearer(
        lambda who: tokens.issue(who, clock.now() - LIFE - MINUTE).access_token
    ),
    "a token that is not good yet": _bearer(lambda who: forged(who, claims={"nbf": _ahead()})),
    "a token of the future": _bearer(lambda who: forged(who, claims={"iat": _ahead()})),
    "a token that never ends": _bearer(lambda who: forged(who, claims={"exp": None})),
    "a token for nobody": _bearer(lambda who: forged(who, claims={"sub": None})),
    "a token of no session": _bearer(lambda who: forged(who, claims={"sid": None})),
    "a token whose claims were changed": _bearer(_for_another),
    "a part of a token": _bearer(lambda who: good(who)[:-4]),
    "a token without its end": _bearer(lambda who: good(who).rpartition(".")[0]),
    "a token with a part too many": _bearer(lambda who: good(who) + ".e30"),
    "an encrypted token": _bearer(lambda _: _encrypted()),
}
"""What the Authorization header might say, made from the tokens of somebody who is there."""

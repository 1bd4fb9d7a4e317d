"""Signing in with a phone, staying signed in, signing out."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple

from chalicelib import keyring, vault
from chalicelib.domain import texts
from chalicelib.domain.errors import CodeExpired, SessionEnded
from chalicelib.domain.people import Phone
from chalicelib.services.sign_in import codes
from chalicelib.services.sign_in.codes import Purpose, Sent
from chalicelib.store import identities
from chalicelib.store import sessions as store
from chalicelib.store.outcomes import Dead
from chalicelib.store.sessions import Session
from chalicelib.vault import Index


class SignedIn(NamedTuple):
    account_id: str
    session_id: str
    refresh_token: str


def ask(phone: Phone, now: datetime) -> Sent:
    """Send a code to a phone that has an account, and to any other a text that says so.

    The answer, and the work for it, are the same. Raises `TooSoon`, `TooOften`, `CodesSpent`.
    """
    digests = vault.digests(Index.PHONE, phone.number)
    if identities.get(digests[0].text).account_id:
        return codes.send(Purpose.SESSION, phone, digests, {}, now)
    return codes.tell(Purpose.SESSION, phone, digests, texts.UNKNOWN_PHONE, now)


def verify(challenge_id: str, code: str, now: datetime) -> SignedIn:
    """Sign in. Raises `WrongCode`, `CodeExpired`."""
    challenge = codes.check(challenge_id, Purpose.SESSION, code, now)
    account_id = identities.get(challenge.phone_index).account_id
    if account_id is None:  # erased since the code was sent
        raise CodeExpired
    codes.consume(challenge)
    return start(account_id, now)


def start(account_id: str, now: datetime) -> SignedIn:
    """A new session."""
    session_id, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(32)
    store.start(session_id, account_id, _digest(secret), now)
    return SignedIn(account_id, session_id, f"{session_id}.{secret}")


def refresh(refresh_token: str, now: datetime) -> SignedIn:
    """Exchange a refresh token for the next one; a used one ends its family.

    The next is derived, so that a phone that asks twice at once, or again because the answer was
    lost, gets the same one. Raises `SessionEnded`, also if the account was erased.
    """
    session_id, _, secret = refresh_token.partition(".")
    if not session_id or not secret:
        raise SessionEnded
    new = _next(session_id, secret)
    match store.rotate(session_id, _digest(secret), _digest(new), now):
        case Session(account_id=account_id) if store.stands(session_id, account_id):
            return SignedIn(account_id, session_id, f"{session_id}.{new}")
        case Session() | Dead():
            store.end(session_id)
            raise SessionEnded


def end(session_id: str) -> None:
    """Sign out: no token of the session is good any more."""
    store.end(session_id)


def _next(session_id: str, secret: str) -> str:
    """What follows a refresh token. Its own digest does not tell it: it takes the key as well."""
    key, message = keyring.derived(keyring.Purpose.REFRESH), f"{session_id}:{secret}".encode()
    return urlsafe_b64encode(hmac.digest(key, message, "sha256")).decode().rstrip("=")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Signing in with a phone, staying signed in, signing out."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib import keyring, vault
from chalicelib.domain import texts
from chalicelib.domain.errors import CodeExpired, IdentityNeeded, RequestInProgress, SessionEnded
from chalicelib.domain.limits import Budget
from chalicelib.domain.people import IDLE, Digests, Phone
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.limits.tallied import Allowed
from chalicelib.services.sign_in import codes
from chalicelib.services.sign_in.codes import Purpose, Sent, To
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, identities
from chalicelib.store import sessions as store
from chalicelib.store.outcomes import Changed, Dead, Idle, Opened, Spent
from chalicelib.store.sessions import NewSession, Session
from chalicelib.vault import Index

READS = 3
"""How often what a sign-in has read may change before it gives up."""

NOTED_EVERY = timedelta(days=1)
"""How often a refresh notes that its account is used."""


class SignedIn(NamedTuple):
    account_id: str
    session_id: str
    refresh_token: str


def ask(phone: Phone, now: datetime, asker: Asker | None = None) -> Sent:
    """Send a code to a phone that has an account, and to any other a text that says so.

    The answer, and the work for it, are the same, also where a device token is of another account.
    Raises `TooSoon`, `TooOften`, `CodesSpent`, `ProofNeeded`.
    """
    asker = asker or Asker()
    if asker.device_of is None:
        # The limits first: who asks too often costs no call.
        with tallied.codes(Budget.SIGN_IN, asker, now) as allowed:
            return _sent(phone, _found(phone), allowed, now)
    found = _found(phone)
    own = found.account_id == asker.device_of
    with tallied.codes(Budget.DEVICE if own else Budget.SIGN_IN, asker, now) as allowed:
        return _sent(phone, found, allowed, now)


class _Found(NamedTuple):
    digests: Digests
    account_id: str | None


def _found(phone: Phone) -> _Found:
    digests = vault.digests(Index.PHONE, phone.number)
    return _Found(digests, identities.get(digests[0].text).account_id)


def _sent(phone: Phone, found: _Found, allowed: Allowed, now: datetime) -> Sent:
    to = To(phone, found.digests, allowed)
    if found.account_id:
        return codes.send(Purpose.SESSION, to, None, now)
    return codes.tell(Purpose.SESSION, to, texts.UNKNOWN_PHONE, now)


class Identity(NamedTuple):
    """What only the holder of an account should know."""

    birth_date: date
    nik_last: str
    """The last four digits of the NIK."""


def verify(challenge_id: str, code: str, now: datetime, told: Identity | None = None) -> SignedIn:
    """Sign in. An account that was idle asks who its holder is: the number may be another's by now.

    Raises `WrongCode`, `CodeExpired`, `IdentityNeeded` (the same code goes on), `TooOften`,
    `RequestInProgress`.
    """
    challenge = codes.check(challenge_id, Purpose.SESSION, code, now)
    answered = codes.answered(challenge)
    idle: str | None = None
    for _ in range(READS):
        account_id = identities.get(challenge.phone_index).account_id
        if account_id is None:  # erased since the code was sent
            raise CodeExpired
        asks = account_id == idle
        if asks:
            _check_identity(account_id, challenge_id, told, now)
        signed_in, session = begin(account_id, now)
        used_since = None if asks else now - IDLE
        match accounts.sign_in(challenge.phone_index, answered, session, used_since=used_since):
            case Opened():
                return signed_in
            case Spent():
                raise CodeExpired
            case Idle():
                idle = account_id
            case Changed():
                continue
    raise RequestInProgress


def _check_identity(
    account_id: str, challenge_id: str, told: Identity | None, now: datetime
) -> None:
    """See that somebody knows the holder. Raises `IdentityNeeded`, `TooOften`."""
    account = accounts.get(account_id)
    if told is None or account is None:
        raise IdentityNeeded
    tallied.identity_attempt(account_id, now)
    sealed = {account.holder: account.people[account.holder].sealed}
    unsealed = unseal(account_id, sealed, f"challenge:{challenge_id}", "identity", now)
    held = f"{unsealed[account.holder]['birth_date']} {unsealed[account.holder]['nik'][-4:]}"
    said = f"{told.birth_date.isoformat()} {told.nik_last}"
    if not hmac.compare_digest(held.encode(), said.encode()):
        raise IdentityNeeded


def begin(account_id: str, now: datetime) -> tuple[SignedIn, NewSession]:
    """A new session: what its owner is given, and what is kept of it."""
    session_id, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(32)
    signed_in = SignedIn(account_id, session_id, f"{session_id}.{secret}")
    return signed_in, NewSession(session_id, account_id, _digest(secret), now)


def refresh(refresh_token: str, now: datetime) -> SignedIn:
    """Exchange a refresh token for the next one; a used one ends its family.

    The next is derived, so that a phone that asks twice at once, or again because the answer was
    lost, gets the same one. Raises `SessionEnded`, also if the account was erased, or is idle: then
    its number may be another's by now, and only a code to it shows whose it is.
    """
    session_id, _, secret = refresh_token.partition(".")
    if not session_id or not secret:
        raise SessionEnded
    noted_at = _noted_as_used(session_id, now)
    if noted_at is None:
        store.end(session_id)
        raise SessionEnded
    new = _next(session_id, secret)
    match store.rotate(session_id, _digest(secret), _digest(new), noted_at, now):
        case Session(account_id=account_id) if store.stands(session_id, account_id):
            return SignedIn(account_id, session_id, f"{session_id}.{new}")
        case Session() | Dead():
            store.end(session_id)
            raise SessionEnded


def _noted_as_used(session_id: str, now: datetime) -> datetime | None:
    """When it was last noted that the account is used: not a day ago. None if it was idle.

    Noted before the token changes: an account in use must not look idle to whoever asks for its
    phone (see ``domain.persons``), also if this request dies half-way.
    """
    session = store.get(session_id)
    if session is None or session.noted_at > now - NOTED_EVERY:
        return session.noted_at if session else now
    return now if accounts.use(session.account_id, now, used_since=now - IDLE) else None


def end(session_id: str) -> None:
    """Sign out: no token of the session is good any more."""
    store.end(session_id)


def end_by_token(refresh_token: str) -> None:
    """Sign out whoever shows a refresh token of the session: its last, or the one before."""
    session_id, _, secret = refresh_token.partition(".")
    session = store.get(session_id) if session_id and secret else None
    if session and _digest(secret) in (session.current, session.previous):
        store.end(session_id)


def _next(session_id: str, secret: str) -> str:
    """What follows a refresh token. Its own digest does not tell it: it takes the key as well."""
    key, message = keyring.derived(keyring.Purpose.REFRESH), f"{session_id}:{secret}".encode()
    return urlsafe_b64encode(hmac.digest(key, message, "sha256")).decode().rstrip("=")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

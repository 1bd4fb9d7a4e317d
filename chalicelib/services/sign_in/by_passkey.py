"""Signing in without an SMS, by a passkey that a device has made while it was signed in.

Nobody says which account it is: the device finds its passkey, and that says whose it is. So what is
asked is the same for everybody, and nobody learns which phones have accounts. It takes neither KMS
nor SNS. An idle account asks for a code all the same (see `sign_in.sessions`).
"""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.errors import NoSuchAccount, RequestInProgress
from chalicelib.domain.passkeys import PasskeyRefused, SignInEnded
from chalicelib.domain.people import IDLE
from chalicelib.services import passkeys
from chalicelib.services.limits import tallied
from chalicelib.services.passkeys import CHALLENGE, Credential
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import accounts, ceremonies
from chalicelib.store import passkeys as store
from chalicelib.store.accounts import Account
from chalicelib.store.outcomes import Added, Gone
from chalicelib.telemetry import Metric, count

READS = 3
"""How often the passkeys of an account may change before one gives up."""


class Begun(NamedTuple):
    sign_in_id: str
    options: dict[str, Any]
    """Of ``navigator.credentials.get``."""
    expires_at: datetime


def ask_to_keep(account: Account, now: datetime) -> dict[str, Any]:
    """What a browser needs to make a passkey for an account. Raises `PasskeysOff`."""
    challenge = secrets.token_bytes(32)
    known = [own.passkey.credential_id for own in account.passkeys.values()]
    options = passkeys.to_enrol(account.account_id, passkeys.NAME, challenge, known)
    ceremonies.ask_account(account.account_id, challenge, now + CHALLENGE)
    return options


def keep(account: Account, credential: Credential, now: datetime) -> str:
    """Keep the passkey that was made; returns its id.

    Raises `SignInEnded`, `PasskeyRefused`, `NoSuchAccount`, `RequestInProgress`.
    """
    taken = ceremonies.take_of_account(account.account_id, now)
    if taken is None:
        raise SignInEnded
    made = passkeys.enrolled(credential, taken.challenge)
    read: Account | None = account
    for _ in range(READS):
        done = store.add(read, made, now) if read else Gone()
        if isinstance(done, Added):
            count(Metric.PASSKEYS, result="kept")
            return store.id_of(made.credential_id)
        if isinstance(done, Gone):
            raise NoSuchAccount
        read = accounts.get(account.account_id)
    raise RequestInProgress


def ask(address: str, now: datetime) -> Begun:
    """Begin a sign-in, whoever it is. Raises `TooOften`, `PasskeysOff`."""
    tallied.passkey_attempt(address, now)
    sign_in_id, challenge = secrets.token_urlsafe(12), secrets.token_bytes(32)
    options = passkeys.to_sign_in(challenge)
    ceremonies.begin(sign_in_id, challenge, now + CHALLENGE)
    return Begun(sign_in_id, options, now + CHALLENGE)


def verify(sign_in_id: str, credential: Credential, now: datetime) -> SignedIn:
    """Sign in whoever has signed the challenge by a passkey.

    Raises `SignInEnded`, `PasskeyRefused`.
    """
    taken = ceremonies.take_of_sign_in(sign_in_id, now)
    if taken is None:
        raise SignInEnded
    try:
        signed_in = _by(passkeys.owner(credential), credential, taken.challenge, now)
    except PasskeyRefused:
        count(Metric.PASSKEYS, result="refused")
        raise
    count(Metric.PASSKEYS, result="signed_in")
    return signed_in


def _by(account_id: str, credential: Credential, challenge: bytes, now: datetime) -> SignedIn:
    account = accounts.get(account_id)
    kept = (
        account.passkeys.get(store.id_of(passkeys.credential_id(credential))) if account else None
    )
    if kept is None:
        raise PasskeyRefused
    sign_count = passkeys.used(credential, challenge, kept.passkey)
    signed_in, session = sessions.begin(account_id, now)
    if not store.sign_in(session, kept.passkey, sign_count, used_since=now - IDLE):
        raise PasskeyRefused
    return signed_in

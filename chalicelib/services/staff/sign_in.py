"""Signing in with a passkey: it says whose it is, so nobody types a name."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.passkeys import PasskeyRefused, SignInEnded
from chalicelib.services import passkeys
from chalicelib.services.desk import shifts
from chalicelib.services.desk.shifts import Started
from chalicelib.services.limits import tallied
from chalicelib.services.passkeys import CHALLENGE
from chalicelib.store import ceremonies
from chalicelib.store import staff as store
from chalicelib.telemetry import log


class Begun(NamedTuple):
    sign_in_id: str
    options: dict[str, Any]
    """Of ``navigator.credentials.get``."""
    expires_at: datetime


def ask(address: str, now: datetime) -> Begun:
    """Begin a sign-in, whoever it is. Raises `TooOften`, `PasskeysOff`."""
    tallied.staff_attempt(address, now)
    sign_in_id, challenge = secrets.token_urlsafe(12), secrets.token_bytes(32)
    options = passkeys.to_sign_in(challenge)
    ceremonies.begin(sign_in_id, challenge, now + CHALLENGE)
    return Begun(sign_in_id, options, now + CHALLENGE)


def verify(sign_in_id: str, credential: passkeys.Credential, now: datetime) -> Started:
    """Sign in whose passkey has signed the challenge. Raises `SignInEnded`, `PasskeyRefused`."""
    taken = ceremonies.take_of_sign_in(sign_in_id, now)
    if taken is None:
        raise SignInEnded
    staff_id = passkeys.owner(credential)
    found = store.get(staff_id)
    if found is None or found.passkey is None or found.staff.disabled_at:
        raise PasskeyRefused
    sign_count = passkeys.used(credential, taken.challenge, found.passkey)
    if not store.signed(staff_id, found.passkey, sign_count):
        raise PasskeyRefused
    log.info("staff signed in", staff=staff_id, office=found.staff.office_id)
    return shifts.begin(found.staff, now)

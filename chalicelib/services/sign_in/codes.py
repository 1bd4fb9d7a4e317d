"""Codes by SMS: sent, renewed, and looked at as often as is safe."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from chalicelib import keyring, sms, vault
from chalicelib.domain import texts
from chalicelib.domain.errors import CodeExpired, NotSent, TooOften, WrongCode
from chalicelib.domain.limits import (
    CODES_IN_RESERVE,
    CODES_PER_ASKER,
    CODES_PER_PHONE,
    Budget,
)
from chalicelib.domain.people import Digest, Digests, Phone
from chalicelib.services import unseal
from chalicelib.services.limits import tallied
from chalicelib.services.limits.tallied import Allowed
from chalicelib.store import challenges, sent
from chalicelib.store.challenges import Answered, Challenge
from chalicelib.store.outcomes import Spent
from chalicelib.telemetry import Metric, count

LIFE = timedelta(minutes=5)
ATTEMPTS_AT_A_CODE = 5


class Purpose(StrEnum):
    REGISTRATION = "registration"
    SESSION = "session"
    PHONE = "phone"
    """Another phone for an account."""


class Sent(NamedTuple):
    """What the caller may know of a code that is on its way."""

    challenge_id: str
    expires_at: datetime
    resend_after: datetime


class To(NamedTuple):
    """Where a code goes, and who may have it sent."""

    phone: Phone
    digests: Digests
    allowed: Allowed


def send(purpose: Purpose, to: To, asked: dict[str, Any] | None, now: datetime) -> Sent:
    """Send a new code for what was ``asked``, which is sealed with the phone; None keeps neither.

    Raises `TooSoon`, `TooOften`, `CodesSpent`, `ProofNeeded`.
    """
    code = _new_code()
    return _send(purpose, to, asked, code, texts.code(code), now)


def tell(purpose: Purpose, to: To, text: str, now: datetime) -> Sent:
    """Send a text without a code and answer as if it had one: nobody learns whose phone it is."""
    unknowable = secrets.token_urlsafe(16)
    return _send(purpose, to, None, unknowable, text, now)


def send_again(challenge_id: str, purpose: Purpose, allowed: Allowed, now: datetime) -> Sent:
    """Send a new code under an old challenge.

    Raises `CodeExpired`, `TooSoon`, `TooOften`, `CodesSpent`, `ProofNeeded`.
    """
    old = challenges.get(challenge_id, purpose, now)
    if old is None:
        raise CodeExpired
    code = _new_code()
    phone = unsealed(old, "code", now)["phone"]
    digests = vault.digests(vault.Index.PHONE, phone)
    challenge = old._replace(
        phone_index=digests[0].text,
        index_key=digests[0].key,
        code_mac=_mac(challenge_id, code),
        tries_left=ATTEMPTS_AT_A_CODE,
        expires_at=now + LIFE,
    )
    with _counted(digests, allowed, now), tallied.of_budget(allowed.budget, now):
        if not challenges.renew(challenge):
            raise CodeExpired
        _deliver(phone, texts.code(code))
    return _told(challenge, now)


def check(challenge_id: str, purpose: Purpose, code: str, now: datetime) -> Challenge:
    """The challenge, if ``code`` is the one that was sent. Raises `WrongCode`, `CodeExpired`."""
    challenge = challenges.spend_try(challenge_id, purpose, now)
    if isinstance(challenge, Spent):
        count(Metric.CODES_CHECKED, result="expired")
        raise CodeExpired
    if not hmac.compare_digest(challenge.code_mac, _mac(challenge_id, code)):
        count(Metric.CODES_CHECKED, result="wrong")
        raise WrongCode(tries_left=challenge.tries_left)
    count(Metric.CODES_CHECKED, result="right")
    return challenge


def unsealed(challenge: Challenge, reason: str, now: datetime) -> dict[str, Any]:
    """What was asked for, with the phone. Nobody is signed in: the credential is the challenge."""
    who = challenge.challenge_id
    assert challenge.sealed, "a sign-in keeps nothing that could be unsealed"
    return unseal.unseal(who, {who: challenge.sealed}, f"challenge:{who}", reason, now)[who]


def answered(challenge: Challenge) -> Answered:
    """That this request answers the challenge: it ends in the transaction that goes by it."""
    return Answered(challenge.challenge_id, secrets.token_hex(8))


def phone_of(challenge: Challenge, phone: str, key: str) -> Digests:
    """The digests of the phone of a challenge: that in it, if ``key`` made it and is the only one.

    ``key`` is the one that is looked up by, as a digest of this very process names it.
    """
    if challenge.index_key == key and not vault.rotating():
        return (Digest(challenge.phone_index, key),)
    return vault.digests(vault.Index.PHONE, phone)


def _send(
    purpose: Purpose,
    to: To,
    asked: dict[str, Any] | None,
    code: str,
    text: str,
    now: datetime,
) -> Sent:
    challenge_id = secrets.token_urlsafe(16)
    digests = to.digests
    # First: who asks too often costs no more of KMS than the digest.
    with _counted(digests, to.allowed, now):
        challenge = Challenge(
            challenge_id=challenge_id,
            purpose=purpose,
            phone_index=digests[0].text,
            index_key=digests[0].key,
            sealed=None
            if asked is None
            else vault.seal(challenge_id, {"phone": to.phone.number, **asked}),
            code_mac=_mac(challenge_id, code),
            tries_left=ATTEMPTS_AT_A_CODE,
            expires_at=now + LIFE,
        )
        with tallied.of_budget(to.allowed.budget, now):
            challenges.put(challenge)
            _deliver(to.phone.number, text)
    return _told(challenge, now)


def sent_to(digest: Digest, now: datetime) -> list[datetime]:
    """When the last five codes went to a phone, the first first, whoever asked for them."""
    by_device = _asker_key(digest, tallied.DEVICE)
    return sorted([*sent.of(digest.text, now), *sent.of(by_device, now)])[-5:]


@contextmanager
def _counted(digests: Digests, allowed: Allowed, now: datetime) -> Iterator[None]:
    """Count a code to a phone, unless the block fails: then none was sent, or nobody knows.

    Who asks counts first, so that who asks too often is in nobody's way. The phone's own device
    counts for itself alone: nobody else uses up what it may have.
    """
    asker = [_asker_key(digest, allowed.requester) for digest in digests]
    phone = [digest.text for digest in digests]
    sent.take(asker, now, CODES_PER_ASKER, sent.PAUSE)
    taken = [asker]
    try:
        if allowed.requester != tallied.DEVICE:
            _take_of_phone(phone, allowed, now)
            taken.append(phone)
        yield
    except Exception:
        for keys in taken:
            sent.give_back(keys, now)
        raise


def _take_of_phone(phone: list[str], allowed: Allowed, now: datetime) -> None:
    """Count a code to a phone, of its reserve if the work is done. Raises `TooOften`."""
    with_reserve = CODES_PER_PHONE + CODES_IN_RESERVE
    who = allowed.asker
    try:
        sent.take(phone, now, with_reserve if who.proven else CODES_PER_PHONE)
    except TooOften:
        if not who.can_work or allowed.budget is Budget.DEVICE:
            raise
        who.prove()
        sent.take(phone, now, with_reserve)


def _asker_key(digest: Digest, requester: str) -> str:
    """Who asks for codes to a phone: a digest from which neither can be read."""
    message = f"{digest.text}\n{requester}".encode()
    made = hmac.digest(keyring.derived(keyring.Purpose.SENT), message, "sha256")
    return f"asker:{made[:16].hex()}"


def _deliver(phone: str, text: str) -> None:
    try:
        sms.send_code(phone, text)
    except NotSent:
        count(Metric.CODES_SENT, result="failed")
        raise
    count(Metric.CODES_SENT, result="sent")


def _told(challenge: Challenge, now: datetime) -> Sent:
    return Sent(challenge.challenge_id, challenge.expires_at, now + sent.PAUSE)


def _new_code() -> str:
    return f"{secrets.randbelow(10**6):06}"


def _mac(challenge_id: str, code: str) -> str:
    """What is kept of a code, from which nobody without the key can find it."""
    message = f"{challenge_id}:{code}".encode()
    made = hmac.digest(keyring.derived(keyring.Purpose.CODE), message, "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")

"""Codes by SMS: sent, renewed, and looked at as often as is safe."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from chalicelib import sms, vault
from chalicelib.domain import texts
from chalicelib.domain.errors import CodeExpired, NotSent, WrongCode
from chalicelib.domain.people import Digest, Digests, Phone
from chalicelib.services import unseal
from chalicelib.services.limits import tallied
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


def send(
    purpose: Purpose, phone: Phone, digests: Digests, asked: dict[str, Any], now: datetime
) -> Sent:
    """Send a new code for what was ``asked``. Raises `TooSoon`, `TooOften`, `CodesSpent`."""
    code = _new_code()
    return _send(purpose, phone, digests, asked, code, texts.code(code), now)


def tell(purpose: Purpose, phone: Phone, digests: Digests, text: str, now: datetime) -> Sent:
    """Send a text without a code and answer as if it had one: nobody learns whose phone it is."""
    unknowable = secrets.token_urlsafe(16)
    return _send(purpose, phone, digests, {}, unknowable, text, now)


def send_again(challenge_id: str, purpose: Purpose, now: datetime) -> Sent:
    """Send a new code under an old challenge.

    Raises `CodeExpired`, `TooSoon`, `TooOften`, `CodesSpent`.
    """
    old = challenges.get(challenge_id, purpose, now)
    if old is None:
        raise CodeExpired
    code = _new_code()
    mac = _mac(challenge_id, code)
    phone = unsealed(old, "code", now)["phone"]
    digests = phone_of(old, phone, mac.key)
    challenge = old._replace(
        phone_index=digests[0].text,
        index_key=mac.key,
        code_mac=mac.text,
        tries_left=ATTEMPTS_AT_A_CODE,
        expires_at=now + LIFE,
    )
    with _counted(digests, now), _budgeted(now):
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
    mac = _mac(challenge_id, code, challenge.index_key)
    if not hmac.compare_digest(challenge.code_mac, mac.text):
        count(Metric.CODES_CHECKED, result="wrong")
        raise WrongCode(tries_left=challenge.tries_left)
    count(Metric.CODES_CHECKED, result="right")
    return challenge


def unsealed(challenge: Challenge, reason: str, now: datetime) -> dict[str, Any]:
    """What was asked for, with the phone. Nobody is signed in: the credential is the challenge."""
    who = challenge.challenge_id
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
    phone: Phone,
    digests: Digests,
    asked: dict[str, Any],
    code: str,
    text: str,
    now: datetime,
) -> Sent:
    challenge_id = secrets.token_urlsafe(16)
    with _counted(digests, now):  # first: who asks too often costs no more of KMS than the digest
        challenge = Challenge(
            challenge_id=challenge_id,
            purpose=purpose,
            phone_index=digests[0].text,
            index_key=digests[0].key,
            sealed=vault.seal(challenge_id, {"phone": phone.number, **asked}),
            code_mac=_mac(challenge_id, code).text,
            tries_left=ATTEMPTS_AT_A_CODE,
            expires_at=now + LIFE,
        )
        with _budgeted(now):
            challenges.put(challenge)
            _deliver(phone.number, text)
    return _told(challenge, now)


@contextmanager
def _counted(digests: Digests, now: datetime) -> Iterator[None]:
    """Count a code to a phone, unless the block fails: then none was sent, or nobody knows."""
    sent.take(digests, now)
    try:
        yield
    except Exception:
        sent.give_back(digests, now)
        raise


@contextmanager
def _budgeted(now: datetime) -> Iterator[None]:
    """Count a code of the day's budget, which is not used up if none is sent."""
    with tallied.counted(now, (tallied.CODES, tallied.ALL)) as (taken,):
        count(Metric.CODES_BUDGET, 100 * taken / tallied.CODES.most)
        yield


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


def _mac(challenge_id: str, code: str, key: str | None = None) -> Digest:
    return vault.digest(vault.Index.OTP, f"{challenge_id}:{code}", key)

"""Proof of work (ALTCHA, PoW v2): seconds of a phone's time, which is dear by the thousand.

Switched on by operations, for registration and for booking apart; nobody else loads this. A
solution is good for one thing: one to register is spent in a table; one to book is bound to account
and Idempotency-Key, under which there is one booking however often it is sent, so that the hot path
needs no call for it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from chalicelib import keyring
from chalicelib.api import answers
from chalicelib.api.routes import Call
from chalicelib.config import settings
from chalicelib.domain.bookings import fingerprint
from chalicelib.domain.errors import ProofNeeded

LIFE = timedelta(minutes=10)
"""From the challenge to its use; a booking's is had before the release."""

COST = 5_000
"""Rounds of PBKDF2-SHA-256 for one try."""

TRIES = range(500, 1_000)
"""How many tries it takes: 0.9 s of one core of a server, a few seconds of a phone's."""

LENGTH = 2_048
"""Characters of a solution at most; it has some 900."""


REGISTRATION = "registration"
BOOKING = "booking"


def to_register(now: datetime) -> answers.Challenge:
    """What has to be solved before a registration."""
    return _challenge(settings.proof_to_register, REGISTRATION, "", now)


def to_book(account_id: str, key: str, now: datetime) -> answers.Challenge:
    """What has to be solved before the booking of this account under this Idempotency-Key."""
    return _challenge(settings.proof_to_book, BOOKING, fingerprint(account_id, key), now)


def spend_to_register(call: Call) -> None:
    """See that the work is done, and let it count once. Raises `ProofNeeded`."""
    from chalicelib.services.limits import tallied

    nonce = _solved(call, REGISTRATION, "")
    if not tallied.first_use(nonce, call.now):
        raise _needed(REGISTRATION)


def check_to_book(call: Call) -> None:
    """See that the work is done. Raises `ProofNeeded`."""
    _solved(call, BOOKING, fingerprint(call.account_id, call.key))


def _challenge(required: bool, action: str, bound_to: str, now: datetime) -> answers.Challenge:
    if not required:
        return answers.Challenge(required=False)
    import altcha

    made = altcha.create_challenge(
        algorithm="PBKDF2/SHA-256",
        cost=COST,
        counter=secrets.choice(TRIES),
        expires_at=now + LIFE,
        data={"action": action, "bound_to": bound_to},
        **_secrets(),
    )
    return answers.Challenge(True, made.parameters.to_dict(), made.signature or UNSET)


def _solved(call: Call, action: str, bound_to: str) -> str:
    """The nonce of the challenge that the request has solved. Raises `ProofNeeded`."""
    import altcha

    solution: str = call.request.headers.get("altcha", "")
    if len(solution) > LENGTH or not altcha.verify_solution(solution, **_secrets()).verified:
        raise _needed(action)
    solved = altcha.Payload.from_base64(solution).challenge.parameters
    if solved.data != {"action": action, "bound_to": bound_to}:
        raise _needed(action)
    return solved.nonce


def _secrets() -> dict[str, Any]:
    """The keys that sign a challenge and its solution (which then takes no derivation to check)."""
    return {
        "hmac_secret": keyring.derived("proof"),
        "hmac_key_secret": keyring.derived("proof solution"),
    }


def _needed(action: str) -> ProofNeeded:
    return ProofNeeded(challenge=f"/v1/challenges/{action}")

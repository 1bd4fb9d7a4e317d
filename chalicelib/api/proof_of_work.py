"""Proof of work (ALTCHA, PoW v2): a few seconds of a phone's time, but a burden by the thousand.

Operations switch it on, separately for registration and for booking; for registration and sign-in
it switches itself on where codes run short (services/limits). A solution counts once: one
for a code is noted in a table as spent; one for a booking is bound to the account and its
Idempotency-Key, under which there is one booking however often it is sent, so the hot path needs
no call for it.
"""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from chalicelib import keyring
from chalicelib.api import answers
from chalicelib.api.routes import Function, Query, Request, Routes, Who
from chalicelib.config import settings
from chalicelib.domain.bookings import fingerprint
from chalicelib.domain.errors import Invalid, ProofNeeded
from chalicelib.domain.limits import Budget
from chalicelib.keyring import Purpose

if TYPE_CHECKING:
    from chalicelib.services.limits.asker import Asker

LIFE = timedelta(minutes=10)
"""From the challenge to its use; for a booking an app solves it before the release."""

COST = 5_000
"""Rounds of PBKDF2-SHA-256 for one try."""

TRIES_TO_SOLVE = range(500, 1_000)
"""How many tries it takes: 0.9 s on one core of a server, a few seconds on a phone."""

LENGTH = 2_048
"""Characters of a solution at most; a real one has some 900."""


REGISTRATION = "registration"
SESSION = "session"
BOOKING = "booking"

NEEDED = {
    "needed": Query(
        "Whether a request was refused for want of it (yes); whoever was needs it in any case.",
        {"type": "string", "enum": ["yes"]},
    )
}

bp = Routes(__name__, Function.API)


@bp.on(
    "GET",
    "/v1/challenges/registration",
    answer=answers.ProofOfWork,
    summary="The proof of work to be sent with a registration, if one is required",
    refusals=[Invalid],
    query=NEEDED,
    function=Function.PEOPLE,
    who=Who.PUBLIC,
)
def asked_to_register(request: Request) -> answers.ProofOfWork:
    required = (
        _was_refused(request)
        or settings.proof_to_register
        or _needs_code(Budget.REGISTRATION, request.now)
    )
    return _challenge(required, REGISTRATION, "", request.now)


@bp.on(
    "GET",
    "/v1/challenges/session",
    answer=answers.ProofOfWork,
    summary="The proof of work to be sent when signing in, if one is required",
    refusals=[Invalid],
    function=Function.PEOPLE,
    query=NEEDED,
    who=Who.PUBLIC,
)
def asked_to_sign_in(request: Request) -> answers.ProofOfWork:
    required = _was_refused(request) or _needs_code(Budget.SIGN_IN, request.now)
    return _challenge(required, SESSION, "", request.now)


@bp.on(
    "GET",
    "/v1/challenges/booking",
    answer=answers.ProofOfWork,
    summary="The proof of work to be sent with a booking under the same key, if one is required",
    keyed=True,
)
def asked_to_book(request: Request) -> answers.ProofOfWork:
    bound_to = fingerprint(request.account_id, request.key)
    return _challenge(settings.proof_to_book, BOOKING, bound_to, request.now)


def asker(request: Request, action: str, device_of: str | None = None) -> "Asker":
    """Who asks for a code, with the work that they may have done for it."""
    from chalicelib.services.limits.asker import Asker

    return Asker(request.address, device_of=device_of, work=lambda: _spend(request, action))


def _was_refused(request: Request) -> bool:
    """Whether the caller says that they need work in any case. Raises `Invalid`."""
    needed = request.query.get("needed")
    if needed not in (None, "yes"):
        raise Invalid("needed", "choice")
    return needed == "yes"


def _needs_code(budget: Budget, now: datetime) -> bool:
    from chalicelib.services.limits import tallied

    return tallied.working(budget, now)


def _spend(request: Request, action: str) -> None:
    """Check that the work is done, and let it count once. Raises `ProofNeeded`."""
    from chalicelib.services.limits import tallied

    nonce = _solved(request, action, "")
    if not tallied.first_use(nonce, request.now):
        raise _needed(action)


def check_to_book(request: Request) -> None:
    """Check that the work is done. Raises `ProofNeeded`."""
    _solved(request, BOOKING, fingerprint(request.account_id, request.key))


def _challenge(required: bool, action: str, bound_to: str, now: datetime) -> answers.ProofOfWork:
    if not required:
        return answers.ProofOfWork(required=False)
    import altcha

    made = altcha.create_challenge(
        algorithm="PBKDF2/SHA-256",
        cost=COST,
        counter=secrets.choice(TRIES_TO_SOLVE),
        expires_at=now + LIFE,
        data={"action": action, "bound_to": bound_to},
        **_secrets(),
    )
    return answers.ProofOfWork(True, made.parameters.to_dict(), made.signature or UNSET)


def _solved(request: Request, action: str, bound_to: str) -> str:
    """The nonce of the challenge that the request has solved. Raises `ProofNeeded`."""
    import altcha

    solution: str = request.headers.get("altcha", "")
    if len(solution) > LENGTH or not altcha.verify_solution(solution, **_secrets()).verified:
        raise _needed(action)
    solved = altcha.Payload.from_base64(solution).challenge.parameters
    if solved.data != {"action": action, "bound_to": bound_to}:
        raise _needed(action)
    return solved.nonce


def _secrets() -> dict[str, Any]:
    """The keys that sign a challenge and its solution (so that checking it needs no derivation)."""
    return {
        "hmac_secret": keyring.derived(Purpose.PROOF),
        "hmac_key_secret": keyring.derived(Purpose.SOLUTION),
    }


def _needed(action: str) -> ProofNeeded:
    """With a path that gives the work, whatever another process knows of what is required."""
    needed = "" if action == BOOKING else "?needed=yes"
    return ProofNeeded(challenge=f"/v1/challenges/{action}{needed}")

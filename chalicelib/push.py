"""Web Push: a message without a payload that wakes the app on a phone (RFC 8030).

The app then asks the API what it is to show, so nothing personal goes through a push service, and
nothing is encrypted here. Who we are is said by a token (VAPID, RFC 8292) that KMS signs: one for
each push service and day.
"""

import json
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.client import ClientError
from botocore.exceptions import BotoCoreError

from chalicelib import aws
from chalicelib.config import PUSH_SERVICES, settings

if TYPE_CHECKING:
    from urllib3 import PoolManager

CONNECT_SECONDS, READ_SECONDS = 1, 2
"""How long a push service may take; a message is so small that it needs a tenth of that."""

LIFE = timedelta(hours=23)
"""Of a token: push services refuse one that is good for more than a day."""

RENEWED_BEFORE = timedelta(hours=1)

TROUBLES = 5
"""So many times in a row a push service is silent, busy or broken before it is left alone …"""

REST = timedelta(minutes=1)
"""… for so long, unless it asks for more itself."""

LONGEST_REST = timedelta(hours=1)

LONGEST = 1000
"""Characters of an endpoint; those that there are have 150 to 400."""

ENDPOINT = re.compile(r"https://(?P<host>[a-z0-9.-]+)/[!-\"$-\[\]-~]+")
"""The host is all that stands between // and the path: no user, no port, no odd spelling of it."""

SPKI_BYTES = 26
"""What comes before the point in the DER of a public key of P-256 (RFC 5480)."""


class Urgency(StrEnum):
    """What a phone that saves its battery is still woken for (RFC 8030, 5.3)."""

    NORMAL = "normal"
    HIGH = "high"


class Message(NamedTuple):
    life: timedelta
    """How long the push service keeps it for a phone that is offline."""
    urgency: Urgency
    topic: str
    """A later message of the same topic takes its place there; 32 characters at most."""


class Result(StrEnum):
    ACCEPTED = "accepted"
    GONE = "gone"
    """The subscription has ended."""
    BUSY = "busy"
    """The push service has not taken it, and may be asked later."""
    REFUSED = "refused"
    """It has not taken it, and never will."""
    UNKNOWN = "unknown"
    """It gave no answer: it may have taken it."""


class Answer(NamedTuple):
    result: Result
    again_at: datetime | None = None
    """When a push service that is busy may be asked again."""


def known(endpoint: str) -> bool:
    """Whether it is an HTTPS address of a push service that we know: nobody else is called."""
    found = ENDPOINT.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    if found is None:
        return False
    host = found["host"]
    return any(
        host.endswith(service[1:]) if service.startswith("*.") else host == service
        for service in PUSH_SERVICES
    )


def key() -> str:
    """The public key that browsers subscribe with, and by which push services know our tokens."""
    return _base64(_public_key())


@cache
def _public_key() -> bytes:
    der: bytes = aws.client("kms").get_public_key(KeyId=settings.push_key)["PublicKey"]
    return der[SPKI_BYTES:]


def send(endpoint: str, message: Message, now: datetime) -> Answer:
    """Ask a push service once to take a message. Raises nothing that the service can cause."""
    origin = "https://" + endpoint.split("/")[2]
    service = _service(origin)
    if now < service.rests_until:
        return Answer(Result.BUSY, service.rests_until)
    try:
        authorization = f"vapid t={_token(origin, now)}, k={key()}"
    except (BotoCoreError, ClientError):
        return Answer(Result.BUSY, now + REST)  # without its key nothing goes by push, but by SMS
    headers = {
        "Authorization": authorization,
        "TTL": str(int(message.life.total_seconds())),
        "Urgency": message.urgency.value,
        "Topic": message.topic,
        "Content-Length": "0",
    }
    answer = _answer(*_posted(endpoint, headers), now)
    service.heard(answer, now)
    return answer


def _posted(endpoint: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status of the answer, and how long to wait by it; 0 if there was none, -1 if nobody was
    there to be asked."""
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

    url = endpoint
    if settings.push_stand_in:
        url, headers = settings.push_stand_in, {**headers, "Push-Endpoint": endpoint}
    try:
        response: Any = _pool().request("POST", url, headers=headers, redirect=False, retries=False)
    except (ConnectTimeoutError, NewConnectionError):
        return -1, ""
    except HTTPError:
        return 0, ""
    return response.status, response.headers.get("Retry-After", "")


def _answer(status: int, retry_after: str, now: datetime) -> Answer:
    match status:
        case 0:
            return Answer(Result.UNKNOWN)
        case 200 | 201 | 202:
            return Answer(Result.ACCEPTED)
        case 404 | 410:
            return Answer(Result.GONE)
        case _ if status == 429 or status >= 500 or status == -1:
            return Answer(Result.BUSY, now + _rest(retry_after))
        case _:
            return Answer(Result.REFUSED)


def _rest(retry_after: str) -> timedelta:
    """How long a push service asks to be left alone; a date it is not taken for, nor for an age."""
    seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 9 else 0
    return min(max(timedelta(seconds=seconds), REST), LONGEST_REST)


class _Service:
    """What a process knows of one push service: its token, and whether it is worth a call."""

    def __init__(self) -> None:
        self.token = ""
        self.renewed_by = _NEVER
        self.rests_until = _NEVER
        self._troubles = 0

    def heard(self, answer: Answer, now: datetime) -> None:
        trouble = answer.result in (Result.BUSY, Result.UNKNOWN)
        self._troubles = self._troubles + 1 if trouble else 0
        if self._troubles >= TROUBLES:
            self.rests_until = answer.again_at or now + REST
            self._troubles = 0


_NEVER = datetime.min.replace(tzinfo=UTC)


@lru_cache(maxsize=64)  # one for each host that browsers name; Windows has many
def _service(_origin: str) -> _Service:
    return _Service()


def _token(origin: str, now: datetime) -> str:
    """The token for a push service: one for a day, in a process."""
    service = _service(origin)
    if now >= service.renewed_by:
        service.token = _signed({"aud": origin, "sub": settings.push_contact}, now + LIFE)
        service.renewed_by = now + LIFE - RENEWED_BEFORE
    return service.token


def _signed(claims: dict[str, str], until: datetime) -> str:
    head, body = (
        _base64(json.dumps(part, separators=(",", ":")).encode())
        for part in (
            {"typ": "JWT", "alg": "ES256"},
            {**claims, "exp": int(until.timestamp())},
        )
    )
    signed = f"{head}.{body}"
    answer = aws.client("kms").sign(
        KeyId=settings.push_key,
        Message=signed.encode(),
        MessageType="RAW",
        SigningAlgorithm="ECDSA_SHA_256",
    )
    return f"{signed}.{_base64(_raw(answer['Signature']))}"


def _raw(der: bytes) -> bytes:
    """A signature as tokens have it, r and s of 32 bytes each (RFC 7518, 3.4), from its DER."""
    numbers, at = b"", 2
    for _ in range(2):
        length = der[at + 1]
        number = der[at + 2 : at + 2 + length].lstrip(b"\0")
        numbers += number.rjust(32, b"\0")
        at += 2 + length
    return numbers


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@cache
def _pool() -> "PoolManager":
    from urllib3 import PoolManager, Timeout  # botocore has loaded it; most processes never ask

    return PoolManager(maxsize=8, timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS))

"""One botocore session for the whole process; its clients are built when first asked for.

Built with botocore alone: ``boto3.client`` would return the very same objects and costs an
import. Time-outs are short because a person waits; retries are few because every write that is
retried carries its own guard (where it does not, ask for one attempt).

A request has a deadline, which all its calls share. One that needs a service that does not answer
is told so soon, and a service that was silent twice is left alone for a while
(docs/adr/0032-walls-between-functions.md). A job has no deadline: nobody waits for it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, HTTPClientError, UnknownServiceError
from botocore.loaders import Loader

from chalicelib.config import settings

if TYPE_CHECKING:
    from botocore.session import Session

USER_AGENT = "antrian-paspor"  # a fixed one: building botocore's own costs a fifth of every call
CONNECTIONS = 64

ANSWER_SECONDS = 0.8
"""How long a request waits for an answer of any service but DynamoDB, and for any connection.
With a second attempt and the pause before it (a second at most) somebody waits less than three."""

GIVING_BACK_SECONDS = 3
"""DynamoDB has so much more time than the others: what a request took can still be given back."""

SILENCES = 2
"""So many times in a row a service gives no answer before requests leave it alone …"""

REST_SECONDS = 5
"""… for so long; then one of them tries it."""

_lock = RLock()

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class NotAsked(BotoCoreError):
    """A service was not called: the time of the request is over, or the service is left alone."""

    fmt = "{service} was not asked: {why}"


class AskedInVain(BotoCoreError):
    """A service was called, gave no answer, and is not called again: it may have done its work."""

    fmt = "{service} was asked in vain: {why}"


@contextmanager
def deadline(span: timedelta) -> Iterator[None]:
    """Until the block ends no call is begun, or waited for, later than ``span`` from now."""
    outer = _deadline.set(time.monotonic() + span.total_seconds())
    try:
        yield
    finally:
        _deadline.reset(outer)


class _Models(Loader):
    """What botocore knows of AWS, but for the rules by which it finds an endpoint at each call.

    They look for accounts, dual stacks and FIPS, which is a tenth of a call. Without them botocore
    takes ``endpoints.json``, once for a client: for our services that is the same address.
    """

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        if type_name == "endpoint-rule-set-1":
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)


@cache
def session() -> "Session":
    """The one session."""
    from botocore.session import get_session

    made = get_session()
    made.register_component("data_loader", _Models())
    made.register("request-created", _before_attempt)
    made.register("response-received", _after_attempt)
    return made


def config(attempts: int) -> Config:
    """A client's settings, with ``attempts`` in all: 1 for a write that may not be repeated."""
    return Config(
        connect_timeout=ANSWER_SECONDS,
        read_timeout=3,
        max_pool_connections=CONNECTIONS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        user_agent=USER_AGENT,
        parameter_validation=False,
    )


@cache
def _client(service: str, region: str, attempts: int) -> Any:
    return session().create_client(service, region_name=region, config=config(attempts))


def client(service: str, *, region: str = settings.region, attempts: int = 2) -> Any:
    """The process's one client of ``service`` (making one is not thread-safe, hence the lock)."""
    with _lock:
        return _client(service, region, attempts)


class _Breaker:
    """What a process knows of one service in one region: whether it is worth a call now."""

    def __init__(self) -> None:
        self._silences = 0
        self._rests_until = 0.0

    def lets_through(self) -> bool:
        now = time.monotonic()
        if self._silences < SILENCES:
            return True
        if now < self._rests_until:
            return False
        self._rests_until = now + REST_SECONDS  # this one tries; the others wait for what it finds
        return True

    def heard(self, *, answer: bool) -> None:
        self._silences = 0 if answer else self._silences + 1
        if self._silences == SILENCES:
            self._rests_until = time.monotonic() + REST_SECONDS


@cache
def _breaker(service: str, region: str) -> _Breaker:
    return _Breaker()


def _before_attempt(request: Any, event_name: str, **_: Any) -> None:
    """Give an attempt the time that its request has left. Raises `NotAsked`, `AskedInVain`."""
    end = _deadline.get()
    if end is None:
        return
    service, context = event_name.split(".")[1], request.context
    longest = context["client_config"].read_timeout
    if service == "dynamodb":
        end += GIVING_BACK_SECONDS
    else:
        longest = min(longest, ANSWER_SECONDS)
    left = end - time.monotonic()
    if left <= 0:
        raise _refusal(context)(service=service, why="no time is left")
    if service != "dynamodb" and not _breaker(service, context["client_region"]).lets_through():
        raise _refusal(context)(service=service, why="it does not answer")
    context["read_timeout"] = min(longest, left)


def _refusal(context: Any) -> type[BotoCoreError]:
    return NotAsked if context["retries"]["attempt"] == 1 else AskedInVain


def _after_attempt(event_name: str, context: Any, exception: Any, **_: Any) -> None:
    service = event_name.split(".")[1]
    if service != "dynamodb":
        silent = isinstance(exception, (exceptions.ConnectionError, HTTPClientError))
        _breaker(service, context["client_region"]).heard(answer=not silent)

"""The way out: answers, refusals and faults as HTTP responses."""

import traceback
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Response
from msgspec import Struct

from chalicelib.api import problems
from chalicelib.api.language import Language
from chalicelib.api.words import MEDIA_TYPE
from chalicelib.domain.errors import NotSent, Refusal
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import Metric, count, log

DENIED = {"AccessDeniedException", "AccessDenied", "AuthorizationError"}
"""How AWS says that a role of ours lacks a permission; the last is SNS's way."""

WORTH_ANOTHER_TRY = {"try-again": {"Retry-After": "1"}, "sms-not-sent": {"Retry-After": "5"}}
"""Faults that pass, and after how many seconds to try again."""

NO_STORE = "no-store"
ONE_SECOND = "public, max-age=1"
ONE_MINUTE = "public, max-age=60"
ONE_DAY = "public, max-age=86400"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000",
    "Vary": "Accept-Language",
}


class Answer(Response):
    """A response as API Gateway takes it; all bodies are text, and nobody has to look for others.

    (Chalice compares each answer's type with those of bodies that are coded for the way.)
    """

    body: str

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        headers, many = self._sort_headers(self.headers)
        return {
            "headers": headers,
            "multiValueHeaders": many,
            "statusCode": self.status_code,
            "body": self.body,
        }


class Raw(Struct, frozen=True):
    """An answer that is not JSON."""

    text: str
    headers: Mapping[str, str] = MappingProxyType({})


class Headed(Struct, frozen=True):
    """An answer with headers of its own."""

    result: Any
    headers: Mapping[str, str | list[str]]


def answer(result: Any, *, status: int, cache: str, media_type: str) -> Answer:
    """What a view returned: a struct for JSON, a `Raw`, None for an empty body; or one `Headed`."""
    headers: dict[str, Any] = {**HEADERS, "Cache-Control": cache, "Content-Type": media_type}
    if isinstance(result, Headed):
        headers |= result.headers
        result = result.result
    if isinstance(result, Raw):
        return Answer(result.text, headers | dict(result.headers), status)
    if result is None:
        del headers["Content-Type"]
        return Answer("", headers, status)
    return Answer(msgspec.json.encode(result).decode(), headers, status)


def refusal(refused: Refusal, language: Language) -> Answer:
    """A refusal with its words, and with the headers that its status asks for."""
    headers = {}
    if "retry_after" in refused.more:
        headers["Retry-After"] = str(refused.more["retry_after"])
    if problems.kind_of(refused).status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _problem(refused.slug, language, headers, **refused.more)


def fault(broken: Exception, route: str, language: Language) -> Answer:
    """Any other exception: logged, and answered without its message; ``route`` is for the log."""
    _record(broken, route)
    slug = _slug(broken)
    return _problem(slug, language, WORTH_ANOTHER_TRY.get(slug, {}))


def _problem(slug: str, language: Language, headers: Mapping[str, str], **more: Any) -> Answer:
    content = problems.body(slug, language, **more)
    return Answer(
        msgspec.json.encode(content).decode(),
        {
            **HEADERS,
            "Cache-Control": NO_STORE,
            "Content-Type": MEDIA_TYPE,
            "Content-Language": language,
            **headers,
        },
        content["status"],
    )


def _slug(broken: Exception) -> str:
    """The slug of a fault; where the mistake is ours, another try does not help."""
    if _cause(broken) in DENIED:
        return "internal-error"
    if isinstance(broken, NotSent):
        return "sms-not-sent"
    of_aws = isinstance(broken, (Unavailable, ClientError, BotoCoreError))
    return "try-again" if of_aws else "internal-error"


def _record(broken: Exception, route: str) -> None:
    """Log where it broke, but no message: a message may quote personal data."""
    frames = traceback.extract_tb(broken.__traceback__)
    log.error(
        "fault",
        route=route,
        fault=type(broken).__name__,
        cause=_cause(broken),
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
    count(Metric.FAULTS)
    count(Metric.FAULTS, kind=type(broken).__name__)


def _cause(broken: BaseException | None) -> str | None:
    """AWS's own name for what went wrong, where there is one."""
    while broken is not None:
        if isinstance(broken, ClientError):
            return str(broken.response.get("Error", {}).get("Code"))
        if isinstance(broken, BotoCoreError):
            return type(broken).__name__
        broken = broken.__cause__ or broken.__context__  # PynamoDB raises without a "from"
    return None

"""The edge: one table of routes, and one way in for all of them; responses.py is the way out.

A view gets a `Request` (who, what, when, in which language) and returns an answer or raises a
`Refusal`. Chalice turns an exception in a view into a 500 before any middleware sees it, so every
view is wrapped here, and a request's method, media type, size and body are checked here too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from chalice.app import Blueprint, Response
from chalice.app import Request as RawRequest

from chalicelib import clock
from chalicelib.api import responses, tokens
from chalicelib.api.language import Language, preferred
from chalicelib.api.problems import (
    KeyMissing,
    Malformed,
    MethodNotAllowed,
    NotSignedIn,
    TooLarge,
    UnsupportedMediaType,
)
from chalicelib.api.tokens import Caller
from chalicelib.domain.errors import Invalid, Refusal

if TYPE_CHECKING:
    from chalicelib.domain.staff import Staff

BODY_LIMIT = 8 * 1024
"""Bytes of a request's body, at most."""

PARAMETER = "[A-Za-z0-9_-]{1,64}"
"""The form of every parameter of a path. DynamoDB takes no empty key, and no huge one."""

KEY = re.compile(r"[\x21-\x7e]{1,128}")
"""An Idempotency-Key: printable ASCII without spaces."""

FIELD = re.compile("[a-z]+(?:_[a-z]+|[A-Z][a-z]*)*")
"""What the name of a field looks like, whether a body has such a field or not."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

SlugTypes = Sequence[type[Refusal]]


class Who(StrEnum):
    """Who may call a route."""

    PUBLIC = "public"
    """Everybody."""
    APPLICANT = "applicant"
    """Whoever is signed in, for what is their own."""
    DEVICE = "device"
    """The staff of an office, and its kiosks."""
    BOARD = "board"
    """The staff of an office, and its boards."""
    STAFF = "staff"
    """Clerks and supervisors."""
    SUPERVISOR = "supervisor"


class Query(NamedTuple):
    """What a query may have under a name, as the OpenAPI document says it; the view checks it."""

    description: str
    schema: Mapping[str, Any]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path, and what the OpenAPI document says of it."""

    method: str
    path: str
    summary: str
    status: int
    answer: Any
    body: type[msgspec.Struct] | None
    refusals: SlugTypes
    query: Mapping[str, Query]
    who: Who
    keyed: bool
    """Whether it needs an Idempotency-Key."""
    hot: bool
    """Whether it takes a token without a look at its session (docs/adr/0020)."""
    cache: str
    media_type: str


ROUTES: list[Route] = []


class Request(NamedTuple):
    """A request that has passed all the checks of the edge."""

    now: datetime
    language: Language
    body: Any
    query: Mapping[str, str]
    key: str
    caller: Caller | None
    headers: Mapping[str, str]
    context: Mapping[str, Any]
    """What the gateway says of the request."""
    worker: "Staff | None" = None
    """Who of an office is calling, at its desk."""

    @property
    def address(self) -> str:
        """Where the request came from, as the gateway says; a header could say anything."""
        address: str = self.context["identity"]["sourceIp"]
        return address

    @property
    def staff(self) -> "Staff":
        assert self.worker, "only a route of the desk has staff"
        return self.worker

    @property
    def account_id(self) -> str:
        assert self.caller, "a public route has no account"
        return self.caller.account_id

    @property
    def session_id(self) -> str:
        assert self.caller, "a public route has no session"
        return self.caller.session_id


View = Callable[..., Any]


class Routes(Blueprint):
    """A blueprint whose routes are for applicants who are signed in, unless they say otherwise."""

    def on(
        self,
        method: str,
        path: str,
        *,
        answer: Any,
        summary: str,
        status: int = 200,
        body: type[msgspec.Struct] | None = None,
        refusals: SlugTypes = (),
        query: Mapping[str, Query] | None = None,
        who: Who = Who.APPLICANT,
        keyed: bool = False,
        hot: bool = False,
        cache: str = responses.NO_STORE,
        media_type: str = "application/json",
    ) -> Callable[[View], View]:
        """Register a view for ``method path``; ``answer`` is the type of its 2xx body."""
        route = Route(
            method=method,
            path=path,
            summary=summary,
            status=status,
            answer=answer,
            body=body,
            refusals=refusals,
            query=query or {},
            who=who,
            keyed=keyed,
            hot=hot,
            cache=cache,
            media_type=media_type,
        )

        def register(view: View) -> View:
            @wraps(view)
            def wrapped(**parameters: str) -> Response:
                return _answer(route, view, self.current_request, parameters)

            ROUTES.append(route)
            # No content types: Chalice would refuse others in its own words, not in ours.
            self.route(path, methods=[method], content_types=[])(wrapped)
            return view

        return register


def refuse_other_methods() -> Blueprint:
    """Refuse every method that a known path lacks; API Gateway itself would answer with 403."""
    bp = Blueprint(__name__)
    for path in {route.path for route in ROUTES}:
        has = {route.method for route in ROUTES if route.path == path}

        def refuse(allow: str = ", ".join(sorted(has)), **_: str) -> Response:
            language = preferred(bp.current_request.headers.get("accept-language", ""))
            answer = responses.refusal(MethodNotAllowed(allow=allow), language)
            answer.headers["Allow"] = allow
            return answer

        rest = [method for method in METHODS if method not in has]
        bp.route(path, methods=rest, content_types=[], name=f"refuse {path}")(refuse)
    return bp


def _answer(route: Route, view: View, raw: RawRequest, parameters: dict[str, str]) -> Response:
    language = preferred(raw.headers.get("accept-language", ""))
    try:
        result = view(_request(route, raw, language), **_well_formed(parameters))
    except Refusal as refusal:
        return responses.refusal(refusal, language)
    except Exception as fault:  # noqa: BLE001 (the edge of the process: told truthfully, recorded)
        return responses.fault(fault, f"{route.method} {route.path}", language)
    return responses.answer(
        result, status=route.status, cache=route.cache, media_type=route.media_type
    )


def _request(route: Route, raw: RawRequest, language: Language) -> Request:
    now = clock.now()
    caller = _caller(route, raw, now) if route.who is Who.APPLICANT else None
    worker = None if route.who in (Who.PUBLIC, Who.APPLICANT) else _worker(route, raw, now)
    query = raw.query_params or {}
    if len(raw.raw_body) > BODY_LIMIT:
        raise TooLarge
    return Request(
        now=now,
        language=language,
        body=_body(route.body, raw) if route.body else None,
        query={name: query[name] for name in query},
        key=_key(raw) if route.keyed else "",
        caller=caller,
        worker=worker,
        headers=raw.headers,
        context=raw.context,
    )


def _caller(route: Route, raw: RawRequest, now: datetime) -> Caller:
    caller = tokens.caller(raw.headers.get("authorization", ""), now)
    if not route.hot and not _stands(caller):
        raise NotSignedIn
    return caller


def _worker(route: Route, raw: RawRequest, now: datetime) -> "Staff":
    from chalicelib.api.at_work import ROLES, at_work  # a process that books knows no staff

    return at_work(raw.headers.get("authorization", ""), ROLES[route.who], now)


def _stands(caller: Caller) -> bool:
    from chalicelib.store import sessions  # a process that only books defines no tables of people

    return sessions.stands(caller.session_id, caller.account_id)


def _well_formed(parameters: dict[str, str]) -> dict[str, str]:
    for name, value in parameters.items():
        if not re.fullmatch(PARAMETER, value):
            raise Invalid(name, "type")
    return parameters


def _body(expected: type[msgspec.Struct], raw: RawRequest) -> Any:
    media_type = raw.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise UnsupportedMediaType
    try:
        return msgspec.json.decode(raw.raw_body, type=expected)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed from None


def _invalid(message: str) -> Refusal:
    """The field and the rule that msgspec's message is about."""
    if missing := re.search(r"missing required field `([^`]*)`", message):
        return Invalid(missing[1], "missing")
    if unknown := re.search(r"contains unknown field `(.*)`", message, re.DOTALL):
        # Only what looks like a name is repeated: a value in its place could be personal.
        return Invalid(unknown[1] if FIELD.fullmatch(unknown[1]) else "body", "unknown")
    if path := re.search(r"at `\$\.([^`]*)`", message):
        if "encoded date" in message:
            return Invalid(path[1], "date")
        if "enum value" in message:
            return Invalid(path[1], "choice")
        return Invalid(path[1], "type")
    return Malformed()


def _key(raw: RawRequest) -> str:
    key: str = raw.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        raise KeyMissing
    return key

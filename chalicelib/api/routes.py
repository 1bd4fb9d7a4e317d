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
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec
from chalice.app import Blueprint, Response
from chalice.app import Request as RawRequest

from chalicelib import aws, clock
from chalicelib.api import responses, tokens
from chalicelib.api.language import Language, preferred
from chalicelib.api.plain import plain
from chalicelib.api.problems import (
    KeyMissing,
    Malformed,
    MethodNotAllowed,
    NotSignedIn,
    TooLarge,
    UnsupportedMediaType,
)
from chalicelib.api.tokens import Caller
from chalicelib.config import PATIENCE
from chalicelib.domain.errors import Invalid, Refusal

BODY_LIMIT = 8 * 1024
"""Bytes of a request's body, at most."""

PARAMETER = "[A-Za-z0-9_-]{1,64}"
"""The form of every parameter of a path. DynamoDB takes no empty key, and no huge one."""

KEY_LENGTH = 128
"""Characters of an Idempotency-Key, at most: printable ASCII without spaces."""

BOM = b"\xef\xbb\xbf"
"""What some libraries write before a body in UTF-8."""

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


class Function(StrEnum):
    """The Lambda function that answers a route; one that waits holds up no other (ADR 32)."""

    API = "api_handler"
    """Bookings and what everybody may read: it needs neither KMS nor SNS, nor may it use them."""
    PEOPLE = "people_handler"
    """Registrations, sessions, codes, and everybody's own data."""


class Query(NamedTuple):
    """What a query may have under a name, as the OpenAPI document says it; the view checks it."""

    description: str
    schema: Mapping[str, Any]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path, and what the OpenAPI document says of it."""

    method: str
    path: str
    function: Function
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
    of_booking: bool
    """Whether it is about the booking whose ``code`` is in its path, which is then read beside the
    session."""
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
    found: Any = None
    """What there is under the code of a booking, where the route is about one."""

    @property
    def address(self) -> str:
        """Where the request came from, as the gateway says; a header could say anything."""
        address: str = self.context["identity"]["sourceIp"]
        return address

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
    """A blueprint whose routes are for applicants who are signed in, unless they say otherwise.

    They belong to ``function``, unless they say otherwise.
    """

    def __init__(self, import_name: str, function: Function) -> None:
        super().__init__(import_name)
        self._function = function

    def on(
        self,
        method: str,
        path: str,
        *,
        answer: Any,
        summary: str,
        function: Function | None = None,
        status: int = 200,
        body: type[msgspec.Struct] | None = None,
        refusals: SlugTypes = (),
        query: Mapping[str, Query] | None = None,
        who: Who = Who.APPLICANT,
        keyed: bool = False,
        hot: bool = False,
        of_booking: bool = False,
        cache: str = responses.NO_STORE,
        media_type: str = "application/json",
    ) -> Callable[[View], View]:
        """Register a view for ``method path``; ``answer`` is the type of its 2xx body."""
        route = Route(
            method=method,
            path=path,
            function=function or self._function,
            summary=summary,
            status=status,
            answer=answer,
            body=body,
            refusals=refusals,
            query=query or {},
            who=who,
            keyed=keyed,
            hot=hot,
            of_booking=of_booking,
            cache=cache,
            media_type=media_type,
        )

        def register(view: View) -> View:
            @wraps(view)
            def wrapped(**parameters: str) -> Response:
                return _answer(route, view, self.current_request, parameters)

            ROUTES.append(route)
            # No content types: Chalice would refuse others in its own words, not in ours.
            self.route(path, methods=served(method), content_types=[])(wrapped)
            return view

        return register


def refuse_other_methods() -> Blueprint:
    """Refuse every method that a known path lacks; API Gateway itself would answer with 403."""
    bp = Blueprint(__name__)
    for path in {route.path for route in ROUTES}:
        routes = (route for route in ROUTES if route.path == path)
        has = {method for route in routes for method in served(route.method)}

        def refuse(allow: str = ", ".join(sorted(has)), **_: str) -> Response:
            language = preferred(bp.current_request.headers.get("accept-language", ""))
            answer = responses.refusal(MethodNotAllowed(allow=allow), language)
            answer.headers["Allow"] = allow
            return answer

        rest = [method for method in METHODS if method not in has]
        bp.route(path, methods=rest, content_types=[], name=f"refuse {path}")(refuse)
    return bp


def served(method: str) -> list[str]:
    """What a route is asked by: HEAD is GET, of whose answer the server leaves the body out."""
    return ["GET", "HEAD"] if method == "GET" else [method]


def _answer(route: Route, view: View, raw: RawRequest, parameters: dict[str, str]) -> Response:
    language = preferred(raw.headers.get("accept-language", ""))
    try:
        given = {name: plain(unquote(value)) for name, value in parameters.items()}
        with aws.deadline(PATIENCE):
            result = view(_request(route, raw, language, given), **given)
    except Refusal as refusal:
        return responses.refusal(refusal, language)
    except Exception as fault:  # noqa: BLE001 (the edge of the process: told truthfully, recorded)
        return responses.fault(fault, f"{route.method} {route.path}", language)
    return responses.answer(
        result, status=route.status, cache=route.cache, media_type=route.media_type
    )


def _request(
    route: Route, raw: RawRequest, language: Language, parameters: Mapping[str, str]
) -> Request:
    now = clock.now()
    caller = found = None
    if route.who is not Who.PUBLIC:
        caller = tokens.caller(raw.headers.get("authorization", ""), now)
        found = None if route.hot else _beside_session(route, caller, parameters)
    query = raw.query_params or {}
    if len(raw.raw_body) > BODY_LIMIT:
        raise TooLarge
    request = Request(
        now=now,
        language=language,
        body=_body(route.body, raw) if route.body else None,
        query={name: plain(query[name]) for name in query},
        key=_key(raw) if route.keyed else "",
        caller=caller,
        headers=raw.headers,
        context=raw.context,
        found=found,
    )
    _check_form(parameters)
    return request


def _beside_session(route: Route, caller: Caller, parameters: Mapping[str, str]) -> Any:
    """What is read together with the session, which has to stand. Raises `NotSignedIn`."""
    from chalicelib.store import sessions  # a process that only books defines no tables of people

    code = parameters["code"] if route.of_booking else ""
    if re.fullmatch(PARAMETER, code):
        found = sessions.standing_with_booking(caller.session_id, caller.account_id, code)
        if found is None:
            raise NotSignedIn
        return found
    if not sessions.stands(caller.session_id, caller.account_id):
        raise NotSignedIn
    return None


def _check_form(parameters: Mapping[str, str]) -> None:
    for name, value in parameters.items():
        if not re.fullmatch(PARAMETER, value):
            raise Invalid(name, "type")


def _body(expected: type[msgspec.Struct], raw: RawRequest) -> Any:
    media_type = raw.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise UnsupportedMediaType
    try:
        given = msgspec.json.decode(raw.raw_body.removeprefix(BOM))
        return msgspec.convert(plain(given), expected)
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
    if not key:
        raise KeyMissing
    if len(key) > KEY_LENGTH:
        raise Invalid("Idempotency-Key", "key-too-long")
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise Invalid("Idempotency-Key", "key-characters")
    return key

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
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalice.app import Blueprint, Response
from chalice.app import Request as RawRequest
from msgspec import Struct

from chalicelib import aws, clock
from chalicelib.api import cookie, parsing, responses, tokens
from chalicelib.api.language import Language, preferred
from chalicelib.api.plain import plain
from chalicelib.api.problems import MethodNotAllowed, NotSignedIn
from chalicelib.api.tokens import Caller
from chalicelib.config import PATIENCE
from chalicelib.domain.errors import Refusal

if TYPE_CHECKING:
    from chalicelib.domain.staff import Staff

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


class Function(StrEnum):
    """The Lambda function that answers a route; one that waits holds up no other (ADR 32)."""

    API = "api_handler"
    """Bookings and what everybody may read: it needs neither KMS nor SNS, nor may it use them."""
    DESK = "desk_handler"
    """The desks of offices: counters, staff, and the names of those who are called."""
    PEOPLE = "people_handler"
    """Registrations, sessions, codes, and everybody's own data."""
    STAFF = "staff_handler"
    """How staff sign in; it has what checks passkeys, which takes long to load."""
    PASSKEYS = "passkeys_handler"
    """How applicants sign in by passkey. It has the same, and may do nothing of staff's."""


ROUTES_OF: Mapping[str, tuple[str, ...]] = {
    Function.API: ("offices", "bookings", "proof_of_work", "about"),
    Function.PEOPLE: ("sessions", "accounts", "pushes", "waitlist", "proof_of_work"),
    Function.DESK: ("desk", "reports", "planning", "afterwards", "untold", "demand"),
    Function.STAFF: ("staff",),
    Function.PASSKEYS: ("passkeys",),
}
"""In which modules of the API the routes of a function are."""


class Query(Struct, frozen=True):
    """What a query may have under a name, as the OpenAPI document says it; the view checks it."""

    description: str
    schema: Mapping[str, Any]


class Route(Struct, frozen=True, kw_only=True):
    """One method of one path, and what the OpenAPI document says of it."""

    method: str
    path: str
    function: Function
    summary: str
    status: int
    answer: Any
    body: type[Struct] | None
    refusals: SlugTypes
    query: Mapping[str, Query]
    who: Who
    keyed: bool
    """Whether it needs an Idempotency-Key."""
    hot: bool
    """Whether it takes a token without a look at its session (docs/adr/0020)."""
    cookie: bool
    """Whether the pages' cookie may take the place of a token (docs/adr/0042)."""
    of_booking: bool
    """Whether it is about the booking whose ``code`` is in its path, which is then read beside the
    session."""
    of_account: bool
    """Whether it is about the account itself, which is then read whole beside the session."""
    cache: str
    media_type: str
    csv: bool
    """Whether it answers in CSV too, where that is accepted."""


ROUTES: list[Route] = []


class Request(Struct, frozen=True):
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
    found: Any = None
    """What was read beside the session: what is under the code of a booking, or the account."""

    @property
    def address(self) -> str:
        """Where the request came from; a header alone could say anything."""
        from chalicelib.api import viewer  # who only books, or looks, asks for no address

        return viewer.address(self.headers, self.context["identity"]["sourceIp"])

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
        body: type[Struct] | None = None,
        refusals: SlugTypes = (),
        query: Mapping[str, Query] | None = None,
        who: Who = Who.APPLICANT,
        keyed: bool = False,
        hot: bool = False,
        cookie: bool = False,
        of_booking: bool = False,
        of_account: bool = False,
        cache: str = responses.NO_STORE,
        media_type: str = "application/json",
        csv: bool = False,
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
            cookie=cookie,
            of_booking=of_booking,
            of_account=of_account,
            cache=cache,
            media_type=media_type,
            csv=csv,
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
    caller, worker, found = None, None, None
    if route.who is Who.APPLICANT:
        caller = _caller(route, raw, now)
        found = None if route.hot or caller is None else _beside_session(route, caller, parameters)
    elif route.who is not Who.PUBLIC:
        worker = _worker(route, raw, now)
    query = raw.query_params or {}
    parsing.check_size(raw)
    request = Request(
        now=now,
        language=language,
        body=parsing.body(raw, route.body, optional=route.cookie) if route.body else None,
        query={name: plain(query[name]) for name in query},
        key=parsing.key(raw) if route.keyed else "",
        caller=caller,
        worker=worker,
        headers=raw.headers,
        context=raw.context,
        found=found,
    )
    parsing.check_parameters(parameters)
    return request


def _caller(route: Route, raw: RawRequest, now: datetime) -> Caller | None:
    """Whose token it is; nobody's, where a cookie takes the place of one that is gone or too old.

    What the cookie is worth, the view finds. Raises `NotSignedIn`.
    """
    by_cookie = route.cookie and cookie.wanted(raw.headers) and cookie.held(raw.headers) != ""
    try:
        return tokens.caller(raw.headers.get("authorization", ""), now)
    except NotSignedIn:
        if not by_cookie:
            raise
        return None


def _worker(route: Route, raw: RawRequest, now: datetime) -> "Staff":
    from chalicelib.api.at_work import ROLES, at_work  # a process that books knows no staff

    return at_work(raw.headers.get("authorization", ""), ROLES[route.who], now)


def _beside_session(route: Route, caller: Caller, parameters: Mapping[str, str]) -> Any:
    """What is read together with the session, which has to stand. Raises `NotSignedIn`."""
    # A process that only books defines no tables of people.
    from chalicelib.store import accounts, sessions

    session = (caller.session_id, caller.account_id)
    code = parameters["code"] if route.of_booking else ""
    found: Any
    if route.of_account:
        found = accounts.signed_in(*session)
    elif re.fullmatch(parsing.PARAMETER, code):
        found = sessions.standing_with_booking(*session, code)
    else:
        found = sessions.stands(*session)
    if not found:
        raise NotSignedIn
    return found

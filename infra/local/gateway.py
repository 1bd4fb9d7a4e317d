"""What API Gateway does on AWS: routes a request to the function, and answers what reaches none."""

import gzip
import json
import traceback
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from chalice.app import Chalice
from chalice.local import LocalChalice

from infra.stack.gateway import RESPONSES, headers

API = "api_handler"
"""The function that answers what is no other one's."""

Handle = Callable[..., Any]
"""Answers a GET, or a POST whose body it is given: with an `Answer`, or something for JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be sent."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: bytes


Site = Callable[[str, Mapping[str, str]], Answer | None]
"""Answers a path, asked for with these headers, if there is a page."""


def _no_site(_path: str, _headers: Mapping[str, str]) -> None:
    return None


class Matched(NamedTuple):
    """What a request asks for, by its method and its target."""

    method: str
    path: str
    query: str
    route: str
    """As the app has it; empty if the request reaches no function."""
    parameters: dict[str, str]
    """Of the path, as they came."""
    function: str
    """The name of the function that answers; empty if the gateway itself does."""


def refusal(kind: str) -> Answer:
    """What API Gateway itself answers to a failure of this kind (a gateway response type)."""
    status, problem = RESPONSES[kind]
    return Answer(status, headers(status), json.dumps(problem).encode())


def compressed(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer as the distribution sends it to whoever takes gzip, if it may keep it.

    It compresses from 1,000 bytes on (CloudFront developer guide, "Serving compressed files").
    """
    public = str(answer.headers.get("Cache-Control", "")).startswith("public")
    takes = "gzip" in headers.get("accept-encoding", "")
    if not (public and takes and len(answer.body) >= 1000):
        return answer
    packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding, Accept-Language"}
    return Answer(answer.status, {**answer.headers, **packed}, gzip.compress(answer.body))


class Gateway:
    """Answers requests with `app`, with `handles`, by path, and all that is no path of the API with
    the pages of `site`."""

    def __init__(
        self,
        app: Chalice,
        handles: Mapping[str, Handle],
        site: Site = _no_site,
    ) -> None:
        # A Lambda answers one request at a time, threads many: each has its current_request.
        if not isinstance(app, LocalChalice):
            app.__class__ = type("ThreadedApp", (LocalChalice, type(app)), {})
        self.app_name: str = app.app_name
        self._app = app
        self._handles = handles
        self._site = site
        self._functions = _functions()
        self._routes: dict[int, list[tuple[str, list[str]]]] = {}
        for route in sorted(app.routes):  # so that /a/b comes before /a/{name}
            parts = route.split("/")
            self._routes.setdefault(len(parts), []).append((route, parts))

    def match(self, method: str, target: str) -> Matched:
        """Where a request goes; `target` is its path with the query."""
        path, _, query = _local(target).partition("?")
        route, parameters = self._route(path)
        if route and method != "OPTIONS" and method not in self._app.routes[route]:
            route = ""
        function = self._functions.get(route, API) if route else ""
        return Matched(method, path, query, route, parameters, function)

    def _route(self, path: str) -> tuple[str, dict[str, str]]:
        parts = (path.removesuffix("/") or "/").split("/")
        for route, wanted in self._routes.get(len(parts), ()):
            parameters = {}
            for part, want in zip(parts, wanted, strict=True):
                if want.startswith("{"):
                    parameters[want[1:-1]] = part
                elif part != want:
                    break
            else:
                return route, parameters
        return "", {}

    def answer(
        self, matched: Matched, headers: Mapping[str, str], body: bytes, peer: str
    ) -> Answer:
        """The answer to a request from `peer`; names of `headers` are in lower case."""
        try:
            how, path = matched.method, matched.path
            handle = self._handles.get(path if how == "GET" else f"{how} {path}")
            if handle is not None:
                found = handle() if how == "GET" else handle(body)
                return found if isinstance(found, Answer) else _json(found)
            if not matched.route:
                return self.page(matched, headers) or refusal("MISSING_AUTHENTICATION_TOKEN")
            if how == "OPTIONS":
                return self._preflight(matched.route)
            return compressed(_answer(self.invoke(matched, headers, body, peer)), headers)
        except Exception:  # noqa: BLE001 (told below)
            # The edge of the function: on AWS too it fails alone, and the gateway says so.
            traceback.print_exc()
            return refusal("DEFAULT_5XX")

    def page(self, matched: Matched, headers: Mapping[str, str]) -> Answer | None:
        """What the distribution answers without the API: a page, or nothing."""
        beside = matched.path.startswith(("/v1/", "/_local/"))
        if beside or matched.route or matched.method not in ("GET", "HEAD"):
            return None
        return self._site(matched.path, headers)

    def invoke(
        self, matched: Matched, headers: Mapping[str, str], body: bytes, peer: str
    ) -> dict[str, Any]:
        """What the function answers to the event that API Gateway makes of a request."""
        event = {
            "requestContext": {
                "httpMethod": matched.method,
                "resourcePath": matched.route,
                "identity": {"sourceIp": peer},
                "path": matched.path,
            },
            "headers": headers,
            "pathParameters": matched.parameters,
            "stageVariables": {},
            "multiValueQueryStringParameters": (
                parse_qs(matched.query, keep_blank_values=True) or None if matched.query else None
            ),
            "body": body or None,
        }
        answered: dict[str, Any] = self._app(event, None)  # no route looks at Lambda's context
        return answered

    def _preflight(self, route: str) -> Answer:
        methods = self._app.routes[route]
        cors = next(entry.cors for entry in methods.values() if entry.cors)
        allowed = {"Access-Control-Allow-Methods": ",".join([*methods, "OPTIONS"])}
        return Answer(200, {**cors.get_access_control_headers(), **allowed}, b"")


def _local(target: str) -> str:
    """A target without the host that it may begin with; nothing if it cannot be understood."""
    if target.startswith("/"):
        return target
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}"


def _functions() -> dict[str, str]:
    """{route: function}, as infra/stack/routing.py tells API Gateway."""
    from chalicelib.api.routes import ROUTES  # only now: it reads the environment

    return {route.path: route.function.value for route in ROUTES}


def _json(value: Any) -> Answer:
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(value).encode())


def _answer(response: dict[str, Any]) -> Answer:
    headers = {**response["headers"], **response["multiValueHeaders"]}
    body = response["body"] or b""
    if response.get("isBase64Encoded"):
        body = b64decode(body)
    elif isinstance(body, str):
        body = body.encode()
    if body and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"  # as API Gateway takes it to be
    return Answer(response["statusCode"], headers, body)

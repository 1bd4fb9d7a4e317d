"""What API Gateway does on AWS: routes a request to the function, and answers what reaches none.

Chalice's own local gateway does the routing; what is answered here is what the deployed one says.
"""

import gzip
import json
import re
import traceback
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, RouteMatcher

from infra.stack.gateway import RESPONSES, headers

API = "api_handler"

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


class _Routed(LocalGateway):
    """Chalice's gateway, told who calls: its own events all say 127.0.0.1."""

    peer: ContextVar[str] = ContextVar("peer")

    def _generate_lambda_event(self, *request: Any) -> dict[str, Any]:
        event: dict[str, Any] = super()._generate_lambda_event(*request)
        event["requestContext"]["identity"]["sourceIp"] = self.peer.get()
        return event


class Gateway:
    """Answers requests with `app`, which has `limit` for each, with `handles`, by path, and all
    that is no path of the API with the pages of `site`."""

    def __init__(
        self,
        app: Chalice,
        limit: timedelta,
        handles: Mapping[str, Handle],
        site: Site = _no_site,
    ) -> None:
        # A Lambda answers one request at a time, threads many: each has its current_request.
        if not isinstance(app, LocalChalice):
            app.__class__ = type("ThreadedApp", (LocalChalice, type(app)), {})
        self.app_name: str = app.app_name
        self._routes = app.routes
        self._matcher = RouteMatcher(list(app.routes))
        self._chalice = _Routed(app, Config.create(lambda_timeout=limit.total_seconds()))
        self._handles = handles
        self._site = site
        self._functions = _functions()

    def function(self, method: str, target: str) -> str:
        """The function that answers a request, as infra/stack/routing.py tells API Gateway."""
        asked = f"{method} {target.partition('?')[0]}"
        for name, routes in self._functions.items():
            if routes.fullmatch(asked):
                return name
        return API

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, peer: str
    ) -> Answer:
        """The answer to a request from `peer`; `target` is its path with the query."""
        try:
            path = target.partition("?")[0]
            handle = self._handles.get(path if method == "GET" else f"{method} {path}")
            if handle is not None:
                found = handle() if method == "GET" else handle(body)
                return found if isinstance(found, Answer) else _json(found)
            if (page := self.page(method, target, headers)) is not None:
                return page
            if not self._takes(method, target):
                return refusal("MISSING_AUTHENTICATION_TOKEN")
            self._chalice.peer.set(peer)
            return compressed(_answer(self.invoke(method, target, dict(headers), body)), headers)
        except Exception:  # noqa: BLE001 (told below)
            # The edge of the function: on AWS too it fails alone, and the gateway says so.
            traceback.print_exc()
            return refusal("DEFAULT_5XX")

    def page(self, method: str, target: str, headers: Mapping[str, str]) -> Answer | None:
        """What the distribution answers without the API: a page, or nothing."""
        path = target.partition("?")[0]
        if method not in ("GET", "HEAD") or path.startswith(("/v1/", "/_local/")):
            return None
        return self._site(path, headers)

    def invoke(self, *request: Any) -> dict[str, Any]:
        """What the function answers."""
        answered: dict[str, Any] = self._chalice.handle_request(*request)
        return answered

    def _takes(self, method: str, target: str) -> bool:
        try:
            route = self._matcher.match_route(target).route
        except ValueError:
            return False
        return method == "OPTIONS" or method in self._routes[route]


def _functions() -> dict[str, re.Pattern[str]]:
    """{name: its routes} of all functions but the API's own, which answers the rest."""
    from chalicelib.api.routes import ROUTES, served  # only now: it reads the environment

    routes: dict[str, list[str]] = {}
    for route in ROUTES:
        if route.function != API:
            path = re.sub(r"\{\w+\}", "[^/]+", route.path)
            methods = "|".join(served(route.method))
            routes.setdefault(route.function.value, []).append(f"(?:{methods}) {path}/?")
    return {name: re.compile("|".join(patterns)) for name, patterns in routes.items()}


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

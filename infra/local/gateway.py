"""What API Gateway does on AWS: routes a request to the function, and answers what reaches none.

Chalice's own local gateway does the routing; what is answered here is what the deployed one says.
"""

import json
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

Handle = Callable[..., Any]
"""Answers a GET, or a POST whose body it is given: with an `Answer`, or something for JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be sent."""

    status: int
    headers: Mapping[str, str | list[str]]
    body: bytes


def refusal(kind: str) -> Answer:
    """What API Gateway itself answers to a failure of this kind (a gateway response type)."""
    status, problem = RESPONSES[kind]
    return Answer(status, headers(status), json.dumps(problem).encode())


class _Routed(LocalGateway):
    """Chalice's gateway, told who calls: its own events all say 127.0.0.1."""

    peer: ContextVar[str] = ContextVar("peer")

    def _generate_lambda_event(self, *request: Any) -> dict[str, Any]:
        event: dict[str, Any] = super()._generate_lambda_event(*request)
        event["requestContext"]["identity"]["sourceIp"] = self.peer.get()
        return event


class Gateway:
    """Answers requests with `app`, which has `limit` for each, and with `handles`, by path."""

    def __init__(self, app: Chalice, limit: timedelta, handles: Mapping[str, Handle]) -> None:
        # A Lambda answers one request at a time, threads many: each has its current_request.
        if not isinstance(app, LocalChalice):
            app.__class__ = type("ThreadedApp", (LocalChalice, type(app)), {})
        self.app_name: str = app.app_name
        self._routes = app.routes
        self._matcher = RouteMatcher(list(app.routes))
        self._chalice = _Routed(app, Config.create(lambda_timeout=limit.total_seconds()))
        self._handles = handles

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
            if not self._takes(method, target):
                return refusal("MISSING_AUTHENTICATION_TOKEN")
            self._chalice.peer.set(peer)
            return _answer(self.invoke(method, target, dict(headers), body))
        except Exception:  # noqa: BLE001 (told below)
            # The edge of the function: on AWS too it fails alone, and the gateway says so.
            traceback.print_exc()
            return refusal("DEFAULT_5XX")

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

"""The API called in this process, through Chalice's own test client."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from chalice.test import Client

from app import app
from chalicelib import clock
from chalicelib.api import tokens
from chalicelib.api.routes import Route, Who
from chalicelib.domain.staff import Role
from chalicelib.services.desk import shifts
from tests.builders import Registered
from tests.machine import ROOT, Reply


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send a request; a body that is not bytes is sent as JSON."""
    sent = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    if key is not None:
        sent["Idempotency-Key"] = key
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )
    answer = _client().http.request(method, path, {**sent, **(headers or {})}, content)
    return Reply(answer.status_code, answer.headers, answer.body)


def call_decoded(method: str, path: str, parameters: Mapping[str, str], token: str) -> Reply:
    """Send a request as API Gateway hands it on: the parameters of its path decoded."""
    event = {
        "requestContext": {"httpMethod": method, "resourcePath": path},
        "headers": {"authorization": f"Bearer {token}"},
        "pathParameters": dict(parameters),
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
    }
    answer = app(event, None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"].encode())


def call_from(
    address: str, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send a request as API Gateway hands it on that was called from this address."""
    event = {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "identity": {"sourceIp": address},
        },
        "headers": dict(headers or {}),
        "pathParameters": {},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": json.dumps(body),
    }
    answer = app(event, None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"].encode())


def token_for(route: Route, who: Callable[[], Registered]) -> str | None:
    """A token for whoever may call a route: none, of an applicant, or of a supervisor in Malang."""
    if route.who is Who.PUBLIC:
        return None
    return token_of(who()) if route.who is Who.APPLICANT else desk_token(Role.SUPERVISOR)


def desk_token(role: Role, office_id: str = "malang") -> str:
    """A token of a new member of staff, or of a device."""
    now = clock.now()
    return tokens.issue_to_desk(shifts.start(office_id, role, now), now)


def token_of(who: Registered) -> str:
    """An access token that is good now."""
    return tokens.issue(who.signed_in, clock.now()).access_token


@cache
def _client() -> Any:
    return Client(app, project_dir=str(ROOT))

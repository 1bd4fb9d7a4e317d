"""The API called in this process, through Chalice's own test client."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalice.test import Client

from app import app
from chalicelib import clock
from chalicelib.api import tokens
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


def token_of(who: Registered) -> str:
    """An access token that is good now."""
    return tokens.issue(who.signed_in, clock.now()).access_token


@cache
def _client() -> Any:
    return Client(app, project_dir=str(ROOT))

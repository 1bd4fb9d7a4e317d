"""What is asked of the whole function, by people who are made up."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def event(
    route: str,
    body: Any,
    number: int,
    parameters: Mapping[str, Any] | None = None,
    *,
    token: str | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """A request as API Gateway hands it on. Each comes from a network of its own."""
    method, _, path = route.partition(" ")
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    if key:
        headers["idempotency-key"] = key
    return {
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "identity": {"sourceIp": f"10.{number // 256}.{number % 256}.1"},
        },
        "headers": headers,
        "pathParameters": dict(parameters) if parameters else None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None if body is None else json.dumps(body),
    }


def ktp(nik: str) -> dict[str, Any]:
    born = date(1900 + int(nik[10:12]), int(nik[8:10]), int(nik[6:8]))
    return {"nik": nik, "name": "Pemohon", "birth_date": born.isoformat(), "sex": "male"}


def nik(number: int) -> str:
    return f"3573010107{80 + number // 9999 % 20:02}{number % 9999 + 1:04}"


def phone(number: int) -> str:
    return f"0812{number:08}"

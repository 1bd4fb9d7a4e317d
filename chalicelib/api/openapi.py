"""The OpenAPI 3.1 document, made from the route table and from the structs that requests and
answers are checked with, so nothing is written down twice."""

import re
from functools import cache
from typing import Any

import msgspec

import chalicelib
from chalicelib.api import answers
from chalicelib.api.problems import (
    KeyMissing,
    Malformed,
    NotPermitted,
    NotSignedIn,
    TooLarge,
    UnsupportedMediaType,
)
from chalicelib.api.routes import PARAMETER, ROUTES, Route, Who
from chalicelib.api.words import KINDS, MEDIA_TYPE
from chalicelib.domain.errors import Invalid, ProofNeeded, TooSoon

DESCRIPTION = (
    "Places in the passport queue of Indonesia's immigration offices. Instants are ISO 8601 with "
    "an offset; dates and times of an office are local to it. Every refusal is a problem "
    "(RFC 9457) in Indonesian or English."
)


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON values."""
    types = [answers.Problem, *_structs()]
    schemas, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    refs = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in sorted(ROUTES, key=lambda route: (route.path, route.method)):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Antrian Paspor",
            "version": chalicelib.__version__,
            "description": DESCRIPTION,
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _structs() -> list[Any]:
    found: dict[Any, None] = {}
    for route in ROUTES:
        for candidate in (route.body, route.answer):
            if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
                found[candidate] = None
    return list(found)


def _operation(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": route.summary,
        "security": [] if route.who is Who.PUBLIC else [{"bearer": []}],
        "parameters": _parameters(route),
        "responses": _responses(route, refs),
    }
    if route.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[route.body]}},
        }
    return operation


def _name(route: Route) -> str:
    words = re.findall(r"[a-z]+", route.path.removeprefix("/v1"))
    return "_".join([route.method.lower(), *words])


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "date"}
            if name == "date"
            else {"type": "string", "pattern": f"^{PARAMETER}$"},
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    found += [
        {"name": name, "in": "query", "description": query.description, "schema": query.schema}
        for name, query in route.query.items()
    ]
    if route.keyed:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "A retry under the same key gets the first answer.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
            }
        )
    if ProofNeeded in route.refusals:
        found.append(
            {
                "name": "Altcha",
                "in": "header",
                "description": "The proof of work (ALTCHA payload, base64), while one is "
                "required. The refusal proof-needed says where to get its challenge.",
                "schema": {"type": "string"},
            }
        )
    found.append(
        {
            "name": "Accept-Language",
            "in": "header",
            "description": "The language of the texts that people read: id (default) or en.",
            "schema": {"type": "string"},
        }
    )
    return found


def _responses(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {str(route.status): _success(route, refs)}
    slugs = [refusal.slug for refusal in _refusals(route)] + ["internal-error", "try-again"]
    if TooSoon in route.refusals:
        slugs.append("sms-not-sent")
    for slug in slugs:
        kind = KINDS[slug]
        problem = responses.setdefault(
            str(kind.status),
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": refs[answers.Problem]}},
            },
        )
        problem["description"] = ", ".join(filter(None, [problem["description"], slug]))
    return dict(sorted(responses.items()))


def _refusals(route: Route) -> list[Any]:
    edge: list[Any] = [TooLarge] if route.who is Who.PUBLIC else [TooLarge, NotSignedIn]
    if route.who not in (Who.PUBLIC, Who.APPLICANT):
        edge.append(NotPermitted)
    if route.body:
        edge += [Malformed, UnsupportedMediaType]
    if route.keyed:
        edge.append(KeyMissing)
    if "{" in route.path:
        edge.append(Invalid)
    return list(dict.fromkeys([*edge, *route.refusals]))


def _success(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    if route.answer is None:
        return {"description": route.summary}
    schema = refs.get(route.answer, {"type": "object" if route.answer is dict else "string"})
    return {"description": route.summary, "content": {route.media_type: {"schema": schema}}}

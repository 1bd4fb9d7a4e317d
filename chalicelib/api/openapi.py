"""The OpenAPI 3.1 document, made from the route table and from the structs that requests and
answers are checked with, so nothing is written down twice."""

import re
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

import chalicelib
from chalicelib.api import cookie
from chalicelib.api.answers import Answer
from chalicelib.api.members import MEMBERS
from chalicelib.api.parsing import KEY_LENGTH, PARAMETER
from chalicelib.api.problems import (
    KeyMissing,
    Malformed,
    NotPermitted,
    NotSignedIn,
    TooLarge,
    UnsupportedMediaType,
)
from chalicelib.api.routes import ROUTES, ROUTES_OF, Route, Who
from chalicelib.api.words import KINDS, MEDIA_TYPE
from chalicelib.domain.errors import Invalid, ProofNeeded, TooSoon

DESCRIPTION = (
    "Places in the passport queue of Indonesia's immigration offices. Instants are ISO 8601 with "
    "an offset; dates and times of an office are local to it. Every refusal is a problem "
    "(RFC 9457) in Indonesian or English."
)


JSON_TYPES = {str: "string", int: "integer"}


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON values: of all routes, whichever the process has."""
    for module in chain(*ROUTES_OF.values()):
        import_module(f"chalicelib.api.{module}")
    types = [*_structs(), *(_problem(slug) for slug in _slugs())]
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
            "license": {
                "name": "All rights reserved",
                "identifier": "LicenseRef-All-rights-reserved",
            },
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _tidy(dict(sorted(components.items()))),
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


def _slugs() -> list[str]:
    """All kinds of problem that a route may answer with."""
    return sorted({slug for route in ROUTES for slug in _slugs_of(route)})


@cache
def _problem(slug: str) -> type[msgspec.Struct]:
    """A problem of one kind (RFC 9457) with its members."""
    members = [
        (name, told, UNSET) if UnsetType in getattr(told, "__args__", ()) else (name, told)
        for name, told in MEMBERS.get(slug, {}).items()
    ]
    return msgspec.defstruct(
        "".join(map(str.title, slug.split("-"))) + "Problem",
        [
            ("type", Literal[slug]),
            ("title", str),
            ("status", Literal[KINDS[slug].status]),
            ("detail", str),
            *members,
        ],
        bases=(Answer,),
        kw_only=True,
    )


def _tidy(schema: Any) -> Any:
    """A schema without what is not so: a field of a default is no field that is always there.

    Makers of clients take a default for a promise. And a choice of one thing is a constant.
    """
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {name: _tidy(part) for name, part in schema.items() if name != "default"}
    if len(tidied.get("enum", ())) == 1:
        [constant] = tidied.pop("enum")
        return {"type": JSON_TYPES[type(constant)], "const": constant} | tidied
    return tidied


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
            "required": not (route.cookie and _may_be_empty(route.body)),
            "content": {"application/json": {"schema": refs[route.body]}},
        }
    return operation


def _may_be_empty(body: type[msgspec.Struct]) -> bool:
    return len(body.__struct_defaults__) == len(body.__struct_fields__)


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
                "schema": {"type": "string", "pattern": f"^[!-~]{{1,{KEY_LENGTH}}}$"},
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
    if route.cookie:
        found.append(
            {
                "name": cookie.HEADER,
                "in": "header",
                "description": "For pages of the same origin: the refresh token is in the cookie "
                f"{cookie.NAME} and not in bodies.",
                "schema": {"type": "string", "enum": [cookie.WAY]},
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
    by_status: dict[str, list[str]] = {}
    for slug in _slugs_of(route):
        by_status.setdefault(str(KINDS[slug].status), []).append(slug)
    for status, slugs in by_status.items():
        kinds = [refs[_problem(slug)] for slug in slugs]
        schema = kinds[0] if len(kinds) == 1 else {"oneOf": kinds}
        responses[status] = {
            "description": ", ".join(slugs),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
    return dict(sorted(responses.items()))


def _slugs_of(route: Route) -> list[str]:
    slugs = [refusal.slug for refusal in _refusals(route)] + ["internal-error", "try-again"]
    return [*slugs, "sms-not-sent"] if TooSoon in route.refusals else slugs


def _refusals(route: Route) -> list[Any]:
    edge: list[Any] = [TooLarge] if route.who is Who.PUBLIC else [TooLarge, NotSignedIn]
    if route.who not in (Who.PUBLIC, Who.APPLICANT):
        edge.append(NotPermitted)
    if route.body:
        edge += [Malformed, UnsupportedMediaType]
    if route.keyed:
        edge.append(KeyMissing)
    if route.keyed or "{" in route.path:
        edge.append(Invalid)
    return list(dict.fromkeys([*edge, *route.refusals]))


def _success(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    if route.answer is None:
        return {"description": route.summary}
    schema = refs.get(route.answer, {"type": "object" if route.answer is dict else "string"})
    content = {route.media_type: {"schema": schema}}
    if route.csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    return {"description": route.summary, "content": content}

"""The OpenAPI document says what the service does, and the copy under docs/ is the same."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest

from app import app
from chalicelib import clock
from chalicelib.api.openapi import document
from chalicelib.api.routes import ROUTES, Route, Who
from chalicelib.api.words import KINDS
from chalicelib.domain.people import Relation
from tests.api.caller import call, token_of
from tests.builders import registered, released_days
from tests.machine import ROOT

KEPT = ROOT / "docs" / "openapi.json"

OPERATIONS: dict[tuple[str, str], dict[str, Any]] = {
    (method.upper(), path): operation
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}

each = pytest.mark.parametrize(
    "route", ROUTES, ids=[f"{route.method} {route.path}" for route in ROUTES]
)


def of(route: Route) -> dict[str, Any]:
    return OPERATIONS[route.method, route.path]


def parameters(route: Route, where: str) -> dict[str, dict[str, Any]]:
    return {p["name"]: p for p in of(route)["parameters"] if p["in"] == where}


def refs(value: Any) -> Iterator[str]:
    """All references in a part of the document."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for part in value.values():
            yield from refs(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs(part)


# ---- the copies ---------------------------------------------------------------------------------


def test_the_document_is_served() -> None:
    reply = call("GET", "/v1/openapi.json")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.json == json.loads(json.dumps(document()))


def test_the_document_under_docs_is_the_served_one() -> None:
    assert json.loads(KEPT.read_text()) == call("GET", "/v1/openapi.json").json, (
        "it has changed: run `make openapi`"
    )


# ---- the whole ----------------------------------------------------------------------------------


def test_every_route_is_in_the_document_and_no_other() -> None:
    served = {
        (method, path)
        for path, methods in app.routes.items()
        for method, entry in methods.items()
        if not entry.view_name.startswith("refuse ") and method != "HEAD"  # which is GET
    }
    assert OPERATIONS.keys() == served


def test_every_reference_leads_to_a_schema() -> None:
    schemas = document()["components"]["schemas"]
    led_to = {ref.removeprefix("#/components/schemas/") for ref in refs(document())}
    assert led_to == schemas.keys()


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert sorted(ids) == sorted(set(ids))


# ---- every route --------------------------------------------------------------------------------


@each
def test_every_parameter_of_a_path_is_documented(route: Route) -> None:
    documented = parameters(route, "path")
    assert documented.keys() == set(re.findall(r"{(\w+)}", route.path))
    assert all(parameter["required"] for parameter in documented.values())


@each
def test_every_name_of_a_query_is_documented(route: Route) -> None:
    assert parameters(route, "query").keys() == route.query.keys()


@pytest.mark.parametrize(
    ("path", "name", "good", "bad"),
    [
        ("/v1/offices", "near", ["-7.98,112.63", " 1 , 2 "], ["", "1", "1,2,3", "1_0,0", "a,b"]),
        ("/v1/offices/{office_id}/calendar", "from", ["2026-12-01"], ["20261201", "9999-12-31"]),
        ("/v1/offices/{office_id}/calendar", "days", [1, 62], [0, 63, -1, "x"]),
        ("/v1/bookings", "after", ["0123456789AB"], ["", "a b", "a" * 65]),
    ],
)
def test_a_query_is_documented_as_it_is_taken(
    aws: None, path: str, name: str, good: list[Any], bad: list[Any]
) -> None:
    released_days(now=clock.now())
    token = token_of(registered(now=clock.now()))
    (schema,) = (p["schema"] for p in OPERATIONS["GET", path]["parameters"] if p["name"] == name)
    documented = jsonschema_rs.validator_for(schema, validate_formats=True)

    def taken(value: Any) -> bool:
        query = urlencode({name: value})
        reply = call("GET", f"{path.format(office_id='malang')}?{query}", token=token)
        return reply.status != 422

    assert {value: (documented.is_valid(value), taken(value)) for value in good + bad} == {
        **dict.fromkeys(good, (True, True)),
        **dict.fromkeys(bad, (False, False)),
    }


@each
def test_the_idempotency_key_is_documented_where_it_is_needed(route: Route) -> None:
    assert ("Idempotency-Key" in parameters(route, "header")) is route.keyed


@each
def test_a_route_is_documented_as_open_or_closed_as_it_is(route: Route) -> None:
    assert of(route)["security"] == ([] if route.who is Who.PUBLIC else [{"bearer": []}])


@each
def test_the_body_of_a_request_is_documented(route: Route) -> None:
    assert ("requestBody" in of(route)) is (route.body is not None)


@each
def test_the_answer_is_documented_by_its_status_and_type(route: Route) -> None:
    answer = of(route)["responses"][str(route.status)]
    types = [route.media_type, *(["text/csv"] if route.csv else [])]
    assert list(answer.get("content", {})) == (types if route.answer else [])


@each
def test_every_refusal_is_documented_under_its_status(route: Route) -> None:
    responses = of(route)["responses"]
    for refusal in route.refusals:
        told = responses[str(KINDS[refusal.slug].status)]
        assert refusal.slug in told["description"].split(", ")
        assert "application/problem+json" in told["content"]


@each
def test_no_refusal_is_documented_twice(route: Route) -> None:
    for response in of(route)["responses"].values():
        slugs = response["description"].split(", ")
        assert len(slugs) == len(set(slugs)) or "content" not in response


@each
def test_what_the_edge_refuses_is_documented(route: Route) -> None:
    documented = {int(status) for status in of(route)["responses"]}
    expected = {500, 503}
    if route.who is not Who.PUBLIC:
        expected |= {401}
    if route.body:
        expected |= {400, 413, 415, 422}
    if route.keyed:
        expected |= {400}
    if "{" in route.path:
        expected |= {422}
    assert expected <= documented


@pytest.mark.parametrize("name", ["Registration", "NewBooking", "NewRelative", "Reschedule"])
def test_a_body_is_documented_as_closed_to_other_fields(name: str) -> None:
    assert document()["components"]["schemas"][name]["additionalProperties"] is False


def test_a_relative_is_offered_every_relation_but_that_to_oneself() -> None:
    relation = document()["components"]["schemas"]["NewRelative"]["properties"]["relation"]
    assert set(relation["enum"]) == set(Relation) - {Relation.SELF}


def schemas() -> Iterator[tuple[str, Any]]:
    """All parts of all schemas that say what a value is, with the name of their field."""

    def within(name: str, part: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(part, dict):
            yield name, part
            for field, one in part.get("properties", {}).items():
                yield from within(field, one)
            for one in (*part.get("anyOf", ()), part.get("items")):
                yield from within(name, one)

    for name, schema in document()["components"]["schemas"].items():
        yield from within(name, schema)


def test_every_instant_is_one_and_nothing_has_a_default() -> None:
    instants = {name for name, part in schemas() if part.get("format") == "date-time"}
    assert {"opens_at", "next_release_at", "code_expires_at", "until", "codes_sent"} <= instants
    texts = {name for name, part in schemas() if part == {"type": "string"}}
    assert not [name for name in texts - instants if name.endswith(("_at", "_until", "_after"))]
    assert not [name for name, part in schemas() if "default" in part]


@each
def test_every_refusal_is_documented_by_a_schema_of_its_own(route: Route) -> None:
    for status, response in of(route)["responses"].items():
        content = response.get("content", {})
        if "application/problem+json" in content:
            told = sorted(ref.rpartition("/")[2] for ref in refs(content))
            components = document()["components"]["schemas"]
            constants = [components[name]["properties"] for name in told]
            slugs = sorted(response["description"].split(", "))
            assert sorted(kind["type"]["const"] for kind in constants) == slugs
            assert {str(kind["status"]["const"]) for kind in constants} == {status}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/offices/atlantis", "NoSuchOfficeProblem"),
        ("/v1/offices?near=x", "InvalidProblem"),
        ("/v1/me", "NotSignedInProblem"),
    ],
)
def test_a_problem_is_as_its_schema_says(path: str, name: str) -> None:
    schema = document()["components"]["schemas"][name]
    assert jsonschema_rs.is_valid(schema, call("GET", path).json)

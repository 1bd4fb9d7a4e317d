"""The functions as Lambda starts them.

The scheduled ones come from `chalicelib.jobs`, without app.py; one that answers requests has the
routes that are its own.
"""

import json
import os
import subprocess
import sys
from itertools import chain
from typing import Any

import pytest
from chalice.app import ScheduledEventConfig

from app import app
from chalicelib.api.routes import ROUTES, ROUTES_OF, Function
from infra.stack.functions import full_name
from infra.stack.stages import STAGES
from tests.machine import ROOT

HANDLERS = {
    source.name: source.handler_string
    for source in app.event_sources
    if isinstance(source, ScheduledEventConfig)
}

START = """
import sys
from importlib import import_module

module, _, name = sys.argv[1].rpartition(".")
handler = getattr(import_module(module), name)
assert callable(handler), handler
assert "app" not in sys.modules, "app.py has been imported"
assert not [name for name in sys.modules if name.startswith("chalicelib.api")], "the edge has been"
"""


def test_there_are_scheduled_functions_and_all_are_jobs() -> None:
    assert {
        name: f"chalicelib.jobs.{name}"
        for name in (
            *("open_days", "send_reminders", "sweep", "reconcile"),
            *("collect", "close_days", "draw"),
        )
    } == HANDLERS


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
def test_a_scheduled_function_starts_without_the_api(handler: str) -> None:
    started(START, handler)


@pytest.mark.parametrize("function", Function)
def test_a_function_starts_with_its_own_routes(function: Function) -> None:
    own = [f"{route.method} {route.path}" for route in ROUTES if route.function is function]
    there = answers(function, OWN)
    assert set(there["routes"]) >= set(own)
    of_others = {*chain(*ROUTES_OF.values())} - {*ROUTES_OF[function]}
    assert not set(there["modules"]) & of_others


@pytest.mark.parametrize("function", Function)
def test_it_refuses_the_methods_that_its_paths_lack(function: Function) -> None:
    """As the whole API does: a path is a function's with all its methods."""
    mine = {route.path for route in ROUTES if route.function is function}
    assert not mine & {route.path for route in ROUTES if route.function is not function}
    whole = {path: [*methods] for path, methods in app.routes.items() if path in mine}
    there = answers(function, OWN)["paths"]
    assert {path: there[path] for path in mine} == whole


def test_the_function_that_documents_all_routes_has_few() -> None:
    documented = answers(Function.API, DOCUMENT)
    assert documented == json.loads((ROOT / "docs" / "openapi.json").read_text())


OWN = """
import json, sys
from app import app
from chalicelib.api.routes import ROUTES

modules = [name.rpartition(".")[2] for name in sys.modules if name.startswith("chalicelib.api.")]
routes = [f"{route.method} {route.path}" for route in ROUTES]
paths = {path: [*methods] for path, methods in app.routes.items()}
print(json.dumps({"modules": modules, "routes": routes, "paths": paths}))
"""

DOCUMENT = """
from app import app

context = {"httpMethod": "GET", "resourcePath": "/v1/openapi.json", "identity": {}}
event = dict.fromkeys(
    ["multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"]
)
print(app({**event, "headers": {}, "requestContext": context}, None)["body"])
"""


def answers(function: Function, asked: str) -> Any:
    """What is printed by code that a function runs."""
    return json.loads(started(asked, AWS_LAMBDA_FUNCTION_NAME=full_name(STAGES["dev"], function)))


def started(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

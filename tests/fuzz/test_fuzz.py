"""The service does what its OpenAPI document says, whatever it is sent."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.run import fuzz
from tests.machine import Machine, started

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A system of its own: what is left of it after this is in nobody's way."""
    with started(tmp_path_factory.mktemp("fuzzed"), limits="off") as running:
        yield running


def test_every_answer_is_a_documented_one(fuzzed: Machine) -> None:
    done = fuzz(fuzzed, "--max-examples=20", "--generation-deterministic")
    assert done.returncode == 0, done.stdout


def _another_answer(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Health"]["required"].append("missing")


def _another_status(document: dict[str, Any]) -> None:
    responses = document["paths"]["/v1/health"]["get"]["responses"]
    responses["202"] = responses.pop("200")


def _another_type(document: dict[str, Any]) -> None:
    answer = document["paths"]["/v1/health"]["get"]["responses"]["200"]
    answer["content"] = {"text/plain": {"schema": {"type": "string"}}}


@pytest.mark.parametrize("change", [_another_answer, _another_status, _another_type])
def test_a_document_that_does_not_tell_the_truth_is_found_out(
    fuzzed: Machine, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    document = fuzzed.call("GET", "/v1/openapi.json").json
    change(document)
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    done = fuzz(
        fuzzed,
        "--max-examples=1",
        "--include-path=/v1/health",
        document=tmp_path / "openapi.json",
    )
    assert done.returncode == 1, done.stdout

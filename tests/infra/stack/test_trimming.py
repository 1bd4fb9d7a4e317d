"""What ships of botocore does as all of it does, for every operation that a policy allows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import botocore
import pytest

from infra.stack.trimming import SERVICES, operations, trim
from tests.infra.stack import every_operation

BOTOCORE = Path(botocore.__file__).parent
ALLOWED = {service: sorted(operations(service)) for service in sorted(SERVICES)}
CALLED = {
    service: [name for name in names if name != "ConditionCheckItem"]  # a part, no operation
    for service, names in ALLOWED.items()
}


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a botocore that is trimmed."""
    directory = tmp_path_factory.mktemp("trimmed")
    there = {path.name for path in (BOTOCORE / "data").iterdir() if path.is_dir()}
    unneeded = shutil.ignore_patterns("__pycache__", *there - SERVICES - {"s3"})
    shutil.copytree(BOTOCORE, directory / "botocore", ignore=unneeded)
    trim(directory / "botocore" / "data")
    return directory


def said(operations: dict[str, list[str]], path: Path | None = None) -> str:
    """What is sent for operations and understood of answers, with the botocore under ``path``."""
    done = subprocess.run(
        [sys.executable, every_operation.__file__, json.dumps(operations)],
        env={**os.environ, "PYTHONPATH": str(path or ""), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_operation_is_sent_and_understood_as_by_all_of_botocore(trimmed: Path) -> None:
    whole = said(CALLED)
    assert said(CALLED, trimmed) == whole
    assert all(f" {name} " in whole for names in CALLED.values() for name in names)


def test_what_no_policy_allows_is_not_there(trimmed: Path) -> None:
    with pytest.raises(AssertionError, match="DeleteTable"):
        said({"dynamodb": ["DeleteTable"]}, trimmed)


def test_it_is_a_fiftieth_of_what_it_was(trimmed: Path) -> None:
    data = trimmed / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == SERVICES
    assert sum(path.stat().st_size for path in data.rglob("*.json")) < 120_000
    assert (BOTOCORE / "data" / "endpoints.json").stat().st_size > 1_000_000

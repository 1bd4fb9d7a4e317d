"""What the bench of instructions repeats is what it says: a booking that is made, by two calls."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import first
from bench.instructions import REPEAT, THINGS
from bench.start import NOT_SHIPPED
from tests.machine import ROOT


@pytest.fixture(scope="module")
def recorded() -> Iterator[Path]:
    with first.recorded() as path:
        yield path


def repeated(recorded: Path) -> subprocess.CompletedProcess[str]:
    statement = REPEAT.format(str(recorded), 2, THINGS)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{NOT_SHIPPED}; {statement}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_everything_is_repeated_as_it_says(recorded: Path) -> None:
    done = repeated(recorded)
    assert done.returncode == 0, done.stderr


def test_a_booking_that_is_not_made_is_not_counted(recorded: Path, tmp_path: Path) -> None:
    booking = json.loads(recorded.read_text())
    booking["answers"][-1][0] = 500
    unmade = tmp_path / "unmade.json"
    unmade.write_text(json.dumps(booking))
    done = repeated(unmade)
    assert (done.returncode, "AssertionError" in done.stderr) == (1, True)

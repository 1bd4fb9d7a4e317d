"""`make test` shares the files out among its workers: what a file's tests share is made once."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.machine import ROOT

FILES = ("test_a.py", "test_b.py", "test_c.py", "test_d.py")

TESTS = """
import os
import pathlib
import pytest

@pytest.mark.parametrize("number", range(8))
def test_says_where_it_runs(number: int) -> None:
    file = pathlib.Path(__file__)
    file.with_name(f"{os.environ['PYTEST_XDIST_WORKER']} {file.name} {number}").touch()
"""


def workers(directory: Path, *options: str) -> dict[str, set[str]]:
    """The workers that ran the tests of each file."""
    for name in FILES:
        (directory / name).write_text(TESTS)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", *options, "-c", "/dev/null"],
        cwd=directory,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=True,
    )
    found = defaultdict(set)
    for said in directory.glob("gw*"):
        worker, file, _ = said.name.split()
        found[file].add(worker)
    assert found.keys() == set(FILES)
    return found


@pytest.fixture
def options() -> list[str]:
    (given,) = re.findall(r"pytest (-q -n .+)", (ROOT / "Makefile").read_text())
    return str(given).split()


def test_a_file_is_run_by_one_worker_and_all_workers_run_some(
    options: list[str], tmp_path: Path
) -> None:
    found = workers(tmp_path, *options)
    assert [len(each) for each in found.values()] == [1] * len(FILES)
    assert set.union(*found.values()) == {"gw0", "gw1"}


def test_control_without_that_option_files_are_run_by_more(
    options: list[str], tmp_path: Path
) -> None:
    spread = ["load" if option == "loadfile" else option for option in options]
    assert any(len(each) > 1 for each in workers(tmp_path, *spread).values())

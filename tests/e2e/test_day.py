"""`make day`: people book, come, are called and served over HTTP, by either clock of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.local.day.tables import LEAST, WITHIN
from tests.e2e.short_day import PEOPLE
from tests.machine import ROOT

pytestmark = pytest.mark.server

PATIENCE = 240
"""Seconds; a short day takes ten."""


class Done(NamedTuple):
    printed: str
    told: Any


@pytest.fixture(scope="module", params=[[], ["1000"]], ids=["moved", "fast"])
def done(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Done:
    state = tmp_path_factory.mktemp("day") / "state"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.e2e.short_day", str(state), *request.param],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert not (state / "run.json").exists()
    return Done(ran.stdout, json.loads(ran.stdout.splitlines()[-1]))


def test_everybody_who_came_was_served_once(done: Done) -> None:
    came, taken = done.told["came"], done.told["taken"]
    assert len(taken) >= 12
    assert len(taken) + len(done.told["refused"]) == len(came)
    assert done.told["served"] == done.told["recorded"] == taken


def test_the_day_is_closed_with_a_record_of_who_came(done: Done) -> None:
    ended, report = done.told["outcomes"], done.told["report"]
    assert ended["served"] + ended["absent"] == PEOPLE == report["expected"]
    assert ended["served"] == report["came"]
    assert ended["absent"] > 0


def test_people_wait_as_long_as_the_simulation_says(done: Done) -> None:
    """A tenth of it, or half a minute; and what the machine was behind its clock."""
    mean, simulated = done.told["means"]
    bound = max(WITHIN * simulated, LEAST) + done.told["behind"]
    assert simulated > 2
    assert mean == pytest.approx(simulated, abs=bound)


def test_the_order_is_that_of_the_simulation_and_not_first_come_first_served(done: Done) -> None:
    """Ticket by ticket to a second; by a fast clock as far as the machine keeps up with it."""
    behind = done.told["behind"]
    bound = max(done.told["off_first_come"] / 2, behind) if behind else 1 / 60
    assert done.told["off"] < bound < done.told["off_first_come"] + behind


def test_it_says_how_it_goes_and_what_it_came_to(done: Done) -> None:
    assert "\n09:15 " in done.printed
    assert "| people |  | served | mean | p50 | p90 | p99 |" in done.printed
    assert "| booked | absent | " in done.printed


def test_a_day_that_is_interrupted_leaves_nothing_behind(tmp_path: Path) -> None:
    temporary = {"TMPDIR": str(tmp_path), "STATE": "", "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.day", "malang", "8"],
        cwd=ROOT,
        env={**os.environ, **temporary},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if "have registered" in line:
            break
    process.send_signal(signal.SIGINT)
    process.stdout.read()  # its end: nobody holds it any more
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["atlantis"], "OFFICE=malang"),
        (["malang", "many"], "PEOPLE=162"),
        (["malang", "3"], "7 to 700 people"),
        (["malang", "28,27"], "each of its windows"),
        (["malang", "0,27,27,20,16,24,20"], "places"),
        (["malang", "162", "1", "0"], "SPEED"),
    ],
)
def test_it_says_what_it_cannot_play(given: list[str], told: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.local.day", *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr

"""The scheduled functions, as Lambda starts them: from `chalicelib.jobs`, without app.py."""

import subprocess
import sys

import pytest
from chalice.app import ScheduledEventConfig

from app import app
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
            *("collect", "close_days"),
        )
    } == HANDLERS


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
def test_a_scheduled_function_starts_without_the_api(handler: str) -> None:
    started = subprocess.run(
        [sys.executable, "-W", "error", "-c", START, handler],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode == 0, started.stderr

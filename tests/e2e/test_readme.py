"""The README's journey and its office's day, on one machine."""

from pathlib import Path

import pytest

from tests.machine import Machine, started
from tests.readme import travelled, worked

pytestmark = pytest.mark.server


def test_the_journey_books_a_place_fetches_a_ticket_and_cancels(
    machine: Machine, tmp_path: Path
) -> None:
    travelled(tmp_path, f"http://127.0.0.1:{machine.port}")


def test_the_day_checks_somebody_in_and_serves_them(tmp_path: Path) -> None:
    """At a run of its own: other tests close the day of the office for trials."""
    with started(tmp_path / "state") as own:
        answers = worked(tmp_path, f"http://127.0.0.1:{own.port}")
    came, _, called, serving, finished, board = answers
    assert (called["ticket"], called["state"]) == (came["ticket"], "called")
    assert (serving["ticket"], serving["state"]) == (came["ticket"], "serving")
    assert "ticket" not in finished
    assert board["line"] == []

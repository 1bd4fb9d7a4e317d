"""The README's journey on one machine."""

from pathlib import Path

import pytest

from tests.machine import Machine
from tests.readme import travelled

pytestmark = pytest.mark.server


def test_the_journey_books_a_place_fetches_a_ticket_and_cancels(
    machine: Machine, tmp_path: Path
) -> None:
    travelled(tmp_path, f"http://127.0.0.1:{machine.port}")

"""The README's lines, pasted."""

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.machine import ROOT, Machine

JOURNEY = re.compile(r"<!-- journey -->\n```bash\n(.*?)```", re.DOTALL)

pytestmark = pytest.mark.server


def test_the_journey_books_a_place_and_fetches_a_ticket(machine: Machine, tmp_path: Path) -> None:
    lines = JOURNEY.findall((ROOT / "README.md").read_text())[0]
    assert "http://127.0.0.1:8000" in lines
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", lines.replace("8000", str(machine.port))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    booking = json.loads((tmp_path / "booking.json").read_text())
    assert booking["status"] == "booked"
    assert booking["office_id"] == "malang"
    assert f"Queue number {booking['places'][0]['queue_number']}: see ticket.svg" in done.stdout
    assert ElementTree.parse(tmp_path / "ticket.svg").getroot().tag.endswith("svg")

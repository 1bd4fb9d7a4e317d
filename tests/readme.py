"""The README's lines, pasted into a shell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.machine import ROOT

BOOK = re.compile(r"<!-- journey -->\n```bash\n(.*?)```", re.DOTALL)
DAY = re.compile(r"<!-- day -->\n```bash\n(.*?)```", re.DOTALL)
CANCEL = re.compile(r"Cancel it with\s+`([^`]+)`")

LOCAL = "http://127.0.0.1:8000"
READ_SMS = "api $BASE/_local/sms"

PRINT_SMS = (
    "import json, sys; from infra.local import sms; print(json.dumps(sms.sent(sys.argv[1])))"
)


def travelled(directory: Path, base: str, emulator: str | None = None) -> dict[str, Any]:
    """Register, book, fetch the ticket and cancel at ``base``; returns the booking.

    The code is taken from the emulator itself where there is nobody to ask for it at ``base``.
    """
    readme = (ROOT / "README.md").read_text()
    lines = "\n".join([*BOOK.findall(readme), f"{CANCEL.findall(readme)[0]} > cancelled.json"])
    assert (lines.count(LOCAL), lines.count(READ_SMS)) == (1, 1)
    if emulator:
        lines = lines.replace(READ_SMS, f"{sys.executable} -c '{PRINT_SMS}' {emulator}")
    printed = _pasted(lines, directory, base)
    booking: dict[str, Any] = json.loads((directory / "booking.json").read_text())
    assert booking["status"] == "booked"
    assert booking["office_id"] == "malang"
    assert f"Queue number {booking['places'][0]['queue_number']}: see ticket.svg" in printed
    assert ElementTree.parse(directory / "ticket.svg").getroot().tag.endswith("svg")
    cancelled = json.loads((directory / "cancelled.json").read_text())
    assert (cancelled["code"], cancelled["status"]) == (booking["code"], "cancelled")
    return booking


def worked(directory: Path, base: str) -> list[Any]:
    """Book, then try the office's day at ``base``.

    Returns what was answered to the check-in, to each of four presses, and what anybody saw then.
    """
    readme = (ROOT / "README.md").read_text()
    printed = _pasted("\n".join([*BOOK.findall(readme), *DAY.findall(readme)]), directory, base)
    return [json.loads(line) for line in printed.splitlines()[-6:]]


def _pasted(lines: str, directory: Path, base: str) -> str:
    """What a shell prints; it stops at the first command that fails."""
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", lines.replace(LOCAL, base)],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout

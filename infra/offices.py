"""Puts the offices of ``offices.json`` into their table: ``python -m infra.offices``.

The templates there are of the size of the time: Monday to Friday, one-hour windows from 08:00 to
15:00 with the midday break, Malang 150 places a day, Jakarta Selatan 400.
"""

import json
from pathlib import Path
from typing import Any

from chalicelib.store import offices

FILE = Path(__file__).with_name("offices.json")


def every() -> list[dict[str, Any]]:
    """All offices, as they are stored."""
    read: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def load() -> int:
    """Store every office, over what was there. Returns how many."""
    for office in every():
        offices.put(office)
    return len(every())


if __name__ == "__main__":
    print(f"{load()} offices stored")

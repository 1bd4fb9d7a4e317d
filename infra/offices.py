"""The offices of ``offices.json``, and how they come into their table.

The templates there are of a typical size: Monday to Friday, one-hour windows from 08:00 to
15:00 with the midday break, Malang 150 places a day, Jakarta Selatan 400.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("offices.json")


def every() -> list[dict[str, Any]]:
    """All offices, as they are stored."""
    read: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def load() -> list[str]:
    """Store what the file says of every office. Returns a sentence for each that was refused."""
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib.domain.office_fields import NotAnOffice
    from chalicelib.store import offices

    refused = []
    for office in every():
        try:
            offices.put(office)
        except NotAnOffice as fault:
            refused.append(f"{office.get('office_id')}: {fault}")
    return refused

"""The offices of ``offices.json``, and how they come into their table.

What the file states of them is of a typical size: Monday to Friday, windows of an hour from 08:00
on, Friday's midday break from 11:30. The places are computed from the counters by
``python -m infra.ops.plan --write``: Malang has near 150 a day, Jakarta Selatan 400.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("offices.json")

SMALL = re.compile(r"\{\s+([^{}[\]]*?)\s+\}|\[\s+([^{}[\]]*?)\s+\]")
"""A map or a list that holds no other: in one line it is easier to read."""


def every() -> list[dict[str, Any]]:
    """All offices, as they are stored."""
    read: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def write(offices: Sequence[Mapping[str, Any]]) -> None:
    """Write the file anew, in the form that it has."""
    text = SMALL.sub(_in_one_line, json.dumps(offices, indent=2, ensure_ascii=False))
    FILE.write_text(text + "\n", encoding="utf-8")


def load() -> list[str]:
    """Store what the file says of every office. Returns a sentence for each that was refused."""
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import clock
    from chalicelib.domain.office_fields import NotAnOffice
    from chalicelib.store import offices

    refused, now = [], clock.now()
    for office in every():
        try:
            # An office that does not say that it draws gives its places by first come.
            offices.put({"by_lot": False, **office}, now)
        except NotAnOffice as fault:
            refused.append(f"{office.get('office_id')}: {fault}")
    return refused


def _in_one_line(small: re.Match[str]) -> str:
    text = " ".join(small[0].split())
    return f"{text[0]}{text[1:-1].strip()}{text[-1]}"

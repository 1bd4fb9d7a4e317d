"""A dashboard's queries over the logs, as Logs Insights answers them.

Knows what infra/stack/dashboards.py asks and no more, and refuses the rest.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from infra.local.environment import STAGE
from infra.stack.functions import full_name

Row = dict[str, Any]


class Logged(NamedTuple):
    """A line of a function's log."""

    group: str
    at: datetime
    line: Row


def logged(file: Path) -> Iterator[Logged]:
    """All that was written to the logs, oldest first."""
    with file.open() as lines:
        for text in lines:
            record = json.loads(text)
            line = record["line"]
            group = f"/aws/lambda/{full_name(STAGE, record['function'])}"
            yield Logged(group, datetime.fromisoformat(line["timestamp"]), line)


class Table(NamedTuple):
    """What a query answers."""

    fields: list[str]
    rows: list[list[Any]]


def answer(query: str, logs: Iterable[Logged]) -> Table:
    """Run a query. Raises ValueError for a command that is not understood."""
    commands = query.split(" | ")
    groups = set()
    while commands[0].startswith("SOURCE"):
        groups.add(_understood(r"SOURCE '(.+)'", commands.pop(0))[1])
    rows: list[Row] = [one.line for one in logs if one.group in groups]
    fields: list[str] = []
    for command in commands:
        match command.partition(" ")[0]:
            case "filter":
                _, field, value = _understood(r'filter (\w+) = "(.*)"', command)
                rows = [row for row in rows if row.get(field) == value]
            case "stats":
                _, name, by = _understood(r"stats count\(\*\) as (\w+) by (\w+)", command)
                counted = Counter(row.get(by, "") for row in rows)
                rows = [{by: value, name: count} for value, count in counted.items()]
                fields = [by, name]
            case "fields":
                fields = _understood(r"fields (.+)", command)[1].split(", ")
            case "sort":
                by = _understood(r"sort (\w+) desc", command)[1]
                rows = sorted(rows, key=lambda row, by=by: row.get(by, ""), reverse=True)  # type: ignore[misc]
            case "limit":
                rows = rows[: int(_understood(r"limit (\d+)", command)[1])]
            case _:
                raise ValueError(f"no command that is understood here: {command}")
    return Table(fields, [[row.get(field) for field in fields] for row in rows])


def _understood(pattern: str, command: str) -> list[str]:
    found = re.fullmatch(pattern, command)
    if found is None:
        raise ValueError(f"not understood here: {command}")
    return [found[0], *found.groups()]

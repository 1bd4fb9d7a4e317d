"""The metrics that CloudWatch would have received, read back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

PLATFORM = "AWS/"
"""The namespaces of AWS's own metrics begin so; here `infra.local.platform` makes them."""


class Point(NamedTuple):
    """One value of one metric."""

    namespace: str
    name: str
    unit: str
    value: float
    dimensions: dict[str, str]
    at: datetime


def points(file: Path) -> Iterator[Point]:
    """All that was recorded in `file`, oldest first."""
    with file.open() as lines:
        for line in lines:
            yield from read(line)


def recorded(file: Path) -> list[dict[str, Any]]:
    """The service's own metrics in `file`, one for each value, oldest first."""
    return [
        {
            "name": point.name,
            "unit": point.unit,
            "value": point.value,
            "dimensions": point.dimensions,
            "at": point.at.isoformat(timespec="milliseconds"),
        }
        for point in points(file)
        if not point.namespace.startswith(PLATFORM)
    ]


def read(line: str) -> Iterator[Point]:
    """What was recorded in one line."""
    record: dict[str, Any] = json.loads(line)
    at = datetime.fromtimestamp(record["_aws"]["Timestamp"] / 1000, UTC)
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            values = record[metric["Name"]]
            for names in directive["Dimensions"]:
                for value in values if isinstance(values, list) else [values]:
                    yield Point(
                        directive["Namespace"],
                        metric["Name"],
                        metric.get("Unit", "None"),
                        value,
                        {name: record[name] for name in names},
                        at,
                    )

"""Metrics on their way to CloudWatch: caught as they are printed, and read back.

On AWS the Lambda's standard output reaches CloudWatch, which takes the lines in embedded metric
format as metrics. Here such lines go to a file instead of the console.
"""

import io
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO


class _Sieve(io.TextIOBase):
    """A console that passes on all lines but metrics, which it appends to a file.

    Lines are put together by thread: `print` writes a line and its end one after the other.
    """

    def __init__(self, console: TextIO, file: int) -> None:
        self._console = console
        self._file = file
        self._started = threading.local()

    def write(self, text: str) -> int:
        *lines, rest = (getattr(self._started, "line", "") + text).split("\n")
        self._started.line = rest
        for line in lines:
            if _is_metric(line):
                os.write(self._file, line.encode() + b"\n")  # one write: `make job` appends too
            else:
                self._console.write(line + "\n")
        return len(text)

    def flush(self) -> None:
        self._console.flush()

    def isatty(self) -> bool:
        return self._console.isatty()


@contextmanager
def sieved(console: TextIO, file: Path) -> Iterator[None]:
    """Let standard output go to `console`, and the metrics in it to `file`."""
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    with redirect_stdout(_Sieve(console, descriptor)):
        yield  # never closed: a request that outlives the block may still print a metric


def recorded(file: Path) -> list[dict[str, Any]]:
    """The metrics in `file`, one for each value, oldest first."""
    with file.open() as lines:
        return [metric for line in lines for metric in _metrics(json.loads(line))]


def _is_metric(line: str) -> bool:
    if '"_aws"' not in line:
        return False
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and "CloudWatchMetrics" in record.get("_aws", ())


def _metrics(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    at = datetime.fromtimestamp(record["_aws"]["Timestamp"] / 1000, UTC)
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            values = record[metric["Name"]]
            for dimensions in directive["Dimensions"]:
                for value in values if isinstance(values, list) else [values]:
                    yield {
                        "name": metric["Name"],
                        "unit": metric.get("Unit", "None"),
                        "value": value,
                        "dimensions": {name: record[name] for name in dimensions},
                        "at": at.isoformat(timespec="milliseconds"),
                    }

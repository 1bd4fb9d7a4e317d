"""What the functions print, on its way to CloudWatch.

On AWS a Lambda's standard output reaches CloudWatch, which takes the lines in embedded metric
format as metrics and keeps the others as the function's log. Here metrics go to a file instead of
the console, and the lines of the log to another one beside it.
"""

import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from typing import TextIO

from infra.local.state import State

function: ContextVar[str] = ContextVar("function", default="api_handler")
"""Which function prints; a job says its name, and everything else is the API's."""


class _Sieve(io.TextIOBase):
    """A console that passes on all lines but metrics.

    Lines are put together by thread: `print` writes a line and its end one after the other.
    """

    def __init__(self, console: TextIO, metrics: int, logs: int) -> None:
        self._console = console
        self._metrics = metrics
        self._logs = logs
        self._started = threading.local()

    def write(self, text: str) -> int:
        *lines, rest = (getattr(self._started, "line", "") + text).split("\n")
        self._started.line = rest
        for line in lines:
            if _is_metric(line):
                _append(self._metrics, line)
                continue
            if line.startswith('{"level"'):
                _append(self._logs, f'{{"function":"{function.get()}","line":{line}}}')
            self._console.write(line + "\n")
        return len(text)

    def flush(self) -> None:
        self._console.flush()

    def isatty(self) -> bool:
        return self._console.isatty()


@contextmanager
def sieved(console: TextIO, state: State) -> Iterator[None]:
    """Let standard output go to `console`, and what CloudWatch takes of it to files of `state`."""
    metrics, logs = (
        os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        for file in (state.metrics, state.logs)
    )
    with redirect_stdout(_Sieve(console, metrics, logs)):
        yield  # never closed: a request that outlives the block may still print a metric


_lost = threading.Event()
"""Set once it was told that metrics and logs are lost."""


def _append(file: int, line: str) -> None:
    """Add a line; where there is no room, a request goes on without it, which is told once."""
    try:
        os.write(file, line.encode() + b"\n")  # one write: `make job` appends too
    except OSError as error:
        if not _lost.is_set():
            _lost.set()
            told = (
                f"Metrics and logs are not kept from now on ({error.strerror}): make room in STATE."
            )
            print(told, file=sys.stderr)


def _is_metric(line: str) -> bool:
    if '"_aws"' not in line:
        return False
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and "CloudWatchMetrics" in record.get("_aws", ())

"""What AWS measures by itself, measured here: the API, its functions, the tables.

Its metrics have the names that AWS gives them. What only AWS has (throttles, dead letters, a bill)
is not made up.
"""

import json
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from infra.local import console
from infra.local.environment import STAGE
from infra.local.gateway import Answer, Gateway, Matched
from infra.local.state import State

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})

UNITS = {"Latency": "Milliseconds", "Duration": "Milliseconds"}
"""What is not measured in counts."""

UNKNOWN = frozenset(
    {
        "Throttles",
        "ReadThrottleEvents",
        "WriteThrottleEvents",
        "ApproximateNumberOfMessagesVisible",
        "SMSMonthToDateSpentUSD",
    }
)
"""What is on a dashboard but only AWS can measure."""

WRITE_SECONDS = 0.5

_running: Counter[str] = Counter()
_lock = threading.Lock()
_kept: deque[tuple[str, dict[str, str], dict[str, float]]] | None = None
"""What is still to be written: namespace, dimensions and values; None if nobody writes."""


@contextmanager
def measured(state: State) -> Iterator[None]:
    """Write what is measured to the metrics of ``state``, twice a second, until the block ends."""
    global _kept
    file = os.open(state.metrics, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(WRITE_SECONDS):
            _write(file)

    _kept = deque()
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        _write(file)
        _kept = None
        os.close(file)


class MeasuredGateway(Gateway):
    """A gateway whose requests are measured as API Gateway and Lambda do."""

    def answer(
        self, matched: Matched, headers: Mapping[str, str], body: bytes, peer: str
    ) -> Answer:
        if matched.path.startswith("/_local/") or self.page(matched, headers):
            return super().answer(matched, headers, body, peer)
        began = time.perf_counter_ns()
        answer = super().answer(matched, headers, body, peer)
        _emit(
            "AWS/ApiGateway",
            {"ApiName": self.app_name, "Stage": STAGE.name},
            {
                "Count": 1,
                "4XXError": int(400 <= answer.status < 500),
                "5XXError": int(answer.status >= 500),
                "Latency": _milliseconds_since(began),
            },
        )
        return answer

    def invoke(self, matched: Matched, *request: Any) -> Any:
        with invocation(matched.function):
            return super().invoke(matched, *request)


@contextmanager
def invocation(name: str) -> Iterator[None]:
    """Measure one run of a function, as long as the block lasts."""
    with _lock:
        _running[name] += 1
        at_a_time = _running[name]
    began, errors, token = time.perf_counter_ns(), 1, console.function.set(name)
    try:
        yield
        errors = 0
    finally:
        console.function.reset(token)
        with _lock:
            _running[name] -= 1
        _emit(
            "AWS/Lambda",
            {"FunctionName": _full_name(name)},
            {
                "Duration": _milliseconds_since(began),
                "Errors": errors,
                "ConcurrentExecutions": at_a_time,
            },
        )


def measure_tables() -> None:
    """From now on measure what this process asks of DynamoDB; its client must not be built yet.

    Units are those that the emulator answers with: it counts one for a query of any size.
    """
    from chalicelib import aws  # only now: it reads the environment

    events = aws.session().get_component("event_emitter")
    events.register("provide-client-params.dynamodb", _ask_for_units)
    events.register("after-call.dynamodb", _count)


def _ask_for_units(
    params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
) -> dict[str, Any] | None:
    if model.name not in READS and "Item" not in model.name:
        return None
    context["tables"] = [
        *([params["TableName"]] if "TableName" in params else []),
        *(next(iter(write.values()))["TableName"] for write in params.get("TransactItems", [])),
    ]
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


def _count(model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    consumed = parsed.get("ConsumedCapacity", [])
    name = f"Consumed{'Read' if model.name in READS else 'Write'}CapacityUnits"
    for one in consumed if isinstance(consumed, list) else [consumed]:
        _of_table(one["TableName"], name, one["CapacityUnits"])
    tables = context.get("tables", [])
    reasons = [reason.get("Code") for reason in parsed.get("CancellationReasons", [])]
    for table, reason in zip(tables, reasons, strict=False):
        _refused(table, reason)
    if tables and not reasons:
        _refused(tables[0], parsed.get("Error", {}).get("Code"))


def _refused(table: str, code: str | None) -> None:
    if code in ("ConditionalCheckFailed", "ConditionalCheckFailedException"):
        _of_table(table, "ConditionalCheckFailedRequests", 1)
    elif code in ("TransactionConflict", "TransactionConflictException"):
        _of_table(table, "TransactionConflict", 1)


def _of_table(table: str, name: str, value: float) -> None:
    _emit("AWS/DynamoDB", {"TableName": table}, {name: value})


@cache
def _full_name(function: str) -> str:
    from infra.stack.functions import full_name  # only now: it reads the environment

    return full_name(STAGE, function)


def _milliseconds_since(began: int) -> float:
    """To a thousandth: to write all digits of a float takes twice as long."""
    return (time.perf_counter_ns() - began) // 1000 / 1000


def _emit(namespace: str, dimensions: dict[str, str], values: dict[str, float]) -> None:
    if (kept := _kept) is not None:
        kept.append((namespace, dimensions, values))


def _write(file: int) -> None:
    """Write what has been measured since the last time, a line for each thing that is measured."""
    assert _kept is not None
    together: dict[tuple[str, ...], tuple[dict[str, str], dict[str, list[float]]]] = {}
    for _ in range(len(_kept)):
        namespace, dimensions, values = _kept.popleft()
        key = (namespace, *dimensions.values())
        _, lists = together.setdefault(key, (dimensions, {}))
        for name, value in values.items():
            lists.setdefault(name, []).append(value)
    lines = [_line(key[0], *measured) for key, measured in together.items()]
    console.append(file, "".join(lines))


def _line(namespace: str, dimensions: dict[str, str], values: dict[str, list[float]]) -> str:
    directive = {
        "Namespace": namespace,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in values],
    }
    about = {"Timestamp": int(1000 * time.time()), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": about, **dimensions, **values}, separators=(",", ":")) + "\n"

"""Logs and metrics: one log, and every metric's name in one place.

Both leave as lines of JSON on standard output, metrics in CloudWatch's embedded metric format, and
cost no call. Neither logs nor metrics ever carry personal data, codes by SMS or tokens.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from chalicelib.config import settings
from chalicelib.domain.offices import TRIAL

SERVICE = "antrian-paspor"

_json = json.JSONEncoder(separators=(",", ":"), default=str).encode


class Log:
    """Lines for people to search; ``level`` and ``timestamp`` are as Lambda reads them in JSON."""

    def info(self, message: str, **fields: Any) -> None:
        _log("INFO", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        _log("WARN", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        _log("ERROR", message, fields)


log = Log()


def _log(level: str, message: str, fields: dict[str, Any]) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _say({"level": level, "timestamp": at, "service": SERVICE, "message": message, **fields})


def namespace(stage: str) -> str:
    """Where CloudWatch keeps the metrics of a stage: one account may hold several stages."""
    return f"AntrianPaspor/{stage}"


NAMESPACE = namespace(settings.stage)


class Metric(StrEnum):
    BOOKINGS = "Bookings"
    """By ``result``: booked, or the slug of the refusal."""
    TIME_TO_SOLD_OUT = "TimeToSoldOut"
    """From the release of a slot to its last place."""
    PLACES_LEFT = "PlacesLeft"
    """By ``zone``: what can be booked now, as the sweep finds it."""
    CANCELLATIONS = "Cancellations"
    """By whom."""
    RESCHEDULES = "Reschedules"
    VISITS = "Visits"
    """By ``outcome``, as they leave the board: served, no_show, turned_away."""
    WAIT = "Wait"
    """By ``zone``, of each visit as it leaves its board: how long until it was called."""
    ESTIMATE_ERROR = "EstimateError"
    """By ``zone``: how far a call was from the time that was told; of those without a booking."""
    LINE_LAG = "LineLag"
    """By ``zone``, each minute: how long the first in a line has been due, where it is longest."""
    CALL_UNSERVED = "CallUnserved"
    """Each minute: how long somebody has been called and not served, where it is longest."""
    PRESSES_REFUSED = "PressesRefused"
    """By ``zone``: a counter had changed, or was busy."""
    BOARD_BYTES = "BoardBytes"
    """By ``zone``, each minute: of the largest board."""
    DAYS_NOT_CLOSED = "DaysNotClosed"
    """Days that are over by an hour and whose boards still have somebody on them."""
    CODES_SENT = "CodesSent"
    """By ``result``: sent, failed."""
    PASSKEYS = "Passkeys"
    """By ``result``: kept; signed_in, without an SMS; or refused."""
    CODES_BUDGET = "CodesBudget"
    """By ``budget``: how much of its codes for the day is spent, in per cent; see the maximum."""
    OVER_LIMIT = "OverLimit"
    """Requests that were refused because they are too many, by ``limit``."""
    CODES_CHECKED = "CodesChecked"
    """By ``result``: right, wrong, expired."""
    REGISTER = "Register"
    """Questions to the civil register, by ``result``: match, mismatch, none."""
    SMS = "Sms"
    """Reminders and other notices, by ``kind`` and ``result``."""
    PUSHES = "Pushes"
    """Notices to a phone by push, by ``kind`` and ``result``: what its push service said."""
    RECEIPTS = "Receipts"
    """By ``kind`` and ``result``: shown in_time, so that no SMS went out; none; or too late."""
    PLACES_RELEASED = "PlacesReleased"
    """By ``zone``, each day once."""
    UNDECREED = "Undecreed"
    """Offices that release, now or soon, days of a year whose holidays no decree has set."""
    RELEASE_LAG = "ReleaseLag"
    """How late a day was made ready, by ``zone``; 0 if it was ready before its release."""
    ENTRIES = "Entries"
    """What was asked for, of places by lot."""
    DRAWS = "Draws"
    DRAW_LINES = "DrawLines"
    """Lines of plans, by ``result``: placed, not-asking, no-place, skipped."""
    DRAW_UNSETTLED = "DrawUnsettled"
    """How long the draw of an office has not been settled, where it is longest."""
    HOLDS_SWEPT = "HoldsSwept"
    HINTS_REPAIRED = "HintsRepaired"
    INVARIANT_BREACHES = "InvariantBreaches"
    JOB_RUNS = "JobRuns"
    """The heartbeat, by ``job``."""
    SKIPPED = "Skipped"
    """What a ``job`` has left out, because it cannot be read."""
    FAULTS = "Faults"
    """All, of which an alarm reckons the share, and by the ``kind`` of what went wrong."""


def count(metric: Metric, value: float = 1, *, office: str = "", **dimensions: str) -> None:
    """Add ``value`` to a metric, unless it was at the ``office`` for trials."""
    if office != TRIAL:
        _emit(metric, "Count", value, dimensions)


def measure(metric: Metric, took: timedelta, *, office: str = "", **dimensions: str) -> None:
    """Record how long something took, unless it was at the ``office`` for trials."""
    if office != TRIAL:
        _emit(metric, "Seconds", took.total_seconds(), dimensions)


def _emit(metric: Metric, unit: str, value: float, dimensions: dict[str, str]) -> None:
    before, between = _around(metric, unit, *dimensions.items())
    sys.stdout.write(f"{before}{int(time.time() * 1000)}{between}{value}]}}\n")


@lru_cache
def _around(metric: Metric, unit: str, *dimensions: tuple[str, str]) -> tuple[str, str]:
    """What is before the time and between it and the value, in one line as CloudWatch's user guide
    has it ("Specification: Embedded metric format")."""
    declared = {
        "Namespace": NAMESPACE,
        "Dimensions": [[name for name, _ in dimensions]],
        "Metrics": [{"Name": metric.value, "Unit": unit}],
    }
    line = {
        "_aws": {"Timestamp": 0, "CloudWatchMetrics": [declared]},
        **dict(dimensions),
        metric.value: [0],
    }
    before, _, between = _json(line).partition("0")
    return before, between.removesuffix("0]}")


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(_json(line) + "\n")

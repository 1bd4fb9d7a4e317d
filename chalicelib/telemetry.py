"""Logs and metrics: one logger, and every metric's name in one place.

Metrics leave in CloudWatch's embedded metric format, a line of JSON on standard output, and cost
no call. Neither logs nor metrics ever carry personal data, codes by SMS or tokens.
"""

import json
import time
from datetime import timedelta
from enum import StrEnum

from aws_lambda_powertools import Logger

from chalicelib.config import settings
from chalicelib.domain.offices import TRIAL

SERVICE = "antrian-paspor"

log = Logger(service=SERVICE)


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
    CODES_SENT = "CodesSent"
    """By ``result``: sent, failed."""
    CODES_BUDGET = "CodesBudget"
    """How much of the day's codes is spent, in per cent; look at the maximum."""
    OVER_LIMIT = "OverLimit"
    """Requests that were refused because they are too many, by ``limit``."""
    CODES_CHECKED = "CodesChecked"
    """By ``result``: right, wrong, expired."""
    REGISTER = "Register"
    """Questions to the civil register, by ``result``: match, mismatch, none."""
    SMS = "Sms"
    """Reminders and other notices, by ``kind`` and ``result``."""
    PLACES_RELEASED = "PlacesReleased"
    """By ``zone``, each day once."""
    RELEASE_LAG = "ReleaseLag"
    """How late a day was made ready, by ``zone``; 0 if it was ready before its release."""
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
    """One line as CloudWatch's user guide has it ("Specification: Embedded metric format")."""
    declared = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": metric.value, "Unit": unit}],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [declared]},
        **dimensions,
        metric.value: [value],
    }
    print(json.dumps(line, separators=(",", ":")))  # noqa: T201 (where Lambda takes metrics from)

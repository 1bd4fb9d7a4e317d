"""Logs and metrics: one logger, and every metric's name in one place.

Metrics leave as CloudWatch's embedded metric format, a line of JSON on standard output, and cost
no call. Neither logs nor metrics ever carry personal data, codes or tokens.
"""

from enum import StrEnum

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

SERVICE = "antrian-paspor"
NAMESPACE = "AntrianPaspor"

log = Logger(service=SERVICE)


class Metric(StrEnum):
    BOOKINGS = "Bookings"
    """By ``result``: booked, replayed, or the slug of the refusal."""
    CANCELLATIONS = "Cancellations"
    RESCHEDULES = "Reschedules"
    CODES_SENT = "CodesSent"
    CODES_CHECKED = "CodesChecked"
    """By ``result``: right, wrong, expired."""
    PLACES_RELEASED = "PlacesReleased"
    HOLDS_SWEPT = "HoldsSwept"
    HINTS_REPAIRED = "HintsRepaired"
    INVARIANT_BREACHES = "InvariantBreaches"
    JOB_RUNS = "JobRuns"
    """The heartbeat, by ``job``."""
    FAULTS = "Faults"


def count(metric: Metric, value: float = 1, **dimensions: str) -> None:
    """Add ``value`` to a metric."""
    with single_metric(
        name=metric.value,
        unit=MetricUnit.Count,
        value=value,
        namespace=NAMESPACE,
        default_dimensions=dimensions or None,
    ):
        pass

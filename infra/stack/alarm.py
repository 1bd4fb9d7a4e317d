"""What an alarm is made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Series(NamedTuple):
    """One metric as one statistic of each period."""

    namespace: str
    name: str
    dimensions: Mapping[str, Any]
    stat: str = "Sum"


class Alarm(NamedTuple):
    """Goes off where ``expression`` over ``series`` is at or above the threshold."""

    line: str
    """The name of its line in docs/operations.md."""
    series: dict[str, Series]
    expression: str
    at_least: Any
    period: int = 300  # seconds
    periods: int = 1
    of: int = 1
    """``periods`` of the last ``of`` have to be at or above the threshold."""
    silence: str = "notBreaching"

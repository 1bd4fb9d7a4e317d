"""A dashboard's metrics as lines of values, as CloudWatch makes them of what it has received.

Knows what infra/stack/dashboards.py says and no more, and refuses the rest.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from infra.local.cloudwatch import expressions
from infra.local.cloudwatch.expressions import Found, Search
from infra.local.cloudwatch.metrics import Point

Key = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions."""

PERCENTILE = re.compile(r"p(\d{1,2})")
STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}


class Series(NamedTuple):
    """One line of a graph."""

    label: str
    values: list[tuple[float, float]]
    """(begin of a period in seconds since 1970, value), in order; only periods that have one."""


class Recorded:
    """What was received between two instants, in seconds since 1970."""

    def __init__(self, points: Iterable[Point], start: float, end: float) -> None:
        self.start, self.end = start, end
        self._values: dict[Key, list[tuple[float, float]]] = defaultdict(list)
        for point in points:
            at = point.at.timestamp()
            if start <= at <= end:
                key = (point.namespace, point.name, frozenset(point.dimensions.items()))
                self._values[key].append((at, point.value))

    def lines(self, widget: dict[str, Any], period: float) -> list[Series]:
        """What a metric widget shows, without lines that have no value at all.

        ``period`` is in seconds; a widget for all the time has one period. Raises ValueError for
        what is not understood.
        """
        if widget.get("setPeriodToTimeRange"):
            period = math.inf
        found = (line for metric in widget["metrics"] for line in self._found(metric, period))
        return [line for line in found if line.values]

    def _found(self, metric: Sequence[Any], period: float) -> Iterator[Series]:
        options = metric[-1]
        if "expression" not in options:
            namespace, name, *pairs = metric[:-1]
            dimensions = frozenset(zip(pairs[::2], pairs[1::2], strict=True))
            key = (namespace, name, dimensions)
            yield Series(options["label"], self._in_periods(key, period, options["stat"]))
            return

        def search(asked: Search) -> list[Found]:
            return [
                Found(dict(key[2]), dict(self._in_periods(key, period, asked.stat)))
                for key in sorted(self._values, key=lambda key: sorted(key[2]))
                if _is(key, asked)
            ]

        for line in expressions.lines(options["expression"], search):
            yield Series(_label(options["label"], line.dimensions), sorted(line.values.items()))

    def _in_periods(self, key: Key, period: float, stat: str) -> list[tuple[float, float]]:
        periods: dict[float, list[float]] = defaultdict(list)
        for at, value in self._values.get(key, ()):
            periods[self.start if period == math.inf else at // period * period].append(value)
        return [(begin, statistic(stat, periods[begin])) for begin in sorted(periods)]


def statistic(name: str, values: Sequence[float]) -> float:
    """One value of many; a percentile is the nearest rank. Raises ValueError for an unknown one."""
    if name in STATISTICS:
        return STATISTICS[name](values)
    percentile = PERCENTILE.fullmatch(name)
    if percentile is None:
        raise ValueError(f"no statistic that is known here: {name}")
    return sorted(values)[max(math.ceil(len(values) * int(percentile[1]) / 100) - 1, 0)]


def _is(key: Key, asked: Search) -> bool:
    namespace, name, pairs = key
    dimensions = dict(pairs)
    return (namespace, name, frozenset(dimensions)) == (
        asked.namespace,
        asked.name,
        asked.dimensions,
    ) and asked.where.items() <= dimensions.items()


def _label(template: str, dimensions: dict[str, str]) -> str:
    return re.sub(r"\$\{PROP\('Dim\.(\w+)'\)\}", lambda found: dimensions[found[1]], template)

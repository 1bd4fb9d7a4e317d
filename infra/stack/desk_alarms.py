"""The alarms of offices' days: lines that do not move, calls that nobody answers."""

from collections.abc import Iterator

from chalicelib.domain.offices import ZONE_NAMES
from chalicelib.telemetry import Metric, namespace
from infra.stack.alarm import Alarm, Series
from infra.stack.stages import Stage

LAG_SECONDS = 30 * 60
UNSERVED_SECONDS = 5 * 60

LARGE_BYTES = 200 * 1024
"""Half of what DynamoDB takes of one item."""


def alarms(stage: Stage) -> Iterator[tuple[str, Alarm]]:
    """All of them, by name."""
    lags, longest = _of_zones(stage, Metric.LINE_LAG)
    yield "LineLate", Alarm("line-late", lags, longest, LAG_SECONDS, 300, 3, 3)
    unserved = {"unserved": _largest(stage, Metric.CALL_UNSERVED)}
    yield "CallUnserved", Alarm("call-unserved", unserved, "unserved", UNSERVED_SECONDS, 60)
    sizes, largest = _of_zones(stage, Metric.BOARD_BYTES)
    yield "BoardLarge", Alarm("board-large", sizes, largest, LARGE_BYTES)
    late = {"days": _largest(stage, Metric.DAYS_NOT_CLOSED)}
    yield "DayNotClosed", Alarm("day-not-closed", late, "days", 1, 900)


def _of_zones(stage: Stage, metric: Metric) -> tuple[dict[str, Series], str]:
    """A metric of each zone, and the largest of them."""
    zones = sorted({*ZONE_NAMES.values()})
    series = {zone.lower(): _largest(stage, metric, zone=zone) for zone in zones}
    return series, f"MAX([{', '.join(f'FILL({key}, 0)' for key in series)}])"


def _largest(stage: Stage, metric: Metric, **dimensions: str) -> Series:
    return Series(namespace(stage.name), metric.value, dimensions, "Maximum")

"""The alarms of places by lot: a draw that is not finished, a line that nobody could carry out."""

from collections.abc import Iterator

from chalicelib.domain.draws import Done
from chalicelib.telemetry import Metric, namespace
from infra.stack.alarm import Alarm, Series
from infra.stack.stages import Stage

UNSETTLED_SECONDS = 15 * 60


def alarms(stage: Stage) -> Iterator[tuple[str, Alarm]]:
    """All of them, by name."""
    metrics = namespace(stage.name)
    waits = {"waits": Series(metrics, Metric.DRAW_UNSETTLED.value, {}, "Maximum")}
    yield "DrawUnsettled", Alarm("draw-unsettled", waits, "waits", UNSETTLED_SECONDS)
    skipped = {"lines": Series(metrics, Metric.DRAW_LINES.value, {"result": Done.SKIPPED.value})}
    yield "DrawLinesSkipped", Alarm("draw-lines-skipped", skipped, "lines", 1)

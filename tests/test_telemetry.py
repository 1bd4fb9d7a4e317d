"""Metrics (in CloudWatch's embedded format) and logs leave as lines of JSON on standard output."""

import json
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.telemetry import NAMESPACE, SERVICE, Metric, count, log, measure


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The only line that was printed."""
    (printed,) = capsys.readouterr().out.splitlines()
    read: dict[str, Any] = json.loads(printed)
    return read


def declared(dimensions: list[str], name: str, unit: str) -> list[dict[str, Any]]:
    metrics = [{"Name": name, "Unit": unit}]
    return [{"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics}]


def test_a_count_declares_its_dimensions_and_gives_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    count(Metric.SMS, 2, kind="evening", result="sent")
    said = line(capsys)
    directive = said.pop("_aws")
    assert directive["CloudWatchMetrics"] == declared(["kind", "result"], "Sms", "Count")
    assert said == {"kind": "evening", "result": "sent", "Sms": [2]}


def test_a_measure_is_in_seconds_and_needs_no_dimension(
    capsys: pytest.CaptureFixture[str],
) -> None:
    measure(Metric.TIME_TO_SOLD_OUT, timedelta(minutes=1, milliseconds=500))
    said = line(capsys)
    directive = said.pop("_aws")
    assert directive["CloudWatchMetrics"] == declared([], "TimeToSoldOut", "Seconds")
    assert said == {"TimeToSoldOut": [60.5]}


def test_a_metric_says_when_it_was_in_milliseconds(capsys: pytest.CaptureFixture[str]) -> None:
    before = time.time()
    count(Metric.RESCHEDULES)
    assert before * 1000 - 1 <= line(capsys)["_aws"]["Timestamp"] <= time.time() * 1000


def test_a_line_of_the_log_is_what_lambda_and_people_can_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.warning("late", by=timedelta(minutes=1), slot="malang#2026-12-07#0900")
    said = line(capsys)
    assert datetime.fromisoformat(said.pop("timestamp")).utcoffset() == timedelta(0)
    assert said == {
        "level": "WARN",
        "service": SERVICE,
        "message": "late",
        "by": "0:01:00",
        "slot": "malang#2026-12-07#0900",
    }

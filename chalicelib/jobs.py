"""The scheduled functions. Each is a Lambda of its own and is imported without app.py."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import clock
from chalicelib.telemetry import Metric, count, log

bp = Blueprint(__name__)


@bp.schedule(Rate(15, Rate.MINUTES))
def open_days(event: CloudWatchEvent) -> dict[str, Any]:
    """Make ready the days that are released within the next 24 hours."""
    from chalicelib.services.release import open_days

    return _run("open_days", open_days, event)


@bp.schedule(Rate(5, Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> dict[str, Any]:
    """Give back what crashed requests have left behind."""
    from chalicelib.services.sweep import sweep

    return _run("sweep", sweep, event)


def _run(
    name: str, job: Callable[[datetime], dict[str, Any]], event: CloudWatchEvent
) -> dict[str, Any]:
    # A schedule's own events say nothing here; by hand a job can be run as at another instant.
    at = event.detail.get("at")
    now = datetime.fromisoformat(at) if at else clock.now()
    done = job(now)
    count(Metric.JOB_RUNS, job=name)
    log.info("job done", job=name, at=now.isoformat(), **done)
    return done

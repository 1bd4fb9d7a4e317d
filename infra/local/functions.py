"""The scheduled functions: which there are, and how Lambda calls one."""

import uuid
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from chalice.app import Chalice, ScheduledEventConfig
from chalice.local import LambdaContext

from infra.local import console, platform
from infra.local.environment import REGION

MEMORY_MB = 256
LIMIT_MILLISECONDS = 900_000  # the longest that Lambda lets a function run


def scheduled(app: Chalice) -> dict[str, ScheduledEventConfig]:
    """The scheduled functions of `app`, by name."""
    return {
        source.name: source
        for source in app.event_sources
        if isinstance(source, ScheduledEventConfig)
    }


def call(function: ScheduledEventConfig, at: datetime | None = None, *, again: str = "") -> Any:
    """Run `function` as EventBridge does; returns what it returns.

    With `at`, an aware instant, it runs as at that instant, which an operator may ask for. A job
    that forgets refuses one that is still to come (`jobs.StillToCome`) unless `again` is "yes".
    """
    module, _, name = function.handler_string.rpartition(".")
    handler = getattr(import_module(module), name)
    rule = f"arn:aws:events:{REGION}:000000000000:rule/{function.name}"
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [rule],
        "detail": {"at": at.isoformat(), "again": again} if at else {},
    }
    context = LambdaContext(function.name, MEMORY_MB, LIMIT_MILLISECONDS)
    token = console.function.set(function.name)
    try:
        with platform.invocation(function.name):
            return handler(event, context)
    finally:
        console.function.reset(token)

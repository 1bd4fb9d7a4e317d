"""AWS that takes a call and never answers it, for a process's own calls."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import aws

PAUSE_SECONDS = 1
"""The longest before a second attempt (botocore, "standard" mode)."""


@contextmanager
def silent(*services: str, region: str = "") -> Iterator[list[float]]:
    """Services take calls and never answer, until the block ends; yields how many seconds each of
    the calls waited.

    ``services`` are named as botocore's events name them; with a ``region``, those there alone.
    """
    waited: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def lead_away(request: Any, **_: Any) -> None:
            if region in request.url:
                own = request.context["client_config"].read_timeout
                waited.append(request.context.get("read_timeout", own))
                request.url = f"http://127.0.0.1:{port}/"  # where moto does not look

        events = [f"before-send.{service}" for service in services]
        for event in events:
            aws.session().get_component("event_emitter").register_first(event, lead_away)
        aws._client.cache_clear()
        try:
            yield waited
        finally:
            for event in events:
                aws.session().unregister(event, lead_away)
            aws._client.cache_clear()


def longest(waited: list[float]) -> float:
    """How many seconds a request waits at most that makes these calls, one the second attempt of
    another: counted and not measured, for a busy machine would add its own.
    """
    return sum(waited) + PAUSE_SECONDS * (len(waited) - 1)

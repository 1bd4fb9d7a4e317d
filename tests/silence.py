"""AWS that takes a call and never answers it, for a process's own calls."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import aws


@contextmanager
def silent(*services: str, region: str = "") -> Iterator[list[str]]:
    """Services take calls and never answer, until the block ends; yields which were called.

    ``services`` are named as botocore's events name them; with a ``region``, those there alone.
    """
    called: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def lead_away(request: Any, event_name: str, **_: Any) -> None:
            if region in request.url:
                called.append(event_name)
                request.url = f"http://127.0.0.1:{port}/"  # where moto does not look

        events = [f"before-send.{service}" for service in services]
        for event in events:
            aws.session().get_component("event_emitter").register_first(event, lead_away)
        aws._client.cache_clear()
        try:
            yield called
        finally:
            for event in events:
                aws.session().unregister(event, lead_away)
            aws._client.cache_clear()

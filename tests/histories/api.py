"""The API beside a running system: `python -m tests.histories.api ATTEMPTS [forgetful|careless]`.

Works against the endpoint in its environment; ATTEMPTS is how often the SDK sends a call in all.
Two kinds are controls: a forgetful one makes its codes at random, so that a retry does not know its
own earlier try; a careless one calls people whether they still wait or not. It prints its port when
it is ready.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import SystemRandom
from typing import Any

from infra.local.environment import environment
from infra.local.gateway import Gateway
from infra.local.server import Server
from tests.machine import ROOT, Api

IDLE_SECONDS = 60


@contextmanager
def beside(endpoint_url: str, attempts: int, *how: str) -> Iterator[Api]:
    """An API of its own that calls AWS at this endpoint, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.histories.api", str(attempts), *how],
        cwd=ROOT,
        env={**os.environ, **environment(endpoint_url)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield Api(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def idle(api: Api) -> None:
    """Wait until no request runs there any more, those included whose clients went away."""
    deadline = time.monotonic() + IDLE_SECONDS
    while api.call("GET", "/_local/running").json > 1:  # the one is this request itself
        assert time.monotonic() < deadline, "requests never end"
        time.sleep(0.05)


def _config(made: Callable[[int], Any], attempts: int, _: int) -> Any:
    """The SDK's settings, with other attempts than the service asks for."""
    return made(attempts)


def main(attempts: int, forgetful: bool, careless: bool) -> None:
    # Nobody reads on after the port: what is logged would fill the pipe and stop the process.
    console = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from app import app
    from chalicelib import aws
    from chalicelib.domain import bookings

    aws.config = partial(_config, aws.config, attempts)
    if forgetful:
        dice = SystemRandom()
        bookings.code = lambda *_: "".join(dice.choices(bookings.ALPHABET, k=bookings.CODE_LENGTH))
    if careless:
        from chalicelib.store import boards
        from chalicelib.store.tables.desk import BoardItem

        boards._still_waits = lambda ticket: BoardItem.tickets[ticket.label].exists()
    server = Server(0)
    with server.serving(Gateway(app, {"/_local/running": lambda: server.under_way})):
        print(server.port, file=console, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]), "forgetful" in sys.argv[2:], "careless" in sys.argv[2:])

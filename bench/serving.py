"""The API in a process of its own, beside a running system: `python -m bench.serving STATE`.

Its clock stands still, so that nothing which it remembers grows old. It prints its port when it is
ready, and works against the endpoint in its environment.
"""

import signal
import sys
from pathlib import Path

from infra.local import console, platform
from infra.local.server import Server
from infra.local.state import opened


def main(directory: Path) -> None:
    from app import app
    from chalicelib import clock

    now = clock.now()
    clock.now = lambda: now
    server = Server(0)
    with opened(directory) as state, console.sieved(sys.stderr, state):
        platform.measure_tables()
        gateway = platform.MeasuredGateway(app, {})
        with platform.measured(state), server.serving(gateway):
            print(server.port, file=sys.__stdout__, flush=True)
            signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Working beside a running `make run`, in a process of one's own."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from infra.local import ministack
from infra.local.environment import enter
from infra.local.state import Run, State


def entered() -> State:
    """The state of the run that STATE names, whose emulator this process works against from now on.

    Ends the program with a sentence if nothing runs there, or only another version.
    """
    state = State(Path(os.environ.get("STATE", ".local")))
    state.check()
    run = Run.find(state)
    if run is not None:
        emulator = urlsplit(run.endpoint_url)
        if ministack.answers(emulator.hostname or "", emulator.port or 0):
            port = urlsplit(run.base_url).port or 0
            enter(run.endpoint_url, register=run.register, port=port, pushes=run.pushes)
            return state
    raise SystemExit(f"Nothing runs with STATE={state.directory}: start `make run` first.")

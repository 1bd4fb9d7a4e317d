"""An API that kills itself: `python -m tests.faults.mortal STEP`, beside a running system.

Every call to AWS is a step, and so is the answer; just before step STEP the process ends by
SIGKILL, as if the machine had lost its power. It prints its port when it is ready.
"""

import os
import signal
import sys
from typing import Any

from infra.local.gateway import Answer, Gateway
from infra.local.server import Server


class Steps:
    """Counts down to the end."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self, **_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalGateway(Gateway):
    """A gateway whose answer is a step too."""

    step: Steps

    def answer(self, *request: Any) -> Answer:
        answer = super().answer(*request)
        self.step()
        return answer


def main(last: int) -> None:
    from app import app
    from chalicelib import aws

    steps = Steps(last)
    aws.session().register("before-call", steps)
    gateway = MortalGateway(app, {})
    gateway.step = steps
    server = Server(0)
    with server.serving(gateway):
        print(server.port, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]))

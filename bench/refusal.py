"""What it costs to refuse one of a crowd, while others are connected and wait.

The slot is sold out, and everybody is told so. Both servers run under callgrind and get the same
requests from the same client over real sockets; counted are the instructions of the server's
process, and not those of what is behind it. A count does not mind what else the machine does.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.crowd import Answer, queue, request
from bench.rival import run as rival
from bench.rows import Row
from bench.storm import OFFICE, seed, settle, token, tokens_key, widened
from infra.local.environment import environment
from infra.local.state import Run, State
from tests.machine import ROOT, Machine, started
from tests.races.storm import Target, target

CONNECTED = (0, 100, 1000)
WARM_UP, REQUESTS = 60, 200
PLACES = 1
FIRST_TRIES = 5
READY_SECONDS = 600
"""Under callgrind a start takes fifty times as long."""


class Counted:
    """A server under callgrind."""

    def __init__(self, name: str, port: int, pid: int, dumps: Path) -> None:
        self.name, self.port, self._pid, self._dumps = name, port, pid, dumps

    def counted(self, do: Callable[[], list[Answer]]) -> tuple[list[Answer], int]:
        """The answers, and the instructions that the server has run for them."""
        self._dump()
        return do(), self._dump()

    def _dump(self) -> int:
        """Instructions since the last time."""
        before = set(self._dumps.glob("*"))
        subprocess.run(
            ["callgrind_control", "--dump", str(self._pid)], check=True, capture_output=True
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            for new in set(self._dumps.glob("*")) - before:
                if found := re.search(r"^totals: (\d+)", new.read_text(), re.MULTILINE):
                    return int(found[1])
            assert time.monotonic() < deadline, "callgrind tells nothing"
            time.sleep(0.05)


def rows() -> Iterator[Row]:
    programs = rival.programs()
    if programs is None or shutil.which("callgrind_control") is None:
        print("PostgreSQL or valgrind is not here: refusals are left out", file=sys.stderr)
        return
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        machine = stack.enter_context(started(directory / "state", limits="off"))
        key = tokens_key(machine)
        wanted = widened(machine, target(machine, OFFICE), 0, PLACES)
        ours = stack.enter_context(_ours(machine, directory))
        other = stack.enter_context(
            rival.running(programs, key["key"], under=_callgrind(directory / "rival"))
        )
        crowd = 1 + WARM_UP + REQUESTS
        called = settle(machine, crowd)
        seed(other, called, [wanted])
        sides = (
            ours,
            Counted("row lock", other.port, other.server.pid, directory / "rival"),
        )
        for side in sides:
            yield from _rows(side, wanted, key, called)


def _rows(
    side: Counted, wanted: Target, key: dict[str, str], called: Sequence[str]
) -> Iterator[Row]:
    def ask(first: int, people: int) -> list[Answer]:
        return queue(
            side.port,
            [
                request(
                    side.port,
                    "/v1/bookings",
                    wanted.body(called[who]),
                    token(key, f"account-{who}"),
                    f"key-{who}",
                )
                for who in range(first, first + people)
            ],
            at_once=1,
        )

    for _ in range(FIRST_TRIES):
        first = ask(0, PLACES)[0]
        if first.status != 503:  # it builds all clients, and a busy machine has no patience for it
            break
    assert first.status == 201, first
    ask(1, WARM_UP)
    for connected in CONNECTED:
        with ExitStack() as crowd:
            for _ in range(connected):
                crowd.enter_context(socket.create_connection(("127.0.0.1", side.port)))
            ask(1, WARM_UP)  # all connections are taken before the first of these
            answers, used = side.counted(partial(ask, 1 + WARM_UP, REQUESTS))
        assert {answer.status for answer in answers} == {409}, side.name
        yield Row(
            f"a refusal, {side.name}, {connected} others connected",
            used / REQUESTS / 1e6,
            "M instructions",
            f"{REQUESTS} bookings of a slot that is sold out, over HTTP; the server's process",
        )


@contextmanager
def _ours(machine: Machine, directory: Path) -> Iterator[Counted]:
    run = Run.find(State(machine.state))
    assert run
    process = subprocess.Popen(
        [
            *_callgrind(directory / "ours"),
            sys.executable,
            "-m",
            "bench.serving",
            directory / "serving",
        ],
        cwd=ROOT,
        env={**os.environ, **environment(run.endpoint_url, "off"), "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield Counted("ours", int(process.stdout.readline()), process.pid, directory / "ours")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def _callgrind(dumps: Path) -> list[str]:
    dumps.mkdir()
    return [
        "valgrind",
        "-q",
        "--tool=callgrind",
        "--fair-sched=yes",
        f"--callgrind-out-file={dumps}/dump",
    ]

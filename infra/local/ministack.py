"""Starts and stops the AWS emulator, a process of its own with a virtual environment of its own."""

import fcntl
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import ports
from infra.local.environment import REGION
from infra.local.state import State

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-ministack" / "bin" / "python"
SERVICES = "cloudwatch,dynamodb,iam,kms,logs,secretsmanager,sns,sts"

READY_SECONDS = 60
TELL_SECONDS = 5
STOP_SECONDS = 60  # after a load test, saving takes a while: 16 MB of items took three seconds


@dataclass(frozen=True, slots=True)
class Emulator:
    """An emulator that is up."""

    endpoint_url: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """End the program with a sentence if the emulator has ended by itself."""
        if self.process.poll() is not None:
            raise SystemExit(
                f"MiniStack, the AWS emulator, ended by itself (exit code "
                f"{self.process.returncode}), so everything was stopped: "
                f"see {self.log}, then `make run` again."
            )


@contextmanager
def running(state: State, services: str = SERVICES, policies: bool = False) -> Iterator[Emulator]:
    """The emulator, up and holding what `state` has kept, until the block ends.

    With `policies`, functions may do only what those of their roles allow, and whoever calls as
    "test" is the account's owner. Ends the program with a sentence if it cannot be started.
    """
    if not PYTHON.exists():
        raise SystemExit("The AWS emulator is not installed: `make run` installs and starts it.")
    with _lock(state.emulator_lock) as lock:
        port = ports.free()
        process = _start(state, services, policies, port, lock)
        teller = _pass_on(process)
        try:
            _wait_until_ready(process, port, state.emulator_log)
            yield Emulator(f"http://127.0.0.1:{port}", process, state.emulator_log)
        finally:
            _stop(process)
            teller.join(TELL_SECONDS)


def answers(host: str, port: int) -> bool:
    """Whether an emulator is up there."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _lock(path: Path) -> Iterator[int]:
    """Held by this process and by the emulator together, hence free when both are gone.

    So a start right after a run was killed waits until that run's emulator has saved its state.
    """
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def _start(
    state: State, services: str, policies: bool, port: int, lock: int
) -> subprocess.Popen[bytes]:
    with state.emulator_log.open("ab") as log:
        return subprocess.Popen(
            [PYTHON, "-P", Path(__file__).with_name("emulator.py")],
            stdin=subprocess.PIPE,  # the emulator stops when this ends, as it does if we are killed
            stdout=subprocess.PIPE,  # sentences for the console
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C in the terminal is for us: the emulator stops last
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "GATEWAY_PORT": str(port),
                "PERSIST_STATE": "1",
                "STATE_DIR": str(state.emulator),
                "TMPDIR": str(state.temporary),
                "MINISTACK_REGION": REGION,
                "SERVICES": services,
                "AUTH": "true" if policies else "false",
                "LOG_LEVEL": "WARNING",
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
            },
        )


def _pass_on(process: subprocess.Popen[bytes]) -> threading.Thread:
    """Let what the emulator tells be read on standard error, until it ends."""
    told = process.stdout
    assert told is not None

    def pass_on() -> None:
        with told:
            for sentence in told:
                print(sentence.decode(errors="replace"), end="", file=sys.stderr, flush=True)

    teller = threading.Thread(target=pass_on, daemon=True)
    teller.start()
    return teller


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers("127.0.0.1", port):
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
        raise SystemExit(
            f"MiniStack, the AWS emulator, did not start: see {log}. "
            "If its installation is broken, `rm -r .venv-ministack` and `make run` again."
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

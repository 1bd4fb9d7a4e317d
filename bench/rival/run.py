"""Starts and stops the rival: its virtual environment, a PostgreSQL of its own, its server."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import ports

HERE = Path(__file__).parent
VENV = Path("build/rival")
DISTRIBUTION = Path("/usr/lib/postgresql")
USER = "postgres"
"""Who PostgreSQL runs as where the bench is root's: it refuses to be root itself."""

READY_SECONDS = 600
"""Under callgrind a start takes fifty times as long."""


@dataclass(frozen=True, slots=True)
class Rival:
    """The rival, up."""

    port: int
    server: subprocess.Popen[bytes]
    database: "Database"


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL that listens on a socket in a directory of its own."""

    programs: Path
    directory: Path
    process: subprocess.Popen[bytes]

    def run(self, sql: str) -> str:
        """What psql prints."""
        psql = [str(self.programs / "psql"), "-h", str(self.directory), "-U", "rival"]
        done = subprocess.run(
            [*psql, "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1"],
            input=sql,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


def programs() -> Path | None:
    """Where the distribution keeps PostgreSQL's programs, or None if it is not installed."""
    found = sorted(DISTRIBUTION.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running(programs: Path, tokens_key: str, under: Sequence[str] = ()) -> Iterator[Rival]:
    """The rival with empty tables until the block ends, its server ``under`` this command."""
    python = _installed()
    with ExitStack() as started:
        database = started.enter_context(_database(programs))
        database.run((HERE / "schema.sql").read_text())
        port = ports.free()
        server = subprocess.Popen(
            [*under, python, HERE / "server.py"],
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "PORT": str(port),
                "DATABASE": str(database.directory),
                "TOKENS_KEY": tokens_key,
            },
        )
        started.callback(_end, server, signal.SIGTERM)
        _await(server, lambda: _listens(port))
        yield Rival(port, server, database)


def _installed() -> Path:
    """The interpreter of the rival's own virtual environment, made when its pins have changed."""
    pins, stamp = HERE / "requirements.txt", VENV / "requirements.txt"
    python = VENV / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != pins.read_text():
        print(f"installing the rival's packages into {VENV} ...", file=sys.stderr)
        venv.create(VENV, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*install, "--requirement", str(pins)], check=True)
        shutil.copy(pins, stamp)
    return python


@contextmanager
def _database(programs: Path) -> Iterator[Database]:
    """A cluster with the distribution's settings (fsync on) in a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="rival-") as name:
        directory = Path(name)
        user = None
        if os.geteuid() == 0:
            user = USER
            os.chown(directory, pwd.getpwnam(USER).pw_uid, -1)
            directory.chmod(0o755)
        data = directory / "data"
        _run_as(user, [programs / "initdb", "-D", data, "-U", "rival", "-A", "trust"])
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", directory, "-c", "listen_addresses="],
            user=user,
            cwd=directory,
            stderr=(directory / "log").open("wb"),
        )
        try:
            socket_file = directory / ".s.PGSQL.5432"
            ready = [str(programs / "pg_isready"), "-q", "-h", str(directory), "-U", "rival"]
            _await(
                process,
                lambda: socket_file.exists() and subprocess.run(ready, check=False).returncode == 0,
            )
            yield Database(programs, directory, process)
        finally:
            _end(process, signal.SIGINT)  # "fast": it waits for no client


def _run_as(user: str | None, command: Sequence[str | Path]) -> None:
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)


def _await(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        assert process.poll() is None, f"{process.args!r} ended by itself"
        assert time.monotonic() < deadline, f"{process.args!r} did not become ready"
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
    process.wait(timeout=READY_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

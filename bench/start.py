"""What a cold start costs, and what a process holds when it has started.

Instructions are counted by cachegrind, so the figures do not depend on what else the machine does.
All runs find bytecode of what they import, as functions do on Lambda: the package ships it
(infra/stack/package.py). And all but the yardstick find a botocore as it ships, without what nobody
calls (infra/stack/trimming.py), and the rules of time zones where the template says that they are.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from bench import first
from bench.rows import Row
from infra.stack import trimming

AS = "import os; os.environ['AWS_LAMBDA_FUNCTION_NAME'] = '{}'; import app"
"""A function that answers requests starts with its own routes."""

FUNCTIONS = {
    "api_handler": AS.format("api_handler"),
    "people_handler": AS.format("people_handler")
    + "; from chalicelib.services.people import registration; "
    "from chalicelib.services.sign_in import sessions",
    "desk_handler": AS.format("desk_handler") + "; from chalicelib.services.desk import press",
    "staff_handler": AS.format("staff_handler") + "; from chalicelib.services.desk import shifts",
    "passkeys_handler": AS.format("passkeys_handler")
    + "; from chalicelib.services.sign_in import sessions; from chalicelib.store import passkeys",
    "open_days": "import chalicelib.jobs, chalicelib.services.days.release",
    "send_reminders": "import chalicelib.jobs; from chalicelib.services.office import closure; "
    "from chalicelib.services.notices import questions, reminders",
    "sweep": "import chalicelib.jobs, chalicelib.services.booking.sweep",
    "collect": "import chalicelib.jobs, chalicelib.services.desk.collect",
    "draw": "import chalicelib.jobs, chalicelib.services.waitlist.rounds",
    "close_days": "import chalicelib.jobs, chalicelib.services.desk.close",
    "reconcile": "import chalicelib.jobs, chalicelib.services.booking.reconcile; "
    "import chalicelib.services.people.retention",
}
YARDSTICK = "import boto3"
BOOKING = (
    AS.format("api_handler")
    + "; from pathlib import Path; from bench import replay; replay.book(Path({!r}))"
)

NOT_SHIPPED = (
    "import sys; sys.modules.update(cryptography=None, OpenSSL=None, certifi=None); "
    "sys.modules.update(typing_extensions=None)"
)
"""What tests and passkeys need brings them, and PyJWT, botocore, urllib3 and msgspec would load
them; the packages of all functions but two have none. (On a Python older than that of the functions
a calendar file needs typing_extensions, and they would ship.)"""

BYTECODE = Path("build/bytecode")
SHIPPED = Path("build/shipped")
"""Where the botocore is that is trimmed as for the package."""


def rows() -> Iterator[Row]:
    _trim()
    with first.recorded() as path:
        booking = BOOKING.format(str(path))
        for statement in (YARDSTICK, booking, *FUNCTIONS.values()):
            run(statement)  # not counted: it writes the bytecode
        yield _clients("at start of api_handler", FUNCTIONS["api_handler"])
        yield _clients("after the first booking", booking)
        yield from _memory(booking)
        if shutil.which("valgrind") is None:
            print("valgrind is not here: instructions are left out", file=sys.stderr)
            return
        yield from _starts(booking)


def _trim() -> None:
    import botocore

    whole = Path(botocore.__file__).parent
    shutil.rmtree(SHIPPED, ignore_errors=True)
    shutil.copytree(whole, SHIPPED / "botocore", ignore=shutil.ignore_patterns("__pycache__"))
    trimming.trim(SHIPPED / "botocore" / "data")


def _clients(when: str, statement: str) -> Row:
    show = "from bench import replay; print('clients:', *replay.clients())"
    services = run(f"{statement}; {show}").stdout.partition("clients:")[2].split()
    how = f"all that the process holds: {', '.join(services) or 'none'}"
    return Row(f"botocore clients {when}", len(services), "clients", how)


def _memory(booking: str) -> Iterator[Row]:
    boto3 = _peak(YARDSTICK)
    for name, statement in FUNCTIONS.items():
        yield _held(f"memory at start of {name}", _peak(statement), boto3)
    yield _held("memory after the first booking", _peak(booking), boto3)


def _held(name: str, megabytes: float, boto3: float) -> Row:
    how = f"peak resident memory: {megabytes:.1f} MB over {boto3:.1f} MB"
    return Row(name, megabytes / boto3, "x import boto3", how)


def _starts(booking: str) -> Iterator[Row]:
    bare = instructions("pass")
    boto3 = instructions(YARDSTICK) - bare
    for name, statement in FUNCTIONS.items():
        yield Row(
            f"cold start of {name}",
            (instructions(statement) - bare) / boto3,
            "x import boto3",
            f"instructions of `{statement}` by cachegrind, with bytecode",
        )
    yield Row(
        "cold start of api_handler and its first booking",
        (instructions(booking) - bare) / boto3,
        "x import boto3",
        "the same, with answers of AWS that were recorded; no network",
    )


def _peak(statement: str) -> float:
    """Megabytes of resident memory at the peak (proc(5); getrusage counts the parent's too)."""
    done = run(f"{statement}; print(open('/proc/self/status').read())")
    found = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert found, done.stdout
    return int(found[1]) / 1024


def instructions(statement: str) -> int:
    """Without those of the process's end, which no function reaches."""
    done = run(
        f"{statement}; import os; os._exit(0)",
        "valgrind",
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    assert found, done.stderr
    return int(found[1].replace(",", ""))


def run(statement: str, *under: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(BYTECODE.absolute()), "PYTHONHASHSEED": "0"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if statement != YARDSTICK and SHIPPED.exists():
        env["PYTHONPATH"] = str(SHIPPED.absolute())
        env["PYTHONTZPATH"] = str(files("tzdata") / "zoneinfo")
    return subprocess.run(
        [*under, sys.executable, "-c", f"{NOT_SHIPPED}; {statement}"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )

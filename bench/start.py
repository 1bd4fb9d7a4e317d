"""What a cold start costs: instructions to import a function, over those of `import boto3`.

Instructions are counted by cachegrind, so the figures do not depend on what else the machine does.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

from bench.rows import Row

FUNCTIONS = {
    "api_handler": "import app",
    "open_days": "import chalicelib.jobs, chalicelib.services.release",
    "send_reminders": "import chalicelib.jobs, chalicelib.services.reminders",
    "sweep": "import chalicelib.jobs, chalicelib.services.sweep",
    "audit": "import chalicelib.jobs, chalicelib.services.audit, chalicelib.services.retention",
}


NOT_SHIPPED = "import sys; sys.modules['cryptography'] = None"
"""moto brings it, and PyJWT would load it; in the package it is missing."""


def rows() -> Iterator[Row]:
    if shutil.which("valgrind") is None:
        print("valgrind is not here: cold starts are left out", file=sys.stderr)
        return
    bare = _instructions("pass")
    boto3 = _instructions("import boto3") - bare
    for name, statement in FUNCTIONS.items():
        yield Row(
            f"cold start of {name}",
            (_instructions(statement) - bare) / boto3,
            "x import boto3",
            f"instructions of `{statement}` by cachegrind",
        )


def _instructions(statement: str) -> int:
    statement = f"{NOT_SHIPPED}; {statement}"
    done = subprocess.run(
        [
            "valgrind",
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
            sys.executable,
            "-c",
            statement,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    assert found, done.stderr
    return int(found[1].replace(",", ""))

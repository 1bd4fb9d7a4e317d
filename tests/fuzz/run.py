"""One run of Schemathesis against a running system."""

import os
import subprocess
import sys
from pathlib import Path

from tests.machine import ROOT, Machine

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("schemathesis")


def fuzz(
    machine: Machine, *options: str, document: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Fuzz every operation with all checks; what it found is in the output, if it failed.

    The operations are those of the served document, or of another one.
    """
    base = f"http://127.0.0.1:{machine.port}"
    return subprocess.run(
        [
            COMMAND,
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            str(document or f"{base}/v1/openapi.json"),
            f"--url={base}",
            "--no-color",
            "--warnings=off",
            *options,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
            "FUZZED_PORT": str(machine.port),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

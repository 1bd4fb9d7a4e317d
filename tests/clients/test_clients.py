"""Clients that strangers' tools make of docs/openapi.json: they compile, and do what an app does.

The tools are Deno's packages in ``deno.json``, each with its checksum in ``deno.lock``, and
openapi-python-client. Bookings are made at ternate, which no other test uses.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from deno import find_deno_bin

from tests.machine import ROOT, Machine, register
from tests.races.storm import target

HERE = Path(__file__).parent
OFFICE = "ternate"
DOCUMENT = ROOT / "docs" / "openapi.json"


def test_redocly_finds_nothing_in_the_document(tmp_path: Path) -> None:
    told = deno("run", "-A", "npm:@redocly/cli@2.77.0", "lint", DOCUMENT, cwd=project(tmp_path))
    assert "Your API description is valid." in told
    assert "warning" not in told.lower()


@pytest.mark.server
def test_the_client_of_openapi_typescript_compiles_and_books(
    machine: Machine, tmp_path: Path
) -> None:
    app = project(tmp_path)
    shutil.copy(HERE / "use.ts", app)
    deno("run", "-A", "npm:openapi-typescript@7.13.0", DOCUMENT, "-o", "paths.d.ts", cwd=app)
    deno("check", "use.ts", cwd=app)
    used = json.loads(deno("run", "--allow-net=127.0.0.1", "use.ts", *wishes(machine, 0), cwd=app))
    assert used.pop("unused") == 3
    assert_booked_once(machine, used)


@pytest.mark.server
def test_the_client_of_openapi_python_client_compiles_and_books(
    machine: Machine, tmp_path: Path
) -> None:
    made = tmp_path / "antrian_paspor_client"
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"post_hooks": []}))  # which tidy a package of its own
    run(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
        *("--path", DOCUMENT, "--output-path", made, "--config", config),
        cwd=tmp_path,
    )
    run(sys.executable, "-m", "compileall", "-q", made, cwd=tmp_path)
    use = HERE / "use.py"
    told = run(sys.executable, use, *wishes(machine, 1), cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert_booked_once(machine, json.loads(told))


def project(directory: Path) -> Path:
    """A project of Deno that may use what is locked, and nothing else."""
    for name in ("deno.json", "deno.lock"):
        shutil.copy(HERE / name, directory)
    return directory


def deno(*arguments: str | Path, cwd: Path) -> str:
    return run(find_deno_bin(), *arguments, cwd=cwd)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints that must succeed."""
    quiet = {"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "DENO_NO_UPDATE_CHECK": "1"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **quiet, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout or done.stderr


def wishes(machine: Machine, number: int) -> tuple[str, str, str]:
    """Where the API is, somebody's token, and the booking that they want."""
    who = register(machine)
    wanted = target(machine, OFFICE, number=number)
    return f"http://127.0.0.1:{machine.port}", who.token, json.dumps(wanted.body(who.applicant_id))


def assert_booked_once(machine: Machine, told: dict[str, Any]) -> None:
    """It was told of its booking, and why it got no second one."""
    office = machine.call("GET", f"/v1/offices/{OFFICE}").json
    assert told.pop("because_of")
    assert datetime.fromisoformat(told.pop("release")) == datetime.fromisoformat(
        office["next_release_at"]
    )
    assert told in (
        {"arrive_from": "07:55", "refused": "already-booked"},
        {"arrive_from": "08:55", "refused": "already-booked"},
    )

"""A release, and a crowd of phones that wait for it: Deno runs the very modules of the page."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from infra.local.environment import TABLE_PREFIX
from tests.machine import ROOT, Applicant, Machine
from tests.races.storm import Target

DENO = ROOT / ".venv" / "bin" / "deno"
CROWD = Path(__file__).with_suffix(".ts")


class Phone(NamedTuple):
    """What one phone asked, and what it heard in the end."""

    asked: list[tuple[float, str]]
    """Method and path of each request, and how many seconds after the release it was sent."""
    code: str | None
    """Of the booking, if there is one."""
    problem: str | None
    alternatives: int

    @property
    def from_the_release_on(self) -> list[str]:
        """What it asked in that second and after it."""
        return [what for at, what in self.asked if at >= 0]


def opens_in(machine: Machine, wanted: Target, seconds: float) -> datetime:
    """Make the places of a day that nobody has booked open so soon, at a full second."""
    at = int(time.time() + seconds) + 1
    database = machine.aws("dynamodb")
    day = {"office_id": {"S": wanted.office_id}, "date": {"S": wanted.date}}
    path = f"/v1/offices/{wanted.office_id}/days/{wanted.date}"
    slots = [
        {"slot_id": {"S": replace(wanted, start=slot["start"]).slot_id}}
        for slot in machine.call("GET", path).json["slots"]
    ]
    for table, key in [("days", day), *(("slots", slot) for slot in slots)]:
        database.update_item(
            TableName=TABLE_PREFIX + table,
            Key=key,
            UpdateExpression="SET opens_at = :at",
            ExpressionAttributeValues={":at": {"N": str(at)}},
        )
    return datetime.fromtimestamp(at, UTC)


def wait(
    machine: Machine,
    wanted: Target,
    people: Sequence[Applicant],
    opens_at: datetime,
    *,
    knowing: bool = True,
) -> list[Phone]:
    """What happens to so many phones until each has its answer.

    ``knowing`` when the release is, they wait for it; otherwise they come as they are.
    """
    trip = {
        "office_id": wanted.office_id,
        "date": wanted.date,
        "start": wanted.start,
        "service": "new",
        **({"opens_at": opens_at.isoformat()} if knowing else {}),
    }
    persons = [
        {
            "access_token": one.token,
            "refresh_token": one.refresh_token,
            "applicant_id": one.applicant_id,
        }
        for one in people
    ]
    done = subprocess.run(
        [
            DENO,
            "run",
            "-A",
            "--quiet",
            "--config",
            "deno.json",
            "--location",
            f"http://127.0.0.1:{machine.port}/",
            CROWD,
        ],
        cwd=ROOT / "web",
        input=json.dumps({"trip": trip, "people": persons}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    release_ms = opens_at.timestamp() * 1000
    return [
        Phone(
            [((one["at"] - release_ms) / 1000, one["what"]) for one in phone["asked"]],
            phone["code"],
            phone["problem"],
            phone["alternatives"],
        )
        for phone in told
    ]

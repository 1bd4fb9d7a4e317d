"""A draw over HTTP: many ask, two runs draw at once behind a database that fails, one is killed.

``python -m tests.e2e.lots`` does it with 2,000 entries for 300 places.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import zlib
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from infra.ops.verify_draw import Draw, check, fetched, plan
from tests.histories.faults import proxied
from tests.machine import ROOT, Applicant, Machine, crowd, new_key, started, together
from tests.made_up import identity

OFFICE = "jakarta-selatan"
WINDOWS = 6
FAMILY = 5
FAULTS = {"late": 0.005, "lost": 0.015, "error": 0.015, "throttled": 0.015}
"""Of a hundred calls five meet one."""

RUN = """
import os, sys
from datetime import datetime
from infra.local import beside
beside.entered()
os.environ["AWS_ENDPOINT_URL"] = sys.argv[1]
from chalicelib.services.waitlist import rounds
print("drawing", flush=True)
print(rounds.draw_all(datetime.fromisoformat(sys.argv[2])), file=sys.stderr)
"""
RUNS = 8
"""More than it takes."""


class Lots(NamedTuple):
    """What was asked, what was drawn, and what is stored."""

    entries: list[dict[str, Any]]
    draw: Draw
    signature: bytes
    stored: list[dict[str, Any]]
    """The bookings of that day."""
    dump: str
    """All that the tables of draws have, as text."""
    people: list[Applicant]

    @property
    def plan(self) -> list[list[Any]]:
        return plan(self.draw, self.signature)

    @property
    def wrong(self) -> str | None:
        return check(self.draw, OFFICE)


def played(machine: Machine, asking: int, places: int) -> Lots:
    """So many people ask one by one for the places of a day, which is then drawn."""
    day, at = _a_day(machine, places)
    families = [
        (who, [who.applicant_id, *_relatives(machine, who)])
        for who in crowd(machine, asking // FAMILY, at_once=4)
    ]
    _await_draws(machine, families[0][0], day)
    ask = [
        partial(_ask, machine, who, one, day) for who, everybody in families for one in everybody
    ]
    entries = together(ask, at_once=8)
    _draw(machine, at)
    url = f"{machine.address}/v1/offices/{OFFICE}/days/{day}/draw"
    (draw,) = _published(machine, url)
    return Lots(
        entries,
        draw,
        b64decode(draw["signature"]),
        _bookings(machine, day),
        _dump(machine),
        [who for who, _ in families],
    )


def _a_day(machine: Machine, places: int) -> tuple[date, datetime]:
    """A day of an office in draw mode that is ready and not released, and when it is drawn."""
    window = {"places": {"N": str(places // WINDOWS)}}
    windows = [
        {"M": {"start": {"S": f"{8 + n:02}:00"}, "end": {"S": f"{9 + n:02}:00"}, **window}}
        for n in range(WINDOWS)
    ]
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    dynamodb = machine.aws("dynamodb")
    dynamodb.update_item(
        TableName="antrian-paspor-local-offices",
        Key={"office_id": {"S": OFFICE}},
        UpdateExpression="SET by_lot = :yes, opening = :opening, release_by = :day",
        ExpressionAttributeValues={
            ":yes": {"BOOL": True},
            ":day": {"S": "day"},
            ":opening": {"M": {day: {"L": windows} for day in days}},
        },
    )
    now = datetime.now(UTC)
    machine.job("open_days", now)
    found = dynamodb.query(
        TableName="antrian-paspor-local-days",
        KeyConditionExpression="office_id = :office",
        ExpressionAttributeValues={":office": {"S": OFFICE}},
    )["Items"]
    last = max(found, key=lambda item: int(item["opens_at"]["N"]))
    opens_at = datetime.fromtimestamp(int(last["opens_at"]["N"]), UTC)
    assert "by_lot" in last
    assert opens_at > now + timedelta(minutes=20), "it is too close to a release to try this"
    return date.fromisoformat(last["date"]["S"]), opens_at - timedelta(minutes=10)


def _relatives(machine: Machine, who: Applicant) -> list[str]:
    made = []
    for _ in range(FAMILY - 1):
        data = identity()
        body = {name: data[name] for name in ("nik", "name", "birth_date", "sex")}
        path = "/v1/me/family"
        added = machine.call("POST", path, {**body, "relation": "sibling"}, token=who.token)
        assert added.status == 201, added.content
        made.append(added.json["applicant_id"])
    return made


def _wish(who: str, day: date) -> dict[str, Any]:
    span = {"from": day.isoformat(), "to": day.isoformat()}
    return {"office_id": OFFICE, **span, "service": "new", "applicants": [who]}


def _await_draws(machine: Machine, who: Applicant, day: date) -> None:
    """Until the running service knows that the office draws, which it does within a minute."""
    deadline = datetime.now(UTC) + timedelta(minutes=2)
    while datetime.now(UTC) < deadline:
        wish = _wish("nobody", day)
        asked = machine.call("POST", "/v1/waitlist", wish, token=who.token, key=new_key())
        if asked.problem != "no-draw":
            return
    raise AssertionError("the office does not draw")


def _ask(machine: Machine, who: Applicant, one: str, day: date) -> dict[str, Any]:
    asked = machine.call("POST", "/v1/waitlist", _wish(one, day), token=who.token, key=new_key())
    assert asked.status == 201, asked.content
    entry: dict[str, Any] = asked.json
    return entry


def _draw(machine: Machine, at: datetime) -> None:
    """Two runs at once, of which one is killed; then others, until it is settled."""
    where = machine.call("GET", "/_local/aws").json["endpoint_url"]
    with proxied(where) as proxy:
        proxy.befall(FAULTS)
        first, second = (_run(machine, proxy.endpoint_url, at) for _ in range(2))
        assert first.stdout
        first.stdout.readline()
        try:
            first.wait(timeout=1)
        except subprocess.TimeoutExpired:
            first.send_signal(signal.SIGKILL)
        for run in (first, second):
            run.communicate(timeout=300)
        for _ in range(RUNS):
            if _settled(machine):
                break
            _run(machine, proxy.endpoint_url, at).communicate(timeout=300)
        proxy.settle()
    assert _settled(machine), "the draw was never settled"


def _run(machine: Machine, endpoint_url: str, at: datetime) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, endpoint_url, at.isoformat()],
        cwd=ROOT,
        env={**os.environ, "STATE": str(machine.state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _settled(machine: Machine) -> bool:
    head = machine.aws("dynamodb").get_item(
        TableName="antrian-paspor-local-draws",
        Key={"office_id": {"S": OFFICE}, "draw": {"S": "head"}},
    )
    return bool(head.get("Item", {}).get("settled", {}).get("BOOL"))


def _published(machine: Machine, url: str) -> list[Draw]:
    """What everybody sees; it is there once its instant has come, so it is read from the table."""
    assert fetched(url) == [], "nobody sees a draw before its time"
    read = subprocess.run(
        [sys.executable, "-c", READ, OFFICE, url.rsplit("/", 2)[1]],
        cwd=ROOT,
        env={**os.environ, "STATE": str(machine.state)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Draw] = json.loads(read.stdout)
    return found


READ = """
import sys
from datetime import UTC, date, datetime, timedelta
from infra.local import beside
beside.entered()
import msgspec
from chalicelib.api import waitlist_answers
from chalicelib.services.waitlist import published
now = datetime.now(UTC) + timedelta(days=2)
found = published.page(sys.argv[1], date.fromisoformat(sys.argv[2]), None, now)
print(msgspec.json.encode(waitlist_answers.page(found).draws).decode())
"""


def _bookings(machine: Machine, day: date) -> list[dict[str, Any]]:
    pages = machine.aws("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName="antrian-paspor-local-bookings")
    items = [item for page in found for item in page["Items"]]
    return [
        item
        for item in items
        if item["status"]["S"] == "booked" and item["place"]["M"]["date"]["S"] == day.isoformat()
    ]


def _dump(machine: Machine) -> str:
    """The tables of draws, with what is compressed in them as it was before."""
    dynamodb, told = machine.aws("dynamodb"), []
    for table in ("entries", "draws"):
        pages = dynamodb.get_paginator("scan").paginate(TableName=f"antrian-paspor-local-{table}")
        for item in (item for page in pages for item in page["Items"]):
            told.append(str(item))
            packed = (item.get(name, {}).get("B") for name in ("rooms", "page", "results"))
            told += [zlib.decompress(one).decode() for one in packed if one]
    return "\n".join(told)


def main(asking: str = "2000", places: str = "300") -> None:
    with tempfile.TemporaryDirectory() as state, started(Path(state), limits="off") as machine:
        lots = played(machine, int(asking), int(places))
    assert lots.wrong is None, lots.wrong
    assert len(lots.stored) == len(lots.plan) == int(places)
    print(f"{len(lots.entries)} entries, {len(lots.plan)} placed as drawn")


if __name__ == "__main__":
    main(*sys.argv[1:])

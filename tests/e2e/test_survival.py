"""What was booked outlives `kill -9`, and one bad office harms no other, over HTTP.

The emulator is killed, then the whole run; two offices are spoilt in between.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.person import Person, somebody
from tests.machine import Machine, Reply, started
from tests.races.storm import target

pytestmark = pytest.mark.server

JOBS = ("open_days", "send_reminders", "sweep", "reconcile")

BAD = "kantor-rusak"
ZONELESS = "kantor-tanpa-zona"


class Survivor(NamedTuple):
    """A machine that was killed twice, and what was booked before each time."""

    machine: Machine
    first: Person
    second: Person
    codes: list[str]


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survivor]:
    state: Path = tmp_path_factory.mktemp("survival")
    with started(state, limits="off") as machine:
        first = somebody(machine)
        code = first.booked(target(machine, "malang"))
        saved(state, code)
        kill_group(emulator_of(machine))
        assert machine.process.wait(timeout=30) == 1, "the run ends with its emulator"
    with started(state, limits="off") as machine:
        for office_id, zone in ((BAD, None), (ZONELESS, "Mars/Olympus")):
            put_office(machine, office_id, zone)
        second = somebody(machine)
        other = second.booked(target(machine, "malang"))
        saved(state, other)
        emulator = emulator_of(machine)
        machine.process.kill()
        kill_group(emulator)
    with started(state, limits="off") as machine:
        again = [Person(machine, one.who) for one in (first, second)]
        yield Survivor(machine, again[0], again[1], [code, other])


def saved(state: Path, code: str) -> None:
    """Wait until the emulator has saved a booking by itself; no more than 30 seconds are lost."""
    file = state / "aws" / "dynamodb.json"
    deadline = time.monotonic() + 30
    while not (file.exists() and code in file.read_text()):
        assert time.monotonic() < deadline, "it was not saved in time"
        time.sleep(0.2)


def emulator_of(machine: Machine) -> int:
    return int(Path(f"/proc/{machine.process.pid}/task/{machine.process.pid}/children").read_text())


def kill_group(pid: int) -> None:
    os.killpg(os.getpgid(pid), signal.SIGKILL)


def put_office(machine: Machine, office_id: str, zone: str | None) -> None:
    """Put an item into the table of offices as nothing of ours does: of a wrong form, or zone."""
    dynamodb, table = machine.aws("dynamodb"), "antrian-paspor-local-offices"
    item = dynamodb.get_item(TableName=table, Key={"office_id": {"S": "malang"}})["Item"]
    wrong = {"time_zone": {"S": zone}} if zone else {"opening": {"S": "every day"}}
    dynamodb.put_item(TableName=table, Item=item | {"office_id": {"S": office_id}} | wrong)


def test_every_booking_is_there_with_its_person(survivor: Survivor) -> None:
    for person, code in zip((survivor.first, survivor.second), survivor.codes, strict=True):
        assert person("GET", f"/v1/bookings/{code}").json["status"] == "booked"
        assert person("GET", "/v1/me").json["phone"] == person.who.phone
        assert person.book(target(survivor.machine, "malang")).problem == "already-booked"


def test_health_is_good_and_names_the_offices_that_are_left_out(survivor: Survivor) -> None:
    health = survivor.machine.call("GET", "/v1/health")
    assert (health.status, health.json["status"]) == (200, "ok")
    assert health.json["skipped_offices"] == [BAD, ZONELESS]


@pytest.mark.parametrize("path", ["", "/malang", "/malang/calendar"])
def test_the_other_offices_notice_nothing(survivor: Survivor, path: str) -> None:
    assert survivor.machine.call("GET", f"/v1/offices{path}").status == 200


def test_only_the_others_are_listed(survivor: Survivor) -> None:
    assert len(survivor.machine.call("GET", "/v1/offices").json["offices"]) == 29


@pytest.mark.parametrize("office_id", [BAD, ZONELESS])
def test_a_booking_there_is_answered_with_what_is_true(survivor: Survivor, office_id: str) -> None:
    person = somebody(survivor.machine)
    wanted = target(survivor.machine, "malang")

    def book_at(where: str) -> Reply:
        body = {**wanted.body(person.who.applicant_id), "office_id": where}
        return person("POST", "/v1/bookings", body, key=where)

    refused = book_at(office_id)
    assert (refused.status, refused.problem) == (503, "office-unavailable")
    assert book_at("malang").status == 201


@pytest.mark.parametrize("job", JOBS)
def test_every_job_does_the_rest_and_counts_what_it_left_out(survivor: Survivor, job: str) -> None:
    assert survivor.machine.job(job)["skipped"] >= 2

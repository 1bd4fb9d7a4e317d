"""Kill -9 between any two calls of a request: a retry converges, and nothing is left behind."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import RemoteDisconnected
from itertools import count
from typing import Any

import pytest

from infra.local.environment import environment
from tests.machine import ROOT, Api, Applicant, Machine, Reply, crowd, new_key
from tests.races.storm import SETTLED, book, target
from tests.tables import balance

pytestmark = pytest.mark.server

Request = Callable[[Api], Reply]


@contextmanager
def mortal(machine: Machine, step: int) -> Iterator[Api]:
    """An API beside the machine's own that dies just before this step."""
    endpoint = machine.call("GET", "/_local/aws").json["endpoint_url"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.mortal", str(step)],
        cwd=ROOT,
        env={**os.environ, **environment(endpoint)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield Api(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def killed_at_every_step(machine: Machine, prepare: Callable[[int], Request]) -> Iterator[Reply]:
    """What a retry is answered after the request was killed at step 1, at step 2, and so on.

    ``prepare`` makes a fresh request for each; it ends with the step that comes after the answer.
    """
    for step in count(1):
        request = prepare(step)
        with mortal(machine, step) as api:
            try:
                request(api)
            except (RemoteDisconnected, ConnectionError):
                yield request(machine)
            else:
                assert step > 3, "it was never killed"
                return


def sweep(machine: Machine) -> None:
    machine.job("sweep", datetime.now(UTC) + SETTLED)


def own_bookings(machine: Machine, who: Applicant) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = machine.call("GET", "/v1/bookings", token=who.token).json[
        "bookings"
    ]
    return listed


def test_a_killed_booking_is_one_booking_after_a_retry(machine: Machine) -> None:
    wanted = target(machine, "karawang")
    people = crowd(machine, 16)

    def prepare(step: int) -> Request:
        who, key = people[step], new_key()
        return lambda api: book(api, wanted, who, key)

    retried = list(killed_at_every_step(machine, prepare))

    assert {reply.status for reply in retried} == {201}
    for who in people[1 : len(retried) + 1]:
        assert len(own_bookings(machine, who)) == 1
    sweep(machine)
    left, held, pointing = balance(machine, wanted)
    assert left + held == wanted.capacity
    assert held == pointing == len(retried) + 1


def test_a_booking_that_was_killed_and_not_retried_leaves_nothing_behind(machine: Machine) -> None:
    wanted = target(machine, "karawang", number=1)
    people = crowd(machine, 16)
    dead = 0
    for step in count(1):
        who = people[step]
        with mortal(machine, step) as api:
            try:
                book(api, wanted, who, new_key())
            except (RemoteDisconnected, ConnectionError):
                dead = step
            else:
                break
    assert dead > 3
    sweep(machine)
    left, held, pointing = balance(machine, wanted)
    assert left + held == wanted.capacity
    assert held == pointing
    for who in people:
        kept = own_bookings(machine, who)
        again = book(machine, wanted, who, new_key())
        assert again.status == (409 if kept else 201), "nobody is locked out"


def test_a_killed_cancellation_is_a_cancellation_after_a_retry(machine: Machine) -> None:
    wanted = target(machine, "karawang", number=2)
    people = crowd(machine, 16)

    def prepare(step: int) -> Request:
        who = people[step]
        code = book(machine, wanted, who, new_key()).json["code"]
        return lambda api: api.call("DELETE", f"/v1/bookings/{code}", token=who.token)

    retried = list(killed_at_every_step(machine, prepare))

    assert {(reply.status, reply.json["status"]) for reply in retried} == {(200, "cancelled")}
    sweep(machine)
    assert balance(machine, wanted) == (wanted.capacity, 0, 0)


def test_a_killed_reschedule_has_moved_once_after_a_retry(machine: Machine) -> None:
    before = target(machine, "karawang", number=3)
    after = target(machine, "karawang", number=4)
    people = crowd(machine, 20)

    def prepare(step: int) -> Request:
        who, key = people[step], new_key()
        code = book(machine, before, who, new_key()).json["code"]
        body = {"date": after.date, "start": after.start}
        path = f"/v1/bookings/{code}/reschedule"
        return lambda api: api.call("POST", path, body, token=who.token, key=key)

    retried = list(killed_at_every_step(machine, prepare))

    assert {(reply.status, reply.json["start"]) for reply in retried} == {(200, after.start)}
    sweep(machine)
    assert balance(machine, before) == (before.capacity, 0, 0)
    moved = len(retried) + 1
    assert balance(machine, after) == (after.capacity - moved, moved, moved)

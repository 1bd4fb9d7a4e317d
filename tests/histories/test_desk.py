"""Halls of twenty counters while AWS fails, and what the checker says to it.

The control is a build that calls people whether they still wait or not.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.local.environment import TABLE_PREFIX
from tests.histories.api import beside, idle
from tests.histories.desk_check import Visit, breaches
from tests.histories.desk_clients import Hall, worked
from tests.histories.faults import Proxy, proxied
from tests.histories.hall import name, zone
from tests.machine import Api, Machine

pytestmark = pytest.mark.server

SEEDS = range(1, 6)
CARELESS = len(SEEDS) + 1
BOOKED, NUMBERS = 40, 20
"""Of each hall; `python -m tests.histories desk` has three hundred."""

FAULTS = {"lost": 0.05, "error": 0.05, "throttled": 0.05}


@pytest.fixture(scope="module")
def halls(machine: Machine) -> Mapping[str, Any]:
    done = machine.beside("tests.histories.hall", str(CARELESS), str(BOOKED))
    assert done.returncode == 0, done.stderr
    made: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


@pytest.fixture(scope="module")
def proxy(machine: Machine) -> Iterator[Proxy]:
    with proxied(machine.call("GET", "/_local/aws").json["endpoint_url"]) as running:
        yield running


@pytest.fixture(scope="module")
def apis(proxy: Proxy, halls: Mapping[str, Any]) -> Iterator[list[Api]]:
    """One whose SDK sends a call once, and one whose SDK sends it again."""
    with ExitStack() as stack:
        yield [stack.enter_context(beside(proxy.endpoint_url, n)) for n in (1, 2)]


def a_hall(api: Api, made: Mapping[str, Any]) -> Hall:
    return Hall(api, made["clerk"], made["kiosk"], made["qr"], NUMBERS)


def visits_of(machine: Machine, hall: int, made: Mapping[str, Any]) -> dict[str, Visit]:
    """How everybody has left a hall when its day is closed."""
    closed = machine.call("POST", "/v1/desk/close", token=made["supervisor"])
    assert closed.json["status"] == "closed"
    dynamodb = machine.aws("dynamodb")
    boards = dynamodb.scan(TableName=TABLE_PREFIX + "boards", ConsistentRead=True)["Items"]
    (board,) = (one for one in boards if one["board_id"]["S"].startswith(f"{name(hall)}#"))
    there = {label: one["M"] for label, one in board["tickets"]["M"].items()}
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE_PREFIX + "visits")
    left = (one for page in pages for one in page["Items"] if one["board_id"] == board["board_id"])
    there |= {one["ticket"]["S"]: one for one in left}
    return {label: Visit(one["outcome"]["S"], int(one["due"]["N"])) for label, one in there.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_under_faults_everybody_is_called_once_at_a_time_and_served_once(
    seed: int, machine: Machine, proxy: Proxy, apis: list[Api], halls: Mapping[str, Any]
) -> None:
    api = apis[seed % 2]
    proxy.befall(FAULTS)
    history = worked(a_hall(api, halls[name(seed)]), seed)
    idle(api)
    proxy.settle()
    proxy.befall({})
    assert breaches(history, visits_of(machine, seed, halls[name(seed)])) == []
    assert len({one.ticket for one in history if one.ticket}) == BOOKED + NUMBERS


def test_without_the_look_at_who_still_waits_the_history_is_rejected(
    machine: Machine, proxy: Proxy, halls: Mapping[str, Any]
) -> None:
    proxy.befall({})
    with beside(proxy.endpoint_url, 1, "careless") as api:
        history = worked(a_hall(api, halls[name(CARELESS)]), seed=1)
        idle(api)
    found = breaches(history, visits_of(machine, CARELESS, halls[name(CARELESS)]))
    assert any("was called to" in one for one in found), found


@pytest.mark.parametrize("hour", range(24))
def test_in_a_hall_today_goes_on_for_a_while(hour: int) -> None:
    """Whenever the histories are run."""
    now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC).astimezone(ZoneInfo(zone(hour)))
    assert 1 <= now.hour <= 22

"""Five hundred clients on fifty places while AWS fails, and what the checker says to it.

The two controls are the same crowd on a database without locks, and on a build whose retries do not
know their earlier tries.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import boto3
import pytest

from chalicelib import clock
from chalicelib.services.booking import sweep
from tests.histories.api import beside, idle
from tests.histories.check import breaches
from tests.histories.clients import People, stormed
from tests.histories.faults import USUAL, Proxy, proxied
from tests.histories.history import Event
from tests.machine import Api, Machine, crowd
from tests.races.storm import SETTLED, target
from tests.races.unlocked import eager, unlocked
from tests.tables import end

pytestmark = pytest.mark.server

SEEDS = range(1, 6)


@pytest.fixture(scope="module")
def proxy(machine: Machine) -> Iterator[Proxy]:
    with proxied(machine.call("GET", "/_local/aws").json["endpoint_url"]) as running:
        yield running


@pytest.fixture(scope="module")
def apis(proxy: Proxy) -> Iterator[list[Api]]:
    """One whose SDK sends a call once, and one whose SDK sends it again."""
    with ExitStack() as stack:
        yield [stack.enter_context(beside(proxy.endpoint_url, n)) for n in (1, 2)]


@pytest.fixture(scope="module")
def people(machine: Machine) -> People:
    return People(machine)


@pytest.fixture(scope="module")
def unanswered() -> list[Event]:
    """The requests of all storms that got no definite answer."""
    return []


@pytest.mark.parametrize("seed", SEEDS)
def test_under_faults_every_place_is_sold_once_and_everybody_knows(
    seed: int,
    machine: Machine,
    proxy: Proxy,
    apis: list[Api],
    people: People,
    unanswered: list[Event],
) -> None:
    wanted = target(machine, "bandung", number=seed)
    assert wanted.capacity in (50, 25)  # the fewer before Friday's midday break
    asking = people.take(500)
    proxy.befall(USUAL)

    api = apis[seed % 2]
    history = stormed(api, [wanted], asking, seed)
    idle(api)
    proxy.settle()
    machine.job("sweep", datetime.now(UTC) + SETTLED)
    people.give_back(asking, history)

    assert breaches(history, end(machine.aws("dynamodb"), [wanted])) == []
    unanswered += (event for event in history if not event.definite)


def test_every_kind_of_fault_was_met_in_these_storms(proxy: Proxy, unanswered: list[Event]) -> None:
    """All five together, for in a single one a kind may be missing by chance."""
    met = proxy.counts()
    if not met["calls"]:
        pytest.skip("no storm was run before")
    assert all(met.values()), met
    assert unanswered


def test_without_locks_in_the_database_the_history_is_rejected() -> None:
    found = []
    with unlocked() as api:
        people = crowd(api, 120, at_once=1)
        for number in range(3):
            wanted = target(api, "bandung", number=number)
            asking = people[40 * number : 40 * number + 40]
            with eager():
                history = stormed(api, [wanted], asking, seed=number, within=0)
            sweep.sweep(clock.now() + SETTLED)
            found += breaches(history, end(boto3.client("dynamodb"), [wanted]))
    assert any("sold" in one for one in found), found


def test_without_idempotency_the_history_is_rejected(machine: Machine, proxy: Proxy) -> None:
    wanted = target(machine, "bandung", weeks=2, number=1)
    asking = crowd(machine, 60)
    proxy.befall({"lost": 0.3})
    with beside(proxy.endpoint_url, 1, "forgetful") as api:
        history = stormed(api, [wanted], asking, seed=1)
        idle(api)
    proxy.settle()
    machine.job("sweep", datetime.now(UTC) + SETTLED)
    found = breaches(history, end(machine.aws("dynamodb"), [wanted]))
    assert any("stored but not promised" in one for one in found), found

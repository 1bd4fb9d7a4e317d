"""No interleaving of the services' own calls breaks a promise, and without any one guard one does.

This is the part that takes seconds; ``python -m tests.proof`` goes through everything.
"""

from collections.abc import Iterator

import pytest

from tests.proof import dynamodb
from tests.proof.controls import CONTROLS, walked_without
from tests.proof.explore import isolated
from tests.proof.scenarios import SCENARIOS, Scenario

SMALL = [scenario for scenario in SCENARIOS if scenario.small]
QUICK = [scenario for scenario in SCENARIOS if not scenario.large]


@pytest.fixture(autouse=True)
def _isolated() -> Iterator[None]:
    dynamodb.forget()
    with isolated():
        yield
    dynamodb.forget()


@pytest.mark.parametrize("scenario", QUICK, ids=str)
def test_with_a_crash_at_any_call_no_promise_is_broken(scenario: Scenario) -> None:
    found = scenario.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("scenario", SMALL, ids=str)
def test_with_a_call_that_times_out_and_lands_late_no_promise_is_broken(
    scenario: Scenario,
) -> None:
    found = scenario.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize("guard", [name for name, c in CONTROLS.items() if c.found_in])
def test_without_any_one_guard_a_promise_is_broken(guard: str) -> None:
    assert walked_without(guard).broken


@pytest.mark.parametrize("guard", [name for name, c in CONTROLS.items() if not c.found_in])
def test_a_guard_for_more_than_one_move_is_not_missed_while_there_is_one(guard: str) -> None:
    """A booking moves once, so what guards against a second move finds nothing to do."""
    assert not walked_without(guard).broken

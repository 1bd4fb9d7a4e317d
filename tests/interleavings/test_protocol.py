"""No interleaving of the services' own calls breaks a promise, and without any one guard one does.

This is the part that takes seconds; ``python -m tests.interleavings`` goes through everything.
"""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.controls import CONTROLS, walked_without
from tests.interleavings.explore import isolated
from tests.interleavings.scenarios import SCENARIOS, Scenario

SMALL = [pytest.param(scenario, id=scenario.title) for scenario in SCENARIOS if scenario.small]
QUICK = [pytest.param(scenario, id=scenario.title) for scenario in SCENARIOS if not scenario.large]


@pytest.fixture(autouse=True)
def _isolated() -> Iterator[None]:
    dynamodb.forget()
    with isolated():
        yield
    dynamodb.forget()


@pytest.mark.parametrize("scenario", QUICK)
def test_with_a_crash_at_any_call_no_promise_is_broken(scenario: Scenario) -> None:
    found = scenario.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("scenario", SMALL)
def test_with_a_call_that_times_out_and_lands_late_no_promise_is_broken(
    scenario: Scenario,
) -> None:
    found = scenario.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("two want the last place", {("granted", "slot-full"), ("slot-full", "granted")}),
        ("a request and its retry", {("granted", "granted")}),
        (
            "one person wants two slots",
            {("granted", "already-booked"), ("already-booked", "granted")},
        ),
        ("a move and its retry", {("granted", "granted")}),
        (
            "a family and a single want three places",
            {("granted", "slot-full"), ("slot-full", "granted")},
        ),
        (
            "a cancellation and a move",
            {("cancelled", "granted"), ("cancelled", "already-cancelled")},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_nothing_goes_wrong_everybody_is_told_what_they_must_be(
    title: str, told: set[tuple[str, ...]]
) -> None:
    (scenario,) = (s for s in SCENARIOS if s.title == title)
    assert scenario.explore(crashes=0).said == told


@pytest.mark.parametrize("guard", [name for name, c in CONTROLS.items() if c.found_in])
def test_without_any_one_guard_a_promise_is_broken(guard: str) -> None:
    assert walked_without(guard).broken


@pytest.mark.parametrize("guard", [name for name, c in CONTROLS.items() if not c.found_in])
def test_a_guard_that_another_covers_is_not_missed_while_that_one_is_there(guard: str) -> None:
    """A hold's number names it too, so naming its version adds nothing."""
    assert not walked_without(guard).broken

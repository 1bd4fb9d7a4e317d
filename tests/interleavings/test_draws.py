"""Who wins is what was drawn, and nobody is locked out, in whatever order calls are made.

This is the part that takes seconds; ``python -m tests.interleavings`` goes through everything.
"""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.draw_controls import GUARDS, walked_without
from tests.interleavings.draw_scenarios import LOTS, Lot
from tests.interleavings.draws import draws_apart

SMALL = [pytest.param(lot, id=lot.title) for lot in LOTS if lot.small]
TINY = [pytest.param(lot, id=lot.title) for lot in LOTS if lot.tiny]


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    dynamodb.forget()
    with draws_apart():
        yield
    dynamodb.forget()


def test_there_are_thirty_scenarios_and_twenty_four_guards() -> None:
    assert (len(LOTS), len(GUARDS)) == (30, 24)


@pytest.mark.parametrize("lot", SMALL)
def test_with_a_crash_at_any_call_everybody_gets_what_was_drawn(lot: Lot) -> None:
    found = lot.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("lot", TINY)
def test_with_a_call_that_times_out_and_lands_late_everybody_gets_what_was_drawn(lot: Lot) -> None:
    found = lot.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize("guard", GUARDS)
def test_without_any_one_guard_a_promise_is_broken(guard: str) -> None:
    assert walked_without(guard).broken


@pytest.mark.parametrize(
    ("title", "told"),
    [
        (
            "a draw and a claim at the boundary",
            {("drawn", "granted"), ("drawn", "slot-full")},
        ),
        (
            "a draw, and one person asks by two entries",
            {
                (*said, "drawn")
                for why in ("already-asking", "already-booked")
                for said in (("asked", why), (why, "asked"))
            },
        ),
        (
            "a freed place: a draw and everybody, when it is theirs",
            {("drawn", "granted"), ("drawn", "slot-full")},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_nothing_goes_wrong_everybody_is_told_what_they_must_be(
    title: str, told: set[tuple[str, ...]]
) -> None:
    (lot,) = (one for one in LOTS if one.title == title)
    assert lot.explore(crashes=0).said == told

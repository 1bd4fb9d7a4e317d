"""Nobody can book, pause or keep out somebody else, in whatever order calls are made."""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb, identity_walks
from tests.interleavings.identity import identity_apart
from tests.interleavings.identity_controls import GUARDS, walked_without
from tests.interleavings.identity_scenarios import SITUATIONS, Situation
from tests.interleavings.identity_walks import Walk

WALKS, CROWDS = 80, 40
REFUSED = {"already-in-family", "no-such-request", "already-booked", "no-such-applicant"}

ALL = [pytest.param(situation, id=situation.title) for situation in SITUATIONS]
SMALL = [pytest.param(one, id=one.title) for one in SITUATIONS if one.small]


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    dynamodb.forget()
    with identity_apart():
        yield
    dynamodb.forget()


@pytest.mark.parametrize("situation", ALL)
def test_with_a_crash_at_any_call_everybody_keeps_what_is_theirs(situation: Situation) -> None:
    found = situation.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("situation", SMALL)
def test_with_a_call_that_times_out_and_lands_late_everybody_keeps_what_is_theirs(
    situation: Situation,
) -> None:
    found = situation.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize("guard", [name for name, one in GUARDS.items() if not one.covered])
def test_without_any_one_guard_somebody_loses_what_is_theirs(guard: str) -> None:
    assert walked_without(guard).broken


@pytest.mark.parametrize("guard", [name for name, one in GUARDS.items() if one.covered])
def test_what_something_else_covers_is_not_missed(guard: str) -> None:
    assert not walked_without(guard).broken


def test_nobody_gets_a_third_booking_of_a_nik_out_of_two_cancellations() -> None:
    """Whoever makes accounts, names, erases and registers again; the same walks every time."""
    identity_walks.explore(walks=WALKS, crowds=0)
    done = {what for what, said in Walk.done if said not in REFUSED}
    assert done >= {"_add", "_answer", "_book", "_cancel", "_erase", "_register", "_remove"}


def test_of_many_at_once_whose_calls_are_lost_or_late_nobody_loses_what_is_theirs() -> None:
    identity_walks.explore(walks=0, crowds=CROWDS)


@pytest.mark.parametrize(
    "guard",
    [
        "a booking needs that the account MAY book, not that it names the person",
        "whom nobody holds is paused by the first cancellation",
        "a person whom no account names stays while something counts",
        "where there is a holder, other accounts ask",
    ],
)
def test_without_a_guard_a_walk_goes_wrong(guard: str) -> None:
    with GUARDS[guard].removed(), pytest.raises(AssertionError):
        identity_walks.explore(walks=WALKS, crowds=0)

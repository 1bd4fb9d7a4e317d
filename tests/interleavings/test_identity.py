"""Nobody can book, pause or keep out somebody else, in whatever order calls are made."""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.identity import identity_apart
from tests.interleavings.identity_scenarios import SITUATIONS, Situation

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

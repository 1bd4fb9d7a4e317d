"""A limit lets through as many as it says, however many come at once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.store import tallies
from chalicelib.store.outcomes import AtLimit, Counted
from chalicelib.store.tallies import Tally
from tests.machine import Api, Machine, started, together
from tests.made_up import identity
from tests.races.unlocked import eager, unlocked
from tests.world import NOW

pytestmark = pytest.mark.server

DAY = timedelta(days=1)
DAY_OF_CODES = 100
BUDGET = DAY_OF_CODES // 2
"""Of registrations."""

AT_ONCE = 200


@pytest.fixture(scope="module")
def frugal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A system of its own, with the limits on and few codes a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMS_CODES_A_DAY", str(DAY_OF_CODES))
        with started(tmp_path_factory.mktemp("frugal")) as running:
            yield running


def ask(api: Api) -> Counter[str]:
    """How many of so many different people at once are sent a code, and how many refused."""
    people = [identity() for _ in range(AT_ONCE)]
    calls = [partial(api.call, "POST", "/v1/registrations", person) for person in people]
    return Counter(reply.problem or "sent" for reply in together(calls))


def test_two_hundred_at_once_without_work_get_half_the_budget_and_never_more_than_all(
    frugal: Machine,
) -> None:
    """From half of it on work is needed, of which those who come at once may not know yet."""
    answers = ask(frugal)
    assert set(answers) <= {"sent", "proof-needed", "sms-budget-spent"}
    assert BUDGET // 2 <= answers["sent"] <= BUDGET
    assert len(frugal.call("GET", "/_local/sms").json) == answers["sent"]
    assert ask(frugal) == {"proof-needed": AT_ONCE}


def test_without_locks_in_the_database_the_same_writes_let_others_through() -> None:
    with unlocked(), eager():
        crowds = (_counted(f"tally-{number}") for number in range(20))
        assert any(totals != list(range(1, BUDGET + 1)) for totals in crowds)


def _counted(tally_id: str) -> list[int]:
    """What each of a crowd that came through was told, in order."""
    totals = together([partial(_count, tally_id)] * AT_ONCE)
    return sorted(total for total in totals if total is not None)


def _count(tally_id: str) -> int | None:
    try:
        match tallies.add(Tally(tally_id, BUDGET, NOW + DAY), NOW):
            case Counted(total):
                return total
            case AtLimit():
                return None
    except KeyError:  # moto answers with half an item
        return 0

"""Tallies: counted and limited by one write."""

import json
from datetime import datetime, timedelta

import pytest

from chalicelib import aws
from chalicelib.store import tallies
from chalicelib.store.outcomes import AtLimit, Counted
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.tallies import Tally
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

END = NOW + timedelta(hours=1)
LATER = NOW + tallies._full.age
"""When what was remembered is looked at again."""


def add(most: int = 3, tally_id: str = "tally", now: datetime = NOW) -> int | None:
    """Returns how many there are now, or None at the limit."""
    match tallies.add(Tally(tally_id, most, END), now):
        case Counted(total):
            return total
        case AtLimit():
            return None


def test_counts_up_to_the_limit_and_no_further() -> None:
    assert [add() for _ in range(5)] == [1, 2, 3, None, None]


def test_every_tally_is_its_own() -> None:
    assert (add(1), add(1, "other"), add(1)) == (1, 1, None)


def test_a_full_tally_is_refused_without_a_call_for_a_moment() -> None:
    add(1)
    with before("UpdateItem") as calls:
        add(1)
        add(1)
    assert len(calls) == 1
    assert tallies.full("tally", NOW)


def test_a_moment_later_a_full_tally_is_looked_at_again() -> None:
    add(1)
    add(1)
    assert not tallies.full("tally", LATER)
    assert add(2, now=LATER) == 2


def test_what_was_given_back_can_be_taken_again_at_once() -> None:
    add(1)
    add(1)
    tallies.give_back("tally")
    assert (add(1), add(1)) == (1, None)


def test_nothing_is_given_back_that_was_not_taken() -> None:
    tallies.give_back("tally")
    add(1)
    tallies.give_back("tally")
    tallies.give_back("tally")
    assert (add(1), add(1)) == (1, None)


def test_one_is_given_back_though_the_sdk_sends_it_twice() -> None:
    add(2)
    add(2)

    def arrive() -> None:
        aws.client("dynamodb").update_item(**json.loads(calls[-1]))

    with before("UpdateItem", arrive) as calls:
        tallies.give_back("tally")
    assert (add(2), add(2)) == (2, None)


def test_no_more_than_the_limit_pass_though_the_sdk_counts_twice() -> None:
    def arrive() -> None:
        aws.client("dynamodb").update_item(**json.loads(calls[-1]))

    with before("UpdateItem", arrive) as calls:
        add(2)
    assert add(2) is None


def test_a_tally_is_kept_longer_than_it_counts() -> None:
    add()
    item = TallyItem.fetch("tally")
    assert item
    assert item.expires_at > END.timestamp()

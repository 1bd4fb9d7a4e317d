"""How often something has happened in a span of time: an item each, gone when the span is over.

One plain conditional update counts and limits at once. That a tally is full is remembered for a
moment, so that a flood of what is refused costs no write each.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Item, Unmet, transact
from chalicelib.store.outcomes import AtLimit, Changed, Counted, CountedToo
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.times import seconds

KEPT = timedelta(days=1)
"""After the span, for clocks differ and DynamoDB expires items in its own time."""


class Tally(NamedTuple):
    """What is counted: at most so many, until an instant."""

    tally_id: str
    most: int
    ends_at: datetime


_full: Cache[str, bool] = Cache(timedelta(seconds=10))
_totals: Cache[str, int] = Cache(timedelta(seconds=10))


def full(tally_id: str, now: datetime) -> bool:
    """Whether a tally was found full a moment ago; makes no call."""
    return _full.peek(tally_id, now) is not None


def add(tally: Tally, now: datetime) -> Counted | AtLimit:
    """Count one more.

    When the SDK sends it twice because an answer was lost, it may count twice, which is the safe
    side: never more than there may be are let through.
    """
    if full(tally.tally_id, now):
        return AtLimit()
    try:
        new = TallyItem.change(
            tally.tally_id,
            actions=_one_more(tally),
            condition=_below(tally),
            returning="UPDATED_NEW",
        )
    except Unmet:
        return _at_limit(tally, now)
    return Counted(int(new["taken"]["N"]))


def add_with(write: Item, tally: Tally, now: datetime) -> CountedToo | AtLimit | Changed:
    """Count one more and make a write of another table, both or none of them.

    Neither, if the condition of the write is not met.
    """
    if full(tally.tally_id, now):
        return AtLimit()
    counting = TallyItem.changing(tally.tally_id, actions=_one_more(tally), condition=_below(tally))
    try:
        transact(write, counting)
    except Unmet as unmet:
        return Changed() if unmet.items[1] is None else _at_limit(tally, now)
    return CountedToo()


def _one_more(tally: Tally) -> list[Action]:
    return [TallyItem.taken.add(1), TallyItem.expires_at.set(seconds(tally.ends_at + KEPT))]


def _below(tally: Tally) -> Condition:
    few: Condition = TallyItem.taken.does_not_exist() | (TallyItem.taken < tally.most)
    return few


def _at_limit(tally: Tally, now: datetime) -> AtLimit:
    _full.keep(tally.tally_id, now, True)
    return AtLimit()


def total(tally_id: str, now: datetime) -> int:
    """How many there were at most ten seconds ago; reads only what this process has not seen."""
    return _totals.get(tally_id, now, lambda: _read(tally_id))


def saw(tally_id: str, taken: int, now: datetime) -> None:
    """Remember how many there are, for `total`."""
    _totals.keep(tally_id, now, taken)


def _read(tally_id: str) -> int:
    item = TallyItem.fetch(tally_id, consistent=False)
    return int(item.taken) if item else 0


def allow(tally_id: str, ends_at: datetime) -> None:
    """Let one more be counted than there may be otherwise; once, also when it is sent twice."""
    by = secrets.token_hex(8)
    with suppress(Unmet):
        TallyItem.change(
            tally_id,
            actions=[
                TallyItem.taken.add(-1),
                TallyItem.given_back_by.set(by),
                TallyItem.expires_at.set(seconds(ends_at + KEPT)),
            ],
            condition=TallyItem.given_back_by.does_not_exist() | (TallyItem.given_back_by != by),
        )


def give_back(tally_id: str) -> None:
    """Uncount one; once, also when the SDK sends it twice, or the limit would be exceeded."""
    by = secrets.token_hex(8)
    try:
        TallyItem.change(
            tally_id,
            actions=[TallyItem.taken.add(-1), TallyItem.given_back_by.set(by)],
            condition=(TallyItem.taken > 0)
            & (TallyItem.given_back_by.does_not_exist() | (TallyItem.given_back_by != by)),
        )
    except Unmet:
        return
    _full.drop(tally_id)

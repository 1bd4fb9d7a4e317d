"""When codes went to a phone, so that a minute and a day are counted exactly.

An item keeps the last fifteen instants, of a phone or of a phone with who asks. While the key of
the index is rotated a code is counted under both digests of the phone, and the first alone decides:
what is counted for a day under the second is whole when it becomes the first.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.tables.limits import SentItem
from chalicelib.store.times import instant, seconds

PAUSE = timedelta(seconds=60 if settings.limited else 0)
"""Between two codes to one phone for the same one who asks."""

NO_PAUSE = timedelta(0)

SPAN = timedelta(days=1 if settings.limited else 0)
"""In any span of this length no more codes are let through than there may be."""

NEWEST_FIRST: tuple[NumberAttribute, ...] = (
    SentItem.last,
    SentItem.fourth,
    SentItem.third,
    SentItem.second,
    SentItem.first,
    *(getattr(SentItem, f"before_{number}") for number in range(1, 11)),
)


def take(keys: Sequence[str], now: datetime, most: int, pause: timedelta = NO_PAUSE) -> None:
    """Count one more code of at most ``most`` under all keys, of which the first decides.

    Raises `TooSoon` and `TooOften`, with ``retry_after`` s.
    """
    by = secrets.token_hex(8)
    actions = _shift(now, by)
    # Where there is no pause, only this keeps what the SDK sends twice from counting twice.
    new = SentItem.last_by.does_not_exist() | (SentItem.last_by != by)
    allowed = _unless_often(now, most, pause) & new
    first, *second = keys
    try:
        if second:
            transact(
                SentItem.changing(first, actions=actions, condition=allowed),
                *(SentItem.changing(key, actions=actions) for key in second),
            )
        else:
            SentItem.change(first, actions=actions, condition=allowed)
    except Unmet as unmet:
        item = SentItem.from_raw_data(unmet.items[0] or {})
        if item.last_by == by:
            return  # the SDK sent it twice: the answer to the first was lost
        oldest = int(getattr(item, NEWEST_FIRST[most - 1].attr_name) or 0)
        too_often = int(oldest + SPAN.total_seconds()) - seconds(now)
        if too_often > 0:
            raise TooOften(retry_after=too_often) from None
        too_soon = int(item.last + pause.total_seconds()) - seconds(now)
        raise TooSoon(retry_after=max(too_soon, 1)) from None


def give_back(keys: Sequence[str], now: datetime) -> None:
    """Uncount the code that was taken at ``now``: it could not be sent."""
    for key in keys:
        _uncount(key, now)


def of(key: str, now: datetime) -> list[datetime]:
    """When the last five codes went out, the first first."""
    item = SentItem.fetch(key)
    if item is None or item.expires_at <= seconds(now):
        return []
    kept = (item.first, item.second, item.third, item.fourth, item.last)
    return [instant(at) for at in kept if at]


def _unless_often(now: datetime, most: int, pause: timedelta) -> Condition:
    oldest = NEWEST_FIRST[most - 1]
    few = oldest.does_not_exist() | (oldest <= seconds(now - SPAN))
    not_soon = SentItem.last.does_not_exist() | (SentItem.last <= seconds(now - pause))
    allowed: Condition = few & not_soon
    return allowed


def _shift(now: datetime, by: str) -> list[Action]:
    zero = 0
    return [
        *(older.set(newer | zero) for newer, older in pairwise(NEWEST_FIRST)),
        SentItem.last.set(seconds(now)),
        SentItem.last_by.set(by),
        SentItem.expires_at.set(seconds(now + 2 * SPAN)),
    ]


def _uncount(key: str, now: datetime) -> None:
    zero = 0
    oldest = NEWEST_FIRST[-1]
    try:
        SentItem.change(
            key,
            actions=[
                *(newer.set(older | zero) for newer, older in pairwise(NEWEST_FIRST)),
                oldest.set(zero),
            ],
            condition=SentItem.last == seconds(now),
        )
    except Unmet:
        return  # another code has been counted since; that one stands

"""When codes went to a phone, so that a minute and a day are counted exactly.

An item keeps the last fifteen instants of a phone, or the last five of a phone with who asks.
While the key of the index is rotated a code is counted under both digests of the phone, and the
first alone decides: what is counted for a day under the second is whole when it becomes the first.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.outcomes import NotBefore
from chalicelib.store.tables.people import SentItem
from chalicelib.store.times import instant, seconds

PAUSE = timedelta(seconds=60 if settings.limited else 0)
"""Between two codes to one phone for the same one who asks."""

SPAN = timedelta(days=1 if settings.limited else 0)
"""In any span of this length the same one gets five codes at most to a phone."""

Instants = tuple[NumberAttribute, ...]

NEWEST_FIRST: Instants = (
    SentItem.last,
    SentItem.fourth,
    SentItem.third,
    SentItem.second,
    SentItem.first,
    *(getattr(SentItem, f"before_{number}") for number in range(1, 11)),
)


LAST_FIVE = NEWEST_FIRST[:5]


def take(
    asker: Sequence[str], now: datetime, phone: Sequence[str] = (), most: int = 0
) -> NotBefore | None:
    """Count one more code for who asks, and to the phone if that has had fewer than ``most``.

    Returns from when on the phone may have another one if it has had as many. Raises `TooSoon` and
    `TooOften`, with ``retry_after`` s, where it is who asks that has. Nothing is counted then.
    """
    by = secrets.token_hex(8)
    writes = _writes(asker, _unless_often(now), _shift(LAST_FIVE, now, by))
    if phone:
        writes += _writes(phone, _fewer(most, now), _shift(NEWEST_FIRST, now, by))
    try:
        _write(writes)
    except Unmet as unmet:
        there = [SentItem.from_raw_data(item) if item else None for item in unmet.items]
        if any(item and item.last_by == by for item in there):
            return None  # the SDK sent it twice: the answer to the first was lost
        if there[0] is None:
            had = there[len(asker)]
            assert had, "a phone is refused for what it has had"
            return NotBefore(instant(_nth(had, most)) + SPAN)
        raise _refusal(there[0], now) from None
    return None


def give_back(asker: Sequence[str], now: datetime, phone: Sequence[str] = ()) -> None:
    """Uncount the code that was taken at ``now`` under these keys: it could not be sent."""
    for key in asker:
        _uncount(key, LAST_FIVE, now)
    for key in phone:
        _uncount(key, NEWEST_FIRST, now)


def of(key: str, now: datetime) -> list[datetime]:
    """When the last five codes went to a phone, the first first."""
    item = SentItem.fetch(key)
    if item is None or item.expires_at <= seconds(now):
        return []
    kept = (item.first, item.second, item.third, item.fourth, item.last)
    return [instant(at) for at in kept if at]


class Write(NamedTuple):
    key: str
    condition: Condition | None
    actions: list[Action]


def _writes(keys: Sequence[str], condition: Condition, actions: list[Action]) -> list[Write]:
    first, *others = keys
    return [Write(first, condition, actions), *(Write(key, None, actions) for key in others)]


def _unless_often(now: datetime) -> Condition:
    allowed: Condition = SentItem.phone_index.does_not_exist() | (
        (SentItem.last <= seconds(now - PAUSE)) & (SentItem.first <= seconds(now - SPAN))
    )
    return allowed


def _fewer(most: int, now: datetime) -> Condition:
    oldest = NEWEST_FIRST[most - 1]
    allowed: Condition = oldest.does_not_exist() | (oldest <= seconds(now - SPAN))
    return allowed


def _shift(kept: Instants, now: datetime, by: str) -> list[Action]:
    zero = 0
    return [
        *(older.set(newer | zero) for newer, older in pairwise(kept)),
        SentItem.last.set(seconds(now)),
        SentItem.last_by.set(by),
        SentItem.expires_at.set(seconds(now + 2 * SPAN)),
    ]


def _write(writes: Sequence[Write]) -> None:
    if len(writes) > 1:
        transact(
            *(
                SentItem.changing(key, actions=actions, condition=condition)
                for key, condition, actions in writes
            )
        )
    else:
        ((key, condition, actions),) = writes
        SentItem.change(key, actions=actions, condition=condition)


def _nth(item: SentItem, number: int) -> int:
    """The instant of the code that went out as so many-th last."""
    return int(getattr(item, NEWEST_FIRST[number - 1].attr_name) or 0)


def _refusal(item: SentItem, now: datetime) -> TooOften:
    too_often = int(item.first + SPAN.total_seconds()) - seconds(now)
    if too_often > 0:
        return TooOften(retry_after=too_often)
    too_soon = int(item.last + PAUSE.total_seconds()) - seconds(now)
    return TooSoon(retry_after=max(too_soon, 1))


def _uncount(key: str, kept: Instants, now: datetime) -> None:
    zero = 0
    oldest = kept[-1]
    try:
        SentItem.change(
            key,
            actions=[
                *(newer.set(older | zero) for newer, older in pairwise(kept)),
                oldest.set(zero),
            ],
            condition=SentItem.last == seconds(now),
        )
    except Unmet:
        return  # another code has been counted since; that one stands

"""When the last five codes went to a phone, so that a minute and a day are counted exactly.

While the key of the index is rotated a code is counted under both digests of the phone, and the
first alone decides: what is counted for a day under the second is whole when it becomes the first.
"""

import secrets
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.domain.people import Digests
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.tables.people import SentItem
from chalicelib.store.times import instant, seconds

PAUSE = timedelta(seconds=60 if settings.limited else 0)
"""Between two codes to one phone."""

SPAN = timedelta(days=1 if settings.limited else 0)
"""In any span of this length a phone gets five codes at most."""


def take(phone: Digests, now: datetime) -> None:
    """Count one more code to a phone. Raises `TooSoon` and `TooOften`, with ``retry_after`` s."""
    zero, by = 0, secrets.token_hex(8)
    actions: list[Action] = [
        SentItem.first.set(SentItem.second | zero),
        SentItem.second.set(SentItem.third | zero),
        SentItem.third.set(SentItem.fourth | zero),
        SentItem.fourth.set(SentItem.last | zero),
        SentItem.last.set(seconds(now)),
        SentItem.last_by.set(by),
        SentItem.expires_at.set(seconds(now + 2 * SPAN)),
    ]
    allowed = SentItem.phone_index.does_not_exist() | (
        (SentItem.last <= seconds(now - PAUSE)) & (SentItem.first <= seconds(now - SPAN))
    )
    first, *second = phone
    try:
        if second:
            transact(
                SentItem.changing(first.text, actions=actions, condition=allowed),
                *(SentItem.changing(digest.text, actions=actions) for digest in second),
            )
        else:
            SentItem.change(first.text, actions=actions, condition=allowed)
    except Unmet as unmet:
        item = SentItem.from_raw_data(unmet.items[0] or {})
        if item.last_by == by:
            return  # the SDK sent it twice: the answer to the first was lost
        too_often = int(item.first + SPAN.total_seconds()) - seconds(now)
        if too_often > 0:
            raise TooOften(retry_after=too_often) from None
        too_soon = int(item.last + PAUSE.total_seconds()) - seconds(now)
        raise TooSoon(retry_after=max(too_soon, 1)) from None


def give_back(phone: Digests, now: datetime) -> None:
    """Uncount the code that was taken at ``now``: it could not be sent."""
    for digest in phone:
        _uncount(digest.text, now)


def _uncount(phone_index: str, now: datetime) -> None:
    try:
        SentItem.change(
            phone_index,
            actions=[
                SentItem.last.set(SentItem.fourth),
                SentItem.fourth.set(SentItem.third),
                SentItem.third.set(SentItem.second),
                SentItem.second.set(SentItem.first),
                SentItem.first.set(0),
            ],
            condition=SentItem.last == seconds(now),
        )
    except Unmet:
        return  # another code has been counted since; that one stands


def of(phone_index: str, now: datetime) -> list[datetime]:
    """When the last codes went to a phone, the first first."""
    item = SentItem.fetch(phone_index)
    if item is None or item.expires_at <= seconds(now):
        return []
    kept = (item.first, item.second, item.third, item.fourth, item.last)
    return [instant(at) for at in kept if at]

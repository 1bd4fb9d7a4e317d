"""When the last five codes went to a phone, so that a minute and a day are counted exactly."""

import secrets
from datetime import datetime, timedelta

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store.dynamo import Unmet
from chalicelib.store.people import SentItem
from chalicelib.store.times import seconds

PAUSE = timedelta(seconds=60 if settings.limited else 0)
"""Between two codes to one phone."""

SPAN = timedelta(days=1 if settings.limited else 0)
"""In any span of this length a phone gets five codes at most."""


def take(phone_index: str, now: datetime) -> None:
    """Count one more code to a phone. Raises `TooSoon` and `TooOften`, with ``retry_after`` s."""
    zero, by = 0, secrets.token_hex(8)
    try:
        SentItem.change(
            phone_index,
            actions=[
                SentItem.first.set(SentItem.second | zero),
                SentItem.second.set(SentItem.third | zero),
                SentItem.third.set(SentItem.fourth | zero),
                SentItem.fourth.set(SentItem.last | zero),
                SentItem.last.set(seconds(now)),
                SentItem.last_by.set(by),
                SentItem.expires_at.set(seconds(now + 2 * SPAN)),
            ],
            condition=SentItem.phone_index.does_not_exist()
            | ((SentItem.last <= seconds(now - PAUSE)) & (SentItem.first <= seconds(now - SPAN))),
        )
    except Unmet as unmet:
        item = SentItem.from_raw_data(unmet.items[0] or {})
        if item.last_by == by:
            return  # the SDK sent it twice: the answer to the first was lost
        too_often = int(item.first + SPAN.total_seconds()) - seconds(now)
        if too_often > 0:
            raise TooOften(retry_after=too_often) from None
        too_soon = int(item.last + PAUSE.total_seconds()) - seconds(now)
        raise TooSoon(retry_after=max(too_soon, 1)) from None


def give_back(phone_index: str, now: datetime) -> None:
    """Uncount the code that was taken at ``now``: it could not be sent."""
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

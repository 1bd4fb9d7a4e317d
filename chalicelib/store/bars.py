"""Which absences from places that were drawn bar an account from draws: one item an account.

Each is its booking's code and when the day was closed, in a set: so it comes and goes by itself,
read or unread, and whoever notes it twice has noted it once.
"""

from datetime import datetime

from chalicelib.domain.absences import BAR
from chalicelib.store.dynamo import Item
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.tallies import KEPT
from chalicelib.store.times import instant, seconds


def until(bar_id: str, now: datetime) -> datetime | None:
    """Until when the account is barred; None if it is not (a read that may be a moment behind)."""
    item = TallyItem.fetch(bar_id, consistent=False)
    ends = [_at(one) + BAR for one in item.absent or ()] if item else []
    return max((end for end in ends if end > now), default=None)


def barring(bar_id: str, code: str, now: datetime) -> Item:
    """Bar an account because nobody came to the booking ``code``."""
    return TallyItem.changing(
        bar_id,
        actions=[
            TallyItem.absent.add({f"{code}@{seconds(now)}"}),
            TallyItem.expires_at.set(seconds(now + BAR + KEPT)),
        ],
    )


def taking_back(bar_id: str, code: str) -> list[Item]:
    """Take that back, where it is noted."""
    item = TallyItem.fetch(bar_id)
    noted = {one for one in (item and item.absent) or () if one.startswith(f"{code}@")}
    if not item or not noted:
        return []
    # The instant is written again: if the item expires meanwhile, what is made anew does as well.
    return [
        TallyItem.changing(
            bar_id,
            actions=[
                TallyItem.absent.delete(noted),
                TallyItem.expires_at.set(int(item.expires_at)),
            ],
        )
    ]


def _at(noted: str) -> datetime:
    return instant(int(noted.partition("@")[2]))

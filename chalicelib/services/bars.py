"""Whom an absence from a place that was drawn bars from draws: its people, and the account.

The people's bar is on their own items, with what else is counted of them (domain/absences.py). The
account's is found by a digest of its id alone.
"""

import hmac
from datetime import datetime

from chalicelib import keyring
from chalicelib.store import bars
from chalicelib.store.dynamo import Item, transact


def of_account(account_id: str, now: datetime) -> datetime | None:
    """Until when an account may not ask by lot; None if it may."""
    return bars.until(_id(account_id), now)


def barring(account_id: str, code: str, now: datetime) -> list[Item]:
    """What is written of an account when nobody has come to a place that it had won."""
    return [bars.barring(_id(account_id), code, now)]


def taking_back(account_id: str, code: str) -> list[Item]:
    """What is written when it turns out that they came."""
    return bars.taking_back(_id(account_id), code)


def lift(account_id: str, code: str) -> None:
    """Take it back because an operator lets them off."""
    if items := taking_back(account_id, code):
        transact(*items)


def _id(account_id: str) -> str:
    key = keyring.derived(keyring.Purpose.TALLY)
    return f"absent:{hmac.digest(key, account_id.encode(), 'sha256')[:16].hex()}"

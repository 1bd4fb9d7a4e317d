"""The devices of an account that get messages by push, kept on the account: they go with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import size

from chalicelib.store.accounts import Account, Subscription
from chalicelib.store.dynamo import Unmet
from chalicelib.store.outcomes import Added, Changed, Gone
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import seconds

MOST = 5
"""Devices of an account; one more takes the place of the oldest."""


def add(account: Account, push_id: str, sealed: bytes, now: datetime) -> Added | Changed | Gone:
    """Let a device get the messages of an account, if its devices are as they were read."""
    devices = AccountItem.pushes
    others = {one: kept for one, kept in account.pushes.items() if one != push_id}
    newest = sorted(others, key=lambda one: others[one].at, reverse=True)[: MOST - 1]
    stay = {one: others[one] for one in newest} | {push_id: Subscription(sealed, now)}
    as_read = (
        devices == _items(account.pushes)
        if account.pushes
        else devices.does_not_exist() | (size(devices) == 0)
    )
    try:
        AccountItem.change(
            account.account_id,
            actions=[devices.set(_items(stay))],
            condition=AccountItem.account_id.exists() & as_read,
        )
    except Unmet as unmet:
        return Changed() if unmet.items[0] else Gone()
    return Added()


def remove(account_id: str, push_id: str) -> bool:
    """Let a device get nothing any more. False if it got nothing."""
    device = AccountItem.pushes[push_id]
    try:
        AccountItem.change(account_id, actions=[device.remove()], condition=device.exists())
    except Unmet:
        return False
    return True


def _items(pushes: Mapping[str, Subscription]) -> dict[str, Any]:
    return {
        push_id: {"sealed": kept.sealed, "at": seconds(kept.at)} for push_id, kept in pushes.items()
    }

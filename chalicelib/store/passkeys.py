"""The passkeys of an account, kept on it: they go with it, and with its phone."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import size

from chalicelib.domain.passkeys import Passkey
from chalicelib.store import sessions
from chalicelib.store.accounts import Account, OwnPasskey, passkey_item
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.outcomes import Added, Changed, Gone
from chalicelib.store.sessions import NewSession
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import seconds

MOST = 5
"""Passkeys of an account; one more takes the place of the one that was not used for longest."""


def id_of(credential_id: bytes) -> str:
    """What a passkey is called: the same one is called the same."""
    return urlsafe_b64encode(hashlib.sha256(credential_id).digest()[:12]).decode()


def add(account: Account, passkey: Passkey, now: datetime) -> Added | Changed | Gone:
    """Let a passkey sign in to an account, if its passkeys are as they were read.

    An account without a phone gets none: nobody is signed in to it any more.
    """
    new, kept = id_of(passkey.credential_id), AccountItem.passkeys
    others = {one: own for one, own in account.passkeys.items() if one != new}
    latest = sorted(others, key=lambda one: others[one].last_used, reverse=True)[: MOST - 1]
    stay = {one: others[one] for one in latest} | {new: OwnPasskey(passkey, now, None)}
    as_read = (
        kept == _items(account.passkeys)
        if account.passkeys
        else kept.does_not_exist() | (size(kept) == 0)
    )
    try:
        AccountItem.change(
            account.account_id,
            actions=[kept.set(_items(stay))],
            condition=AccountItem.phone.exists() & as_read,
        )
    except Unmet as unmet:
        there = unmet.items[0]
        return Changed() if there and "phone" in there else Gone()
    return Added()


def remove(account_id: str, passkey_id: str) -> None:
    """Let a passkey sign in no more."""
    kept = AccountItem.passkeys[passkey_id]
    try:
        AccountItem.change(account_id, actions=[kept.remove()], condition=kept.exists())
    except Unmet:
        return  # it is so already


def sign_in(
    session: NewSession, passkey: Passkey, sign_count: int, *, used_since: datetime
) -> bool:
    """Start a session by a passkey, and note that it and its account are used.

    Not if the passkey was used or removed since it was read, nor if nobody has used the account
    since ``used_since``.
    """
    kept, now = AccountItem.passkeys[id_of(passkey.credential_id)], seconds(session.starts_at)
    try:
        transact(
            AccountItem.changing(
                session.account_id,
                actions=[
                    AccountItem.used_at.set(now),
                    kept["sign_count"].set(sign_count),
                    kept["used_at"].set(now),
                ],
                condition=(kept["sign_count"] == passkey.sign_count)
                & (AccountItem.used_at > seconds(used_since)),
            ),
            sessions.starting(session),
        )
    except Unmet:
        return False
    return True


def _items(passkeys: Mapping[str, OwnPasskey]) -> dict[str, Any]:
    return {one: passkey_item(own) for one, own in passkeys.items()}

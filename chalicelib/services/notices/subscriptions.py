"""The devices on which an account gets its messages by push: asked for, and taken back.

Where a push service reaches one is sealed like a phone, for whoever knows it could wake that phone.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from chalicelib import keyring, push, vault
from chalicelib.domain.errors import Invalid, NoSuchAccount, RequestInProgress
from chalicelib.keyring import Purpose
from chalicelib.store import accounts, subscriptions
from chalicelib.store.accounts import Account
from chalicelib.store.outcomes import Added, Gone

READS = 3
"""How often the devices of an account may change before one gives up."""


def subscribe(account_id: str, endpoint: str, now: datetime, read: Account | None = None) -> str:
    """Let a device get the messages of an account; the same device has the same id.

    ``read`` is the account, if it was just read. Raises `Invalid`, `NoSuchAccount`,
    `RequestInProgress`.
    """
    if not push.known(endpoint):
        raise Invalid("endpoint", "push-service")
    push_id = _id(account_id, endpoint)
    sealed = vault.seal(push_id, {"endpoint": endpoint})
    account = read or accounts.get(account_id)
    for _ in range(READS):
        made = subscriptions.add(account, push_id, sealed, now) if account else Gone()
        if isinstance(made, Added):
            return push_id
        if isinstance(made, Gone):
            raise NoSuchAccount
        account = accounts.get(account_id)
    raise RequestInProgress


def unsubscribe(account_id: str, push_id: str) -> None:
    """Let a device get nothing any more."""
    subscriptions.remove(account_id, push_id)


def _id(account_id: str, endpoint: str) -> str:
    key = keyring.derived(Purpose.PUSH)
    digest = hmac.digest(key, f"{account_id}\n{endpoint}".encode(), "sha256")
    return urlsafe_b64encode(digest[:12]).decode()

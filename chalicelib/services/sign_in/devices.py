"""Device tokens: a phone that was signed in once shows that it is no stranger's.

A token is good for the account, however its session ended, and for nothing but to ask for a code.
It is checked without a call. Whether the phone opens that account is for `sessions.ask` to see.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from chalicelib import keyring

LIFE = timedelta(days=180)


def token(account_id: str, now: datetime) -> str:
    """A token for whoever has just proven to be of this account."""
    said = f"{account_id}.{int((now + LIFE).timestamp())}"
    return f"{said}.{_signature(said)}"


def account_of(device_token: str, now: datetime) -> str | None:
    """The account that a token is for; None if it is not ours, or too old."""
    said, _, signature = device_token.rpartition(".")
    if not device_token.isascii() or not hmac.compare_digest(signature, _signature(said)):
        return None
    account_id, _, until = said.rpartition(".")
    return account_id if now.timestamp() < int(until) else None


def _signature(said: str) -> str:
    made = hmac.digest(keyring.derived(keyring.Purpose.DEVICE), said.encode(), "sha256")
    return urlsafe_b64encode(made[:24]).decode()

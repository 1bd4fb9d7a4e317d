"""How people prove that they are at the office: the digits that its board shows."""

import hmac
from datetime import datetime, timedelta

from chalicelib import keyring
from chalicelib.keyring import Purpose

EVERY = timedelta(minutes=1)
"""How often there are new ones."""

DIGITS = 4


def digits(office_id: str, now: datetime) -> str:
    """What the board of an office shows now; nobody elsewhere can tell."""
    return _of(office_id, int(now.timestamp()) // int(EVERY.total_seconds()))


def until(now: datetime) -> datetime:
    """When the board shows others."""
    minutes = int(now.timestamp()) // int(EVERY.total_seconds())
    return datetime.fromtimestamp((minutes + 1) * EVERY.total_seconds(), now.tzinfo)


def right(office_id: str, typed: str, now: datetime) -> bool:
    """Whether these are the digits of now, or those before, which somebody may still be typing."""
    minute = int(now.timestamp()) // int(EVERY.total_seconds())
    return any(
        hmac.compare_digest(_of(office_id, one).encode(), typed.encode())
        for one in (minute, minute - 1)
    )


def _of(office_id: str, minute: int) -> str:
    secret = keyring.derived(Purpose.PRESENCE)
    number = int.from_bytes(hmac.digest(secret, f"{office_id}\n{minute}".encode(), "sha256")[:8])
    return f"{number % 10**DIGITS:0{DIGITS}}"

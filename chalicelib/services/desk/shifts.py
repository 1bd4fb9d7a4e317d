"""The sessions of staff and of devices."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.errors import SessionEnded
from chalicelib.domain.staff import DEVICES, PEOPLE, Role, Staff
from chalicelib.store import staff as store
from chalicelib.store.staff import Shift

SHIFT = timedelta(hours=12)
"""How long somebody of the staff stays signed in …"""

DEVICE = timedelta(days=90)
"""… and a device that is not seen any more; both end at once when they are disabled."""

RENEWED = timedelta(days=1)
"""A device asks for its session once a day, which then lasts longer by so much at least."""


class Started(NamedTuple):
    staff: Staff
    shift: Shift
    refresh_token: str


def start(office_id: str, role: Role, now: datetime) -> Started:
    """Add a member of staff or a device, and sign them in."""
    staff = Staff(secrets.token_urlsafe(9), office_id, role)
    store.add(staff, now, opened_at=None if role in PEOPLE else now)
    return begin(staff, now)


def begin(staff: Staff, now: datetime) -> Started:
    """Sign in somebody who has just proven who they are."""
    session_id, secret = secrets.token_urlsafe(9), secrets.token_urlsafe(32)
    life = SHIFT if staff.role in PEOPLE else DEVICE
    shift = Shift(session_id, staff.staff_id, _digest(secret), now, now + life)
    store.begin(shift)
    return Started(staff, shift, f"{session_id}.{secret}")


def resume(refresh_token: str, now: datetime) -> Started:
    """Give a page that was loaded anew the session that it had.

    The refresh token stays the same: it ends with its shift, and each use looks at the staff's row.
    A device's session begins its life anew. Raises `SessionEnded`.
    """
    session_id, _, secret = refresh_token.partition(".")
    shift = store.shift_of(session_id, _digest(secret)) if session_id and secret else None
    staff = store.at_work(session_id, shift.staff_id, now) if shift else None
    if shift is None or staff is None:
        raise SessionEnded
    if staff.role in DEVICES and shift.expires_at + RENEWED <= now + DEVICE:
        shift = shift._replace(expires_at=now + DEVICE)
        if not store.renew(shift):
            raise SessionEnded
    return Started(staff, shift, refresh_token)


def _digest(secret: str) -> str:
    """Of 32 random bytes, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()

"""The sessions of staff and of devices."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.staff import PEOPLE, Role, Staff
from chalicelib.store import staff as store
from chalicelib.store.staff import Shift

SHIFT = timedelta(hours=12)
"""How long somebody of the staff stays signed in …"""

DEVICE = timedelta(days=365)
"""… and a device; both end at once when they are disabled."""


class Started(NamedTuple):
    staff: Staff
    shift: Shift


def start(office_id: str, role: Role, now: datetime) -> Started:
    """Add a member of staff or a device, and sign them in."""
    staff = Staff(secrets.token_urlsafe(9), office_id, role)
    store.add(staff, now)
    life = SHIFT if role in PEOPLE else DEVICE
    shift = Shift(secrets.token_urlsafe(9), staff.staff_id, now, now + life)
    store.begin(shift)
    return Started(staff, shift)

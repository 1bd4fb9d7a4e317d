"""Who works at an office, and what of its devices may call: each belongs to one office."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.errors import Missing, Unproven


class Role(StrEnum):
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    """May do what a clerk may, and more."""
    KIOSK = "kiosk"
    """A device at the door: people check in there and take numbers. It sees no personal data."""
    BOARD = "board"
    """A device in the hall that shows who is called, and how one proves to be there."""


PEOPLE = frozenset({Role.CLERK, Role.SUPERVISOR})

DEVICES = frozenset({Role.KIOSK, Role.BOARD})


class State(StrEnum):
    """How far somebody of the staff, or a device, has come."""

    INVITED = "invited"
    """They have yet to make a passkey; of a device, to open its link."""
    LINK_ENDED = "link-ended"
    """They have not done so in time, and need to be added anew."""
    ENROLLED = "enrolled"
    DEVICE = "device"
    """It has no passkey: its link has signed it in."""
    DISABLED = "disabled"


class Staff(NamedTuple):
    """A member of staff, or a device."""

    staff_id: str
    office_id: str
    role: Role
    disabled_at: datetime | None = None

    @property
    def credential(self) -> str:
        """Who they are in the record of disclosures."""
        return f"staff:{self.staff_id}"


# ---- what they are refused -----------------------------------------------------------------------


class NoSuchStaff(Missing):
    slug = "no-such-staff"


class NotAtCounter(Missing):
    """Nobody with this number who has booked for themselves is called or served there."""

    slug = "not-at-counter"


class LinkEnded(Unproven):
    """A link to enrol was used, is too old, or never was one; nobody is told which."""

    slug = "link-ended"

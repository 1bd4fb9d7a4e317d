"""Who works at an office, and what of its devices may call: each belongs to one office."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    """May do what a clerk may, and more."""
    KIOSK = "kiosk"
    """A device at the door: people check in there and take numbers. It sees no personal data."""
    BOARD = "board"
    """A device in the hall that shows who is called, and how one proves to be there."""


PEOPLE = frozenset({Role.CLERK, Role.SUPERVISOR})


class Passkey(NamedTuple):
    """A key of which we have the public half; its owner proves to hold the other one."""

    credential_id: bytes
    public_key: bytes
    """In COSE (RFC 9052), as the authenticator made it."""
    sign_count: int
    """Of its last use; 0 for ever where an authenticator does not count."""


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

"""Who belongs to the staff of an office. It loads no cryptography: operators use it too."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.staff import NoSuchStaff, Role, Staff
from chalicelib.store import ceremonies
from chalicelib.store import staff as store

LINK = timedelta(hours=24)
"""How long a link to enrol is good, if nobody uses it before."""


class Invited(NamedTuple):
    """A new member of staff, who has yet to enrol."""

    staff: Staff
    link_token: str
    """To be handed to them, and to nobody else. Only its digest is kept."""
    expires_at: datetime


def invite(office_id: str, role: Role, name: str, now: datetime) -> Invited:
    """Add a clerk or a supervisor, who makes a passkey by the link within `LINK`."""
    staff = Staff(secrets.token_urlsafe(9), office_id, role)
    token = secrets.token_urlsafe(32)
    expires_at = now + LINK
    store.add(staff, now, vault.seal(staff.staff_id, {"name": name}))
    ceremonies.offer(digest(token), staff.staff_id, expires_at)
    return Invited(staff, token, expires_at)


def disable(staff_id: str, now: datetime, *, by: Staff | None = None) -> None:
    """Let somebody do nothing any more, from their next request on.

    A supervisor does so to the clerks of their own office; an operator to everybody. Raises
    `NoSuchStaff`.
    """
    found = store.get(staff_id)
    if found is None:
        raise NoSuchStaff
    if by and (found.staff.office_id, found.staff.role) != (by.office_id, Role.CLERK):
        raise NoSuchStaff
    store.disable(staff_id, now)


def digest(token: str) -> str:
    """Under which a link is kept; its token has 32 random bytes, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()

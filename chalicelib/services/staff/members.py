"""Who belongs to the staff of an office. It loads no cryptography: operators use it too."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import vault
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.staff import DEVICES, PEOPLE, NoSuchStaff, Role, Staff, State
from chalicelib.services.unseal import unseal
from chalicelib.store import ceremonies
from chalicelib.store import staff as store
from chalicelib.store.staff import Member
from chalicelib.telemetry import Metric, count, log

LINK = timedelta(hours=24)
"""How long a link to enrol, or to open a device, is good if nobody uses it before."""


REMEMBERED = timedelta(days=30)
"""So long after they were disabled somebody is still listed."""

BY_SUPERVISORS = DEVICES | {Role.CLERK}
"""Whom a supervisor disables; another supervisor only an operator does."""


class Listed(NamedTuple):
    """Somebody of the staff, or a device, as supervisors see them."""

    staff: Staff
    state: State
    added_at: datetime
    name: str | None
    """None of a device, and where it cannot be told now."""


class Invited(NamedTuple):
    """A new member of staff, who has yet to enrol, or a device that has yet to be opened."""

    staff: Staff
    link_token: str
    """For them, or for the device, and for nobody else. Only its digest is kept."""
    expires_at: datetime


def invite(office_id: str, role: Role, name: str | None, now: datetime) -> Invited:
    """Add a clerk or a supervisor, who makes a passkey by the link within `LINK`; or a device,
    which has no name, and is signed in by it.
    """
    staff = Staff(secrets.token_urlsafe(9), office_id, role)
    token = secrets.token_urlsafe(32)
    expires_at = now + LINK
    store.add(staff, now, vault.seal(staff.staff_id, {"name": name}) if name else None)
    ceremonies.offer(digest(token), staff.staff_id, expires_at)
    return Invited(staff, token, expires_at)


def disable(staff_id: str, now: datetime, *, by: Staff | None = None) -> None:
    """Let somebody do nothing any more, from their next request on.

    A supervisor does so to the clerks and the devices of their own office; an operator to
    everybody. Raises `NoSuchStaff`.
    """
    found = store.get(staff_id)
    if found is None:
        raise NoSuchStaff
    whom = found.staff
    if by and (whom.office_id != by.office_id or whom.role not in BY_SUPERVISORS):
        raise NoSuchStaff
    store.disable(staff_id, now)


def of_office(by: Staff, now: datetime) -> list[Listed]:
    """The staff and the devices of a supervisor's office, in the order in which they were added.

    Each look at a name is recorded. Whoever was disabled is left out after `REMEMBERED`.
    """
    found = sorted(store.of_office(by.office_id), key=lambda one: one.created_at)
    return [
        Listed(one.staff, _state(one, now), one.created_at, _name(one, by, now))
        for one in found
        if one.staff.disabled_at is None or one.staff.disabled_at > now - REMEMBERED
    ]


def _state(one: Member, now: datetime) -> State:
    if one.staff.disabled_at:
        return State.DISABLED
    if one.opened_at:
        return State.DEVICE
    on_one_machine = one.sealed is None and one.staff.role in PEOPLE  # signed in, without a name
    if one.passkey or on_one_machine:
        return State.ENROLLED
    return State.INVITED if now < one.created_at + LINK else State.LINK_ENDED


def _name(one: Member, by: Staff, now: datetime) -> str | None:
    staff_id, sealed = one.staff.staff_id, one.sealed
    if sealed is None:
        return None
    try:
        told = unseal(staff_id, {staff_id: sealed}, by.credential, "staff", now)
    except (ClientError, BotoCoreError, Unreadable) as fault:
        log.warning("staff are listed without names", fault=type(fault).__name__)
        count(Metric.FAULTS, kind=type(fault).__name__)
        return None
    return str(told[staff_id]["name"])


def digest(token: str) -> str:
    """Under which a link is kept; its token has 32 random bytes, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()

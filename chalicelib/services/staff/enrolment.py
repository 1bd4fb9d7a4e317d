"""Enrolling: whoever holds a link makes the one passkey of a member of staff, or opens a device."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.staff import DEVICES, LinkEnded, Staff
from chalicelib.services import passkeys
from chalicelib.services.desk import shifts
from chalicelib.services.desk.shifts import Started
from chalicelib.services.limits import tallied
from chalicelib.services.staff.members import digest
from chalicelib.store import ceremonies
from chalicelib.store import staff as store
from chalicelib.telemetry import log

AGAIN = timedelta(minutes=1)
"""So long a device may open its link again: the answer may have been lost on its way."""


def ask(token: str, address: str, now: datetime) -> dict[str, Any] | Started:
    """What a browser needs to make the passkey; a device, which has none, is signed in by it.

    Raises `LinkEnded`, `TooOften`, `PasskeysOff`.
    """
    tallied.staff_attempt(address, now)
    challenge = secrets.token_bytes(32)
    staff_id = ceremonies.challenge(digest(token), challenge, now + passkeys.CHALLENGE, now)
    found = store.get(staff_id) if staff_id else None
    if found is None or found.passkey or found.staff.disabled_at:
        raise LinkEnded
    staff = found.staff
    if staff.role in DEVICES:
        return _opened(staff, now)
    called = f"{staff.office_id} {staff.role} {staff.staff_id[:4]}"  # not their name
    return passkeys.to_enrol(staff.staff_id, called, challenge)


def _opened(device: Staff, now: datetime) -> Started:
    """Sign a device in, for the first time."""
    if not store.open_device(device.staff_id, now, AGAIN):
        raise LinkEnded
    log.info("device opened", staff=device.staff_id, office=device.office_id)
    return shifts.begin(device, now)


def enrol(token: str, credential: passkeys.Credential, now: datetime) -> Staff:
    """Keep the passkey that was made; with it the link has ended, for nobody has two.

    Raises `LinkEnded`, and `PasskeyRefused` after which the link can ask again.
    """
    taken = ceremonies.take_of_link(digest(token), now)
    if taken is None or taken.staff_id is None:
        raise LinkEnded
    passkey = passkeys.enrolled(credential, taken.challenge)
    if not store.enrol(taken.staff_id, passkey):
        raise LinkEnded
    ceremonies.forget(digest(token))
    found = store.get(taken.staff_id)
    assert found, "nobody of the staff is ever removed"
    log.info("staff enrolled", staff=found.staff.staff_id, office=found.staff.office_id)
    return found.staff

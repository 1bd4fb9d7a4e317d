"""The staff of the offices and their devices, and the sessions in which they work."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.passkeys import Passkey
from chalicelib.domain.staff import Role, Staff
from chalicelib.store.dynamo import Unavailable, Unmet, together
from chalicelib.store.tables.desk import ShiftItem, StaffItem
from chalicelib.store.times import instant, seconds


class Shift(NamedTuple):
    """A session of somebody of the staff, or of a device."""

    session_id: str
    staff_id: str
    refresh_digest: str
    """A digest of its refresh token."""
    started_at: datetime
    expires_at: datetime


class Member(NamedTuple):
    """All that is kept of somebody of the staff, or of a device."""

    staff: Staff
    passkey: Passkey | None
    sealed: bytes | None
    """The name, which opens under the staff's id; none of a device."""
    created_at: datetime
    opened_at: datetime | None = None
    """When a device was first signed in."""


def add(
    staff: Staff, now: datetime, sealed: bytes | None = None, *, opened_at: datetime | None = None
) -> None:
    """Keep a new member of staff, or a device."""
    StaffItem(
        staff.staff_id,
        office_id=staff.office_id,
        role=staff.role.value,
        sealed=sealed,
        opened_at=seconds(opened_at) if opened_at else None,
        created_at=seconds(now),
    ).put(StaffItem.staff_id.does_not_exist())


def get(staff_id: str) -> Member | None:
    """Somebody of the staff, disabled or not."""
    item = StaffItem.fetch(staff_id)
    return None if item is None else _member(item)


def of_office(office_id: str) -> list[Member]:
    """The staff and the devices of an office, disabled or not.

    A consistent Scan, which DynamoDB filters: all offices have some thousand rows together, and
    only a supervisor looks, now and then.
    """
    mine = StaffItem.office_id == office_id
    try:
        return [_member(item) for item in StaffItem.scan(mine, consistent_read=True)]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def every() -> Iterator[Member]:
    """The staff and the devices of all offices: a Scan, for operators."""
    return (_member(StaffItem.from_raw_data(item)) for item in StaffItem.raw_items())


def enrol(staff_id: str, passkey: Passkey) -> bool:
    """Give somebody their passkey; only once, and not if they are disabled."""
    return _changed(
        staff_id,
        [
            StaffItem.credential_id.set(passkey.credential_id),
            StaffItem.public_key.set(passkey.public_key),
            StaffItem.sign_count.set(passkey.sign_count),
        ],
        StaffItem.staff_id.exists()
        & StaffItem.credential_id.does_not_exist()
        & StaffItem.disabled_at.does_not_exist(),
    )


def open_device(staff_id: str, now: datetime, again_within: timedelta) -> bool:
    """Note that a device is signed in by its link: only once, or again so soon after it."""
    return _changed(
        staff_id,
        [StaffItem.opened_at.set(StaffItem.opened_at | seconds(now))],
        StaffItem.staff_id.exists()
        & (
            StaffItem.opened_at.does_not_exist()
            | (StaffItem.opened_at > seconds(now - again_within))
        )
        & StaffItem.disabled_at.does_not_exist(),
    )


def signed(staff_id: str, passkey: Passkey, sign_count: int) -> bool:
    """Note the count of a passkey's use, unless it was used or its owner disabled meanwhile."""
    return _changed(
        staff_id,
        [StaffItem.sign_count.set(sign_count)],
        (StaffItem.credential_id == passkey.credential_id)
        & (StaffItem.sign_count == passkey.sign_count)
        & StaffItem.disabled_at.does_not_exist(),
    )


def disable(staff_id: str, now: datetime) -> bool:
    """Let somebody do nothing any more, from their next request on; says whether they are there."""
    return _changed(
        staff_id,
        [StaffItem.disabled_at.set(StaffItem.disabled_at | seconds(now))],
        StaffItem.staff_id.exists(),
    )


def begin(shift: Shift) -> None:
    """Keep a new session."""
    _item(shift).put(ShiftItem.session_id.does_not_exist())


def renew(shift: Shift) -> bool:
    """Keep a session for longer, unless it has been ended meanwhile."""
    try:
        _item(shift).put(ShiftItem.session_id.exists())
    except Unmet:
        return False
    return True


def end(session_id: str) -> None:
    """End a session."""
    ShiftItem.remove(session_id)


def shift_of(session_id: str, refresh_digest: str) -> Shift | None:
    """The session that this digest of a refresh token is of; it may be over by now."""
    item = ShiftItem.fetch(session_id)
    if item is None or not hmac.compare_digest(item.refresh_digest or "", refresh_digest):
        return None
    return Shift(
        item.session_id,
        item.staff_id,
        refresh_digest,
        instant(item.started_at),
        instant(item.expires_at),
    )


def at_work(session_id: str, staff_id: str, now: datetime) -> Staff | None:
    """Whose session it is, if neither has ended (one consistent BatchGetItem of both)."""
    read = together(
        ShiftItem.reading(session_id, whole=True) | StaffItem.reading(staff_id, whole=True)
    )
    shifts, people = read[ShiftItem.Meta.table_name], read[StaffItem.Meta.table_name]
    if not shifts or not people:
        return None
    shift, staff = ShiftItem.from_raw_data(shifts[0]), StaffItem.from_raw_data(people[0])
    if shift.staff_id != staff_id or staff.disabled_at or instant(shift.expires_at) <= now:
        return None
    return Staff(staff_id, staff.office_id, Role(staff.role))


def _changed(staff_id: str, actions: list[Action], condition: Condition) -> bool:
    try:
        StaffItem.change(staff_id, actions=actions, condition=condition)
    except Unmet:
        return False
    return True


def _item(shift: Shift) -> ShiftItem:
    return ShiftItem(
        shift.session_id,
        staff_id=shift.staff_id,
        refresh_digest=shift.refresh_digest,
        started_at=seconds(shift.started_at),
        expires_at=seconds(shift.expires_at),
    )


def _member(item: StaffItem) -> Member:
    disabled_at = instant(item.disabled_at) if item.disabled_at else None
    staff = Staff(item.staff_id, item.office_id, Role(item.role), disabled_at)
    passkey = None
    if item.credential_id:
        passkey = Passkey(item.credential_id, item.public_key, int(item.sign_count))
    opened_at = instant(item.opened_at) if item.opened_at else None
    return Member(staff, passkey, item.sealed, instant(item.created_at), opened_at)

"""The staff of the offices and their devices, and the sessions in which they work."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.staff import Role, Staff
from chalicelib.store.dynamo import Unmet, together
from chalicelib.store.tables.desk import ShiftItem, StaffItem
from chalicelib.store.times import instant, seconds


class Shift(NamedTuple):
    """A session of somebody of the staff, or of a device."""

    session_id: str
    staff_id: str
    started_at: datetime
    expires_at: datetime


def add(staff: Staff, now: datetime) -> None:
    """Keep a new member of staff, or a device."""
    StaffItem(
        staff.staff_id,
        office_id=staff.office_id,
        role=staff.role.value,
        created_at=seconds(now),
    ).put(StaffItem.staff_id.does_not_exist())


def begin(shift: Shift) -> None:
    """Keep a new session."""
    ShiftItem(
        shift.session_id,
        staff_id=shift.staff_id,
        started_at=seconds(shift.started_at),
        expires_at=seconds(shift.expires_at),
    ).put(ShiftItem.session_id.does_not_exist())


def disable(staff_id: str, now: datetime) -> bool:
    """Let somebody do nothing any more, from their next request on; says whether they are there."""
    try:
        StaffItem.change(
            staff_id,
            actions=[StaffItem.disabled_at.set(StaffItem.disabled_at | seconds(now))],
            condition=StaffItem.staff_id.exists(),
        )
    except Unmet:
        return False
    return True


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

"""The tables of the office's day: boards, visits, and the staff who work with them."""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from chalicelib.store.dynamo import Table
from chalicelib.store.tables import named


class BoardItem(Table):
    """The board of an office's day; see ``domain.boards.Board``.

    Every press writes it and pays for all of it, so what is usual (step 0, one person, all steps)
    is left out, and a ticket's class is the letter of its label. There is no code, no name and no
    id of a person on it.
    """

    class Meta:
        table_name = named("boards")

    board_id = UnicodeAttribute(hash_key=True)
    closed = NumberAttribute(null=True)
    settled = BooleanAttribute(null=True)
    told = BooleanAttribute(null=True)
    walkins = NumberAttribute(default=0)
    tickets: MapAttribute[str, Any] = MapAttribute(default=dict)
    counters: MapAttribute[str, Any] = MapAttribute(default=dict)
    gone = UnicodeSetAttribute(null=True)
    calls: ListAttribute[Any] = ListAttribute(null=True)
    pace: MapAttribute[str, Any] = MapAttribute(default=dict)
    expires_at = NumberAttribute()


class VisitItem(Table):
    """What is kept of a ticket that has left the board; of a booking, not which one."""

    class Meta:
        table_name = named("visits")

    board_id = UnicodeAttribute(hash_key=True)
    ticket = UnicodeAttribute(range_key=True)
    v = NumberAttribute()
    kind = UnicodeAttribute()
    people = NumberAttribute()
    outcome = UnicodeAttribute()
    counter = UnicodeAttribute(null=True)
    due = NumberAttribute()
    came = NumberAttribute()
    told = NumberAttribute(null=True)
    called = NumberAttribute(null=True)
    served = NumberAttribute(null=True)
    done = NumberAttribute(null=True)
    minutes: MapAttribute[str, Any] = MapAttribute(null=True)
    expires_at = NumberAttribute()


class StaffItem(Table):
    """A member of staff or a device; see ``domain.staff.Staff`` and ``Passkey``.

    The name is sealed; a device has none, and nobody has a passkey before they have enrolled. A
    device has no passkey: it was opened by its link.
    """

    class Meta:
        table_name = named("staff")

    staff_id = UnicodeAttribute(hash_key=True)
    office_id = UnicodeAttribute()
    role = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    credential_id = BinaryAttribute(legacy_encoding=False, null=True)
    public_key = BinaryAttribute(legacy_encoding=False, null=True)
    sign_count = NumberAttribute(null=True)
    opened_at = NumberAttribute(null=True)
    created_at = NumberAttribute()
    disabled_at = NumberAttribute(null=True)


class CeremonyItem(Table):
    """A passkey that is to be made, or a sign-in that has begun; of staff and of applicants.

    The challenge is there until it is answered, once.
    """

    class Meta:
        table_name = named("ceremonies")

    ceremony_id = UnicodeAttribute(hash_key=True)
    staff_id = UnicodeAttribute(null=True)
    challenge = BinaryAttribute(legacy_encoding=False, null=True)
    challenge_until = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class ShiftItem(Table):
    """A session of the staff: somebody is signed in, or a device may call."""

    class Meta:
        table_name = named("shifts")

    session_id = UnicodeAttribute(hash_key=True)
    staff_id = UnicodeAttribute()
    refresh_digest = UnicodeAttribute(null=True)
    started_at = NumberAttribute()
    expires_at = NumberAttribute()

"""The tables of offices, their days and places, and of bookings: what booking needs."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.store.dynamo import Table
from chalicelib.store.tables import named


class OfficeItem(Table):
    """An immigration office; see ``domain.offices.Office``."""

    class Meta:
        table_name = named("offices")

    office_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    city = UnicodeAttribute()
    province = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    horizon_days = NumberAttribute()
    release_at = UnicodeAttribute()
    release_by = UnicodeAttribute(default="day")
    by_lot = BooleanAttribute(default=False)
    free_after_minutes = NumberAttribute(default=5)
    free_within_minutes = NumberAttribute(default=30)
    counters = NumberAttribute(default=1)
    step_minutes: ListAttribute[Any] = ListAttribute(default=lambda: [18])
    arrival_step_minutes = NumberAttribute(default=5)
    arrival_lead_minutes = NumberAttribute(default=5)
    breaks: ListAttribute[Any] = ListAttribute(default=list)
    show_rate = NumberAttribute(default=0.83)
    walk_in_share = NumberAttribute(default=0.12)
    opening: MapAttribute[str, Any] = MapAttribute()
    closures: MapAttribute[str, Any] = MapAttribute(default=dict)
    served = UnicodeSetAttribute(null=True)


class DayItem(Table):
    """A day of an office that has been made ready, and the hint which of its slots are full."""

    class Meta:
        table_name = named("days")

    office_id = UnicodeAttribute(hash_key=True)
    date = UnicodeAttribute(range_key=True)
    opens_at = NumberAttribute()
    slots: ListAttribute[Any] = ListAttribute(default=list)
    full = UnicodeSetAttribute(null=True)
    closed: MapAttribute[str, Any] = MapAttribute(null=True)
    reopened = BooleanAttribute(null=True)
    by_lot = BooleanAttribute(null=True)
    ready_at = NumberAttribute()
    announced = BooleanAttribute(null=True)
    expires_at = NumberAttribute()


class SlotItem(Table):
    """A slot and its roster; the one hot item, written by plain conditional updates alone.

    ``numbers`` stands beside ``holds`` because one update cannot both make a hold and put a number
    into it that it has just computed. A hold is a short string: its places, its version, when
    it was claimed and, once it is given up, when its places come back (in seconds of Unix time).
    """

    class Meta:
        table_name = named("slots")

    slot_id = UnicodeAttribute(hash_key=True)
    end = UnicodeAttribute()
    capacity = NumberAttribute()
    left = NumberAttribute()
    sequence = NumberAttribute(default=0)
    opens_at = NumberAttribute()
    draw_at = NumberAttribute(null=True)
    closed = BooleanAttribute(null=True)
    holds: MapAttribute[str, Any] = MapAttribute(default=dict)
    numbers: MapAttribute[str, Any] = MapAttribute(default=dict)
    expires_at = NumberAttribute()


class ByAccount(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_id = UnicodeAttribute(hash_key=True)
    created_at = NumberAttribute(range_key=True)


class BookingItem(Table):
    """A booking: the record that commits it. An abandoned code has no account."""

    class Meta:
        table_name = named("bookings")

    code = UnicodeAttribute(hash_key=True)
    status = UnicodeAttribute()
    version = NumberAttribute()
    account_id = UnicodeAttribute(null=True)
    applicants: ListAttribute[Any] = ListAttribute(null=True)
    service = UnicodeAttribute(null=True)
    out: ListAttribute[Any] = ListAttribute(null=True)
    place: MapAttribute[str, Any] = MapAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    created_at = NumberAttribute(null=True)
    drawn_at = NumberAttribute(null=True)
    changed_at = NumberAttribute(null=True)
    move: MapAttribute[str, Any] = MapAttribute(null=True)
    cancelled_by = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    evening: MapAttribute[str, Any] = MapAttribute(null=True)
    soon: MapAttribute[str, Any] = MapAttribute(null=True)
    closure: MapAttribute[str, Any] = MapAttribute(null=True)
    later: MapAttribute[str, Any] = MapAttribute(null=True)
    turned_away: MapAttribute[str, Any] = MapAttribute(null=True)
    won: MapAttribute[str, Any] = MapAttribute(null=True)
    expires_at = NumberAttribute()

    by_account = ByAccount()


class ApplicantsToTell(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "to_tell"
        projection = KeysOnlyProjection()

    to_tell = UnicodeAttribute(hash_key=True)


class ApplicantsToConfirm(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "to_confirm"
        projection = KeysOnlyProjection()

    to_confirm = UnicodeAttribute(hash_key=True)


class ApplicantItem(Table):
    """The person of one NIK: who names them, what they hold, what is counted.

    See ``domain.persons.Person``. Writers of links go by ``version``, which neither a booking nor
    its cancellation raises.
    """

    class Meta:
        table_name = named("applicants")

    applicant_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    nik_indexes = UnicodeSetAttribute(null=True)
    links: MapAttribute[str, Any] = MapAttribute(default=dict)
    guarded = BooleanAttribute(null=True)
    active: MapAttribute[str, Any] = MapAttribute(null=True)
    active_own = BooleanAttribute(null=True)
    """Beside ``active``: one update cannot put into a map what it reads from another."""
    codes = UnicodeSetAttribute(null=True)
    """``CODE@2026-12-07``; a booking that was moved is there with both its days."""
    codes_from = NumberAttribute(null=True)
    """From when on one of these has had its time."""
    asking: MapAttribute[str, Any] = MapAttribute(null=True)
    cancellations: ListAttribute[Any] = ListAttribute(null=True)
    absences: ListAttribute[Any] = ListAttribute(null=True)
    """The oldest first."""
    paused_until = NumberAttribute(null=True)
    paused_own_until = NumberAttribute(null=True)
    told_at = NumberAttribute(null=True)
    to_tell = UnicodeAttribute(null=True)
    """There while the holder is to be told of a question: the index has no others."""

    to_confirm = UnicodeAttribute(null=True)
    """There while the civil register is to be asked again."""

    to_tell_index = ApplicantsToTell()
    to_confirm_index = ApplicantsToConfirm()

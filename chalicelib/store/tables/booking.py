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
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

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
    free_after_minutes = NumberAttribute(default=5)
    free_within_minutes = NumberAttribute(default=30)
    opening: MapAttribute[str, Any] = MapAttribute()
    closures: MapAttribute[str, Any] = MapAttribute(default=dict)


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
    ready_at = NumberAttribute()
    announced = BooleanAttribute(null=True)
    expires_at = NumberAttribute()


class SlotItem(Table):
    """A slot and its roster; the one hot item, written by plain conditional updates alone.

    ``numbers`` stands beside ``holds`` because one update cannot both make a hold and put a number
    into it that it has just computed.
    """

    class Meta:
        table_name = named("slots")

    slot_id = UnicodeAttribute(hash_key=True)
    end = UnicodeAttribute()
    capacity = NumberAttribute()
    left = NumberAttribute()
    sequence = NumberAttribute(default=0)
    opens_at = NumberAttribute()
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
    place: MapAttribute[str, Any] = MapAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    created_at = NumberAttribute(null=True)
    move: MapAttribute[str, Any] = MapAttribute(null=True)
    cancelled_by = UnicodeAttribute(null=True)
    evening: MapAttribute[str, Any] = MapAttribute(null=True)
    soon: MapAttribute[str, Any] = MapAttribute(null=True)
    closure: MapAttribute[str, Any] = MapAttribute(null=True)
    expires_at = NumberAttribute()

    by_account = ByAccount()


class ApplicantItem(Table):
    """One person of one NIK, known by a random id: who may book for them, and what they hold."""

    class Meta:
        table_name = named("applicants")

    applicant_id = UnicodeAttribute(hash_key=True)
    accounts = UnicodeSetAttribute(null=True)
    nik_indexes = UnicodeSetAttribute(null=True)
    active: MapAttribute[str, Any] = MapAttribute(null=True)
    cancelled_at = NumberAttribute(null=True)
    cancelled_before = NumberAttribute(null=True)
    """The cancellation before the last one; 0 if there was none."""
    counted_since = NumberAttribute(null=True)
    """One before this instant does not count beside the last one …"""
    paused_until = NumberAttribute(null=True)
    """… and one after it keeps them from booking until this."""

"""The tables, as PynamoDB models: the one definition of names, keys, indexes and expiry.

``infra/`` makes CloudFormation of them and the local runner makes the tables; an attribute named
``expires_at`` is what DynamoDB expires by. Instants are kept as whole seconds of Unix time.
"""

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
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.config import settings
from chalicelib.store.dynamo import Table


def _name(table: str) -> str:
    return settings.table_prefix + table


class OfficeItem(Table):
    """An immigration office; see ``domain.offices.Office``."""

    class Meta:
        table_name = _name("offices")

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
    opening: MapAttribute[str, Any] = MapAttribute()
    closures: MapAttribute[str, Any] = MapAttribute(default=dict)


class DayItem(Table):
    """A day of an office that has been made ready, and the hint which of its slots are full."""

    class Meta:
        table_name = _name("days")

    office_id = UnicodeAttribute(hash_key=True)
    date = UnicodeAttribute(range_key=True)
    opens_at = NumberAttribute()
    slots: ListAttribute[Any] = ListAttribute(default=list)
    full = UnicodeSetAttribute(null=True)
    closed: MapAttribute[str, Any] = MapAttribute(null=True)
    ready_at = NumberAttribute()
    announced = BooleanAttribute(null=True)


class SlotItem(Table):
    """A slot and its roster; the one hot item, written by plain conditional updates alone.

    ``numbers`` stands beside ``holds`` because one update cannot both make a hold and put a number
    into it that it has just computed.
    """

    class Meta:
        table_name = _name("slots")

    slot_id = UnicodeAttribute(hash_key=True)
    end = UnicodeAttribute()
    capacity = NumberAttribute()
    left = NumberAttribute()
    sequence = NumberAttribute(default=0)
    opens_at = NumberAttribute()
    closed = BooleanAttribute(null=True)
    holds: MapAttribute[str, Any] = MapAttribute(default=dict)
    numbers: MapAttribute[str, Any] = MapAttribute(default=dict)


class ByAccount(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_id = UnicodeAttribute(hash_key=True)
    created_at = NumberAttribute(range_key=True)


class BookingItem(Table):
    """A booking: the record that commits it. An abandoned code has no account."""

    class Meta:
        table_name = _name("bookings")

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
    expires_at = NumberAttribute(null=True)

    by_account = ByAccount()


class ApplicantItem(Table):
    """One person of one NIK, known by a random id: who may book for them, and what they hold."""

    class Meta:
        table_name = _name("applicants")

    applicant_id = UnicodeAttribute(hash_key=True)
    accounts = UnicodeSetAttribute(null=True)
    active: MapAttribute[str, Any] = MapAttribute(null=True)


class AccountItem(Table):
    """An account: its phone and its people, all sealed."""

    class Meta:
        table_name = _name("accounts")

    account_id = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    phone = BinaryAttribute(legacy_encoding=False)
    people: MapAttribute[str, Any] = MapAttribute()
    created_at = NumberAttribute()


class IdentityItem(Table):
    """The index by which a NIK or a phone is found, and by which each is there only once."""

    class Meta:
        table_name = _name("identities")

    index = UnicodeAttribute(hash_key=True)
    applicant_id = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute(null=True)


class ChallengeItem(Table):
    """A code sent by SMS that somebody has yet to type in, bound to what it was asked for."""

    class Meta:
        table_name = _name("challenges")

    challenge_id = UnicodeAttribute(hash_key=True)
    purpose = UnicodeAttribute()
    phone_index = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    code_mac = UnicodeAttribute()
    tries_left = NumberAttribute()
    answered_by = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class SessionItem(Table):
    """A family of refresh tokens, of which only the last is alive; kept as digests."""

    class Meta:
        table_name = _name("sessions")

    session_id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    current = UnicodeAttribute()
    previous = UnicodeAttribute(null=True)
    rotated_at = NumberAttribute()
    expires_at = NumberAttribute()


class SentItem(Table):
    """When the last five codes went to a phone: the limits on SMS."""

    class Meta:
        table_name = _name("sent")

    phone_index = UnicodeAttribute(hash_key=True)
    first = NumberAttribute()
    second = NumberAttribute()
    third = NumberAttribute()
    fourth = NumberAttribute()
    last = NumberAttribute()
    last_by = UnicodeAttribute()
    expires_at = NumberAttribute()


class TallyItem(Table):
    """How often one subject has done one thing in one span: the limits on rates.

    The key is a digest for one span, so nobody can be known by it or followed from day to day.
    """

    class Meta:
        table_name = _name("tallies")

    tally_id = UnicodeAttribute(hash_key=True)
    taken = NumberAttribute()
    given_back_by = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class OpeningItem(Table):
    """One opening of somebody's personal data: written once, never changed."""

    class Meta:
        table_name = _name("openings")

    subject = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)
    by = UnicodeAttribute()
    reason = UnicodeAttribute()


TABLES: tuple[type[Table], ...] = (
    OfficeItem,
    DayItem,
    SlotItem,
    BookingItem,
    ApplicantItem,
    AccountItem,
    IdentityItem,
    ChallengeItem,
    SessionItem,
    SentItem,
    TallyItem,
    OpeningItem,
)

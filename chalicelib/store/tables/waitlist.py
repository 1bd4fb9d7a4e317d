"""The tables of places by lot: who asks, and what was drawn."""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.store.dynamo import Table
from chalicelib.store.tables import named


class EntriesByAccount(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_id = UnicodeAttribute(hash_key=True)
    made_at = NumberAttribute(range_key=True)


class EntryItem(Table):
    """What an account asks for; see ``domain.draws.Entry``."""

    class Meta:
        table_name = named("entries")

    office_id = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()
    applicants: ListAttribute[Any] = ListAttribute()
    service = UnicodeAttribute()
    first = UnicodeAttribute()
    last = UnicodeAttribute()
    windows: ListAttribute[Any] = ListAttribute(default=list)
    made_at = NumberAttribute()
    until = NumberAttribute()
    fingerprint = UnicodeAttribute()
    status = UnicodeAttribute()
    booking = UnicodeAttribute(null=True)
    lost_before = NumberAttribute(null=True)
    to_tell = BooleanAttribute(null=True)
    """There while its account is to be told that it waits no more."""
    expires_at = NumberAttribute()

    by_account = EntriesByAccount()


class DrawItem(Table):
    """An office's draws: the record of each under its instant, with the pages of its list.

    Under ``head`` it says which was the last one, and whether it is settled. What grows with the
    people of a draw is compressed JSON.
    """

    class Meta:
        table_name = named("draws")

    office_id = UnicodeAttribute(hash_key=True)
    draw = UnicodeAttribute(range_key=True)
    at = NumberAttribute(null=True)
    settled = BooleanAttribute(null=True)
    rooms = BinaryAttribute(legacy_encoding=False, null=True)
    entries = NumberAttribute(null=True)
    list_hash = UnicodeAttribute(null=True)
    pages = NumberAttribute(null=True)
    page = BinaryAttribute(legacy_encoding=False, null=True)
    signature = BinaryAttribute(legacy_encoding=False, null=True)
    public_key = BinaryAttribute(legacy_encoding=False, null=True)
    results = BinaryAttribute(legacy_encoding=False, null=True)
    chances = BinaryAttribute(legacy_encoding=False, null=True)
    failed = NumberAttribute(null=True)
    told = BooleanAttribute(null=True)
    expires_at = NumberAttribute(null=True)

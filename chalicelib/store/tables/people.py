"""The tables of people: who they are, how they prove it, and who looked."""

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
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.store.dynamo import Table
from chalicelib.store.tables import named


class AccountItem(Table):
    """An account: its phone and its people, all sealed.

    ``added`` are the instants of the last additions of relatives, "1" the oldest.
    """

    class Meta:
        table_name = named("accounts")

    account_id = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    phone = BinaryAttribute(legacy_encoding=False, null=True)
    people: MapAttribute[str, Any] = MapAttribute()
    added: MapAttribute[str, Any] = MapAttribute()
    pushes: MapAttribute[str, Any] = MapAttribute(null=True)
    """The devices that get messages by push: by id, where a push service reaches them, sealed."""
    passkeys: MapAttribute[str, Any] = MapAttribute(null=True)
    """Those by which its devices sign in without an SMS, by id: public keys, and when."""
    used_at = NumberAttribute()
    consented_at = NumberAttribute()
    created_at = NumberAttribute()


class IdentityItem(Table):
    """The index by which a NIK or a phone is found, and by which each is there only once."""

    class Meta:
        table_name = named("identities")

    index = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(null=True)
    applicant_id = UnicodeAttribute(null=True)
    """Whose NIK it is …"""
    account_id = UnicodeAttribute(null=True)
    """… or whose phone."""


class ChallengesByPhone(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_phone"
        projection = KeysOnlyProjection()

    phone_index = UnicodeAttribute(hash_key=True)


class ChallengeItem(Table):
    """A code sent by SMS that somebody has yet to type in, bound to what it was asked for."""

    class Meta:
        table_name = named("challenges")

    challenge_id = UnicodeAttribute(hash_key=True)
    purpose = UnicodeAttribute()
    phone_index = UnicodeAttribute()
    index_key = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    code_mac = UnicodeAttribute()
    tries_left = NumberAttribute()
    answered_by = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()

    by_phone = ChallengesByPhone()


class SessionsByAccount(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)


class SessionItem(Table):
    """A family of refresh tokens, of which only the last is alive; kept as digests."""

    class Meta:
        table_name = named("sessions")

    session_id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    current = UnicodeAttribute()
    previous = UnicodeAttribute(null=True)
    started_at = NumberAttribute()
    rotated_at = NumberAttribute()
    noted_at = NumberAttribute()
    expires_at = NumberAttribute()

    by_account = SessionsByAccount()


class ErasedItem(Table):
    """The id of an account or an applicant that was erased: written once, never changed."""

    class Meta:
        table_name = named("erased")

    erased_id = UnicodeAttribute(hash_key=True)
    at = NumberAttribute()


class DisclosureItem(Table):
    """The first disclosure of an hour of somebody's personal data: written once, never changed.

    ``at`` is the hour, and a digest of all but it; ``first`` is when it was.
    ``whose`` are the ids of those whose data it was; the subject's own id stands for the phone.
    """

    class Meta:
        table_name = named("disclosures")

    subject = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)
    by = UnicodeAttribute()
    reason = UnicodeAttribute()
    first = UnicodeAttribute(null=True)
    whose = UnicodeSetAttribute(null=True)


class NoticesUnderWay(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "under_way"
        projection = KeysOnlyProjection()

    under_way = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class NoticeItem(Table):
    """A notice that went to an account by push; see ``store.notices``."""

    class Meta:
        table_name = named("notices")

    account_id = UnicodeAttribute(hash_key=True)
    notice_id = UnicodeAttribute(range_key=True)
    code = UnicodeAttribute()
    kind = UnicodeAttribute()
    moved = BooleanAttribute()
    numbers: ListAttribute[Any] = ListAttribute()
    state = UnicodeAttribute()
    at = NumberAttribute()
    until = NumberAttribute()
    shown_at = NumberAttribute(null=True)
    texted_at = NumberAttribute(null=True)
    under_way = UnicodeAttribute(null=True)
    """There until it is known what came of it: the index has no others."""
    due_at = NumberAttribute(null=True)
    """When the job is to look at it."""
    expires_at = NumberAttribute()

    under_way_index = NoticesUnderWay()

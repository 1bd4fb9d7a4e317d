"""Accounts: a phone, the holder and up to four others; what they are called lies sealed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pynamodb.expressions.condition import size

from chalicelib.domain.people import FAMILY_LIMIT, Relation
from chalicelib.store import applicants, identities
from chalicelib.store.dynamo import Item, Unmet, transact
from chalicelib.store.people import AccountItem
from chalicelib.store.times import instant, seconds


class Member(NamedTuple):
    """One person of an account; ``sealed`` opens under the applicant's id."""

    sealed: bytes
    relation: Relation
    check_at_counter: bool


class Account(NamedTuple):
    account_id: str
    holder: str
    phone: bytes
    """Sealed; opens under the account's id."""
    people: dict[str, Member]
    created_at: datetime


def get(account_id: str) -> Account | None:
    """An account (a consistent read)."""
    item = AccountItem.fetch(account_id)
    return _account(item) if item else None


def create(account: Account, phone_index: str, nik_index: str) -> bool:
    """Open an account for a phone and a NIK that have none. False if either has one by now."""
    try:
        transact(
            AccountItem(
                account.account_id,
                holder=account.holder,
                phone=account.phone,
                people={who: _member_item(member) for who, member in account.people.items()},
                created_at=seconds(account.created_at),
            ).putting(AccountItem.account_id.does_not_exist()),
            identities.reaching(phone_index, account.account_id),
            identities.holding(nik_index, account.holder, account.account_id),
            applicants.joining(account.holder, account.account_id),
        )
    except Unmet:
        return False
    return True


class NotAdded(NamedTuple):
    """Why a person was not added: the account as it stands, or None if it was the NIK's index."""

    account: Account | None
    gone: bool


def add_member(account_id: str, who: str, member: Member, nik_index: str) -> NotAdded | None:
    """Add a person, of whom there may be `FAMILY_LIMIT`, and let the account book for them."""
    try:
        transact(
            AccountItem.changing(
                account_id,
                actions=[AccountItem.people[who].set(_member_item(member))],
                condition=AccountItem.account_id.exists()
                & AccountItem.people[who].does_not_exist()
                & (size(AccountItem.people) < FAMILY_LIMIT),
            ),
            identities.naming(nik_index, who),
            applicants.joining(who, account_id),
        )
    except Unmet as unmet:
        return _not_added(unmet.items)
    return None


def remove_member(account_id: str, who: str, now: datetime) -> tuple[bool, bool] | None:
    """Take a person out. Returns None when done, else (was there no such one, are they booked)."""
    try:
        transact(
            AccountItem.changing(
                account_id,
                actions=[AccountItem.people[who].remove()],
                condition=AccountItem.people[who].exists() & (AccountItem.holder != who),
            ),
            applicants.leaving(who, account_id, now),
        )
    except Unmet as unmet:
        return unmet.items[0] is not None, unmet.items[1] is not None
    return None


def replace_member(account_id: str, who: str, old: Member, new: Member) -> bool:
    """Correct what is sealed of a person, if it still is ``old``."""
    sealed = AccountItem.people[who]["sealed"]
    try:
        AccountItem.change(
            account_id, actions=[sealed.set(new.sealed)], condition=sealed == old.sealed
        )
    except Unmet:
        return False
    return True


class Erasure(StrEnum):
    """What came of it."""

    DONE = "done"
    CHANGED = "changed"
    """The account is not as it was read."""
    BOOKED = "booked"
    """One of its people holds a booking."""


def erase(account: Account, phone_index: str, nik_index: str, now: datetime) -> Erasure:
    """Remove an account and all that leads to it, if its people are those that were read."""
    the_same = size(AccountItem.people) == len(account.people)
    for who in account.people:
        the_same &= AccountItem.people[who].exists()
    try:
        transact(
            AccountItem.removing(account.account_id, condition=the_same),
            identities.forgetting_phone(phone_index, account.account_id),
            identities.forgetting_holder(nik_index, account.account_id),
            *(applicants.leaving(who, account.account_id, now) for who in account.people),
        )
    except Unmet as unmet:
        return Erasure.BOOKED if unmet.items[0] is None else Erasure.CHANGED
    return Erasure.DONE


def _not_added(items: Sequence[Item | None]) -> NotAdded:
    if items[0] is None:
        return NotAdded(None, gone=False)
    if not items[0]:
        return NotAdded(None, gone=True)
    return NotAdded(_account(AccountItem.from_raw_data(items[0])), gone=False)


def _account(item: AccountItem) -> Account:
    return Account(
        account_id=item.account_id,
        holder=item.holder,
        phone=item.phone,
        people={
            who: Member(fields["sealed"], Relation(fields["relation"]), fields["check_at_counter"])
            for who, fields in item.people.as_dict().items()
        },
        created_at=instant(item.created_at),
    )


def _member_item(member: Member) -> dict[str, Any]:
    return {
        "sealed": member.sealed,
        "relation": member.relation.value,
        "check_at_counter": member.check_at_counter,
    }

"""Accounts: a phone, the holder and up to four others; what they are called lies sealed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import size

from chalicelib.domain.people import FAMILY_LIMIT, Digests, Relation
from chalicelib.store import applicants, erased, identities
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.outcomes import Added, AtLimit, Booked, Changed, Gone, Parted, Present
from chalicelib.store.tables.people import AccountItem
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
    consented_at: datetime
    created_at: datetime


def get(account_id: str) -> Account | None:
    """An account (a consistent read)."""
    item = AccountItem.fetch(account_id)
    return _account(item) if item else None


def every(after: str | None = None) -> Iterator[Account]:
    """All accounts in the order of their table, or those behind one of them."""
    start = {"account_id": {"S": after}} if after else None
    try:
        for item in AccountItem.scan(last_evaluated_key=start, consistent_read=True):
            yield _account(item)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def create(account: Account, phone: Digests, nik: Digests, *, known: bool = False) -> bool:
    """Open an account for a phone and a NIK that have none. False if either has one by now.

    ``known`` says that the NIK names the holder already: somebody's family has them.
    """
    try:
        transact(
            AccountItem(
                account.account_id,
                holder=account.holder,
                phone=account.phone,
                people={who: _member_item(member) for who, member in account.people.items()},
                consented_at=seconds(account.consented_at),
                created_at=seconds(account.created_at),
            ).putting(AccountItem.account_id.does_not_exist()),
            *identities.reaching(phone, account.account_id),
            *identities.holding(nik, account.holder, account.account_id, known=known),
            applicants.joining(account.holder, account.account_id, nik),
        )
    except Unmet:
        return False
    return True


def add_member(
    account_id: str, who: str, member: Member, nik: Digests, *, known: bool = False
) -> Added | Present | AtLimit | Gone | Changed:
    """Add a person, of whom there may be `FAMILY_LIMIT`, and let the account book for them.

    ``known`` says that the NIK names them already; if it does not, or names somebody else by now,
    that has `Changed`. `Gone` is the account.
    """
    try:
        transact(
            AccountItem.changing(
                account_id,
                actions=[AccountItem.people[who].set(_member_item(member))],
                condition=AccountItem.account_id.exists()
                & AccountItem.people[who].does_not_exist()
                & (size(AccountItem.people) < FAMILY_LIMIT),
            ),
            *identities.naming(nik, who, known=known),
            applicants.joining(who, account_id, nik),
        )
    except Unmet as unmet:
        return _not_added(unmet.items[0], who)
    return Added()


def remove_member(account_id: str, who: str, now: datetime) -> Parted | Booked | Changed:
    """Take a person out, who is not the holder."""
    out = AccountItem.changing(
        account_id,
        actions=[AccountItem.people[who].remove()],
        condition=AccountItem.people[who].exists() & (AccountItem.holder != who),
    )
    return _part([out], [who], account_id, now)


def replace_member(account_id: str, who: str, old: Member, new: Member) -> bool:
    """Correct what is held of a person, if what is sealed still is ``old``."""
    person = AccountItem.people[who]
    try:
        AccountItem.change(
            account_id,
            actions=[person.set(_member_item(new))],
            condition=person["sealed"] == old.sealed,
        )
    except Unmet:
        return False
    return True


def erase(account: Account, phone: Digests, now: datetime) -> Parted | Booked | Changed:
    """Remove an account and all that leads to it, if its people are those that were read.

    Those of its people whom no other account names are erased with it.
    """
    the_same = size(AccountItem.people) == len(account.people)
    for who in account.people:
        the_same &= AccountItem.people[who].exists()
    gone = [
        AccountItem.removing(account.account_id, condition=the_same),
        *identities.forgetting_phone(phone, account.account_id),
        erased.noting(account.account_id, now),
    ]
    return _part(gone, list(account.people), account.account_id, now, holder=account.holder)


def _part(
    writes: list[Item], people: list[str], account_id: str, now: datetime, holder: str = ""
) -> Parted | Booked | Changed:
    """Make these writes and let the people leave the account, all or nothing."""
    for person in applicants.named(people):
        who = person.applicant_id
        writes.append(applicants.leaving(person, account_id, now))
        if person.accounts == {account_id}:
            writes += [*identities.forgetting(person.nik_indexes, who), erased.noting(who, now)]
        elif who == holder:
            writes += identities.forgetting_holder(person.nik_indexes, account_id)
    try:
        transact(*writes)
    except Unmet as unmet:
        booked = any(applicants.booked_by(item, account_id, now) for item in unmet.items if item)
        return Booked() if booked else Changed()
    return Parted()


def _not_added(account: Item | None, who: str) -> Present | AtLimit | Gone | Changed:
    """Why a person was not added, by the account as the failed condition shows it."""
    if account is None:  # the condition on the account was met: it was another one
        return Changed()
    if not account:
        return Gone()
    people = _account(AccountItem.from_raw_data(account)).people
    return Present() if who in people else AtLimit()


def _account(item: AccountItem) -> Account:
    return Account(
        account_id=item.account_id,
        holder=item.holder,
        phone=item.phone,
        people={
            who: Member(fields["sealed"], Relation(fields["relation"]), fields["check_at_counter"])
            for who, fields in item.people.as_dict().items()
        },
        consented_at=instant(item.consented_at),
        created_at=instant(item.created_at),
    )


def _member_item(member: Member) -> dict[str, Any]:
    return {
        "sealed": member.sealed,
        "relation": member.relation.value,
        "check_at_counter": member.check_at_counter,
    }

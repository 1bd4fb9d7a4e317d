"""The people of accounts: added, corrected, taken out; and forgotten when nobody names them."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from chalicelib.domain.people import ADDITIONS, ADDITIONS_SPAN, FAMILY_LIMIT, Digests
from chalicelib.domain.persons import Person, Settled
from chalicelib.store import applicants, erased, identities
from chalicelib.store.accounts import Account, Change, Member, member_item
from chalicelib.store.dynamo import Item, Unmet, transact
from chalicelib.store.outcomes import Added, AtLimit, Booked, Changed, Gone, NotBefore, Parted
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import instant, seconds


def add(
    account_id: str,
    alias: str,
    member: Member,
    person: Change,
    nik: Digests,
    now: datetime,
    *,
    known: bool,
    asks: bool,
    unconfirmed: bool = False,
) -> Added | Changed | Gone | AtLimit | NotBefore:
    """Add a person, of whom there may be `FAMILY_LIMIT`, and link them to the account.

    ``known`` says that the NIK names them already, ``asks`` that somebody holds them,
    ``unconfirmed`` that the civil register has not answered.
    """
    oldest = AccountItem.added["1"]
    try:
        transact(
            AccountItem.changing(
                account_id,
                actions=[AccountItem.people[alias].set(member_item(member)), *_one_more(now)],
                condition=AccountItem.account_id.exists()
                & (size(AccountItem.people) < FAMILY_LIMIT)
                & (oldest <= seconds(now - ADDITIONS_SPAN)),
            ),
            *identities.naming(nik, person.read.person_id, known=known),
            applicants.linking(
                person.read, person.settled, nik, asks=asks, unconfirmed=unconfirmed
            ),
        )
    except Unmet as unmet:
        return _not_added(unmet.items, now)
    return Added()


def _one_more(now: datetime) -> list[Action]:
    """The last additions, with one more, and without the oldest."""
    added = AccountItem.added
    shifted = [added[str(n)].set(added[str(n + 1)]) for n in range(1, ADDITIONS)]
    return [*shifted, added[str(ADDITIONS)].set(seconds(now))]


def _not_added(
    items: Sequence[Item | None], now: datetime
) -> Added | Changed | Gone | AtLimit | NotBefore:
    if items[0] is None:
        return Changed()
    if not items[0]:
        return Gone()
    item = AccountItem.from_raw_data(items[0])
    if len(item.people.as_dict()) >= FAMILY_LIMIT:
        return AtLimit()
    return NotBefore(instant(item.added.as_dict()["1"]) + ADDITIONS_SPAN)


def remove(account_id: str, alias: str, person: Change, now: datetime) -> Parted | Booked | Changed:
    """Take a person out, who is not the holder."""
    out = AccountItem.changing(
        account_id,
        actions=[AccountItem.people[alias].remove()],
        condition=AccountItem.people[alias].exists() & (AccountItem.holder != alias),
    )
    return _part([out], [person], account_id, now)


def correct(account_id: str, alias: str, old: Member, new: Member) -> bool:
    """Correct what is held of a person, if what is sealed still is ``old``."""
    person = AccountItem.people[alias]
    try:
        AccountItem.change(
            account_id,
            actions=[person.set(member_item(new))],
            condition=person["sealed"] == old.sealed,
        )
    except Unmet:
        return False
    return True


def erase(
    account: Account, people: Sequence[Change], phone: Digests, now: datetime
) -> Parted | Booked | Changed:
    """Remove an account and all that leads to it, if its people and its phone are as read.

    Those of its people whom no other account names, and of whom nothing counts, go with it.
    """
    as_read = size(AccountItem.people) == len(account.people)
    for alias in account.people:
        as_read &= AccountItem.people[alias].exists()
    of_phone = AccountItem.phone
    as_read &= of_phone.does_not_exist() if account.phone is None else of_phone == account.phone
    gone = [
        AccountItem.removing(account.account_id, condition=as_read),
        *(identities.forgetting_phone(phone, account.account_id) if phone else []),
        erased.noting(account.account_id, now),
    ]
    return _part(gone, people, account.account_id, now)


def _part(
    writes: list[Item], people: Sequence[Change], account_id: str, now: datetime
) -> Parted | Booked | Changed:
    """Make these writes and let the people leave the account, all or nothing."""
    if any(_booked_by(change.read, account_id, now) for change in people):
        return Booked()
    for read, settled in people:
        writes += parting(read, settled, now)
    try:
        transact(*writes)
    except Unmet:
        return Changed()
    return Parted()


def parting(read: Person, settled: Settled, now: datetime) -> list[Item]:
    """Let a person have these links; they are gone if nobody names them and nothing counts."""
    if read.version == 0:
        return []
    if settled.person.forgettable(now):
        return [
            applicants.removing(read),
            *identities.forgetting(read.nik_indexes, read.person_id),
            erased.noting(read.person_id, now),
        ]
    return [applicants.linking(read, settled)]


def forget_person(person: Person, now: datetime) -> bool:
    """Erase a person whom nobody names and of whom nothing counts. False if something does."""
    try:
        transact(
            applicants.removing_forgotten(person, now),
            *identities.forgetting(person.nik_indexes, person.person_id),
            erased.noting(person.person_id, now),
        )
    except Unmet:
        return False
    return True


def _booked_by(person: Person, account_id: str, now: datetime) -> bool:
    return (
        person.booked(now)
        and person.active is not None
        and (person.active.account_id == account_id)
    )

"""The index of people: whose person a NIK is, and which account a phone opens.

While the key of the index is rotated there are two digests of everything, and every change is made
under both in one transaction. Conditions look at the first, which is complete; under the second is
put what is then true, whatever was there (docs/adr/0024-two-keys-while-one-rotates.md).
"""

from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.people import Digest, Digests
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.people import IdentityItem

COPIES = 3
"""How often the copy of an identity that changes meanwhile is begun anew."""


class Identity(NamedTuple):
    """Whom a digest leads to: a NIK to a person, a phone to an account."""

    person_id: str | None
    account_id: str | None


NOBODY = Identity(None, None)


def get(index: str) -> Identity:
    """What is known under a keyed digest (`Digest.text`); `NOBODY` if nothing is."""
    item = IdentityItem.fetch(index)
    return _identity(item) if item else NOBODY


def many(*indexes: str) -> list[Identity]:
    """The same of several (one consistent BatchGet)."""
    try:
        items = list(IdentityItem.batch_get(indexes, consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    found = {item.index: _identity(item) for item in items}
    return [found.get(index, NOBODY) for index in indexes]


def naming(nik: Digests, person_id: str, *, known: bool) -> list[Item]:
    """Let the NIK name this person, if it does so already (``known``) or names nobody yet."""
    # Somebody who was erased since they were read must not come back under their old id.
    condition = (
        IdentityItem.applicant_id == person_id if known else IdentityItem.index.does_not_exist()
    )
    return _changing(nik, [IdentityItem.applicant_id.set(person_id)], condition)


def opening(phone: Digests, account_id: str, *, instead_of: str | None = None) -> list[Item]:
    """Let the phone open this account, if it opens none, or still the one that loses it."""
    condition = (
        IdentityItem.index.does_not_exist()
        if instead_of is None
        else IdentityItem.account_id == instead_of
    )
    return _changing(phone, [IdentityItem.account_id.set(account_id)], condition)


def still_opening(phone_index: str, account_id: str) -> Item:
    """The phone opens this account: the part of a transaction that looks at it."""
    return IdentityItem.checking(phone_index, IdentityItem.account_id == account_id)


def forgetting_phone(phone: Digests, account_id: str) -> list[Item]:
    """The phone opens no account any more."""
    first, *second = phone
    return [
        IdentityItem.removing(first.text, condition=IdentityItem.account_id == account_id),
        *(IdentityItem.removing(digest.text) for digest in second),
    ]


def forgetting(nik_indexes: Iterable[str], person_id: str) -> list[Item]:
    """The NIK names nobody any more under any of these digests: it is free."""
    return [
        IdentityItem.removing(
            index,
            condition=IdentityItem.index.does_not_exist()
            | (IdentityItem.applicant_id == person_id),
        )
        for index in nik_indexes
    ]


# ---- the rotation -------------------------------------------------------------------------------


def copy(complete: Digest, new: Digest) -> None:
    """Let all that is known under one digest be known under the other. Raises `Unavailable`."""
    for _ in range(COPIES):
        known = get(complete.text)
        if known == NOBODY:
            return  # forgotten since, and then under both
        copied = IdentityItem(
            new.text, key=new.key, applicant_id=known.person_id, account_id=known.account_id
        )
        person = known.person_id
        try:
            transact(
                IdentityItem.changing(
                    complete.text,
                    actions=[IdentityItem.key.set(complete.key)],
                    condition=_still(known),
                ),
                copied.putting(),
                *([_found_under(person, (complete, new))] if person else []),
            )
        except Unmet:
            continue
        return
    raise Unavailable


def forget(gone: Set[str]) -> None:
    """Nothing leads to these accounts and persons any more, which are erased."""
    for item in _scan():
        known = _identity(item)
        if gone.isdisjoint(known):
            continue
        try:
            IdentityItem.remove(item.index, condition=_still(known))
        except Unmet:
            continue  # somebody else's by now


def only_under_others(key: str) -> set[str]:
    """The accounts and persons to whom a phone or a NIK leads, but not under this key."""
    here: set[str] = set()
    elsewhere: set[str] = set()
    for item in _scan():
        leads_to = {one for one in _identity(item) if one}
        (here if item.key == key else elsewhere).update(leads_to)
    return elsewhere - here


def remove_others(key: str) -> int:
    """Remove all that is not under this key of the index. Returns how many that were."""
    for item in _scan((IdentityItem.key == key) & IdentityItem.applicant_id.exists()):
        _found_only_under(item.applicant_id, item.index)
    removed = 0
    for item in _scan(IdentityItem.key.does_not_exist() | (IdentityItem.key != key)):
        IdentityItem.remove(item.index)
        removed += 1
    return removed


def _scan(condition: Any = None) -> Iterator[IdentityItem]:
    try:
        yield from IdentityItem.scan(condition, consistent_read=True)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def _changing(digests: Digests, actions: list[Action], condition: Condition) -> list[Item]:
    return [
        IdentityItem.changing(
            digest.text,
            actions=[*actions, IdentityItem.key.set(digest.key)],
            condition=None if number else condition,
        )
        for number, digest in enumerate(digests)
    ]


def _still(known: Identity) -> Any:
    condition = IdentityItem.index.exists()
    for attribute, value in (
        (IdentityItem.applicant_id, known.person_id),
        (IdentityItem.account_id, known.account_id),
    ):
        condition &= attribute.does_not_exist() if value is None else attribute == value
    return condition


def _identity(item: IdentityItem) -> Identity:
    return Identity(item.applicant_id, item.account_id)


def _found_under(person_id: str, nik: Digests) -> Item:
    """The NIK of a person, who is there, is found under these."""
    return ApplicantItem.changing(
        person_id,
        actions=[ApplicantItem.nik_indexes.add({digest.text for digest in nik})],
        condition=ApplicantItem.applicant_id.exists(),
    )


def _found_only_under(person_id: str, nik_index: str) -> None:
    """The NIK of a person is found under this and under no other digest."""
    try:
        ApplicantItem.change(
            person_id,
            actions=[ApplicantItem.nik_indexes.set({nik_index})],
            condition=ApplicantItem.applicant_id.exists(),
        )
    except Unmet:
        return  # they were erased since

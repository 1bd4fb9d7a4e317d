"""The index of people: which applicant a NIK is, and which account a NIK or a phone opens.

While the key of the index is rotated there are two digests of everything, and every change is made
under both in one transaction. Conditions look at the first, which is complete; under the second is
put what is then true, whatever stood there (docs/adr/0024-two-keys-while-one-rotates.md).
"""

from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.people import Digest, Digests
from chalicelib.store import applicants
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.tables.people import IdentityItem

LOOKS_AT_AN_ENTRY = 3


class Identity(NamedTuple):
    applicant_id: str | None
    account_id: str | None


NOBODY = Identity(None, None)


def get(index: str) -> Identity:
    """What is known under a keyed digest (`Digest.text`); `NOBODY` if nothing is."""
    item = IdentityItem.fetch(index)
    return Identity(item.applicant_id, item.account_id) if item else NOBODY


def naming(nik: Digests, applicant_id: str, *, known: bool) -> list[Item]:
    """Let the NIK name this applicant, if it does so already (``known``) or names none yet."""
    return _changing(
        nik,
        [IdentityItem.applicant_id.set(applicant_id)],
        condition=_names(applicant_id, known=known),
    )


def holding(nik: Digests, applicant_id: str, account_id: str, *, known: bool) -> list[Item]:
    """The same, and let it open this account, if it opens none."""
    return _changing(
        nik,
        [IdentityItem.applicant_id.set(applicant_id), IdentityItem.account_id.set(account_id)],
        condition=_names(applicant_id, known=known) & IdentityItem.account_id.does_not_exist(),
    )


def reaching(phone: Digests, account_id: str) -> list[Item]:
    """Let the phone open this account, if it opens none."""
    return _changing(
        phone,
        [IdentityItem.account_id.set(account_id)],
        condition=IdentityItem.index.does_not_exist(),
    )


def forgetting_phone(phone: Digests, account_id: str) -> list[Item]:
    """The phone opens no account any more."""
    first, *second = phone
    return [
        IdentityItem.removing(first.text, condition=IdentityItem.account_id == account_id),
        *(IdentityItem.removing(digest.text) for digest in second),
    ]


def forgetting_holder(nik_indexes: Iterable[str], account_id: str) -> list[Item]:
    """The NIK opens no account any more under any of these digests; it goes on naming somebody.

    A process that knew one key only may have opened the account under that alone.
    """
    opens_no_other = IdentityItem.account_id.does_not_exist() | (
        IdentityItem.account_id == account_id
    )
    return [
        IdentityItem.changing(
            index,
            actions=[IdentityItem.account_id.remove()],
            condition=IdentityItem.index.exists() & opens_no_other,
        )
        for index in nik_indexes
    ]


def forgetting(nik_indexes: Iterable[str], applicant_id: str) -> list[Item]:
    """The NIK names nobody any more under any of these digests: it is free."""
    return [
        IdentityItem.removing(
            index,
            condition=IdentityItem.index.does_not_exist()
            | (IdentityItem.applicant_id == applicant_id),
        )
        for index in nik_indexes
    ]


# ---- the rotation -------------------------------------------------------------------------------


def copy(complete: Digest, new: Digest) -> None:
    """Let all that is known under one digest be known under the other. Raises `Unavailable`."""
    for _ in range(LOOKS_AT_AN_ENTRY):
        known = get(complete.text)
        if known == NOBODY:
            return  # forgotten since, and then under both
        try:
            transact(
                IdentityItem.changing(
                    complete.text,
                    actions=[IdentityItem.key.set(complete.key)],
                    condition=_still(known),
                ),
                IdentityItem(new.text, key=new.key, **known._asdict()).putting(),
                *(
                    [applicants.found_under(known.applicant_id, (complete, new))]
                    if known.applicant_id
                    else []
                ),
            )
        except Unmet:
            continue
        return
    raise Unavailable


def forget(gone: Set[str]) -> None:
    """Nothing leads to these accounts and applicants any more, which are erased."""
    for item in _scan():
        known = Identity(item.applicant_id, item.account_id)
        if gone.isdisjoint(known):
            continue
        try:
            if item.applicant_id is None or item.applicant_id in gone:
                IdentityItem.remove(item.index, condition=_still(known))
            else:
                IdentityItem.change(
                    item.index, actions=[IdentityItem.account_id.remove()], condition=_still(known)
                )
        except Unmet:
            continue  # somebody else's by now


def only_under_others(key: str) -> set[str]:
    """The accounts and applicants to whom a phone or a NIK leads, but not under this key."""
    here: set[tuple[str, str]] = set()
    elsewhere: set[tuple[str, str]] = set()
    for item in _scan():
        kind = item.index.partition(":")[0]
        leads_to = {(kind, one) for one in (item.applicant_id, item.account_id) if one}
        (here if item.key == key else elsewhere).update(leads_to)
    return {one for _, one in elsewhere - here}


def remove_others(key: str) -> int:
    """Remove all that is not under this key of the index. Returns how many that were."""
    for item in _scan((IdentityItem.key == key) & IdentityItem.applicant_id.exists()):
        applicants.found_only_under(item.applicant_id, item.index)
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


def _changing(digests: Digests, actions: list[Action], condition: Any) -> list[Item]:
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
        (IdentityItem.applicant_id, known.applicant_id),
        (IdentityItem.account_id, known.account_id),
    ):
        condition &= attribute.does_not_exist() if value is None else attribute == value
    return condition


def _names(applicant_id: str, *, known: bool) -> Condition:
    if known:
        # An applicant that was erased since it was read must not come back under its old id.
        return IdentityItem.applicant_id == applicant_id
    return IdentityItem.applicant_id.does_not_exist()

"""The index of people: which applicant a NIK is, and which account a NIK or a phone opens."""

from typing import NamedTuple

from chalicelib.store.dynamo import Item
from chalicelib.store.people import IdentityItem


class Identity(NamedTuple):
    applicant_id: str | None
    account_id: str | None


NOBODY = Identity(None, None)


def get(index: str) -> Identity:
    """What is known under a keyed digest (`vault.index`); `NOBODY` if nothing is."""
    item = IdentityItem.fetch(index)
    return Identity(item.applicant_id, item.account_id) if item else NOBODY


def naming(nik_index: str, applicant_id: str) -> Item:
    """Let the NIK name this applicant, if it names no other."""
    return IdentityItem.changing(
        nik_index,
        actions=[IdentityItem.applicant_id.set(applicant_id)],
        condition=_names(applicant_id),
    )


def holding(nik_index: str, applicant_id: str, account_id: str) -> Item:
    """Let the NIK name this applicant and open this account, if it opens none."""
    return IdentityItem.changing(
        nik_index,
        actions=[
            IdentityItem.applicant_id.set(applicant_id),
            IdentityItem.account_id.set(account_id),
        ],
        condition=_names(applicant_id) & IdentityItem.account_id.does_not_exist(),
    )


def reaching(phone_index: str, account_id: str) -> Item:
    """Let the phone open this account, if it opens none."""
    return IdentityItem(phone_index, account_id=account_id).putting(
        IdentityItem.index.does_not_exist()
    )


def forgetting_phone(phone_index: str, account_id: str) -> Item:
    """The phone opens no account any more."""
    return IdentityItem.removing(phone_index, condition=IdentityItem.account_id == account_id)


def forgetting_holder(nik_index: str, account_id: str) -> Item:
    """The NIK opens no account any more; it goes on naming its applicant."""
    return IdentityItem.changing(
        nik_index,
        actions=[IdentityItem.account_id.remove()],
        condition=IdentityItem.account_id == account_id,
    )


def _names(applicant_id: str):  # type: ignore[no-untyped-def]
    return IdentityItem.applicant_id.does_not_exist() | (IdentityItem.applicant_id == applicant_id)

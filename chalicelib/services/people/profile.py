"""An account and its holder, as its owner sees and corrects them."""

from datetime import date, datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.errors import NoSuchAccount, RequestInProgress
from chalicelib.domain.people import Ktp, Relation, Sex
from chalicelib.domain.persons import Proof
from chalicelib.services import aliases
from chalicelib.services.limits import tallied
from chalicelib.services.people.sealed import ktp_fields, ktp_of
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, disclosures, families
from chalicelib.store.accounts import Account, Member

READS = 3
"""How often what a correction has read may change before it gives up."""


class Holder(NamedTuple):
    """The person whose account it is, unsealed."""

    alias: str
    ktp: Ktp
    check_at_counter: bool


class Profile(NamedTuple):
    account_id: str
    phone: str | None
    """None once somebody else has the number."""
    holder: Holder
    proof: Proof
    consented_at: datetime
    created_at: datetime


def me(
    account_id: str, now: datetime, read: Account | None = None, *, look: bool = False
) -> Profile:
    """The account with its holder.

    ``read`` is the account, if the caller has just read it; a ``look`` counts. Raises
    `NoSuchAccount`, `TooOften`.
    """
    return _profile(read or account_of(account_id), "profile", now, look=look)


def correct(
    account_id: str,
    name: str | None,
    email: str | None,
    now: datetime,
    read: Account | None = None,
    *,
    birth_date: date | None = None,
    sex: Sex | None = None,
    look: bool = False,
) -> Profile:
    """Correct what is held of the holder, but for the NIK and the phone, which prove who it is.

    None leaves a thing as it is, an empty ``email`` removes it; ``read`` and ``look`` are as for
    `me`. Raises `NoSuchAccount`, `TooOften`, `RequestInProgress`.
    """
    for _ in range(READS):
        account, read = read or account_of(account_id), None
        profile, look = _profile(account, "correction", now, look=look), False
        held = profile.holder.ktp
        ktp = held._replace(
            name=name or held.name,
            email=held.email if email is None else email or None,
            birth_date=birth_date or held.birth_date,
            sex=sex or held.sex,
        )
        if ktp == held:
            return profile  # it is so already, maybe by a write whose answer was lost
        sealed = vault.seal(account.holder, ktp_fields(ktp))
        new = Member(sealed, Relation.SELF, ktp.check_at_counter)
        old = account.people[account.holder]
        if families.correct(account_id, account.holder, old, new):
            return profile._replace(holder=Holder(account.holder, ktp, new.check_at_counter))
    raise RequestInProgress


def account_of(account_id: str) -> Account:
    """The account of somebody who is signed in. Raises `NoSuchAccount` if it was erased since."""
    account = accounts.get(account_id)
    if account is None:
        raise NoSuchAccount
    return account


def holder_of(account: Account) -> str:
    """The person whose account it says it is."""
    person_id = aliases.person_of(account.account_id, account.holder)
    assert person_id, "an account knows its people by aliases of its own"
    return person_id


def _profile(account: Account, reason: str, now: datetime, *, look: bool) -> Profile:
    account_id, held = account.account_id, account.people[account.holder]
    sealed = {account.holder: held.sealed}
    if account.phone:
        sealed[account_id] = account.phone
    record = tallied.look if look else disclosures.record
    unsealed = unseal(account_id, sealed, f"account:{account_id}", reason, now, record)
    return Profile(
        account_id=account_id,
        phone=unsealed[account_id]["phone"] if account.phone else None,
        holder=Holder(account.holder, ktp_of(unsealed[account.holder]), held.check_at_counter),
        proof=applicants.get(holder_of(account)).proof(account_id),
        consented_at=account.consented_at,
        created_at=account.created_at,
    )

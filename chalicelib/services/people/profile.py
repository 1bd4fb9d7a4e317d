"""An account and its people, as its owner sees and changes them."""

import secrets
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib import vault
from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    FamilyFull,
    NoSuchAccount,
    NoSuchApplicant,
    RequestInProgress,
)
from chalicelib.domain.people import Person, Relation, Sex
from chalicelib.services import unseal
from chalicelib.services.people.sealed import person_fields, person_of
from chalicelib.store import accounts, identities
from chalicelib.store.accounts import Account, Member
from chalicelib.store.outcomes import Added, AtLimit, Booked, Changed, Gone, Parted, Present
from chalicelib.vault import Index

LOOKS_AT_AN_ACCOUNT = 3
LOOKS_AT_THE_INDEX = 3


class Relative(NamedTuple):
    """A person of an account, unsealed."""

    applicant_id: str
    person: Person
    relation: Relation
    check_at_counter: bool


class Profile(NamedTuple):
    account_id: str
    phone: str
    holder: Relative
    consented_at: datetime
    created_at: datetime


def me(account_id: str, now: datetime) -> Profile:
    """The account with its holder. Raises `NoSuchAccount`."""
    return _profile(account_of(account_id), "profile", now)


def correct(
    account_id: str,
    name: str | None,
    email: str | None,
    now: datetime,
    *,
    birth_date: date | None = None,
    sex: Sex | None = None,
) -> Profile:
    """Correct what is held of the holder, but for the NIK and the phone, which prove who it is.

    None leaves a thing as it is, an empty ``email`` removes it. Raises `NoSuchAccount`,
    `RequestInProgress`.
    """
    for _ in range(LOOKS_AT_AN_ACCOUNT):
        account = account_of(account_id)
        profile = _profile(account, "correction", now)
        held = profile.holder.person
        person = held._replace(
            name=name or held.name,
            email=held.email if email is None else email or None,
            birth_date=birth_date or held.birth_date,
            sex=sex or held.sex,
        )
        if person == held:
            return profile  # it is so already, maybe by a write whose answer was lost
        old = account.people[account.holder]
        new = Member(
            vault.seal(account.holder, person_fields(person)), old.relation, person.check_at_counter
        )
        if accounts.replace_member(account_id, account.holder, old, new):
            holder = Relative(account.holder, person, new.relation, new.check_at_counter)
            return profile._replace(holder=holder)
    raise RequestInProgress


def family(account_id: str, now: datetime) -> list[Relative]:
    """The people besides the holder. Raises `NoSuchAccount`."""
    account = account_of(account_id)
    others = {who: one.sealed for who, one in account.people.items() if who != account.holder}
    if not others:
        return []
    unsealed = unseal.unseal(account_id, others, f"account:{account_id}", "family", now)
    return sorted(
        (_relative(who, account.people[who], fields) for who, fields in unsealed.items()),
        key=lambda relative: relative.person.birth_date,
    )


def add(account_id: str, person: Person, relation: Relation) -> Relative:
    """Add a person to the family.

    Raises `NoSuchAccount`, `FamilyFull`, `AlreadyInFamily`, `RequestInProgress`.
    """
    nik = vault.digests(Index.NIK, person.nik.digits)
    for _ in range(LOOKS_AT_THE_INDEX):
        named = identities.get(nik[0].text).applicant_id
        who = named or secrets.token_urlsafe(12)
        member = Member(vault.seal(who, person_fields(person)), relation, person.check_at_counter)
        match accounts.add_member(account_id, who, member, nik, known=named is not None):
            case Added():
                return Relative(who, person, relation, member.check_at_counter)
            case Gone():
                raise NoSuchAccount
            case Present():
                raise AlreadyInFamily
            case AtLimit():
                raise FamilyFull
            case Changed():
                continue
    raise RequestInProgress


def remove(account_id: str, applicant_id: str, now: datetime) -> None:
    """Take a person out of the family; whom no other account names is erased.

    Raises `NoSuchAccount`, `NoSuchApplicant`, `BookingActive`, `RequestInProgress`.
    """
    for _ in range(LOOKS_AT_AN_ACCOUNT):
        account = account_of(account_id)
        if applicant_id not in account.people or applicant_id == account.holder:
            raise NoSuchApplicant
        match accounts.remove_member(account_id, applicant_id, now):
            case Parted():
                return
            case Booked():
                raise BookingActive
            case Changed():
                continue
    raise RequestInProgress


def account_of(account_id: str) -> Account:
    """The account of somebody who is signed in. Raises `NoSuchAccount` if it was erased since."""
    account = accounts.get(account_id)
    if account is None:
        raise NoSuchAccount
    return account


def _profile(account: Account, reason: str, now: datetime) -> Profile:
    account_id, holder = account.account_id, account.people[account.holder]
    sealed = {account_id: account.phone, account.holder: holder.sealed}
    unsealed = unseal.unseal(account_id, sealed, f"account:{account_id}", reason, now)
    return Profile(
        account_id=account_id,
        phone=unsealed[account_id]["phone"],
        holder=_relative(account.holder, holder, unsealed[account.holder]),
        consented_at=account.consented_at,
        created_at=account.created_at,
    )


def _relative(who: str, member: Member, fields: dict[str, Any]) -> Relative:
    return Relative(who, person_of(fields), member.relation, member.check_at_counter)

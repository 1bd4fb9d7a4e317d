"""An account and its people, as its owner sees and changes them."""

import secrets
from datetime import datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    FamilyFull,
    NoSuchAccount,
    NoSuchApplicant,
    RequestInProgress,
)
from chalicelib.domain.people import Person, Relation
from chalicelib.services.people import person_fields, person_of
from chalicelib.store import accounts, identities, openings
from chalicelib.store.accounts import Account, Member
from chalicelib.vault import Index

TRIES = 3


class Relative(NamedTuple):
    """A person of an account, opened."""

    applicant_id: str
    person: Person
    relation: Relation
    check_at_counter: bool


class Profile(NamedTuple):
    account_id: str
    phone: str
    holder: Relative
    created_at: datetime


def me(account_id: str, now: datetime) -> Profile:
    """The account with its holder. Raises `NoSuchAccount`."""
    return _profile(account_of(account_id), "profile", now)


def correct(account_id: str, name: str | None, email: str | None, now: datetime) -> Profile:
    """Correct the holder's name or email. Raises `NoSuchAccount`, `RequestInProgress`."""
    for _ in range(TRIES):
        account = account_of(account_id)
        profile = _profile(account, "correction", now)
        person = profile.holder.person._replace(
            name=name or profile.holder.person.name,
            email=email or profile.holder.person.email,
        )
        if person == profile.holder.person:
            return profile  # it is so already, maybe by a write whose answer was lost
        old = account.people[account.holder]
        new = old._replace(sealed=vault.seal(account.holder, person_fields(person)))
        if accounts.replace_member(account_id, account.holder, old, new):
            return profile._replace(holder=profile.holder._replace(person=person))
    raise RequestInProgress


def family(account_id: str, now: datetime) -> list[Relative]:
    """The people besides the holder. Raises `NoSuchAccount`."""
    account = account_of(account_id)
    others = [who for who in account.people if who != account.holder]
    if others:
        openings.record(account_id, f"account:{account_id}", "family", now)
    return sorted(
        (_relative(who, account.people[who]) for who in others),
        key=lambda relative: relative.person.birth_date,
    )


def add(account_id: str, person: Person, relation: Relation) -> Relative:
    """Add a person to the family.

    Raises `NoSuchAccount`, `FamilyFull`, `AlreadyInFamily`, `RequestInProgress`.
    """
    nik_index = vault.index(Index.NIK, person.nik.digits)
    for _ in range(TRIES):
        who = identities.get(nik_index).applicant_id or secrets.token_urlsafe(12)
        member = Member(vault.seal(who, person_fields(person)), relation, person.check_at_counter)
        refused = accounts.add_member(account_id, who, member, nik_index)
        if refused is None:
            return Relative(who, person, relation, member.check_at_counter)
        if refused.gone:
            raise NoSuchAccount
        if refused.account:
            raise AlreadyInFamily if who in refused.account.people else FamilyFull
    raise RequestInProgress


def remove(account_id: str, applicant_id: str, now: datetime) -> None:
    """Take a person out of the family. Raises `NoSuchApplicant`, `BookingActive`."""
    refused = accounts.remove_member(account_id, applicant_id, now)
    if refused is None:
        return
    unknown, _booked = refused
    raise NoSuchApplicant if unknown else BookingActive


def account_of(account_id: str) -> Account:
    """The account of somebody who is signed in. Raises `NoSuchAccount` if it was erased since."""
    account = accounts.get(account_id)
    if account is None:
        raise NoSuchAccount
    return account


def _profile(account: Account, reason: str, now: datetime) -> Profile:
    openings.record(account.account_id, f"account:{account.account_id}", reason, now)
    return Profile(
        account_id=account.account_id,
        phone=vault.open_(account.account_id, account.phone)["phone"],
        holder=_relative(account.holder, account.people[account.holder]),
        created_at=account.created_at,
    )


def _relative(who: str, member: Member) -> Relative:
    person = person_of(vault.open_(who, member.sealed))
    return Relative(who, person, member.relation, member.check_at_counter)

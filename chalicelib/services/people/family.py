"""The relatives of an account: whom it names besides its holder, and whom it may book for."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib import identity, vault
from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    FamilyFull,
    IdentityNotConfirmed,
    NoSuchAccount,
    NoSuchApplicant,
    RequestInProgress,
    TooOften,
)
from chalicelib.domain.people import Ktp, Relation
from chalicelib.domain.persons import Link, Person, settle, with_room
from chalicelib.services import aliases
from chalicelib.services.limits import tallied
from chalicelib.services.people.profile import account_of
from chalicelib.services.people.sealed import ktp_fields, ktp_of
from chalicelib.services.unseal import unseal
from chalicelib.store import applicants, disclosures, families, identities
from chalicelib.store.accounts import Account, Change, Member
from chalicelib.store.outcomes import Added, AtLimit, Booked, Changed, Gone, NotBefore, Parted
from chalicelib.vault import Index

READS = 4
"""How often what an addition or a removal has read may change before it gives up."""


class Consent(StrEnum):
    """Whether the account may book for somebody."""

    ASKED = "asked"
    """Not yet: the NIK belongs to somebody who has an account of their own, and is asked."""
    GIVEN = "given"
    NOT_NEEDED = "not-needed"
    """Nobody has proven to be that person."""


class Relative(NamedTuple):
    """A person of an account, unsealed."""

    alias: str
    ktp: Ktp
    relation: Relation
    check_at_counter: bool
    consent: Consent


def of(
    account_id: str, now: datetime, read: Account | None = None, *, look: bool = False
) -> list[Relative]:
    """The people besides the holder. The arguments are as for `profile.me`, and what is raised."""
    account = read or account_of(account_id)
    others = {alias: one for alias, one in account.people.items() if alias != account.holder}
    if not others:
        return []
    sealed = {alias: one.sealed for alias, one in others.items()}
    record = tallied.look if look else disclosures.record
    unsealed = unseal(account_id, sealed, f"account:{account_id}", "family", now, record)
    meant = {alias: aliases.person_of(account_id, alias) for alias in others}
    persons = applicants.many(one for one in meant.values() if one)
    relatives = [
        Relative(
            alias,
            ktp_of(unsealed[alias]),
            one.relation,
            one.check_at_counter,
            _consent(persons.get(meant[alias] or ""), account_id),
        )
        for alias, one in others.items()
    ]
    return sorted(relatives, key=lambda relative: relative.ktp.birth_date)


def add(
    account_id: str, ktp: Ktp, relation: Relation, now: datetime, address: str | None = None
) -> Relative:
    """Add a person to the family; where they have an account of their own, they are asked.

    Raises `NoSuchAccount`, `FamilyFull`, `AlreadyInFamily`, `IdentityNotConfirmed`, `TooOften`,
    `RequestInProgress`.
    """
    if identity.there():
        tallied.register_question(account_id, now)
    said = identity.ask(ktp)
    if said is identity.Answer.MISMATCH:
        raise IdentityNotConfirmed
    with tallied.invented(address, now) as count_invented:
        return _add(account_id, ktp, relation, said, count_invented, now)


def _add(
    account_id: str,
    ktp: Ktp,
    relation: Relation,
    said: identity.Answer,
    count_invented: Callable[[], None],
    now: datetime,
) -> Relative:
    confirmed = True if said is identity.Answer.MATCH else None
    nik = vault.digests(Index.NIK, ktp.nik.digits)
    for _ in range(READS):
        known = identities.get(nik[0].text).person_id
        # Whom nobody knows is read as well: an addition tells nothing by the time it takes.
        person = applicants.get(known or aliases.new_person_id())
        if account_id in person.links:
            raise AlreadyInFamily
        alias = aliases.new(account_id, person.person_id)
        member = Member(vault.seal(alias, ktp_fields(ktp)), relation, ktp.check_at_counter)
        links = with_room(person, now)
        links[account_id] = Link(relation, now, confirmed=confirmed)
        settled = settle(person, links, now)
        if settled.person.holder is None and not confirmed:
            count_invented()
        match families.add(
            account_id,
            alias,
            member,
            Change(person, settled),
            nik,
            now,
            known=known is not None,
            asks=settled.person.holder is not None,
            unconfirmed=said is identity.Answer.NONE,
        ):
            case Added():
                consent = _consent(settled.person, account_id)
                return Relative(alias, ktp, relation, member.check_at_counter, consent)
            case Gone():
                raise NoSuchAccount
            case AtLimit():
                raise FamilyFull
            case NotBefore(until):
                raise TooOften(retry_after=max(int((until - now).total_seconds()), 1))
            case Changed():
                continue
    raise RequestInProgress


def remove(account_id: str, alias: str, now: datetime, read: Account | None = None) -> None:
    """Take a person out of the family; whom nobody names then, and of whom nothing counts, is gone.

    ``read`` is the account, if the caller has just read it. Raises `NoSuchAccount`,
    `NoSuchApplicant`, `BookingActive`, `RequestInProgress`.
    """
    for _ in range(READS):
        account, read = read or account_of(account_id), None
        person_id = aliases.person_of(account_id, alias)
        if alias not in account.people or alias == account.holder or person_id is None:
            raise NoSuchApplicant(applicant_id=alias)
        leaving = without(applicants.get(person_id), account_id, now)
        match families.remove(account_id, alias, leaving, now):
            case Parted():
                return
            case Booked():
                raise BookingActive
            case Changed():
                continue
    raise RequestInProgress


def without(person: Person, account_id: str, now: datetime) -> Change:
    """A person whom the account names no more."""
    links = {other: link for other, link in person.links.items() if other != account_id}
    return Change(person, settle(person, links, now))


def _consent(person: Person | None, account_id: str) -> Consent:
    link = person.links.get(account_id) if person else None
    if link is None or not link.may:
        return Consent.ASKED
    return Consent.GIVEN if link.given else Consent.NOT_NEEDED

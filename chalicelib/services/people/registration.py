"""Registration: the data of a KTP, a phone that is proven, an account."""

import secrets
from datetime import datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.errors import NikRegistered, PhoneRegistered, RequestInProgress
from chalicelib.domain.people import Digests, Person, Phone, Relation
from chalicelib.services.people.sealed import person_fields, person_of
from chalicelib.services.sign_in import codes, sessions
from chalicelib.services.sign_in.codes import Purpose, Sent
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import accounts, identities
from chalicelib.store.accounts import Account, Member
from chalicelib.vault import Index

LOOKS_AT_THE_INDEX = 3


def register(person: Person, phone: Phone, now: datetime) -> Sent:
    """Send a code to the phone of somebody who consents; the account is made when it is proven.

    The answer is the same whether or not the NIK or the phone is known. Raises `TooSoon`,
    `TooOften`, `CodesSpent`.
    """
    digests = vault.digests(Index.PHONE, phone.number)
    asked = {**person_fields(person), "consented_at": now.isoformat()}
    return codes.send(Purpose.REGISTRATION, phone, digests, asked, now)


def resend(registration_id: str, now: datetime) -> Sent:
    """Send a new code. Raises `CodeExpired`, `TooSoon`, `TooOften`, `CodesSpent`."""
    return codes.send_again(registration_id, Purpose.REGISTRATION, now)


def verify(registration_id: str, code: str, now: datetime) -> SignedIn:
    """Open the account, or sign in where this very NIK and phone have one.

    Raises `WrongCode`, `CodeExpired`, `NikRegistered`, `PhoneRegistered`.
    """
    challenge = codes.check(registration_id, Purpose.REGISTRATION, code, now)
    asked = codes.unsealed(challenge, "verification", now)
    person = person_of(asked)
    nik = vault.digests(Index.NIK, person.nik.digits)
    phone = codes.phone_of(challenge, asked["phone"], nik[0].key)
    consented_at = datetime.fromisoformat(asked["consented_at"])
    account_id = _account(_Applicant(person, asked["phone"], nik, phone, consented_at), now)
    codes.consume(challenge)
    return sessions.start(account_id, now)


class _Applicant(NamedTuple):
    person: Person
    phone: str
    nik_digests: Digests
    phone_digests: Digests
    consented_at: datetime


def _account(applicant: _Applicant, now: datetime) -> str:
    nik_index, phone_index = applicant.nik_digests[0].text, applicant.phone_digests[0].text
    for _ in range(LOOKS_AT_THE_INDEX):
        by_nik = identities.get(nik_index)
        by_phone = identities.get(phone_index)
        if by_phone.account_id and not by_nik.account_id:
            # A twin of this request may have opened the account between the two reads.
            by_nik = identities.get(nik_index)
        if by_nik.account_id and by_nik.account_id == by_phone.account_id:
            return by_nik.account_id
        if by_nik.account_id:
            raise NikRegistered
        if by_phone.account_id:
            raise PhoneRegistered
        account = _new_account(applicant, by_nik.applicant_id, now)
        known = by_nik.applicant_id is not None
        if accounts.create(account, applicant.phone_digests, applicant.nik_digests, known=known):
            return account.account_id
    raise RequestInProgress


def _new_account(applicant: _Applicant, applicant_id: str | None, now: datetime) -> Account:
    account_id = secrets.token_urlsafe(12)
    holder = applicant_id or secrets.token_urlsafe(12)
    person = applicant.person
    return Account(
        account_id=account_id,
        holder=holder,
        phone=vault.seal(account_id, {"phone": applicant.phone}),
        people={
            holder: Member(
                vault.seal(holder, person_fields(person)), Relation.SELF, person.check_at_counter
            )
        },
        consented_at=applicant.consented_at,
        created_at=now,
    )

"""Registration: the data of a KTP, a phone that is proven, an account.

It succeeds for every phone that is free, whoever's the NIK is. Where somebody holds the NIK, the
new account only claims to be that person, and the holder is asked; so nobody is kept out, and
nobody learns who is registered (docs/adr/0027-a-nik-belongs-to-a-person.md).
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from chalicelib import identity, keyring, vault
from chalicelib.domain.errors import CodeExpired, IdentityNotConfirmed, RequestInProgress
from chalicelib.domain.limits import Budget
from chalicelib.domain.people import Digests, Ktp, Phone, Relation
from chalicelib.domain.persons import Link, Person, Proof, settle, with_room
from chalicelib.keyring import Purpose as Key
from chalicelib.services import aliases
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.people import phones
from chalicelib.services.people.sealed import ktp_fields, ktp_of
from chalicelib.services.sign_in import codes, sessions
from chalicelib.services.sign_in.codes import Purpose, Sent, To
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import accounts, applicants, identities
from chalicelib.store.accounts import Account, Change, Detached, Member
from chalicelib.store.challenges import Answered
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Changed, Idle, Opened, Spent
from chalicelib.vault import Index

READS = 4
"""How often what a registration has read may change before it gives up."""


class Registered(NamedTuple):
    signed_in: SignedIn
    proof: Proof
    """CLAIMED where somebody else holds the NIK."""
    new: bool
    """Whether the account was not there before."""


def register(ktp: Ktp, phone: Phone, now: datetime, asker: Asker | None = None) -> Sent:
    """Send a code to the phone of somebody who consents; the account is made when it is proven.

    The answer is the same whether or not the NIK or the phone is known. Raises `TooSoon`,
    `TooOften`, `CodesSpent`, `ProofNeeded`.
    """
    with tallied.codes(Budget.REGISTRATION, asker or Asker(), now) as allowed:
        to = To(phone, vault.digests(Index.PHONE, phone.number), allowed)
        asked = {**ktp_fields(ktp), "consented_at": now.isoformat()}
        return codes.send(Purpose.REGISTRATION, to, asked, now)


def resend(registration_id: str, now: datetime, asker: Asker | None = None) -> Sent:
    """Send a new code.

    Raises `CodeExpired`, `TooSoon`, `TooOften`, `CodesSpent`, `ProofNeeded`.
    """
    with tallied.codes(Budget.REGISTRATION, asker or Asker(), now) as allowed:
        return codes.send_again(registration_id, Purpose.REGISTRATION, allowed, now)


def verify(
    registration_id: str, code: str, now: datetime, address: str | None = None
) -> Registered:
    """Open the account, or sign in where this very NIK and phone have one.

    Raises `WrongCode`, `CodeExpired`, `IdentityNotConfirmed`, `PhoneRegistered`,
    `RequestInProgress`.
    """
    challenge = codes.check(registration_id, Purpose.REGISTRATION, code, now)
    asked = codes.unsealed(challenge, "verification", now)
    ktp = ktp_of(asked)
    said = identity.ask(ktp)
    if said is identity.Answer.MISMATCH:
        raise IdentityNotConfirmed
    nik = vault.digests(Index.NIK, ktp.nik.digits)
    applicant = _Applicant(
        account_id=_account_id(registration_id),
        ktp=ktp,
        register=said,
        phone=asked["phone"],
        nik=nik,
        phone_digests=codes.phone_of(challenge, asked["phone"], nik[0].key),
        consented_at=datetime.fromisoformat(asked["consented_at"]),
    )
    registered = open_account(applicant, codes.answered(challenge), now)
    if registered.new:
        with suppress(Unavailable):  # the account is there
            tallied.registered(address, now)
    return registered


class _Applicant(NamedTuple):
    account_id: str
    ktp: Ktp
    register: identity.Answer
    phone: str
    nik: Digests
    phone_digests: Digests
    consented_at: datetime


def open_account(applicant: _Applicant, answered: Answered, now: datetime) -> Registered:
    """Open the account of somebody whose phone is proven, or sign in to it."""
    for _ in range(READS):
        by_nik, by_phone = identities.many(applicant.nik[0].text, applicant.phone_digests[0].text)
        person = applicants.get(by_nik.person_id or aliases.new_person_id())
        here = accounts.get(by_phone.account_id) if by_phone.account_id else None
        if by_phone.account_id and here is None:
            continue
        if here and aliases.person_of(here.account_id, here.holder) == by_nik.person_id:
            registered, made = _sign_in(here, person, applicant, answered, now)
        else:
            detached = phones.detached(here, now) if here else None
            known = by_nik.person_id is not None
            registered, made = _create(applicant, person, answered, detached, now, known=known)
        match made:
            case Opened():
                return registered
            case Spent():
                raise CodeExpired
            case Idle() | Changed():
                continue
    raise RequestInProgress


def _sign_in(
    account: Account, person: Person, applicant: _Applicant, answered: Answered, now: datetime
) -> tuple[Registered, Opened | Spent | Idle | Changed]:
    signed_in, session = sessions.begin(account.account_id, now)
    phone = applicant.phone_digests[0].text
    made = accounts.sign_in(phone, answered, session)
    return Registered(signed_in, person.proof(account.account_id), new=False), made


def _create(
    applicant: _Applicant,
    person: Person,
    answered: Answered,
    detached: Detached | None,
    now: datetime,
    *,
    known: bool,
) -> tuple[Registered, Opened | Spent | Changed]:
    account = _new_account(applicant, person.person_id, now)
    links = with_room(person, now)
    matches = applicant.register is identity.Answer.MATCH
    proof = Proof.CONFIRMED if matches else Proof.HELD
    links[account.account_id] = Link(Relation.SELF, now, proof)
    settled = settle(person, links, now)
    signed_in, session = sessions.begin(account.account_id, now)
    made = accounts.create(
        account,
        Change(person, settled),
        applicant.phone_digests,
        applicant.nik,
        answered,
        session,
        known=known,
        asks=settled.person.holder != account.account_id,
        unconfirmed=applicant.register is identity.Answer.NONE,
        detached=detached,
    )
    return Registered(signed_in, settled.person.proof(account.account_id), new=True), made


def _new_account(applicant: _Applicant, person_id: str, now: datetime) -> Account:
    account_id = applicant.account_id
    holder = aliases.new(account_id, person_id)
    ktp = applicant.ktp
    member = Member(vault.seal(holder, ktp_fields(ktp)), Relation.SELF, ktp.check_at_counter)
    return Account(
        account_id=account_id,
        holder=holder,
        phone=vault.seal(account_id, {"phone": applicant.phone}),
        people={holder: member},
        used_at=now,
        consented_at=applicant.consented_at,
        created_at=now,
    )


def _account_id(registration_id: str) -> str:
    """The id of the account that comes of a registration: one, however often it is verified."""
    made = hmac.digest(keyring.derived(Key.ACCOUNT), registration_id.encode(), hashlib.sha256)
    return urlsafe_b64encode(made[:12]).decode()

"""People for the scenarios of booking: accounts, and whom they name."""

import json
from datetime import date

from chalicelib.domain import aliases
from chalicelib.domain.people import Ktp, NationalId, Relation, Sex
from chalicelib.domain.persons import Link, Person, Proof, settle
from chalicelib.store import accounts, applicants, challenges, families, identities
from chalicelib.store.accounts import Account, Change, Member
from chalicelib.store.challenges import Answered, Challenge
from chalicelib.store.outcomes import Added, Opened
from chalicelib.store.sessions import NewSession
from chalicelib.vault import Index, digests, seal
from tests.builders import person_id
from tests.interleavings.explore import SECRET
from tests.interleavings.outside import Chance
from tests.made_up import nik
from tests.world import NOW

ANSWERED = "answered"


def ktp(name: str) -> Ktp:
    """The KTP of whoever has this name."""
    return Ktp(NationalId(nik(int.from_bytes(name.encode()))), name, date(1990, 1, 1), Sex.FEMALE)


def alias(account_id: str, name: str) -> str:
    """What an account calls the person of this name, who was there from the beginning."""
    return aliases.alias(SECRET, account_id, person_id(name), bytes(aliases.NONCE_BYTES))


def first_alias(account_id: str, actor: str) -> str:
    """What an account calls somebody new from when this actor adds them, if nothing comes between.

    It draws the person's id, and then what hides it.
    """
    drawn = Chance()
    drawn.begin(actor)
    new = aliases.new_id(drawn.token_bytes(aliases.PERSON_BYTES))
    return aliases.alias(SECRET, account_id, new, drawn.token_bytes(aliases.NONCE_BYTES))


def meant(account_id: str, called: str) -> str:
    """The id of the person whom an account calls so."""
    found = aliases.person_of(SECRET, account_id, called)
    assert found
    return found


def phone_of(sealed: bytes) -> str:
    """The phone of an account: what is sealed is there to read (see outside.py)."""
    number: str = json.loads(sealed.partition(b"\n")[2])["phone"]
    return number


def opened(account_id: str, holder: str) -> None:
    """An account of the holder alone, with a phone."""
    called, person = alias(account_id, holder), Person(person_id(holder))
    account = Account(
        account_id=account_id,
        holder=called,
        phone=seal(account_id, {"phone": f"phone of {account_id}"}),
        people={called: Member(b"", Relation.SELF, check_at_counter=False)},
        used_at=NOW,
        consented_at=NOW,
        created_at=NOW,
    )
    challenges.put(Challenge(account_id, "registration", "", "", b"", "", 5, NOW))
    made = accounts.create(
        account,
        Change(person, settle(person, {account_id: Link(Relation.SELF, NOW, Proof.HELD)}, NOW)),
        digests(Index.PHONE, f"phone of {account_id}"),
        digests(Index.NIK, ktp(holder).nik.digits),
        Answered(account_id, ANSWERED),
        NewSession(f"session of {account_id}", account_id, "", NOW),
        known=False,
        asks=False,
    )
    assert isinstance(made, Opened)


def added(account_id: str, name: str) -> None:
    """A relative, whom nobody holds."""
    number = digests(Index.NIK, ktp(name).nik.digits)
    known = identities.get(number[0].text).person_id is not None
    read = applicants.get(person_id(name))
    links = {**read.links, account_id: Link(Relation.CHILD, NOW)}
    made = families.add(
        account_id,
        alias(account_id, name),
        Member(b"", Relation.CHILD, check_at_counter=False),
        Change(read, settle(read, links, NOW)),
        number,
        NOW,
        known=known,
        asks=False,
    )
    assert isinstance(made, Added)

"""Accounts: a phone, the holder and up to four others; what they are called is sealed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.passkeys import Passkey
from chalicelib.domain.people import ADDITIONS, Digests, Relation
from chalicelib.domain.persons import Person, Settled
from chalicelib.store import applicants, challenges, identities, sessions
from chalicelib.store.challenges import Answered
from chalicelib.store.dynamo import Item, Unavailable, Unmet, together, transact
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import (
    Changed,
    Idle,
    Opened,
    Spent,
)
from chalicelib.store.sessions import NewSession
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import instant, seconds


class Member(NamedTuple):
    """One person of an account; ``sealed`` opens under the alias they have there."""

    sealed: bytes
    relation: Relation
    check_at_counter: bool


class Subscription(NamedTuple):
    """A device that gets messages by push."""

    sealed: bytes
    """Where its push service reaches it; opens under its id."""
    at: datetime


class OwnPasskey(NamedTuple):
    """A passkey by which somebody signs in to their account."""

    passkey: Passkey
    at: datetime
    used_at: datetime | None
    """When it last signed in, if it has."""

    @property
    def last_used(self) -> datetime:
        return self.used_at or self.at


class Account(NamedTuple):
    account_id: str
    holder: str
    """An alias (see ``domain.aliases``)."""
    phone: bytes | None
    """Sealed; opens under the account's id. None once somebody else has the number."""
    people: dict[str, Member]
    """By alias."""
    used_at: datetime
    """When it was last signed in to; to the day, while it stays signed in."""
    consented_at: datetime
    created_at: datetime
    pushes: Mapping[str, Subscription] = MappingProxyType({})
    """Its devices that get messages by push, by id."""
    passkeys: Mapping[str, OwnPasskey] = MappingProxyType({})
    """By id (see ``store.passkeys``)."""


class Change(NamedTuple):
    """A person as read, and as they are to be."""

    read: Person
    settled: Settled


class Detached(NamedTuple):
    """An idle account that loses its phone, as read, and what that does to whom it holds."""

    account: Account
    holder: Change | None


def get(account_id: str) -> Account | None:
    """An account (a consistent read)."""
    item = AccountItem.fetch(account_id)
    return _account(item) if item else None


def signed_in(session_id: str, account_id: str) -> Account | None:
    """The account, if this session of it stands; both are read with one call."""
    wanted = sessions.reading(session_id) | AccountItem.reading(account_id, whole=True)
    found = together(wanted)
    if not sessions.stand_in(found):
        return None
    (item,) = found[AccountItem.Meta.table_name]
    return _account(AccountItem.from_raw_data(item))


def every(after: str | None = None) -> Iterator[Account]:
    """All accounts in the order of their table, or those behind one of them."""
    start = {"account_id": {"S": after}} if after else None
    try:
        for item in AccountItem.scan(last_evaluated_key=start, consistent_read=True):
            yield _account(item)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def create(
    account: Account,
    holder: Change,
    phone: Digests,
    nik: Digests,
    answered: Answered,
    session: NewSession,
    *,
    known: bool,
    asks: bool,
    unconfirmed: bool = False,
    detached: Detached | None = None,
) -> Opened | Spent | Changed:
    """Open an account and sign in to it, all or nothing.

    ``known`` says that the NIK names the person already, ``asks`` that somebody else holds them,
    ``unconfirmed`` that the civil register has not answered.
    """
    return _made(
        answered,
        AccountItem(
            account.account_id,
            holder=account.holder,
            phone=account.phone,
            people={alias: member_item(member) for alias, member in account.people.items()},
            added={str(n): 0 for n in range(1, ADDITIONS + 1)},
            used_at=seconds(account.used_at),
            consented_at=seconds(account.consented_at),
            created_at=seconds(account.created_at),
        ).putting(AccountItem.account_id.does_not_exist()),
        *identities.opening(
            phone, account.account_id, instead_of=detached and detached.account.account_id
        ),
        *identities.naming(nik, holder.read.person_id, known=known),
        applicants.linking(holder.read, holder.settled, nik, asks=asks, unconfirmed=unconfirmed),
        sessions.starting(session),
        *(_detaching(detached) if detached else []),
    )


def sign_in(
    phone_index: str,
    answered: Answered,
    session: NewSession,
    *,
    used_since: datetime | None = None,
) -> Opened | Spent | Idle | Changed:
    """Start a session of an account that this phone opens, and note that it is used.

    With ``used_since``, only if it has been used since then.
    """
    account_id = session.account_id
    try:
        transact(
            challenges.consuming(answered),
            using(account_id, session.starts_at, used_since),
            identities.still_opening(phone_index, account_id),
            sessions.starting(session),
        )
    except Unmet as unmet:
        challenge, account, _, _ = unmet.items
        if challenge is None and account:
            return Idle()
        return _unmade(answered, challenge)
    return Opened()


def using(account_id: str, now: datetime, used_since: datetime | None = None) -> Item:
    """Note that an account, which is there, is used; maybe only if it has been since an instant."""
    return AccountItem.changing(account_id, **_use(now, used_since))


def use(account_id: str, now: datetime, used_since: datetime | None = None) -> bool:
    """The same, alone. False if it may not be, or if there is no such account."""
    try:
        AccountItem.change(account_id, **_use(now, used_since))
    except Unmet:
        return False
    return True


def _use(now: datetime, used_since: datetime | None) -> dict[str, Any]:
    condition = AccountItem.account_id.exists()
    if used_since is not None:
        condition &= AccountItem.used_at > seconds(used_since)
    return {"actions": [AccountItem.used_at.set(seconds(now))], "condition": condition}


def change_phone(
    account: Account,
    sealed: bytes,
    old: Digests,
    new: Digests,
    answered: Answered,
    detached: Detached | None = None,
) -> Opened | Spent | Changed:
    """Let another phone open an account, whose phone is as it was read; ``old`` may be none."""
    of_phone = AccountItem.phone
    as_read = of_phone.does_not_exist() if account.phone is None else of_phone == account.phone
    return _made(
        answered,
        AccountItem.changing(
            account.account_id,
            actions=[of_phone.set(sealed)],
            condition=AccountItem.account_id.exists() & as_read,
        ),
        *(identities.forgetting_phone(old, account.account_id) if old else []),
        *identities.opening(
            new, account.account_id, instead_of=detached and detached.account.account_id
        ),
        *(_detaching(detached) if detached else []),
    )


GOES_WITH_THE_PHONE = (AccountItem.phone, AccountItem.passkeys, AccountItem.pushes)


def _detaching(detached: Detached) -> list[Item]:
    account, holder = detached
    writes = [
        AccountItem.changing(
            account.account_id,
            # Nobody is signed in to an account without a phone, nor signs in or is told anything.
            actions=[attribute.remove() for attribute in GOES_WITH_THE_PHONE],
            condition=AccountItem.used_at == seconds(account.used_at),
        )
    ]
    if holder:
        writes.append(applicants.linking(holder.read, holder.settled))
    return writes


def _made(answered: Answered, *writes: Item) -> Opened | Spent | Changed:
    try:
        transact(challenges.consuming(answered), *writes)
    except Unmet as unmet:
        return _unmade(answered, unmet.items[0])
    return Opened()


def _unmade(answered: Answered, challenge: Item | None) -> Opened | Spent | Changed:
    if challenge is None:
        return Changed()
    # The SDK may have sent it twice: the answer to the first was lost.
    return Opened() if challenges.ended_by(challenge, answered) else Spent()


@legible
def _account(item: AccountItem) -> Account:
    return Account(
        account_id=item.account_id,
        holder=item.holder,
        phone=item.phone,
        people={
            alias: Member(
                fields["sealed"], Relation(fields["relation"]), fields["check_at_counter"]
            )
            for alias, fields in item.people.as_dict().items()
        },
        used_at=instant(item.used_at),
        consented_at=instant(item.consented_at),
        created_at=instant(item.created_at),
        pushes={
            push_id: Subscription(fields["sealed"], instant(fields["at"]))
            for push_id, fields in (item.pushes.as_dict() if item.pushes else {}).items()
        },
        passkeys={
            one: _own_passkey(fields)
            for one, fields in (item.passkeys.as_dict() if item.passkeys else {}).items()
        },
    )


def _own_passkey(fields: Item) -> OwnPasskey:
    return OwnPasskey(
        Passkey(fields["credential_id"], fields["public_key"], int(fields["sign_count"])),
        instant(fields["at"]),
        instant(fields["used_at"]) if "used_at" in fields else None,
    )


def passkey_item(own: OwnPasskey) -> dict[str, Any]:
    return {
        **own.passkey._asdict(),
        "at": seconds(own.at),
        **({"used_at": seconds(own.used_at)} if own.used_at else {}),
    }


def member_item(member: Member) -> dict[str, Any]:
    return {
        "sealed": member.sealed,
        "relation": member.relation.value,
        "check_at_counter": member.check_at_counter,
    }

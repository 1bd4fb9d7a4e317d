"""Phones that come and go: a number that its account has not used for long opens another one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib import vault
from chalicelib.domain.errors import CodeExpired, PhoneRegistered, RequestInProgress
from chalicelib.domain.people import Digests
from chalicelib.domain.persons import Link, Proof, settle
from chalicelib.services import aliases
from chalicelib.services.people.profile import account_of
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, identities
from chalicelib.store.accounts import Account, Change, Detached
from chalicelib.store.challenges import Answered
from chalicelib.store.outcomes import Changed, Opened, Spent
from chalicelib.vault import Index

READS = 4
"""How often what a change has read may change before it gives up."""

IDLE = timedelta(days=60)
"""After so long without a session an account may lose its number: operators give it out again."""


def change(
    account_id: str, number: str, digests: Digests, answered: Answered, now: datetime
) -> None:
    """Let a phone that somebody has proven to have open their account, and the old one no more.

    Raises `NoSuchAccount`, `PhoneRegistered`, `CodeExpired`, `RequestInProgress`.
    """
    for _ in range(READS):
        account = account_of(account_id)
        here = identities.get(digests[0].text).account_id
        if here == account_id:
            return  # it is so already, maybe by a write whose answer was lost
        idle = accounts.get(here) if here else None
        if here and idle is None:
            continue
        loser = detached(idle, now) if idle else None
        old = found_under(account, "change of phone", now)
        sealed = vault.seal(account_id, {"phone": number})
        match accounts.change_phone(account, sealed, old, digests, answered, loser):
            case Opened():
                return
            case Spent():
                raise CodeExpired
            case Changed():
                continue
    raise RequestInProgress


def found_under(account: Account, reason: str, now: datetime) -> Digests:
    """What the phone of an account is found under: nothing if it has none."""
    if account.phone is None:
        return ()
    who = account.account_id
    unsealed = unseal(who, {who: account.phone}, f"account:{who}", reason, now)
    return vault.digests(Index.PHONE, unsealed[who]["phone"])


def detached(account: Account, now: datetime) -> Detached:
    """The account without its phone, for somebody who has proven to have it.

    Its holder is held by a claim alone from then on, unless an office has seen them. Raises
    `PhoneRegistered` if the account is in use.
    """
    if now - account.used_at < IDLE:
        raise PhoneRegistered
    person_id = aliases.person_of(account.account_id, account.holder)
    person = applicants.get(person_id) if person_id else None
    link = person.links.get(account.account_id) if person else None
    if person is None or link is None or link.proof >= Proof.SEEN:
        return Detached(account, None)
    return Detached(account, Change(person, settle(person, _claimed(person.links, account), now)))


def _claimed(links: Mapping[str, Link], account: Account) -> dict[str, Link]:
    lower = links[account.account_id]._replace(proof=Proof.CLAIMED)
    return {**links, account.account_id: lower}

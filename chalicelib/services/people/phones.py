"""Phones that come and go: a number that its account has not used for long opens another one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.domain.errors import PhoneRegistered
from chalicelib.domain.persons import Link, Proof, settle
from chalicelib.services import aliases
from chalicelib.store import applicants
from chalicelib.store.accounts import Account, Change, Detached

IDLE = timedelta(days=60)
"""After so long without a session an account may lose its number: operators give it out again."""


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
    return Detached(account, Change(person, settle(person, _claimed(person.links, account))))


def _claimed(links: Mapping[str, Link], account: Account) -> dict[str, Link]:
    lower = links[account.account_id]._replace(proof=Proof.CLAIMED)
    return {**links, account.account_id: lower}

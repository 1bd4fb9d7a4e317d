"""A new key for the index of people, while everybody goes on registering and signing in.

The order of the steps, and why it is safe, is in docs/adr/0024-two-keys-while-one-rotates.md. An
account is unsealed for this as for anything else: with a record of who did it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.errors import Conflict
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, erased, identities
from chalicelib.store.accounts import Account
from chalicelib.vault import Index

REASON = "index key"

AT_ONCE = 8
"""Accounts at a time, each with some ten calls to KMS: a tenth of what KMS gives an account."""

PAGE = 200


class NotRotating(Conflict):
    """The index has one key: there is none to put the people under."""

    slug = "not-rotating"


class StillRotating(Conflict):
    """The index has two keys: processes may still look up by either."""

    slug = "still-rotating"


class NotAllUnderThisKey(Conflict):
    """Somebody who is there would be found no more without the other keys of the index."""

    slug = "not-all-under-this-key"


class Page(NamedTuple):
    """So many accounts more are under the second key; ``last`` is where to go on after them."""

    accounts: int
    last: str


def fill(by: str, now: datetime, after: str | None = None) -> Iterator[Page]:
    """Put all people who are under the first key of the index under the second, page by page.

    In the end it forgets the erased: a process of one key leaves their phones under the other.
    ``by`` is recorded as who saw their data. Doing it again does no harm. Raises `NotRotating`.
    """
    if not vault.rotating():
        raise NotRotating
    with ThreadPoolExecutor(AT_ONCE) as pool:
        left = accounts.every(after)
        while page := list(islice(left, PAGE)):
            list(pool.map(partial(_fill, by=by, now=now), page))
            yield Page(len(page), page[-1].account_id)
    identities.forget(erased.every())


def tidy() -> int:
    """Remove all that is not under the one key of the index. Returns how many entries that were.

    Doing it again does no harm. Raises `StillRotating`, `NotAllUnderThisKey`.
    """
    if vault.rotating():
        raise StillRotating
    (key,) = vault.keys()
    if any(map(_is_there, identities.only_under_others(key))):
        raise NotAllUnderThisKey
    removed = identities.remove_others(key)
    identities.forget(erased.every())
    return removed


def _fill(account: Account, by: str, now: datetime) -> None:
    sealed = {alias: member.sealed for alias, member in account.people.items()}
    if account.phone is not None:
        sealed[account.account_id] = account.phone
    unsealed = unseal(account.account_id, sealed, by, REASON, now)
    phone = unsealed.pop(account.account_id, None)
    if phone:
        identities.copy(*vault.digests(Index.PHONE, phone["phone"]))
    for fields in unsealed.values():
        identities.copy(*vault.digests(Index.NIK, fields["nik"]))


def _is_there(one: str) -> bool:
    return accounts.get(one) is not None or bool(applicants.many([one]))

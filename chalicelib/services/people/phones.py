"""Phones that come and go: a number that its account has not used for long opens another one."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib import sms, vault
from chalicelib.domain import texts
from chalicelib.domain.errors import CodeExpired, NotSent, PhoneRegistered, RequestInProgress
from chalicelib.domain.limits import Budget
from chalicelib.domain.people import IDLE, Digests, Phone
from chalicelib.domain.persons import Link, Proof, settle
from chalicelib.services import aliases
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.people.profile import account_of
from chalicelib.services.sign_in import codes
from chalicelib.services.sign_in.codes import Purpose, Sent, To
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, identities
from chalicelib.store.accounts import Account, Change, Detached
from chalicelib.store.challenges import Answered
from chalicelib.store.outcomes import Changed, Opened, Spent
from chalicelib.telemetry import log
from chalicelib.vault import Index

READS = 4
"""How often what a change has read may change before it gives up."""


def ask(account_id: str, phone: Phone, now: datetime, asker: Asker | None = None) -> Sent:
    """Send a code to the phone that is to open an account from now on.

    Raises `TooSoon`, `TooOften`, `CodesSpent`.
    """
    asker = asker or Asker()
    with tallied.codes(Budget.DEVICE, asker, now, changing=account_id) as allowed:
        to = To(phone, vault.digests(Index.PHONE, phone.number), allowed)
        return codes.send(Purpose.PHONE, to, {"account_id": account_id}, now)


def verify(account_id: str, change_id: str, code: str, now: datetime) -> None:
    """Let the phone that is proven open the account; the old number is told.

    Raises `WrongCode`, `CodeExpired`, also for a code that another account has asked for,
    `NoSuchAccount`, `PhoneRegistered`, `RequestInProgress`.
    """
    challenge = codes.check(change_id, Purpose.PHONE, code, now)
    asked = codes.unsealed(challenge, "change of phone", now)
    if asked["account_id"] != account_id:
        raise CodeExpired
    digests = vault.digests(Index.PHONE, asked["phone"])
    old = change(account_id, asked["phone"], digests, codes.answered(challenge), now)
    if old is not None:
        _tell(old)


def _tell(number: str) -> None:
    """Tell the old number; the change is made, whatever becomes of the message."""
    try:
        sms.send_once(number, texts.PHONE_CHANGED)
    except NotSent as fault:
        log.warning("the old number was not surely told", reason=fault.reason)


def change(
    account_id: str, number: str, digests: Digests, answered: Answered, now: datetime
) -> str | None:
    """Let a phone that somebody has proven to have open their account, and the old one no more.

    Returns the old number, if there was one. Raises `NoSuchAccount`, `PhoneRegistered`,
    `CodeExpired`, `RequestInProgress`.
    """
    for _ in range(READS):
        account = account_of(account_id)
        here = identities.get(digests[0].text).account_id
        if here == account_id:
            return None  # it is so already, maybe by a write whose answer was lost
        idle = accounts.get(here) if here else None
        if here and idle is None:
            continue
        loser = detached(idle, now) if idle else None
        old = number_of(account, "change of phone", now)
        old_digests = vault.digests(Index.PHONE, old) if old else ()
        sealed = vault.seal(account_id, {"phone": number})
        match accounts.change_phone(account, sealed, old_digests, digests, answered, loser):
            case Opened():
                return old
            case Spent():
                raise CodeExpired
            case Changed():
                continue
    raise RequestInProgress


def number_of(account: Account, reason: str, now: datetime) -> str | None:
    """The phone of an account, unsealed for whoever is signed in to it."""
    if account.phone is None:
        return None
    who = account.account_id
    number: str = unseal(who, {who: account.phone}, f"account:{who}", reason, now)[who]["phone"]
    return number


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

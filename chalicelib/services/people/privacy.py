"""The rights of the person (UU 27/2022): to see all that is held, and to have it erased.

Consent is withdrawn by erasing: without the data of a KTP there is nothing left to do for somebody.
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import BookingActive, NoSuchAccount, RequestInProgress
from chalicelib.services import unseal
from chalicelib.services.booking import mine
from chalicelib.services.people import profile
from chalicelib.services.people.profile import Profile, Relative
from chalicelib.store import accounts, applicants, challenges, disclosures, sent, sessions
from chalicelib.store.accounts import Account
from chalicelib.store.disclosures import Disclosure
from chalicelib.store.outcomes import Booked, Changed, Parted
from chalicelib.store.sessions import Session
from chalicelib.telemetry import log
from chalicelib.vault import Index


class Export(NamedTuple):
    profile: Profile
    family: list[Relative]
    bookings: list[Booking]
    pauses: dict[str, datetime]
    """By applicant, until when somebody who has cancelled too often books nothing."""
    sessions: list[Session]
    codes_sent: list[datetime]
    disclosures: list[Disclosure]


def export(account_id: str, now: datetime) -> Export:
    """All that is held of an account, and who saw it. Raises `NoSuchAccount`."""
    held = profile.me(account_id, now)
    family = profile.family(account_id, now)
    people = [one.applicant_id for one in (held.holder, *family)]
    return Export(
        profile=held,
        family=family,
        bookings=mine.all_of(account_id, now),
        pauses=applicants.pauses(people, now),
        sessions=sessions.of_account(account_id, now),
        codes_sent=sent.of(vault.digest(Index.PHONE, held.phone).text, now),
        disclosures=disclosures.of(account_id),
    )


def erase(account_id: str, now: datetime) -> None:
    """Remove the account with all its people whom no other account names; free phone and NIKs.

    Bookings stay until their time is over, for they are counts: the ids in them lead nowhere.
    Raises `NoSuchAccount`, `BookingActive`, `RequestInProgress`.
    """
    for _ in range(profile.LOOKS_AT_AN_ACCOUNT):
        account = accounts.get(account_id)
        if account is None:
            _end_sessions(account_id, now)  # an earlier try may have died before it did
            raise NoSuchAccount
        phone = vault.digests(Index.PHONE, _phone(account, now))
        match accounts.erase(account, phone, now):
            case Parted():
                log.info("erased", account=account_id)
                for digest in phone:
                    challenges.forget(digest.text)
                _end_sessions(account_id, now)
                return
            case Booked():
                raise BookingActive
            case Changed():
                continue
    raise RequestInProgress


def _phone(account: Account, now: datetime) -> str:
    who = account.account_id
    phone: str = unseal.unseal(who, {who: account.phone}, f"account:{who}", "erasure", now)[who][
        "phone"
    ]
    return phone


def _end_sessions(account_id: str, now: datetime) -> None:
    for session in sessions.of_account(account_id, now):
        sessions.end(session.session_id)

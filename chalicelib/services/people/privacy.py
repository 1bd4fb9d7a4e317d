"""The rights of the person (UU 27/2022): to see all that is held, and to have it erased.

Consent is withdrawn by erasing: without the data of a KTP there is nothing left to do for somebody.
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.absences import Absence
from chalicelib.domain.draws import Entry
from chalicelib.domain.errors import BookingActive, NoSuchAccount, RequestInProgress
from chalicelib.domain.persons import Cancellation, Link, Person
from chalicelib.services import aliases
from chalicelib.services.booking import mine
from chalicelib.services.booking.mine import Seen
from chalicelib.services.people import family, phones, profile
from chalicelib.services.people.family import Relative
from chalicelib.services.people.profile import Profile
from chalicelib.services.sign_in import codes
from chalicelib.store import (
    accounts,
    applicants,
    challenges,
    disclosures,
    entries,
    families,
    notices,
    sessions,
)
from chalicelib.store.accounts import Account
from chalicelib.store.disclosures import Page
from chalicelib.store.notices import Pushed
from chalicelib.store.outcomes import Booked, Changed, Parted
from chalicelib.store.sessions import Session
from chalicelib.telemetry import log
from chalicelib.vault import Index

READS = 4
"""How often what an erasure has read may change before it gives up."""


class Counts(NamedTuple):
    """What is counted of a person, by whichever account."""

    cancellations: tuple[Cancellation, ...]
    absences: tuple[Absence, ...]
    paused_until: datetime | None
    paused_own_until: datetime | None
    barred_until: datetime | None = None
    barred_own_until: datetime | None = None
    declined_at: datetime | None = None


class Export(NamedTuple):
    profile: Profile
    family: list[Relative]
    bookings: list[Seen]
    """Those of the account, those that others made for its holder, and what the holder left."""
    entries: list[Entry]
    """What it has asked for by lot."""
    counts: dict[str, Counts]
    """By alias, of whom something is counted."""
    named_by: list[Link]
    """The other accounts that name the holder, without a word of whose they are."""
    sessions: list[Session]
    account: Account
    """With its passkeys, and the devices that get messages by push."""
    notices: list[Pushed]
    codes_sent: list[datetime]
    trail: Page
    """Who saw it: so many disclosures."""


def export(
    account_id: str,
    now: datetime,
    after: str | None = None,
    read: Account | None = None,
    *,
    look: bool = False,
) -> Export:
    """All that is held of an account, and who saw it, from where the page before ended.

    ``read`` and ``look`` are as for `profile.me`. Raises `NoSuchAccount`, `TooOften`, and
    `Invalid` if no page ends ``after``.
    """
    account = read or profile.account_of(account_id)
    held = profile.me(account_id, now, account, look=look)
    relatives = family.of(account_id, now, account)
    names = [held.holder.alias, *(one.alias for one in relatives)]
    meant = {alias: aliases.person_of(account_id, alias) or "" for alias in names}
    persons = applicants.many(meant.values())
    there = {alias: persons[one] for alias, one in meant.items() if one in persons}
    me = there.get(held.holder.alias)
    return Export(
        profile=held,
        family=relatives,
        bookings=mine.all_of(account_id, now),
        entries=entries.of_account(account_id),
        counts={
            alias: counts for alias, one in there.items() if (counts := _counts(one, account_id))
        },
        named_by=[link for other, link in me.links.items() if other != account_id]
        if me and me.holder == account_id
        else [],
        sessions=sessions.of_account(account_id, now),
        account=account,
        notices=notices.of_account(account_id),
        codes_sent=codes.sent_to(vault.digest(Index.PHONE, held.phone), now) if held.phone else [],
        trail=disclosures.page(account_id, after),
    )


def _counts(person: Person, account_id: str) -> Counts | None:
    """What is counted of somebody for whom the account may book; others have to be asked first."""
    link = person.links.get(account_id)
    if link is None or not link.may:
        return None
    counts = Counts(
        person.cancellations,
        person.absences,
        person.paused_until,
        person.paused_own_until,
        person.barred_until,
        person.barred_own_until,
        person.declined_at,
    )
    return counts if any(counts) else None


def erase(account_id: str, now: datetime) -> None:
    """Remove the account, with all its people whom nobody else names and of whom nothing counts.

    Bookings stay until their time is over, for they are counts: the ids in them lead nowhere. So
    does a person of whom a cancellation or an absence counts, without a name. Raises
    `NoSuchAccount`, `BookingActive`, `RequestInProgress`.
    """
    for _ in range(READS):
        account = accounts.get(account_id)
        if account is None:
            notices.forget(account_id)  # an earlier try may have died before it did …
            _end_sessions(account_id, now)  # … or this
            raise NoSuchAccount
        number = phones.number_of(account, "erasure", now)
        phone = vault.digests(Index.PHONE, number) if number else ()
        persons = applicants.many(
            one for one in (aliases.person_of(account_id, alias) for alias in account.people) if one
        )
        leaving = [family.without(person, account_id, now) for person in persons.values()]
        match families.erase(account, leaving, phone, now):
            case Parted():
                log.info("erased", account=account_id)
                for digest in phone:
                    challenges.forget(digest.text)
                notices.forget(account_id)
                _end_sessions(account_id, now)
                return
            case Booked():
                raise BookingActive
            case Changed():
                continue
    raise RequestInProgress


def _end_sessions(account_id: str, now: datetime) -> None:
    for session in sessions.of_account(account_id, now):
        sessions.end(session.session_id)

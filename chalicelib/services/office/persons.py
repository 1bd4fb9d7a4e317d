"""What an operator does for a person who comes to an office: seen, released, helped.

Everything has a reason and is recorded before it is done, and whoever it concerns is told by SMS.
A NIK that nobody has given the service, and a phone that opens no account, are refused.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import vault
from chalicelib.domain import texts
from chalicelib.domain.bookings import Booking, CancelledBy
from chalicelib.domain.errors import Conflict, Missing, NoSuchBooking, RequestInProgress
from chalicelib.domain.notices import State
from chalicelib.domain.people import NationalId, Phone, Relation
from chalicelib.domain.persons import Link, Person, Proof, settle, with_room
from chalicelib.services import aliases, bars
from chalicelib.services.allowance import always
from chalicelib.services.booking import change
from chalicelib.services.notices.by_sms import Outcome, text
from chalicelib.store import accounts, applicants, bookings, counts, disclosures, identities
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import Metric, count, log
from chalicelib.vault import Index

READS = 4
"""How often what an act has read may change before it gives up."""


class NoSuchPerson(Missing):
    """No account has ever named this NIK, or nothing is left of them."""

    slug = "no-such-person"


class NoSuchPhone(Missing):
    """The number opens no account."""

    slug = "no-such-phone"


class NotTheirs(Conflict):
    """The account does not name this NIK in the way that the act needs."""

    slug = "not-theirs"


class Case(NamedTuple):
    """Who acts, and why: for the record."""

    by: str
    """``operator:ARN``"""
    reason: str


class Told(NamedTuple):
    """What came of telling an account."""

    account_id: str
    outcome: Outcome


def by_nik(nik: NationalId, case: Case, now: datetime) -> Person:
    """Whose NIK it is, without a name. Raises `NoSuchPerson`."""
    return _recorded(_person(nik), case, "find", now)


def by_phone(phone: Phone, case: Case, now: datetime) -> Person:
    """Whose account this number opens. Raises `NoSuchPhone`, `NoSuchPerson`."""
    account_id = _account(phone)
    account = accounts.get(account_id)
    person_id = aliases.person_of(account_id, account.holder) if account else None
    person = applicants.get(person_id) if person_id else Person("")
    if person.version == 0:
        raise NoSuchPerson
    return _recorded(person, case, "find", now)


def seen(nik: NationalId, phone: Phone, case: Case, now: datetime) -> list[Told]:
    """The office has seen the KTP of whoever this number belongs to: they hold the NIK.

    Of two who were seen, the later one holds it. So does an account whose NIK was released, or
    taken by a holder who disowned its booking. Raises `NoSuchPerson`, `NoSuchPhone`, `NotTheirs` if
    that account has not registered with this NIK, `RequestInProgress`.
    """
    account_id = _account(phone)
    return _seen(account_id, lambda: _person(nik), case, now)


def seen_at_counter(account_id: str, person_id: str, case: Case, now: datetime) -> list[Told]:
    """The same, by a clerk before whom this person stands, whom this account says to be.

    Raises `NoSuchPerson`, `NotTheirs`, `RequestInProgress`.
    """
    return _seen(account_id, lambda: _there(applicants.get(person_id)), case, now)


def _seen(account_id: str, read: Callable[[], Person], case: Case, now: datetime) -> list[Told]:
    for _ in range(READS):
        person = _recorded(read(), case, "seen", now)
        link = person.links.get(account_id) or _lost(person, account_id, now)
        if link is None or not link.itself:
            raise NotTheirs
        if link.proof >= Proof.SEEN and person.holder == account_id:
            return []
        above = [one.proof + 1 for one in person.links.values() if one.proof >= Proof.SEEN]
        links = person.links if account_id in person.links else with_room(person, now)
        links = {**links, account_id: link._replace(proof=max([Proof.SEEN, *above]))}
        settled = settle(person._replace(guarded=False), links, now)
        if applicants.link(person, settled):
            told = _tell([account_id], texts.SEEN, case, now)
            displaced = [settled.displaced] if settled.displaced else []
            return told + _tell(displaced, texts.DISPLACED, case, now)
    raise RequestInProgress


def _lost(person: Person, account_id: str, now: datetime) -> Link | None:
    """The link that an account had which registered as this person."""
    account = accounts.get(account_id)
    if account and aliases.person_of(account_id, account.holder) == person.person_id:
        return Link(Relation.SELF, now)
    return None


def release_nik(nik: NationalId, case: Case, now: datetime) -> list[Told]:
    """Take a NIK from every account that says it is this person, but for those that were seen.

    Only a KTP that is seen opens it from then on. Raises `NoSuchPerson`, `RequestInProgress`.
    """
    for _ in range(READS):
        person = _recorded(_person(nik), case, "release-nik", now)
        taken = [a for a, one in person.links.items() if one.itself and one.proof < Proof.SEEN]
        links = {a: one for a, one in person.links.items() if a not in taken}
        if applicants.link(person, settle(person._replace(guarded=True), links, now, taken=True)):
            return _tell(taken, texts.RELEASED, case, now)
    raise RequestInProgress


def end_link(nik: NationalId, phone: Phone, case: Case, now: datetime) -> list[Told]:
    """Let the account of this number name the person no more.

    Raises `NoSuchPerson`, `NoSuchPhone`, `NotTheirs`, `RequestInProgress`.
    """
    account_id = _account(phone)
    for _ in range(READS):
        person = _recorded(_person(nik), case, "end-link", now)
        if account_id not in person.links:
            raise NotTheirs
        links = {a: one for a, one in person.links.items() if a != account_id}
        if applicants.link(person, settle(person, links, now, taken=True)):
            holder = [person.holder] if person.holder not in (None, account_id) else []
            concerned = [account_id, *(one for one in holder if one)]
            return _tell(concerned, texts.UNLINKED, case, now)
    raise RequestInProgress


def lift_pause(nik: NationalId, case: Case, now: datetime) -> list[Told]:
    """Let a person book again who has cancelled too often, or not come. Raises `NoSuchPerson`.

    The account that was barred from draws with them asks again as well.
    """
    person = _recorded(_person(nik), case, "lift-pause", now)
    drawn = [absence.code for absence in person.absences if absence.drawn]
    for booking in bookings.many(drawn).values():
        bars.lift(booking.account_id, booking.code)
    counts.unpause(person.person_id)
    return _tell(_who_may(person.links), texts.UNPAUSED, case, now)


def cancel(code: str, case: Case, now: datetime) -> list[Told]:
    """Cancel a booking, which counts against nobody, until its day is over.

    Raises `NoSuchBooking`, `AlreadyCancelled`, `RequestInProgress`.
    """
    found = bookings.get(code)
    if not isinstance(found, Booking):
        raise NoSuchBooking
    disclosures.record(found.account_id, [], case.by, f"cancel {code}: {case.reason}", now)
    booking = change.cancel_for(code, CancelledBy.OPERATOR, now)
    persons = applicants.many(
        one for alias in booking.numbers if (one := aliases.person_of(booking.account_id, alias))
    )
    holders = [person.holder for person in persons.values() if person.holder]
    concerned = dict.fromkeys([booking.account_id, *holders])
    return _tell(concerned, texts.cancelled(booking), case, now)


def _person(nik: NationalId) -> Person:
    person_id = identities.get(vault.digest(Index.NIK, nik.digits).text).person_id
    return _there(applicants.get(person_id) if person_id else Person(""))


def _there(person: Person) -> Person:
    if person.version == 0:
        raise NoSuchPerson
    return person


def _account(phone: Phone) -> str:
    account_id = identities.get(vault.digest(Index.PHONE, phone.number).text).account_id
    if account_id is None:
        raise NoSuchPhone
    return account_id


def _recorded(person: Person, case: Case, act: str, now: datetime) -> Person:
    """Record an act under every account that names the person: they see it in their export."""
    for account_id in person.links:
        disclosures.record(account_id, [], case.by, f"{act}: {case.reason}", now)
    return person


def _who_may(links: Mapping[str, Link]) -> list[str]:
    return [account_id for account_id, link in links.items() if link.may]


def _tell(accounts_: Iterable[str], words: str, case: Case, now: datetime) -> list[Told]:
    return [Told(one, _text(one, words, case, now)) for one in accounts_]


def _text(account_id: str, words: str, case: Case, now: datetime) -> Outcome:
    """Tell an account, or say that nobody could: what was done is not done again to tell of it."""
    try:
        return text(account_id, words, case.by, case.reason, always, now)
    except (ClientError, BotoCoreError, Unavailable) as fault:
        log.error("an act was not told", by=case.by, fault=type(fault).__name__)
        count(Metric.FAULTS, kind=type(fault).__name__)
        return Outcome(State.FAILED, type(fault).__name__)

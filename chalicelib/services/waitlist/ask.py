"""Asking for places by lot, and asking no more.

A person asks if and only if the mark on their own item says so. To ask puts the entry together with
the marks of all its people; a booking by first come takes the mark of its person away, whosever
entry it is. So an entry one of whose people does not ask by it any more is over, and whoever meets
it ends it and frees the others (`tidy`).
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar, draws
from chalicelib.domain.bookings import Service
from chalicelib.domain.draws import (
    AlreadyAsking,
    AlreadyWon,
    BarredFromDraws,
    Entry,
    EntryStatus,
    NoDraw,
    NoSuchEntry,
)
from chalicelib.domain.errors import (
    Invalid,
    KeyReused,
    RequestInProgress,
    TooOften,
)
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Office
from chalicelib.domain.persons import Person
from chalicelib.keyring import Purpose
from chalicelib.services import aliases, bars
from chalicelib.services.booking.book import meant, reason
from chalicelib.services.waitlist import given_back
from chalicelib.store import applicants, entries, offices
from chalicelib.store.outcomes import Asked, Asks, Barred
from chalicelib.telemetry import Metric, count

WAITS = timedelta(days=30)
"""How long an entry waits at most."""

A_DAY = 10
"""Entries that an account may make in 24 hours."""

LOOKS = 4


class Wish(NamedTuple):
    """What a request for an entry asks for."""

    office_id: str
    first: date
    last: date
    windows: tuple[time, ...]
    service: Service
    applicants: tuple[str, ...]
    until: date | None
    """The last local day on which it takes part; as long as it may, if there is none."""

    @property
    def fingerprint(self) -> str:
        span = (self.first.isoformat(), self.last.isoformat(), str(self.until))
        windows = map(hhmm, self.windows)
        return rules.fingerprint(self.office_id, *span, *windows, self.service, *self.applicants)


def ask(wish: Wish, account_id: str, key: str, now: datetime) -> Entry:
    """Let one to five people of an account ask together for places on one of several days.

    Asked again under the same ``key`` the answer is the same entry. Raises `NoSuchOffice`,
    `NoDraw`, `Invalid`, `NoSuchApplicant`, `ConsentNeeded`, `AlreadyBooked`, `AlreadyAsking`,
    `CancelledTooOften`, `DidNotCome`, `BarredFromDraws`, `TooOften`, `KeyReused`,
    `RequestInProgress`.
    """
    office = offices.get(wish.office_id, now)
    secret = keyring.derived(Purpose.ENTRY)
    entry_id = draws.entry_id(secret, wish.office_id, account_id, key)
    earlier = entries.get(entry_id)
    if earlier is not None:
        return _replay(earlier, wish)
    if not office.by_lot:
        raise NoDraw
    mine = entries.of_account(account_id)
    if settings.limited:
        _check_often(mine, now)
    people = meant(wish.applicants, account_id)
    barred = bars.of_account(account_id, now)
    if barred:
        raise BarredFromDraws(until=barred.astimezone(office.zone))
    entry = Entry(
        entry_id=entry_id,
        account_id=account_id,
        applicants=wish.applicants,
        service=wish.service,
        first=wish.first,
        last=wish.last,
        windows=wish.windows,
        made_at=now,
        until=_until(office, wish, now),
        fingerprint=wish.fingerprint,
        lost_before=given_back.lost(mine, wish.office_id, wish.applicants, now),
    )
    for _ in range(LOOKS):
        match entries.ask(entry, people, now):
            case Asked():
                count(Metric.ENTRIES, office=wish.office_id)
                return entry
            case Entry() as there:
                return _replay(there, wish)
            case Asks(who, other):
                if not tidy(other, now):
                    raise AlreadyAsking(applicant_id=who)
            case Barred(who, until):
                raise BarredFromDraws(applicant_id=who, until=until.astimezone(office.zone))
            case refused:
                raise reason(refused, office)
    raise RequestInProgress


def withdraw(entry_id: str, account_id: str, now: datetime) -> Entry:
    """Ask no more; again and again with the same answer.

    Raises `NoSuchEntry`, `AlreadyWon`, `RequestInProgress`.
    """
    for _ in range(LOOKS):
        entry = own(entry_id, account_id)
        match entry.status:
            case EntryStatus.WON:
                raise AlreadyWon(code=entry.booking)
            case EntryStatus.WITHDRAWN | EntryStatus.ENDED:
                return entry
            case EntryStatus.WAITING:
                if entries.end(entry_id, EntryStatus.WITHDRAWN, marked(entry)):
                    return entry._replace(status=EntryStatus.WITHDRAWN)
    raise RequestInProgress


def own(entry_id: str, account_id: str) -> Entry:
    """An entry of the account. Raises `NoSuchEntry`, also for what belongs to others."""
    entry = entries.get(entry_id)
    if entry is None or entry.account_id != account_id:
        raise NoSuchEntry
    return entry


def tidy(entry_id: str, now: datetime) -> bool:
    """End an entry that is over, and free those who still ask by it. Says whether it is over.

    So is one whose account, or one of whose people, may not ask any more.
    """
    for _ in range(LOOKS):
        entry = entries.get(entry_id)
        if entry is None or entry.status is not EntryStatus.WAITING:
            return True
        asking = _asking(entry)
        if len(asking) == len(entry.applicants) and not _barred(entry, asking, now):
            return False
        if entries.end(entry_id, EntryStatus.ENDED, [person.person_id for person in asking]):
            return True
    return False


def marked(entry: Entry) -> list[str]:
    """Those of its people who ask by it."""
    return [person.person_id for person in _asking(entry)]


def _asking(entry: Entry) -> list[Person]:
    meant = (aliases.person_of(entry.account_id, alias) for alias in entry.applicants)
    there = applicants.many(person_id for person_id in meant if person_id)
    return [person for _, person in sorted(there.items()) if person.asks_by(entry.entry_id)]


def _barred(entry: Entry, people: list[Person], now: datetime) -> bool:
    account_id = entry.account_id
    if any(person.barred(account_id, now) for person in people):
        return True
    return bars.of_account(account_id, now) is not None


def _replay(entry: Entry, wish: Wish) -> Entry:
    if entry.fingerprint != wish.fingerprint:
        raise KeyReused
    return entry


def _until(office: Office, wish: Wish, now: datetime) -> datetime:
    """When an entry ceases to wait: at the end of a local day. Raises `Invalid`."""
    today = office.today(now)
    longest = min(wish.last, today + WAITS)
    last = wish.until or longest
    if wish.last < today:
        raise Invalid("to", "past")
    if wish.first > wish.last:
        raise Invalid("from", "order")
    if wish.first > today + WAITS + timedelta(days=office.reach_days):
        raise Invalid("from", "far")
    if not today <= last <= longest:
        raise Invalid("until", "range")
    starts = {window.start for windows in office.opening.values() for window in windows}
    if not starts.issuperset(wish.windows) or len(set(wish.windows)) < len(wish.windows):
        raise Invalid("windows", "choice")
    return calendar.ends_at(office, last)


def _check_often(mine: list[Entry], now: datetime) -> None:
    """Raises `TooOften`. What the index does not have yet is let through."""
    lately = [one.made_at for one in mine if one.made_at > now - DAY]
    if len(lately) >= A_DAY:
        wait = min(lately[:A_DAY]) + DAY - now
        raise TooOften(retry_after=int(wait.total_seconds()) + 1)


DAY = timedelta(days=1)

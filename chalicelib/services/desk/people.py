"""Who stands at the counter: names, for the clerk who has called them, each look recorded.

Nobody waits for this: where KMS does not answer, a counter is shown without names.
"""

from datetime import datetime
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import Booking
from chalicelib.domain.persons import Proof
from chalicelib.domain.staff import NotAtCounter, Staff
from chalicelib.services import aliases
from chalicelib.services.desk import forecast, labelled
from chalicelib.services.desk.press import At
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, offices
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import Metric, count, log


class Person(NamedTuple):
    queue_number: int
    name: str
    check_at_counter: bool
    """The NIK says another birth date or sex: look at the papers."""
    proof: Proof | None
    """How the account has proven to be this person; None of whoever it names as a relative."""


class Themselves(NamedTuple):
    """Somebody at a counter who has booked for themselves, so that a KTP may prove who they are."""

    account_id: str
    person_id: str


def there(at: At, staff: Staff, now: datetime) -> list[Person] | None:
    """Who is called or served at a counter; None of a walk-in, or where they cannot be told now."""
    if at.ticket is None:
        return None
    booking = _booking(at.ticket.label, staff.office_id, now)
    if booking is None:
        return None
    try:
        return _named(booking, staff, at.ticket.label, now)
    except (ClientError, BotoCoreError, Unavailable) as fault:
        log.warning("a counter is shown without names", fault=type(fault).__name__)
        count(Metric.FAULTS, kind=type(fault).__name__)
        return None


def themselves(at: At, label: str, number: int, staff: Staff, now: datetime) -> Themselves:
    """Who has this queue number of those who are called or served at a counter under a label.

    Raises `NotAtCounter` of whoever is not there, or is in the booking as a relative.
    """
    there = at.ticket is not None and at.ticket.label == label
    booking = _booking(label, staff.office_id, now) if there else None
    account = accounts.get(booking.account_id) if booking else None
    if booking is None or account is None or booking.numbers.get(account.holder) != number:
        raise NotAtCounter
    person_id = aliases.person_of(account.account_id, account.holder)
    if person_id is None:
        raise NotAtCounter
    return Themselves(account.account_id, person_id)


def _booking(label: str, office_id: str, now: datetime) -> Booking | None:
    """The booking that has a label today."""
    office = offices.get(office_id, now)
    key = BoardKey(office_id, office.today(now))
    found = labelled.booking(key, forecast.windows(office, key, now), label)
    return found if found and found.stands_in(found.slot) else None


def _named(booking: Booking, staff: Staff, label: str, now: datetime) -> list[Person] | None:
    account = accounts.get(booking.account_id)
    held = account.people if account else {}
    people = {alias: held[alias] for alias in booking.numbers if alias in held}
    if not people:
        return None
    sealed = {alias: one.sealed for alias, one in people.items()}
    told = unseal(booking.account_id, sealed, staff.credential, f"counter: {label}", now)
    holder = account.holder if account else ""
    person_id = aliases.person_of(booking.account_id, holder) if holder in people else None
    proof = applicants.get(person_id).proof(booking.account_id) if person_id else None
    return [
        Person(
            booking.numbers[alias],
            told[alias]["name"],
            one.check_at_counter,
            proof if alias == holder else None,
        )
        for alias, one in people.items()
    ]

"""Telling people of their booking: at most once each, by push to whoever takes it, else by SMS.

Mark on the booking by a conditional write, then send once to everybody it concerns, then record
what came of it. A run that is killed in between leaves the mark, so nobody is told twice; what was
not definitely sent is listed for operations, and never sent again blindly.

The write that marks also begins what goes by push: from then on either a phone says that it has
shown it, or it goes by SMS (see follow.py), whatever dies.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import texts
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.notices import SEVERITY, Notice, State, Telling
from chalicelib.domain.offices import Office
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance
from chalicelib.services.notices.by_push import push
from chalicelib.services.notices.by_sms import BY, Outcome, text
from chalicelib.store import accounts, applicants, notices, tellings
from chalicelib.store.accounts import Account
from chalicelib.telemetry import Metric, count


class Unsent(NamedTuple):
    """A notice that was not definitely sent."""

    code: str
    notice: Notice
    telling: Telling


class _Reader(NamedTuple):
    """An account that a booking concerns, with the queue numbers that it may know."""

    account_id: str
    numbers: Sequence[int]
    account: Account | None
    """None if it is gone, or cannot be read."""

    @property
    def subscribed(self) -> Account | None:
        """Itself, if it gets messages by push."""
        return self.account if self.account and self.account.pushes else None


def tell(
    office: Office, booking: Booking, notice: Notice, more: Allowance, now: datetime
) -> State | None:
    """Send ``notice`` if nobody has begun to. None if it has been begun, or is no longer true.

    It goes to the account that made the booking, and to everybody in it who has one of their own.
    """
    readers = _readers(booking)
    pushed = [
        (notices.of(booking, notice, one.account_id, one.numbers, now), one.subscribed)
        for one in readers
        if one.subscribed
    ]
    texted = [one for one in readers if not one.subscribed]
    begun = [(one.account_id, notices.putting(one)) for one, _ in pushed]
    state = State.SENDING if texted else State.PUSHED
    if not tellings.mark(booking, notice, now, state, begun):
        return None
    for one, account in pushed:
        push(one, account, now)
    outcomes: list[Outcome] = []
    for reader in texted:
        if outcomes:
            more()  # keeps the pace; what was begun is finished
        words = texts.notice(notice, office, booking, reader.numbers)
        outcomes.append(text(reader.account_id, words, BY, notice.value, more, now, reader.account))
    for outcome in outcomes:
        count(Metric.SMS, kind=notice.value, result=outcome.state.value)
    if pushed:
        outcomes.append(Outcome(State.PUSHED))
    worst = max(outcomes, key=lambda outcome: SEVERITY[outcome.state])
    if texted:
        tellings.record(booking.code, notice, worst.state, worst.reason)
    return worst.state


def _readers(booking: Booking) -> list[_Reader]:
    return [_reader(*one) for one in concerned(booking)]


def concerned(booking: Booking) -> Iterator[tuple[str, Sequence[int]]]:
    """The accounts that a booking concerns, each with the queue numbers that it may know."""
    numbers = booking.numbers
    yield booking.account_id, list(numbers.values())
    meant = {alias: aliases.person_of(booking.account_id, alias) for alias in numbers}
    persons = applicants.many(one for one in meant.values() if one)
    for alias, number in numbers.items():
        person = persons.get(meant[alias] or "")
        if person and person.holder and person.holder != booking.account_id:
            yield person.holder, [number]


def _reader(account_id: str, numbers: Sequence[int]) -> _Reader:
    try:
        account = accounts.get(account_id)
    except Unreadable:
        account = None  # nobody can be told who cannot be read; the SMS says so
    return _Reader(account_id, numbers, account)

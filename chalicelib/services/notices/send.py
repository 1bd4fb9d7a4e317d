"""Telling people of their booking by SMS: at most once each.

Mark on the booking by a conditional write, then send once to everybody it concerns, then record
what came of it. A run that is killed in between leaves the mark, so nobody is told twice; what was
not definitely sent is listed for operations, and never sent again blindly.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib import sms
from chalicelib.domain import texts
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import NoAnswer, NotSent, Unreadable
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.domain.offices import Office
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, applicants, bookings
from chalicelib.telemetry import Metric, count

BY = "function:send_reminders"
"""The credential that phones are unsealed with."""

ATTEMPTS = 3
"""At a message that SNS has definitely not taken."""


class Unsent(NamedTuple):
    """A notice that was not definitely sent."""

    code: str
    notice: Notice
    telling: Telling


class Outcome(NamedTuple):
    """What came of a message, and why it did not go out."""

    state: State
    reason: str | None = None


def tell(
    office: Office, booking: Booking, notice: Notice, more: Allowance, now: datetime
) -> State | None:
    """Send ``notice`` if nobody has begun to. None if it has been begun, or is no longer true.

    It goes to the account that made the booking, and to everybody in it who has one of their own.
    """
    if not bookings.mark(booking, notice, now):
        return None
    outcomes: list[Outcome] = []
    for account_id, numbers in concerned(booking):
        if outcomes:
            more()  # keeps the pace; what was begun is finished
        words = texts.notice(notice, office, booking, numbers)
        outcomes.append(text(account_id, words, BY, notice.value, more, now))
    worst = max(outcomes, key=lambda outcome: SEVERITY[outcome.state])
    bookings.record(booking.code, notice, worst.state, worst.reason)
    for outcome in outcomes:
        count(Metric.SMS, kind=notice.value, result=outcome.state.value)
    return worst.state


SEVERITY = {State.SENT: 0, State.FAILED: 1, State.UNKNOWN: 2}
"""A notice is as sure as its least sure message."""


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


def text(
    account_id: str, words: str, by: str, reason: str, more: Allowance, now: datetime
) -> Outcome:
    """Send a text to the phone of an account, once; ``by`` and ``reason`` go into the record."""
    try:
        account = accounts.get(account_id)
        if account is None:
            return Outcome(State.FAILED, "no account")
        if account.phone is None:
            return Outcome(State.FAILED, "no phone")
        unsealed = unseal(account_id, {account_id: account.phone}, by, reason, now)
    except Unreadable:
        return Outcome(State.FAILED, "unreadable")
    for last in (*[False] * (ATTEMPTS - 1), True):
        try:
            sms.send_once(unsealed[account_id]["phone"], words)
        except NoAnswer as fault:
            return Outcome(State.UNKNOWN, fault.reason)
        except NotSent as fault:
            if last or not more():
                return Outcome(State.FAILED, fault.reason)
        else:
            break
    return Outcome(State.SENT)

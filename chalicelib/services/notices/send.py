"""Telling people of their booking by SMS: at most once each.

Mark on the booking by a conditional write, then send once, then record what came of it. A run that
is killed in between leaves the mark, so nobody is told twice; what was not definitely sent is
listed for operations, and never sent again blindly.
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib import sms
from chalicelib.domain import texts
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import NoAnswer, NotSent
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.domain.offices import Office
from chalicelib.services import unseal
from chalicelib.services.allowance import Allowance
from chalicelib.store import accounts, bookings
from chalicelib.telemetry import Metric, count

BY = "function:send_reminders"
"""The credential that phones are unsealed with."""

SENDINGS = 3
"""Of a message that SNS has definitely not taken."""


class Unsent(NamedTuple):
    """A notice that was not definitely sent."""

    code: str
    notice: Notice
    telling: Telling


def tell(
    office: Office, booking: Booking, notice: Notice, more: Allowance, now: datetime
) -> State | None:
    """Send ``notice`` if nobody has begun to. None if it has been begun, or is no longer true."""
    if not bookings.mark(booking, notice, now):
        return None
    state, reason = _send(office, booking, notice, more, now)
    bookings.record(booking.code, notice, state, reason)
    count(Metric.SMS, kind=notice.value, result=state.value)
    return state


def _send(
    office: Office, booking: Booking, notice: Notice, more: Allowance, now: datetime
) -> tuple[State, str | None]:
    account = accounts.get(booking.account_id)
    if account is None:
        return State.FAILED, "no account"
    sealed = {account.account_id: account.phone}
    unsealed = unseal.unseal(account.account_id, sealed, BY, notice.value, now)
    phone = unsealed[account.account_id]["phone"]
    for last in (*[False] * (SENDINGS - 1), True):
        try:
            sms.send_once(phone, texts.notice(notice, office, booking))
        except NoAnswer as fault:
            return State.UNKNOWN, fault.reason
        except NotSent as fault:
            if last or not more():
                return State.FAILED, fault.reason
        else:
            break
    return State.SENT, None

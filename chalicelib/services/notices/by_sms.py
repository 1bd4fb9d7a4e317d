"""A text to the phone of an account, once: nobody can take an SMS back, or tell whether it came."""

from datetime import datetime
from typing import NamedTuple

from chalicelib import sms
from chalicelib.domain.errors import NoAnswer, NotSent, Unreadable
from chalicelib.domain.notices import State
from chalicelib.services.allowance import Allowance
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts
from chalicelib.store.accounts import Account

BY = "function:send_reminders"
"""The credential that phones are unsealed with."""

ATTEMPTS = 3
"""At a message that SNS has definitely not taken."""


class Outcome(NamedTuple):
    """What came of a message, and why it did not go out."""

    state: State
    reason: str | None = None


def text(
    account_id: str,
    words: str,
    by: str,
    reason: str,
    more: Allowance,
    now: datetime,
    read: Account | None = None,
) -> Outcome:
    """Send a text to the phone of an account, once; ``by`` and ``reason`` go into the record.

    ``read`` is the account, if it was just read.
    """
    try:
        account = read or accounts.get(account_id)
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

"""A notice by push: its phones are woken, and ask what they are to show (see receipts.py)."""

from datetime import datetime, timedelta

from chalicelib import push as push_service
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.notices import Notice
from chalicelib.push import Answer, Message, Result, Urgency
from chalicelib.services.notices.by_sms import BY
from chalicelib.services.unseal import unseal
from chalicelib.store import notices, subscriptions
from chalicelib.store.accounts import Account
from chalicelib.store.notices import Pushed
from chalicelib.telemetry import Metric, count

TIME_TO_SHOW = timedelta(minutes=1)
"""Less than this before its time is over, a phone is not woken any more."""

WAITS = {Notice.EVENING: Urgency.NORMAL, Notice.WON: Urgency.NORMAL}
"""The others are for now."""


def push(pushed: Pushed, account: Account, now: datetime) -> None:
    """Wake the phones of an account; if that is in vain, the job sends an SMS when it next looks.

    A push service that is busy is asked again, as long as there is time.
    """
    answers = _woken(pushed, account, now)
    if any(one.result in (Result.ACCEPTED, Result.UNKNOWN) for one in answers):
        look_at = until = pushed.until
    else:
        again = min((one.again_at for one in answers if one.again_at), default=pushed.until)
        in_time = again + TIME_TO_SHOW <= pushed.until
        look_at, until = (again, pushed.until) if in_time else (now, now)
    if (look_at, until) != (pushed.due_at, pushed.until):
        notices.look_again(pushed, look_at, until)


def _woken(pushed: Pushed, account: Account, now: datetime) -> list[Answer]:
    kind = pushed.kind
    message = Message(pushed.until - now, WAITS.get(kind, Urgency.HIGH), kind.value)
    sealed = {push_id: device.sealed for push_id, device in account.pushes.items()}
    try:
        unsealed = unseal(account.account_id, sealed, BY, kind.value, now)
    except Unreadable:
        return []
    answers = []
    for push_id, device in unsealed.items():
        answer = push_service.send(device["endpoint"], message, now)
        count(Metric.PUSHES, kind=kind.value, result=answer.result.value)
        if answer.result is Result.GONE:
            subscriptions.remove(account.account_id, push_id)
        answers.append(answer)
    return answers

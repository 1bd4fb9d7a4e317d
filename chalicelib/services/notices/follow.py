"""What becomes of notices that went by push: shown, or sent by SMS when their time is over.

The receipt and the SMS ask for the same state of the notice, so only one of them finds it; the SMS
is noted before it is sent, as any other. What came of it is then noted on the booking, and last on
the notice, which the job looks at until then: a run that is killed anywhere is gone on from there.
"""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.domain import texts
from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice, State, timely
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained
from chalicelib.services.notices.by_push import push
from chalicelib.services.notices.by_sms import BY, Outcome, text
from chalicelib.store import accounts, bookings, notices, offices, tellings
from chalicelib.store.notices import Pushed
from chalicelib.telemetry import Metric, count

KILLED = timedelta(minutes=15)
"""The longest that a run lasts: what it has begun by then, it will not finish."""


LOOKS_AT_A_BOOKING = 4


def follow_up(now: datetime, more: Allowance) -> dict[str, int]:
    """Look at all that are due, as far as there is time; the next run goes on from there."""
    done: Counter[str] = Counter(shown=0, sent=0, failed=0, unknown=0, called=0, handed_over=0)
    for account_id, notice_id in list(notices.due(now)):
        with contained(done, notice_id):
            pushed = notices.get(account_id, notice_id)
            if pushed is None or pushed.due_at is None:
                continue
            booking = _booking(pushed)
            if booking is None:
                notices.drop(pushed)
            elif pushed.state is State.PUSHED and _called(booking, pushed.kind):
                _settle(pushed, Outcome(State.CALLED))
                done["called"] += 1
            elif pushed.state is State.PUSHED and now < pushed.until:
                _wake_again(pushed, now)
            elif not _under_way(booking, pushed.kind, now):
                if pushed.state is State.PUSHED and not more():
                    done["handed_over"] = 1
                    break
                if outcome := _outcome(pushed, booking, more, now):
                    _settle(pushed, outcome)
                    done[outcome.state.value] += 1
    return dict(done)


def _booking(pushed: Pushed) -> Booking | None:
    """The booking, if what was to be told of it still is so."""
    booking = bookings.get(pushed.code)
    return booking if isinstance(booking, Booking) and pushed.true_of(booking) else None


def _called(booking: Booking, kind: Notice) -> bool:
    """Whether somebody of the office has told them by telephone: the last word."""
    telling = booking.told.get(kind)
    return telling is not None and telling.state is State.CALLED


def _under_way(booking: Booking, kind: Notice, now: datetime) -> bool:
    """Whether the run that began a notice is still sending it to others by SMS."""
    telling = booking.told.get(kind)
    sending = telling is not None and telling.state is State.SENDING
    return sending and telling is not None and now - telling.at < KILLED


def _wake_again(pushed: Pushed, now: datetime) -> None:
    account = accounts.get(pushed.account_id)
    if account and account.pushes:
        push(pushed, account, now)
    else:
        notices.look_again(pushed, now, now)


def _outcome(pushed: Pushed, booking: Booking, more: Allowance, now: datetime) -> Outcome | None:
    """What has come of a notice, by now; None if the next run is to look again."""
    if pushed.state is State.SHOWN:
        return Outcome(State.SHOWN)
    if pushed.state is State.SENDING:
        killed = pushed.texted_at is None or now - pushed.texted_at >= KILLED
        return Outcome(State.UNKNOWN, "killed") if killed else None
    office = offices.every(now).get(booking.slot.office_id)
    if office is None or not notices.begin_sms(pushed, now):
        return None
    if not timely(office, booking.slot.day, booking.slot.start, pushed.kind, now):
        return Outcome(State.FAILED, "too late")
    words = texts.notice(pushed.kind, office, booking, pushed.numbers_in(booking))
    outcome = text(pushed.account_id, words, BY, pushed.kind.value, more, now)
    count(Metric.SMS, kind=pushed.kind.value, result=outcome.state.value)
    return outcome


def _settle(pushed: Pushed, outcome: Outcome) -> None:
    """Note what came of it: on the booking, then on the notice itself."""
    kind = pushed.kind
    for _ in range(LOOKS_AT_A_BOOKING):
        booking = _booking(pushed)
        telling = booking.told.get(kind) if booking else None
        if booking is None or telling is None or pushed.account_id not in telling.waiting:
            break
        settled = telling.settled(pushed.account_id, *outcome)
        if tellings.settle(booking, kind, pushed.account_id, settled):
            break
    notices.end(pushed, outcome.state)
    in_time = outcome.state is State.SHOWN
    count(Metric.RECEIPTS, kind=kind.value, result="in_time" if in_time else "none")

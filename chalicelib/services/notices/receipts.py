"""What a phone that was woken by push is to show, and that it has shown it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import NoSuchNotice, Notice, State
from chalicelib.domain.offices import Office
from chalicelib.store import bookings, notices, offices
from chalicelib.store.notices import Pushed
from chalicelib.telemetry import Metric, count

LATELY = timedelta(minutes=5)
"""So long what was shown is still to be shown: the account's other phones are just being woken."""


class ToShow(NamedTuple):
    """A notice, with what its words are made of."""

    pushed: Pushed
    booking: Booking
    office: Office


def of_account(account_id: str, now: datetime, *, unshown: bool) -> list[ToShow]:
    """The notices of an account that are true still, the first first; or what is to be shown."""
    kept = [one for one in notices.of_account(account_id) if _to_show(one, now) or not unshown]
    there = bookings.many({one.code for one in kept}) if kept else {}
    return [
        ToShow(one, booking, office)
        for one in kept
        if (booking := there.get(one.code)) and one.true_of(booking)
        if (office := _office(one, booking, now))
    ]


def _office(pushed: Pushed, booking: Booking, now: datetime) -> Office | None:
    """The office, as it stands if it is a closure that is told: it may be younger than a minute."""
    office_id = booking.slot.office_id
    if pushed.kind is Notice.CLOSURE:
        return offices.read(office_id)
    return offices.every(now).get(office_id)


def _to_show(pushed: Pushed, now: datetime) -> bool:
    lately = pushed.shown_at is not None and now - pushed.shown_at < LATELY
    return pushed.state is State.PUSHED or lately


def receive(account_id: str, notice_id: str, now: datetime) -> None:
    """Note that a phone has shown a notice; after the SMS it is too late. Raises `NoSuchNotice`."""
    stands = notices.receive(account_id, notice_id, now)
    if stands is None:
        raise NoSuchNotice
    if stands.state is not State.SHOWN:
        count(Metric.RECEIPTS, kind=stands.kind.value, result="late")

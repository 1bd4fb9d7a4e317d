"""The roster of a day, to print for a morning without network: initials, each look recorded."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain import calendar, lines
from chalicelib.domain.boards import Board, BoardKey
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.domain.offices import Office
from chalicelib.domain.reports import initials
from chalicelib.domain.staff import Staff
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, boards, bookings, days, offices, slots
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import Metric, count, log

PAGE = 40
"""How many bookings are shown at once: KMS is asked for each of their people."""


class Entry(NamedTuple):
    """A booking of the day."""

    label: str
    come_at: datetime
    people: list[str] | None
    """Their initials; None where they cannot be told now."""
    size: int
    came: bool
    """Whether they have a ticket, or had one, or were entered afterwards."""


class Page(NamedTuple):
    entries: list[Entry]
    next: str | None
    """The label behind which the roster goes on."""


def page(day: date, after: str | None, staff: Staff, now: datetime) -> Page:
    """A part of a day's roster, in the order in which people come."""
    office = offices.get(staff.office_id, now)
    every = sorted(_booked(office, day), key=lambda one: (one[1], one[0]))
    labels = [label for label, *_ in every]
    start = labels.index(after) + 1 if after in labels else 0
    shown = every[start : start + PAGE]
    reason, key = f"roster: {day}", BoardKey(office.office_id, day)
    board = boards.get(key) or Board(key)
    entries = [
        Entry(
            label,
            come_at,
            _initials(booking, staff, reason, now),
            len(booking.remaining),
            label in board.tickets or label in board.gone or booking.outcome is Outcome.SERVED,
        )
        for label, come_at, booking in shown
    ]
    more = len(every) > start + PAGE
    return Page(entries, shown[-1][0] if more else None)


def _booked(office: Office, day: date) -> Iterator[tuple[str, datetime, Booking]]:
    """The bookings of a day with their labels, and when their people were told to come."""
    ready = days.between(office.office_id, day, day).get(day)
    if ready is None or ready.closed:
        return
    for slot in slots.rosters(ready.slots):
        if not slot.holds:
            continue
        for booking in bookings.many([*slot.holds]).values():
            if booking.stands_in(slot.key):
                place = booking.place
                label = lines.label_booked(ready.windows, slot.key.start, place.first)
                yield label, calendar.instant(office, day, place.arrive_from), booking


def _initials(booking: Booking, staff: Staff, reason: str, now: datetime) -> list[str] | None:
    try:
        account = accounts.get(booking.account_id)
        held = account.people if account else {}
        sealed = {one: held[one].sealed for one in booking.numbers if one in held}
        told = unseal(booking.account_id, sealed, staff.credential, reason, now) if sealed else {}
    except (ClientError, BotoCoreError, Unavailable) as fault:
        log.warning("a roster is shown without initials", fault=type(fault).__name__)
        count(Metric.FAULTS, kind=type(fault).__name__)
        return None
    return [initials(one["name"]) for one in told.values()]

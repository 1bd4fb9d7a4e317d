"""The lots that people had who have won a place which their office has taken back.

How often an entry had lost is in the list of the draw that it has won, and nowhere else.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from chalicelib.domain import calendar, draws
from chalicelib.domain.bookings import Booking, CancelledBy, Outcome
from chalicelib.domain.draws import Entry, EntryStatus
from chalicelib.store import bookings, offices
from chalicelib.store import draws as store


def lost(mine: Iterable[Entry], office_id: str, people: Collection[str], now: datetime) -> int:
    """How often these people had lost, if what they won last was taken back by the office.

    ``mine`` are the entries of their account. 0 if that is too long ago, or if somebody else is to
    share it.
    """
    won = [
        entry
        for entry in mine
        if entry.status is EntryStatus.WON
        and entry.office_id == office_id
        and not set(people).isdisjoint(entry.applicants)
    ]
    last = max(won, key=lambda entry: entry.made_at, default=None)
    if last is None or not last.booking or not set(people).issubset(last.applicants):
        return 0
    booking = bookings.many([last.booking]).get(last.booking)
    if booking is None or booking.drawn_at is None or not _taken_back(booking):
        return 0
    day_ends = calendar.ends_at(offices.get(booking.slot.office_id, now), booking.slot.day)
    return _lost(last, booking.drawn_at) if now < day_ends + draws.GIVEN_BACK else 0


def _taken_back(booking: Booking) -> bool:
    by_office = booking.cancelled_by is CancelledBy.OFFICE
    return by_office or booking.outcome is Outcome.TURNED_AWAY


def _lost(entry: Entry, at: datetime) -> int:
    record = store.get(entry.office_id, at)
    rows = (row for n in range(record.pages) for row in store.page(record, n)) if record else ()
    return next((row.lost for row in rows if row.entry_id == entry.entry_id), 0)

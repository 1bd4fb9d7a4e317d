"""Entries as their account sees them: when they are drawn next, and what place they had last."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain import calendar, draws
from chalicelib.domain.draws import Entry, EntryStatus, Record
from chalicelib.domain.offices import Office
from chalicelib.services.waitlist.ask import own, tidy
from chalicelib.store import days, entries, offices
from chalicelib.store import draws as store

LOOKED_BACK = timedelta(days=1)
"""How far back the last draw of an entry is looked for."""

DRAWS = 100


class LastDraw(NamedTuple):
    at: datetime
    place: int
    """In the order, from 1 on."""
    of: int
    day: date
    """One that it asks for, if it was drawn then."""


class Seen(NamedTuple):
    entry: Entry
    lots: int
    next_draw_at: datetime | None
    """None where it takes part in no draw any more, or its office makes none."""
    last_draw: LastDraw | None = None


def all_of(account_id: str, now: datetime) -> list[Seen]:
    """The entries of an account, the latest first (a moment behind)."""
    return [seen(entry, now) for entry in entries.of_account(account_id)]


def one(entry_id: str, account_id: str, now: datetime) -> Seen:
    """One entry, with its place in the last draw. Raises `NoSuchEntry`."""
    entry = own(entry_id, account_id)
    if entry.waits(now) and tidy(entry_id, now):
        entry = own(entry_id, account_id)  # one of its people has a booking by now
    return seen(entry, now)._replace(last_draw=_last(entry, now))


def seen(entry: Entry, now: datetime) -> Seen:
    """An entry that has just been read or made."""
    if not entry.waits(now):
        over = EntryStatus.ENDED if entry.status is EntryStatus.WAITING else entry.status
        return Seen(entry._replace(status=over), 0, None)
    office = offices.get(entry.office_id, now)
    opening = _opening(office, entry)
    drawn = {day: at - calendar.DRAWN_BEFORE for day, at in opening.items()}
    upcoming = (at for at in opening.values() if at > now)
    later = max(now, entry.made_at + draws.CUTOFF)
    next_at = draws.next_draw(later - draws.CUTOFF, upcoming) if office.by_lot else None
    if next_at:  # no quarter hour before has places of its days
        next_at = max(next_at, _first_drawn(office, entry, drawn, now))
    return Seen(entry, draws.lots(draws.lost(entry, now, drawn)), next_at)


def _first_drawn(
    office: Office, entry: Entry, drawn: Mapping[date, datetime], now: datetime
) -> datetime:
    """From when on places are drawn of the first day that an entry asks for and has not missed."""
    first = max(entry.first, office.today(now))
    days_after = (first + timedelta(days=n) for n in range(calendar.IN_SIGHT))
    served = (day for day in days_after if day in drawn or calendar.windows_on(office, day))
    day = next(served, first)
    return drawn.get(day) or calendar.opens_at(office, day) - calendar.DRAWN_BEFORE


def _opening(office: Office, entry: Entry) -> Mapping[date, datetime]:
    """When the days open that an entry asks for, of those that are ready."""
    ready = days.between(office.office_id, entry.first, entry.last)
    return {day: one.opens_at for day, one in ready.items() if one.by_lot and one.closed is None}


def _last(entry: Entry, now: datetime) -> LastDraw | None:
    since = max(entry.made_at, now - LOOKED_BACK)
    for record in reversed(store.after(entry.office_id, since, now, DRAWS)):
        if record.results is not None:
            places = _places(record)
            if entry.entry_id in places:
                return LastDraw(record.at, places[entry.entry_id], len(places), _day(entry, record))
    return None


def _day(entry: Entry, record: Record) -> date:
    """A day of a draw, by which it is found among those that everybody may check."""
    days = [room.day for room in record.rooms]
    return next((day for day in days if entry.first <= day <= entry.last), days[0])


@lru_cache(maxsize=4)
def _places(record: Record) -> Mapping[str, int]:
    """Where everybody was in the order of a draw that is settled, and so never changes."""
    rows = [row for number in range(record.pages) for row in store.page(record, number)]
    ordered = draws.order(record.signature or b"", rows)
    return {row.entry_id: place for place, row in enumerate(ordered, 1)}

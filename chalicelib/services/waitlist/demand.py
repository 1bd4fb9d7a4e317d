"""What a supervisor sees of those who ask by lot: how many, for which day and window.

It is read from the list of the last draw, without whom that has placed: so it is as old as that
draw, names nobody, and costs a read of its pages (one for 8,000 entries), not of the entries.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.domain import calendar, demand, draws
from chalicelib.domain.demand import Asked, Demand
from chalicelib.domain.draws import Done, Record, Row
from chalicelib.domain.offices import Office
from chalicelib.services.waitlist.ask import WAITS
from chalicelib.store import days, offices
from chalicelib.store import draws as store

OVER = frozenset({Done.PLACED, Done.NOT_ASKING})
"""With these an entry asks no more."""


class Seen(NamedTuple):
    by_lot: bool
    at: datetime | None
    """Of the draw; None if there was none yet."""
    whole: Asked
    days: list[Demand]


def of_office(office_id: str, now: datetime) -> Seen:
    """How many ask at an office, after its last draw."""
    office = offices.get(office_id, now)
    head = store.heads([office_id]).get(office_id) if office.by_lot else None
    record = store.get(office_id, head.at) if head else None
    rows = _still_asking(record) if record else []
    wanted = demand.of_days(rows, _windows(office, now)) if rows else []
    return Seen(office.by_lot, record and record.at, demand.together(rows), wanted)


def _still_asking(record: Record) -> list[Row]:
    over = {line.entry_id for line, done in record.results or () if done in OVER}
    rows = (row for number in range(record.pages) for row in store.page(record, number))
    return [row for row in rows if row.entry_id not in over]


def _windows(office: Office, now: datetime) -> dict[date, Sequence[time]]:
    """What is still to be drawn for whoever asks now."""
    today = office.today(now)
    last = today + timedelta(days=office.reach_days) + WAITS
    ready = days.between(office.office_id, today, last)
    found = {}
    for day in (today + timedelta(days=n) for n in range((last - today).days + 1)):
        there = ready.get(day)
        if there and (there.closed or not there.by_lot):
            continue
        windows = there.windows if there else calendar.windows_on(office, day)
        starts = [window.start for window in windows]
        found[day] = [
            start for start in starts if calendar.instant(office, day, start) >= now + draws.NOTICE
        ]
    return {day: starts for day, starts in found.items() if starts}

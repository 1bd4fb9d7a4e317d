"""Opening days: the slots of every day that is released soon are made ready before it is.

The clock releases them, not this job: the instant of release lies in each slot and is part of the
condition of every claim. So a run may come late, twice, out of order, or fail half-way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain import calendar
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.offices import Office
from chalicelib.services.closures import closure
from chalicelib.store import days, offices, slots
from chalicelib.telemetry import Metric, count


@dataclass(frozen=True, slots=True)
class Opened:
    """A day that was made ready."""

    office_id: str
    day: date
    places: int


def open_days(now: datetime) -> dict[str, int]:
    """Make ready all that is due; says how many days and places that were."""
    opened = list(opening(now))
    places = sum(day.places for day in opened)
    count(Metric.PLACES_RELEASED, places)
    return {"days": len(opened), "places": places}


def opening(now: datetime) -> Iterator[Opened]:
    """Make ready what is due, day by day, telling of each."""
    for office in offices.every(now).values():
        due = calendar.due(office, now)
        ready = days.between(office.office_id, due[0], due[-1]) if due else {}
        for day in due:
            if day not in ready:
                yield _open(office, day)


def _open(office: Office, day: date) -> Opened:
    closed = closure(office, day)
    windows = () if closed else office.windows(day)
    opens_at = calendar.opens_at(office, day)
    for window in windows:
        slots.create(SlotKey(office.office_id, day, window.start), window, opens_at)
    # The day comes last: it says that all its slots are there.
    days.create(office.office_id, day, opens_at, windows, closed)
    return Opened(office.office_id, day, sum(window.places for window in windows))

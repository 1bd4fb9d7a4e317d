"""The days of an office as its visits and rosters tell them."""

from datetime import datetime, timedelta

from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.lines import Class, class_of
from chalicelib.domain.offices import Office
from chalicelib.domain.reports import Visit
from chalicelib.store import days, slots, visits
from infra.waits.places import Measured

LOOKED_AT = timedelta(days=60)
"""What is longer ago says little of tomorrow; a roster is kept for 83 days."""


def measured(office: Office, now: datetime) -> list[Measured]:
    """The past days on which anybody was at the office, the oldest first."""
    today = office.today(now)
    ready = days.between(office.office_id, today - LOOKED_AT, today - timedelta(days=1))
    there = {day: visits.of_day(BoardKey(office.office_id, date)) for date, day in ready.items()}
    return [_measured(office, day, those) for day, those in there.items() if those]


def _measured(office: Office, day: Day, those: list[Visit]) -> Measured:
    keys = [SlotKey(day.office_id, day.date, window.start) for window in day.windows]
    holds = [hold for roster in slots.rosters(keys) for hold in roster.holds.values()]
    booked = [one for one in those if class_of(one.label) is Class.BOOKED]
    people, came = sum(one.people for one in those), sum(one.people for one in booked)
    done = [[one for one in those if step in one.minutes] for step in office.steps]
    return Measured(
        booked=sum(hold.places for hold in holds if hold.free_at is None),
        came=came,
        walk_ins=people - came,
        served=tuple(sum(one.people for one in each) for each in done),
        minutes=tuple(
            sum(one.minutes[step] for one in each)
            for step, each in zip(office.steps, done, strict=True)
        ),
    )

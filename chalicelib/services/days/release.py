"""Opening days: the slots of every day that is released soon are made ready before it is.

The clock releases them, not this job: the instant of release lies in each slot and is part of the
condition of every claim. So a run may come late, twice, out of order, or fail half-way. Until then
a changed template still reaches a day; from then on it does not. What is closed or open follows its
office and the holidays at any time.
"""

from collections import Counter
from datetime import date, datetime, timedelta

from chalicelib.domain import calendar
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.offices import Office, Window
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.contained import contained, every_office
from chalicelib.services.days import closing
from chalicelib.store import days, offices, slots
from chalicelib.telemetry import Metric, count, measure

SETTLED = timedelta(minutes=5)
"""So long before its release, or its draw, a day is left as it is: a clock may be a little off."""


def open_days(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Make ready all that is due and report what has been released; says how much that was.

    When there is no ``more`` time it stops; the next run goes on from there.
    """
    done: Counter[str] = Counter(days=0, places=0, released=0)
    for office in every_office(now, done):
        if not more():
            done["handed_over"] = 1
            break
        with contained(done, office.office_id):
            _open_office(office, now, done)
    return dict(done)


def _open_office(office: Office, now: datetime, done: Counter[str]) -> None:
    due = calendar.due(office, now)
    ready = days.between(office.office_id, due[0], due[-1]) if due else {}
    first = min(ready, default=None)
    # The last day first: what lies before all that is ready belongs to a new office, also
    # where a run of it was killed half-way.
    for day in reversed(due):
        if day not in ready:
            new_office = first is None or day < first
            done.update(days=1, places=_open(office, day, now, new_office=new_office))
        elif (ready[day].closed is None) != (calendar.closure_on(office, day) is None):
            _follow(ready[day], now)
        elif _outdated(office, ready[day], now):
            _remake(office, ready[day], now)
    if any(day not in ready for day in due):
        # A day that is late is reported by the run that opens it: somebody is to know at once.
        ready = days.between(office.office_id, due[0], due[-1])
    done.update(released=sum(_announce(office, day, now) for day in ready.values()))
    if calendar.undecreed(office, now):
        count(Metric.UNDECREED)


def _open(office: Office, day: date, now: datetime, *, new_office: bool) -> int:
    closed, windows = calendar.closure_on(office, day), calendar.windows_on(office, day)
    opens_at = calendar.opens_at(office, day)
    _make(office, day, windows, opens_at, now)
    # The day comes last: it says that all its slots are there.
    # What a new office begins with is no late release, hence nothing to report.
    days.create(
        office.office_id,
        day,
        opens_at,
        windows,
        closed,
        now,
        announced=new_office and opens_at <= now,
        by_lot=office.by_lot,
    )
    return _places(windows)


def _follow(day: Day, now: datetime) -> None:
    """Close a day that has become a holiday, or open one that is none any more.

    `send_reminders` cancels what was booked there, and tells its people.
    """
    office = offices.read(day.office_id)  # what was kept may be older than the day
    why = calendar.closure_on(office, day.date)
    if why is None and day.closed is not None:
        closing.reopen(office, day)
    elif why is not None and day.closed is None:
        closing.close(office, day.date, why, now)


def _outdated(office: Office, day: Day, now: datetime) -> bool:
    """Whether a day that is not released yet differs from what its office says by now."""
    settled = SETTLED + (calendar.DRAWN_BEFORE if day.by_lot else timedelta(0))
    return (
        day.opens_at > now + settled
        and day.closed is None
        and (
            day.windows != office.windows(day.date)
            or day.opens_at != calendar.opens_at(office, day.date)
            or day.by_lot != office.by_lot
        )
    )


def _remake(office: Office, day: Day, now: datetime) -> None:
    opens_at = calendar.opens_at(office, day.date)
    windows = office.windows(day.date)
    _make(office, day.date, windows, opens_at, now)
    kept = {window.start for window in windows}
    for slot in day.slots:
        if slot.start not in kept:
            slots.discard(slot, now)
    days.remake(day, opens_at, windows, now, by_lot=office.by_lot)


def _make(
    office: Office, day: date, windows: tuple[Window, ...], opens_at: datetime, now: datetime
) -> None:
    """The slots of a day; one that an earlier run has left follows, until it is released."""
    for window in windows:
        key = SlotKey(office.office_id, day, window.start)
        if not slots.create(key, window, opens_at, by_lot=office.by_lot):
            slots.remake(key, window, opens_at, now, by_lot=office.by_lot)


def _announce(office: Office, day: Day, now: datetime) -> int:
    """Report the release of a day once: its places, and by how much the job was late."""
    if day.opens_at > now or day.closed or day.announced or not days.announce(day):
        return 0
    places = _places(day.windows)
    lag = max(day.ready_at - day.opens_at, timedelta(0))
    count(Metric.PLACES_RELEASED, places, office=day.office_id, zone=office.zone_name)
    measure(Metric.RELEASE_LAG, lag, office=day.office_id, zone=office.zone_name)
    return places


def _places(windows: tuple[Window, ...]) -> int:
    return sum(window.places for window in windows)

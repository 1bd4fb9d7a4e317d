"""The board run forward: who is still expected, when each is called, whether more can come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain import calendar, estimates, lines, walk_ins
from chalicelib.domain.boards import Board, BoardKey
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.estimates import Breaks, Expected, Range
from chalicelib.domain.offices import Office, Window
from chalicelib.store import days, slots
from chalicelib.store.cache import Cache

DAYS_AHEAD = timedelta(days=14)

_planned: Cache[BoardKey, "Planned"] = Cache(timedelta(minutes=1))


def windows(office: Office, key: BoardKey, now: datetime) -> Sequence[Window]:
    """The windows of a day; none if the office does not serve then."""
    day = days.seen(office.office_id, key.day, now)
    return () if day is None or day.closed else day.windows


class Planned(NamedTuple):
    """A day as it was planned; at most a minute old."""

    windows: Sequence[Window]
    booked: dict[str, Expected]
    """What is booked, by the label that its ticket would have."""
    breaks: Breaks
    """What the office has stated; a supervisor may say something else on the day."""


class Forecast(NamedTuple):
    """A board, run forward."""

    board: Board
    office: Office
    windows: Sequence[Window]
    expected: list[Expected]
    waits: dict[str, float]
    """In how many minutes each is called who waits, or who is expected and was asked about."""
    closes_at: datetime
    """When the last window ends; on a day without any, now."""
    minutes: float
    """For how many minutes counters are there until then, all together."""

    def call(self, label: str, now: datetime) -> Range | None:
        """When somebody will be called; None of whoever does not wait."""
        wait = self.waits.get(label)
        return None if wait is None else estimates.range_of(wait, now)

    def admits(self, people: int, wait: float, *, priority: bool, now: datetime) -> bool:
        """Whether so many people without a booking, who would wait so long, can be served today."""
        if self.office.trial:
            return True
        if self.closes_at <= now:
            return False
        places = sum(window.places for window in self.windows)
        if priority and walk_ins.priority_left(self.board, places):
            return True
        return walk_ins.short(wait) and self._fits(people, now)

    def come_at(self, people: int, wait: float, now: datetime) -> datetime | None:
        """When whoever is not admitted now may come; None if no day is known."""
        later = walk_ins.shorter_at(wait, now)
        if later < self.closes_at and self._fits(people, now):
            return later.astimezone(self.office.zone)
        return next_day(self.office, self.board.key, now)

    def _fits(self, people: int, now: datetime) -> bool:
        return walk_ins.fits(self.board, self.office, self.expected, people, self.minutes, now)


def run(
    board: Board, office: Office, now: datetime, ahead: tuple[timedelta, timedelta] | None = None
) -> Forecast:
    """Run a board forward; also for those who are expected so far ``ahead``, from and until."""
    day, booked, breaks = _planned.get(board.key, now, lambda: _read(office, board.key, now))
    known = board.tickets.keys() | board.gone
    expected = [one for label, one in booked.items() if label not in known]
    opens_at = calendar.instant(office, board.key.day, day[0].start) if day else now
    closes_at = calendar.instant(office, board.key.day, day[-1].end) if day else now
    also = [one.label for one in expected if ahead and ahead[0] <= one.told - now <= ahead[1]]
    waits = estimates.waits(board, office, expected, opens_at, now, also, breaks)
    minutes = estimates.minutes_left(board, office, opens_at, closes_at, breaks, now)
    return Forecast(board, office, day, expected, waits, closes_at, minutes)


def next_day(office: Office, key: BoardKey, now: datetime) -> datetime | None:
    """When the office next begins to serve on a later day, in its own time."""
    first = key.day + timedelta(days=1)
    later = days.between(office.office_id, first, first + DAYS_AHEAD)
    for day in (later[date] for date in sorted(later)):
        if day.windows and not day.closed:
            starts_at = calendar.instant(office, day.date, day.windows[0].start)
            return starts_at.astimezone(office.zone)
    return None


def _read(office: Office, key: BoardKey, now: datetime) -> Planned:
    """What is planned for a day, as it stood a moment ago."""
    day = windows(office, key, now)
    keys = [SlotKey(key.office_id, key.day, window.start) for window in day]
    found = {}
    for slot in slots.seen(keys, now).values():
        window = next(one for one in day if one.start == slot.key.start)
        for hold in slot.holds.values():
            told = calendar.instant(office, key.day, lines.told(office, window, hold.first))
            label = lines.label_booked(day, window.start, hold.first)
            if hold.free_at is None:
                found[label] = Expected(label, told, hold.places)
    return Planned(day, found, _breaks(office, key, day))


def _breaks(office: Office, key: BoardKey, day: Sequence[Window]) -> Breaks:
    return {
        counter_id: [
            (
                calendar.instant(office, key.day, one.start),
                calendar.instant(office, key.day, one.end),
            )
            for one in office.breaks_at(day, number)
        ]
        for number, counter_id in enumerate(office.counter_ids)
    }

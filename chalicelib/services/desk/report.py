"""How days went, for the supervisors of an office: from visits, which are kept for 13 months."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.boards import Board, BoardKey
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.reports import Report, Visit, report, visit_of, waiting
from chalicelib.store import boards, days, offices, slots, visits

LONGEST = 31
"""How many days are told at once."""


class DayAtWork(NamedTuple):
    """A day as its supervisor sees it."""

    report: Report
    board: Board
    waiting: list[tuple[datetime, int]]
    """How many tickets waited at each quarter of an hour."""
    serves: bool
    """Whether people can still check in."""


def of_day(office_id: str, day: date, now: datetime) -> DayAtWork:
    """How one day goes, or went; one without service is empty."""
    office = offices.get(office_id, now)
    key, today = BoardKey(office_id, day), office.today(now)
    ready = days.between(office_id, day, day).get(day)
    board = boards.get(key) or Board(key)
    seen = _visits(board)
    expected = _expected(ready, board)
    over = bool(seen or expected) and (board.closed or day < today)
    return DayAtWork(
        report(day, seen, expected, office.zone, over=over),
        board,
        waiting(seen, min(now, calendar.ends_at(office, day))),
        day == today and not board.closed and bool(ready and ready.windows and not ready.closed),
    )


def of_days(office_id: str, first: date, last: date, now: datetime) -> list[Report]:
    """How the days went that the office served, from the first to the last, at most `LONGEST`."""
    return list(_reports(office_id, first, last, now))


def _reports(office_id: str, first: date, last: date, now: datetime) -> Iterator[Report]:
    office = offices.get(office_id, now)
    ready = days.between(office_id, first, last)
    every = [first + timedelta(number) for number in range((last - first).days + 1)]
    keys = [BoardKey(office_id, day) for day in every]
    there = {board.key: board for board in boards.many(keys)}
    for key in keys:
        board = there.get(key, Board(key))
        seen = _visits(board)
        expected = _expected(ready.get(key.day), board)
        if not seen and not expected:
            continue  # it was no day of service, or its rosters are forgotten
        over = board.closed or key.day < office.today(now)
        yield report(key.day, seen, expected, office.zone, over=over)


def _visits(board: Board) -> list[Visit]:
    """Who has left the board, and who is still on it; nobody twice."""
    left = {one.label: one for one in visits.of_day(board.key)}
    here = {label: visit_of(ticket) for label, ticket in board.tickets.items()}
    return [*(left | here).values()]


def _expected(day: Day | None, board: Board) -> int:
    """How many people had a booking, by the rosters; none where those are forgotten by now."""
    if day is None or day.closed:
        return 0
    keys = [SlotKey(board.key.office_id, board.key.day, window.start) for window in day.windows]
    holds = (hold for slot in slots.rosters(keys) for hold in slot.holds.values())
    return sum(hold.places for hold in holds if hold.free_at is None)

"""What anybody may see of an office's day: numbers alone, at most a second old.

However many ask a process, it reads the board once a second; who is still expected, once a minute.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.boards import AT_A_COUNTER, Board, BoardKey, Call, Ticket
from chalicelib.domain.estimates import Range
from chalicelib.services.desk import forecast
from chalicelib.services.desk.forecast import Forecast
from chalicelib.store import boards, offices
from chalicelib.store.cache import Cache

NEAR = timedelta(minutes=10)
"""Whoever may be called within this should look often."""

OFTEN, SELDOM = timedelta(seconds=5), timedelta(seconds=60)
"""How long to wait before the next look, if somebody may be called by then or nobody will be."""

_kept: Cache[str, "Today"] = Cache(timedelta(seconds=1))


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class WalkIns(StrEnum):
    """Whether somebody without a booking is taken."""

    OPEN = "open"
    LATER = "later"
    """Not now, but later today."""
    CLOSED = "closed"


class Waiting(NamedTuple):
    ticket: Ticket
    call: Range


class Today(NamedTuple):
    day: date
    as_of: datetime
    status: Status
    lag: timedelta
    """How long somebody in the line has been due, and here."""
    serving: list[Ticket]
    called: list[Call]
    """The last calls, the latest first."""
    line: list[Waiting]
    walk_ins: WalkIns
    poll_after: timedelta


def today(office_id: str, now: datetime) -> Today:
    """The day of an office as it stood at most a second ago. Raises `NoSuchOffice`."""
    offices.get(office_id, now)
    return _kept.get(office_id, now, lambda: _look(office_id, now))


def _look(office_id: str, now: datetime) -> Today:
    office = offices.get(office_id, now)
    key = BoardKey(office_id, office.today(now))
    board = boards.get(key, consistent=False) or Board(key)
    ahead = forecast.run(board, office, now)
    here = [one for one in board.tickets.values() if one.state in AT_A_COUNTER]
    line = [
        Waiting(one, call)
        for one in board.line()
        if (call := ahead.call(one.label, now)) is not None
    ]
    near = any(one.call.start <= now + NEAR for one in line)
    calling = any(counter.open for counter in board.counters.values())
    return Today(
        day=key.day,
        as_of=now,
        status=Status.CLOSED if board.closed or not ahead.windows else Status.OPEN,
        lag=board.lag(now),
        serving=sorted(here, key=lambda one: one.counter or ""),
        called=board.last_calls(),
        line=line,
        walk_ins=_walk_ins(ahead, now),
        poll_after=OFTEN if near or calling else SELDOM,
    )


def _walk_ins(ahead: Forecast, now: datetime) -> WalkIns:
    if ahead.board.closed or not ahead.windows:
        return WalkIns.CLOSED
    wait = max(ahead.waits.values(), default=0.0)
    if ahead.admits(1, wait, priority=False, now=now):
        return WalkIns.OPEN
    later = ahead.come_at(1, wait, now)
    is_today = later is not None and later.date() == ahead.board.key.day
    return WalkIns.LATER if is_today else WalkIns.CLOSED

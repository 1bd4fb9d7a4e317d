"""Whom it affects if today's line is closed early, told before it is done (see close.py)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import lines, texts
from chalicelib.domain.boards import AT_A_COUNTER, Board, BoardKey, State
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.services.desk import close
from chalicelib.store import boards, days, offices


class Ahead(NamedTuple):
    """Whom it affects if a day is closed now: how many tickets or bookings, and their people."""

    board: Board
    message: str
    """What those are told by SMS who are turned away and have a booking."""
    waiting: tuple[int, int]
    """Will be turned away …"""
    walk_ins: tuple[int, int]
    """… of whom these have no booking, and so no phone that could be told."""
    to_come: tuple[int, int]
    """Are not due yet, and will be turned away as well."""
    missed: tuple[int, int]
    """Have missed their call, or are late: that will count as not having come."""
    at_counters: tuple[int, int]
    """Are served to the end."""


def look(office_id: str, now: datetime) -> Ahead:
    """Whom it affects if the day of an office is closed now; nobody any more if it has been."""
    office = offices.get(office_id, now)
    key = BoardKey(office_id, office.today(now))
    board = boards.get(key) or Board(key)
    day = None if board.closed else days.between(*key, key.day).get(key.day)
    not_here = [*close.outcomes(office, day, board._replace(closed_at=now))] if day else []
    here = board.tickets.values()
    waiting = [one for one in here if one.state is State.WAITING]
    return Ahead(
        board=board,
        message=texts.turned_away(office, key.day),
        waiting=_sized(one.people for one in waiting),
        walk_ins=_sized(
            one.people for one in waiting if lines.class_of(one.label) is not lines.Class.BOOKED
        ),
        to_come=_sized(_expected(not_here, Outcome.TURNED_AWAY)),
        missed=_sized(
            [
                *(one.people for one in here if one.state is State.MISSED),
                *_expected(not_here, Outcome.ABSENT),
            ]
        ),
        at_counters=_sized(one.people for one in here if one.state in AT_A_COUNTER),
    )


def _expected(ends: Iterable[tuple[Booking, Outcome]], outcome: Outcome) -> Iterator[int]:
    """How many people have each booking whose visit ends so."""
    return (len(booking.remaining) for booking, end in ends if end is outcome)


def _sized(people: Iterable[int]) -> tuple[int, int]:
    """How many tickets or bookings there are, and how many people they have together."""
    each = [*people]
    return len(each), sum(each)

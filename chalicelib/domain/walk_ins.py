"""Whether somebody without a booking can be served today, besides those who have one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from chalicelib.domain.boards import Board
from chalicelib.domain.estimates import MINUTE, Expected, minutes_a_person, still_expected
from chalicelib.domain.lines import Class, class_of
from chalicelib.domain.offices import Office

USE = 0.85
"""How much of the counters' time may be promised: at full use a line never ends."""

LONGEST_LINE = timedelta(minutes=30)
"""Nobody joins a line without a booking whose wait is longer than this."""

PRIORITY_SHARE = 0.1
"""For each place of the day so many of those who should not wait are taken without a booking."""

STEP = timedelta(minutes=5)


def fits(
    board: Board,
    office: Office,
    expected: Sequence[Expected],
    people: int,
    minutes: float,
    now: datetime,
) -> bool:
    """Whether the counters have time for so many more people.

    ``minutes`` are those of all counters together until the day closes, without their breaks.
    """
    waiting = sum(ticket.people for ticket in board.line())
    coming = office.show_rate * sum(one.people for one in still_expected(expected, now))
    needed = (waiting + coming + people) * minutes_a_person(board, office)
    return needed <= USE * minutes


def short(wait: float) -> bool:
    """Whether a line with a wait of so many minutes may be joined without a booking."""
    return wait * MINUTE <= LONGEST_LINE


def shorter_at(wait: float, now: datetime) -> datetime:
    """When a line that is too long will be short enough, as far as can be told; in steps of 5."""
    then = now + wait * MINUTE - LONGEST_LINE
    return now + ceil((then - now) / STEP) * STEP


def priority_left(board: Board, places: int) -> bool:
    """Whether the day's share of those who should not wait is not used up."""
    labels = (*board.tickets, *board.gone)
    taken = sum(class_of(label) is Class.PRIORITY for label in labels)
    return taken < ceil(PRIORITY_SHARE * places)

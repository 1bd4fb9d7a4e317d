"""What is pressed at a counter, and what a supervisor does to one: read, decide, one update.

Every press says which turn of the counter its clerk saw, and carries a key. The update is made on
condition that the turn still is the one that was read, and raises it. So of two presses one is
done; a retry finds the turn after its own, under its own key, and is answered with what it did; and
a press that comes late, from a closed tab or a clerk who went home, finds a turn that went by.
"""

import random
import secrets
import time
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import presses
from chalicelib.domain.boards import Board, BoardKey, Counter, Press, Ticket
from chalicelib.domain.errors import CounterChanged, KeyReused, NoSuchCounter
from chalicelib.domain.offices import Office
from chalicelib.domain.presses import Asked
from chalicelib.services.desk import forecast
from chalicelib.store import boards, offices
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Stood, Wrote

TRIES = 20
"""Of a press, while others take whom it would have called."""

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.2


class At(NamedTuple):
    """A counter as it stands."""

    counter_id: str
    counter: Counter
    ticket: Ticket | None
    waiting: int
    """How many tickets wait for it."""


def look(office_id: str, counter_id: str, now: datetime) -> At:
    """A counter as it stands. Raises `NoSuchCounter`."""
    office = _office(office_id, counter_id, now)
    key = BoardKey(office_id, office.today(now))
    return at(boards.get(key) or Board(key), office, counter_id)


def press(office_id: str, counter_id: str, asked: Asked, now: datetime) -> At:
    """Do what was pressed, once. Returns the counter as it then is.

    Raises `NoSuchCounter`, `CounterChanged` (with the counter, under ``at``), `CounterBusy`,
    `NobodyWaiting`, `Invalid`, `KeyReused`.
    """
    office = _office(office_id, counter_id, now)
    board = forecast.stands(BoardKey(office_id, office.today(now)))
    for refused in range(TRIES):
        if refused > 1:
            board = _later(board.key, refused)
        counter = board.counter(counter_id)
        if _mine(counter, asked):
            return at(board, office, counter_id)
        if counter.turn != asked.turn:
            raise _changed(board, office, counter_id)
        try:
            change = presses.decide(board, counter_id, asked, office, now)
        except CounterChanged:
            raise _changed(board, office, counter_id) from None
        match boards.press(board.key, change):
            case Wrote(board):
                return at(board, office, counter_id)
            case Stood(stood):
                board = stood or forecast.stands(board.key)
    raise Unavailable


def release(office_id: str, counter_id: str, now: datetime) -> At:
    """Take the person back from a counter that does not answer, and close it."""
    found = look(office_id, counter_id, now)
    if not found.counter.open and found.ticket is None:
        return found
    return _for_supervisor(office_id, counter_id, Press.RELEASE, None, now)


def away(office_id: str, counter_id: str, until: datetime, now: datetime) -> At:
    """Note until when nobody is at a counter."""
    return _for_supervisor(office_id, counter_id, Press.BREAK, until, now)


def _for_supervisor(
    office_id: str, counter_id: str, what: Press, until: datetime | None, now: datetime
) -> At:
    """Press at whatever turn the counter is."""
    key = secrets.token_hex(4)
    for _ in range(TRIES):
        turn = look(office_id, counter_id, now).counter.turn
        asked = Asked(what, turn, key, until=until)
        try:
            return press(office_id, counter_id, asked, now)
        except CounterChanged:
            continue
    raise Unavailable


def at(board: Board, office: Office, counter_id: str) -> At:
    counter = board.counter(counter_id)
    waiting = len(board.line(counter.steps or office.steps))
    return At(counter_id, counter, board.at(counter_id), waiting)


def _mine(counter: Counter, asked: Asked) -> bool:
    """Whether the last press at the counter was an earlier try of this one. Raises `KeyReused`."""
    if counter.turn != asked.turn + 1 or counter.key != asked.key:
        return False
    if counter.did and counter.did.press is not asked.press:
        raise KeyReused
    return True


def _later(key: BoardKey, refused: int) -> Board:
    """The board after a pause (full jitter): others take what this press would have."""
    longest = min(PAUSE_SECONDS * 2**refused, LONGEST_PAUSE_SECONDS)
    time.sleep(random.uniform(0, longest))  # noqa: S311 (jitter)
    return forecast.stands(key)


def _changed(board: Board, office: Office, counter_id: str) -> CounterChanged:
    return CounterChanged(at=at(board, office, counter_id))


def _office(office_id: str, counter_id: str, now: datetime) -> Office:
    office = offices.get(office_id, now)
    if counter_id not in office.counter_ids:
        raise NoSuchCounter
    return office

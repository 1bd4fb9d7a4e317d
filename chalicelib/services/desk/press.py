"""What is pressed at a counter, and what a supervisor does to one: read, decide, one update.

Every press says which turn of the counter its clerk saw, and carries a key. The update is made on
condition that the turn still is the one that was read, and raises it. So of two presses one is
done; a retry finds the turn after its own, under its own key, and is answered with what it did; and
a press that comes late, from a closed tab or a clerk who went home, finds a turn that went by.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain import presses
from chalicelib.domain.boards import Board, BoardKey, Counter, Press, Ticket
from chalicelib.domain.errors import CounterChanged, KeyReused, NoSuchCounter
from chalicelib.domain.offices import Office
from chalicelib.domain.presses import Asked, Unfit
from chalicelib.services.desk import standing
from chalicelib.services.desk.standing import TRIES
from chalicelib.store import boards, offices
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Stood, Wrote


class At(NamedTuple):
    """A counter as it stands."""

    counter_id: str
    counter: Counter
    ticket: Ticket | None
    waiting: int
    """How many tickets wait for it."""
    undo: Ticket | None = None
    """Whom an undo would bring back."""


class Counters(NamedTuple):
    """All counters of an office as they stand, whether or not they were ever used."""

    every: list[At]
    lag: timedelta
    """How long somebody in the line has been due, and here."""
    pace: Mapping[int, float]
    """The minutes for one person at each step: as the day has taught, or as the office has said."""


def look(office_id: str, counter_id: str, now: datetime) -> At:
    """A counter as it stands. Raises `NoSuchCounter`."""
    office = _office(office_id, counter_id, now)
    key = BoardKey(office_id, office.today(now))
    return at(boards.get(key) or Board(key), office, counter_id)


def look_at_all(office_id: str, now: datetime) -> Counters:
    """The counters of an office, with one read and without names."""
    office = offices.get(office_id, now)
    key = BoardKey(office_id, office.today(now))
    board = boards.get(key) or Board(key)
    return Counters(
        [at(board, office, counter_id) for counter_id in office.counter_ids],
        board.lag(now),
        {**dict(enumerate(office.step_minutes)), **board.pace},
    )


def press(office_id: str, counter_id: str, asked: Asked, now: datetime) -> At:
    """Do what was pressed, once. Returns the counter as it then is.

    Raises `NoSuchCounter`, `CounterChanged` (with the counter), `CounterBusy`,
    `NobodyWaiting`, `Invalid`, `KeyReused`.
    """
    office = _office(office_id, counter_id, now)
    board = standing.stands(BoardKey(office_id, office.today(now)))
    for refused in range(TRIES):
        if refused > 1:
            board = standing.later(board.key, refused)
        counter = board.counter(counter_id)
        if _mine(counter, asked):
            return at(board, office, counter_id)
        if counter.turn != asked.turn:
            raise _changed(board, office, counter_id)
        try:
            change = presses.decide(board, counter_id, asked, office, now)
        except Unfit:
            raise _changed(board, office, counter_id) from None
        match boards.press(board.key, change):
            case Wrote(board):
                return at(board, office, counter_id)
            case Stood(stood):
                board = stood or standing.stands(board.key)
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
    undo = presses.takes_back(board, counter_id)
    return At(counter_id, counter, board.at(counter_id), waiting, undo)


def _mine(counter: Counter, asked: Asked) -> bool:
    """Whether the last press at the counter was an earlier try of this one. Raises `KeyReused`."""
    if counter.turn != asked.turn + 1 or counter.key != asked.key:
        return False
    if counter.did and counter.did.press is not asked.press:
        raise KeyReused
    return True


def _changed(board: Board, office: Office, counter_id: str) -> CounterChanged:
    return CounterChanged(counter=at(board, office, counter_id))


def _office(office_id: str, counter_id: str, now: datetime) -> Office:
    office = offices.get(office_id, now)
    if counter_id not in office.counter_ids:
        raise NoSuchCounter
    return office

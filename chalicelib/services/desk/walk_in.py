"""People without a booking: a number for whoever can still be served today.

The number is the next one of the day, taken by one update on condition that it still is. The ticket
keeps a digest of the key that it was asked for under, so a retry finds it.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import estimates, lines
from chalicelib.domain.boards import Board, BoardKey, State, Ticket
from chalicelib.domain.errors import DayClosed, KeyReused, NoCapacity
from chalicelib.domain.estimates import MINUTE, Range
from chalicelib.domain.lines import Class, class_of
from chalicelib.domain.offices import Office
from chalicelib.services.desk import forecast, standing
from chalicelib.services.desk.standing import TRIES
from chalicelib.store import boards, offices
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Stood, Wrote


class WalkIn(NamedTuple):
    ticket: Ticket
    call: Range


def take(people: int, office_id: str, key: str, now: datetime, *, priority: bool) -> WalkIn:
    """Take a number; under the same ``key`` it is the same number, as long as it is on the board.

    Raises `DayClosed`, `NoCapacity`, `KeyReused`.
    """
    office = offices.get(office_id, now)
    board_key = BoardKey(office_id, office.today(now))
    board, mark = standing.stands(board_key), digest(key)
    for refused in range(TRIES):
        if refused > 1:
            board = standing.later(board_key, refused)
        mine = next((one for one in board.tickets.values() if one.key == mark), None)
        if mine:
            if (mine.people, class_of(mine.label) is Class.PRIORITY) != (people, priority):
                raise KeyReused
            return _answer(mine)
        if board.closed:
            raise DayClosed
        number = board.walk_ins + 1
        wait = _admitted(board, office, people, number, now, priority=priority)
        ticket = _ticket(number, people, now, priority=priority)._replace(
            key=mark, told_at=now + wait * MINUTE
        )
        match boards.walk_in(board_key, ticket, number):
            case Wrote():
                return _answer(ticket)
            case Stood(stood):
                board = stood or standing.stands(board_key)
    raise Unavailable


def digest(key: str) -> str:
    """What is kept of an Idempotency-Key, to know a retry by."""
    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest()[:6]).decode()


def _admitted(
    board: Board, office: Office, people: int, number: int, now: datetime, *, priority: bool
) -> float:
    """In how many minutes such people would be called. Raises `DayClosed`, `NoCapacity`."""
    ticket = _ticket(number, people, now, priority=priority)
    ahead = forecast.run(
        board._replace(tickets={**board.tickets, ticket.label: ticket}), office, now
    )
    if not ahead.windows:
        raise DayClosed
    wait = ahead.waits.get(ticket.label, 0.0)
    there = ahead._replace(board=board)
    if not there.admits(people, wait, priority=priority, now=now):
        later = there.come_at(people, wait, now)
        if later is None:
            raise DayClosed  # and no other day is known
        raise NoCapacity(come_at=later)
    return wait


def _ticket(number: int, people: int, now: datetime, *, priority: bool) -> Ticket:
    return Ticket(
        label=lines.label_walk_in(number, priority=priority),
        state=State.WAITING,
        due=lines.due_walk_in(now, priority=priority),
        version=1,
        people=people,
        arrived_at=now,
    )


def _answer(ticket: Ticket) -> WalkIn:
    """What was told when the number was taken."""
    told = ticket.told_at or ticket.arrived_at
    wait = (told - ticket.arrived_at) / MINUTE
    return WalkIn(ticket, estimates.range_of(wait, ticket.arrived_at))

"""Boards for tests of the rules: who waits, and what the counters are."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.boards import Board, BoardKey, Counter, State, Ticket
from tests.builders import THURSDAY, an_office
from tests.world import NOW

MINUTE = timedelta(minutes=1)
KEY = BoardKey("malang", THURSDAY)
OFFICE = an_office(counters=3, step_minutes=(10.0,))


def a_ticket(label: str, due: float = 0, **changed: Any) -> Ticket:
    """Somebody who waits, and is due so many minutes from now."""
    standard = Ticket(label, State.WAITING, NOW + due * MINUTE, 1, 1, NOW - MINUTE)
    return standard._replace(**changed)


def at_counter(
    label: str, counter: str, state: State = State.SERVING, since: float = 0, **changed: Any
) -> Ticket:
    """Somebody who is called or served at a counter, since so many minutes."""
    at = NOW - since * MINUTE
    served = at if state is State.SERVING else None
    return a_ticket(label, state=state, counter=counter, called_at=at, served_at=served, **changed)


def a_board(*tickets: Ticket, **counters: Counter) -> Board:
    """A board; counters are called ``c1``, ``c2`` …"""
    return Board(
        KEY,
        tickets={one.label: one for one in tickets},
        counters={name[1:]: counter for name, counter in counters.items()},
    )


def open_at(turn: int = 1, ticket: str | None = None, **changed: Any) -> Counter:
    return Counter(turn=turn, open=True, steps=(0,), ticket=ticket)._replace(**changed)


def later(minutes: float) -> datetime:
    return NOW + minutes * MINUTE

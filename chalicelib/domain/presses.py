"""What a press at a counter does to the board: from the board as it was read, one change.

A change is made by one update, on condition that the counter is still at the turn that was read
and, if it calls somebody, that they still wait (see ``store.boards``). The counter's turn is its
commit record, so nothing here asks what happens if two press at once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.boards import Board, Counter, Did, Press, State, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.errors import CounterBusy, Invalid, NobodyWaiting
from chalicelib.domain.offices import Office

LEARNT = 0.2
"""How much of the pace the last person makes up …"""

SHORTEST, LONGEST = 0.25, 4.0
"""… whose minutes count as no less and no more than these times the pace so far."""


class Asked(NamedTuple):
    """A press."""

    press: Press
    turn: int
    """The turn of the counter that its clerk saw."""
    key: str
    """A digest of its Idempotency-Key."""
    and_next: bool = False
    """To call the next person in the same moment."""
    step: int | None = None
    """Of `SEND_ON`: to which step; by default the next one."""
    steps: tuple[int, ...] | None = None
    """Of `OPEN`: for which steps; by default all."""
    until: datetime | None = None
    """Of `BREAK`."""


class Change(NamedTuple):
    """What a press changes, and what it rests on."""

    counter_id: str
    before: Counter
    counter: Counter
    tickets: tuple[tuple[Ticket, Ticket], ...] = ()
    """Tickets before and after; the version of each goes up by one."""
    calls: Ticket | None = None
    """Who must still wait …"""
    takes_back: Ticket | None = None
    """… or must still be as this counter's last press has left them."""
    pace: tuple[int, float] | None = None
    """What was learnt: minutes for one person at a step."""


class Unfit(Exception):
    """The press does not fit the counter as it is."""


LETS_GO = frozenset({Press.FINISH, Press.NO_SHOW, Press.SEND_ON})
"""The presses after which somebody is with the counter no more; they can be undone."""


def decide(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    """What a press does at a counter that is at the turn it names.

    Raises `CounterBusy`, `NobodyWaiting`, `Invalid`; and `Unfit`.
    """
    return DECIDE[asked.press](board, counter_id, asked, office, now)


def _open(board: Board, counter_id: str, asked: Asked, office: Office, _: datetime) -> Change:
    steps = office.steps if asked.steps is None else tuple(sorted(set(asked.steps)))
    if not steps or not set(steps) <= set(office.steps):
        raise Invalid("steps", "steps")
    before = board.counter(counter_id)
    return _change(
        board, counter_id, asked, before._replace(open=True, steps=steps, away_until=None)
    )


def _next(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    counter = board.counter(counter_id)
    if not counter.open:
        raise Unfit
    if counter.ticket:
        raise CounterBusy
    line = board.line(counter.steps)
    if not line:
        raise NobodyWaiting
    return _call(board, counter_id, asked, line[0], (), now)


def _let_go(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    """Finish, no-show and send-on, with or without the next person."""
    counter, ticket = board.counter(counter_id), _present(board, counter_id)
    took = None if asked.press is Press.NO_SHOW else _took(board, ticket, office, now)
    after = _ended(ticket, asked, office, now)
    pace = None
    if took is not None:
        pace, minutes = _learnt(board, ticket, took, office), round(took * ticket.people, 1)
        after = after._replace(minutes={**after.minutes, ticket.step: minutes})
        counter = _tallied(counter, ticket.people, minutes)
    line = board.line(counter.steps) if asked.and_next and counter.open else []
    if line:
        leaving = ((ticket, after),)
        return _call(board, counter_id, asked, line[0], leaving, now, pace, counter)
    did = Did(asked.press, ticket.label, after.version, ticket.step)
    free = counter._replace(ticket=None)
    return _change(board, counter_id, asked, free, did, ((ticket, after),), pace=pace)


def _ended(ticket: Ticket, asked: Asked, office: Office, now: datetime) -> Ticket:
    if asked.press is Press.SEND_ON:
        step = ticket.step + 1 if asked.step is None else asked.step
        if step not in office.steps or step <= ticket.step:
            raise Invalid("step", "steps")
        return _back_in_line(ticket)._replace(step=step)
    if asked.press is Press.NO_SHOW:
        return _back_in_line(ticket)._replace(state=State.MISSED)
    return _changed(ticket, state=State.DONE, outcome=Outcome.SERVED, done_at=now)


def _serve(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    ticket = _present(board, counter_id)
    began = ticket.served_at or now
    return _with(board, counter_id, asked, ticket, state=State.SERVING, served_at=began)


def _recall(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    return _with(board, counter_id, asked, _present(board, counter_id), recalled_at=now)


def takes_back(board: Board, counter_id: str) -> Ticket | None:
    """Whom an undo would bring back to a counter: whoever left it last, and is with no other."""
    counter = board.counter(counter_id)
    did = counter.did
    if did is None or did.press not in LETS_GO or counter.ticket:
        return None
    ticket = board.tickets.get(did.label or "")
    return ticket if ticket and ticket.version == did.version else None


def _undo(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    """Take back what this counter's last press did to a person, who is not with another by now."""
    counter, ticket = board.counter(counter_id), takes_back(board, counter_id)
    did = counter.did
    if ticket is None or did is None:
        raise Unfit
    minutes = dict(ticket.minutes)
    if did.press is not Press.NO_SHOW and did.step in minutes:
        counter = _tallied(counter, -ticket.people, -minutes.pop(did.step))
    after = _changed(
        ticket,
        state=State.SERVING,
        step=did.step,
        counter=counter_id,
        served_at=ticket.served_at or now,
        outcome=None,
        done_at=None,
        minutes=minutes,
    )
    return _change(
        board,
        counter_id,
        asked,
        counter._replace(ticket=ticket.label, open=True),
        Did(asked.press, ticket.label, after.version, after.step),
        ((ticket, after),),
        takes_back=ticket,
    )


def _leave(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    counter = board.counter(counter_id)
    if counter.ticket:
        raise CounterBusy
    return _change(board, counter_id, asked, counter._replace(open=False))


def _release(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    counter, ticket = board.counter(counter_id), board.at(counter_id)
    freed = counter._replace(open=False, ticket=None)
    if ticket is None:
        return _change(board, counter_id, asked, freed)
    after = _back_in_line(ticket)._replace(counter=None)  # as if it had not been called
    did = Did(asked.press, ticket.label, after.version, ticket.step)
    return _change(board, counter_id, asked, freed, did, ((ticket, after),))


def _break(board: Board, counter_id: str, asked: Asked, office: Office, now: datetime) -> Change:
    away = board.counter(counter_id)._replace(away_until=asked.until)
    return _change(board, counter_id, asked, away)


Decide = Callable[[Board, str, Asked, Office, datetime], Change]

DECIDE: Mapping[Press, Decide] = {
    Press.OPEN: _open,
    Press.NEXT: _next,
    Press.RECALL: _recall,
    Press.SERVE: _serve,
    Press.FINISH: _let_go,
    Press.NO_SHOW: _let_go,
    Press.SEND_ON: _let_go,
    Press.UNDO: _undo,
    Press.LEAVE: _leave,
    Press.RELEASE: _release,
    Press.BREAK: _break,
}


def _present(board: Board, counter_id: str) -> Ticket:
    """Who is called or served there. Raises `Unfit` if nobody is."""
    ticket = board.at(counter_id)
    if ticket is None:
        raise Unfit
    return ticket


def _with(board: Board, counter_id: str, asked: Asked, ticket: Ticket, **changed: object) -> Change:
    """The person stays at the counter, and something is noted of them."""
    after = _changed(ticket, **changed)
    did = Did(asked.press, ticket.label, after.version, ticket.step)
    return _change(board, counter_id, asked, board.counter(counter_id), did, ((ticket, after),))


def _call(
    board: Board,
    counter_id: str,
    asked: Asked,
    ticket: Ticket,
    leaving: tuple[tuple[Ticket, Ticket], ...],
    now: datetime,
    pace: tuple[int, float] | None = None,
    counter: Counter | None = None,
) -> Change:
    called = {"called_at": now} if ticket.called_at is None else {"recalled_at": now}
    after = _changed(ticket, state=State.CALLED, counter=counter_id, **called)
    return _change(
        board,
        counter_id,
        asked,
        (counter or board.counter(counter_id))._replace(ticket=ticket.label),
        Did(asked.press, ticket.label, after.version, ticket.step),
        (*leaving, (ticket, after)),
        calls=ticket,
        pace=pace,
    )


def _change(
    board: Board,
    counter_id: str,
    asked: Asked,
    counter: Counter,
    did: Did | None = None,
    tickets: tuple[tuple[Ticket, Ticket], ...] = (),
    *,
    calls: Ticket | None = None,
    takes_back: Ticket | None = None,
    pace: tuple[int, float] | None = None,
) -> Change:
    """Every change of a counter raises its turn, and keeps under which key and what it did."""
    before = board.counter(counter_id)
    after = counter._replace(turn=before.turn + 1, key=asked.key, did=did or Did(asked.press))
    return Change(counter_id, before, after, tickets, calls, takes_back, pace)


def _changed(ticket: Ticket, **changed: object) -> Ticket:
    return ticket._replace(version=ticket.version + 1, **changed)  # type: ignore[arg-type]


def _back_in_line(ticket: Ticket) -> Ticket:
    """Somebody who waits again with the place that they had."""
    return _changed(ticket, state=State.WAITING, served_at=None)


def _tallied(counter: Counter, people: int, minutes: float) -> Counter:
    """A counter that has served so many people more, who took so many minutes together."""
    return counter._replace(
        served=counter.served + people, minutes=round(counter.minutes + minutes, 1)
    )


def _took(board: Board, ticket: Ticket, office: Office, now: datetime) -> float | None:
    """The minutes that a step took for each person, within bounds; None if none was served."""
    if ticket.served_at is None:
        return None
    pace = _pace(board, ticket, office)
    took = (now - ticket.served_at).total_seconds() / 60 / ticket.people
    return min(max(took, SHORTEST * pace), LONGEST * pace)


def _learnt(board: Board, ticket: Ticket, took: float, office: Office) -> tuple[int, float]:
    """The pace of a step after it took so many minutes for each person."""
    pace = _pace(board, ticket, office)
    return ticket.step, round(pace + LEARNT * (took - pace), 2)


def _pace(board: Board, ticket: Ticket, office: Office) -> float:
    return board.pace.get(ticket.step, office.step_minutes[ticket.step])

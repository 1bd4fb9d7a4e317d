"""The boards: every write is one plain conditional update of one item, and says what there is.

`Wrote` has the board as it became. `Stood` has the board that did not meet the condition, or none
if it has not been made yet. None of this is ever part of a transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.boards import Board, BoardKey, Call, Counter, State, Ticket
from chalicelib.domain.calendar import kept_until
from chalicelib.domain.presses import Change
from chalicelib.store.board_items import board, counter_fields, ticket_fields
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.notation import size
from chalicelib.store.outcomes import Stood, Wrote
from chalicelib.store.tables.desk import BoardItem
from chalicelib.store.times import seconds

KEPT = timedelta(days=7)
"""How long after its day a board is there."""


def get(key: BoardKey, *, consistent: bool = True) -> Board | None:
    """A board as it stands; if not ``consistent``, as it stood a moment ago."""
    item = BoardItem.fetch(key.id, consistent=consistent)
    return board(item) if item else None


def many(keys: Sequence[BoardKey]) -> list[Board]:
    """Those boards that have been made, as they stand (consistent BatchGets)."""
    try:
        return [
            board(item)
            for item in BoardItem.batch_get([key.id for key in keys], consistent_read=True)
        ]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def weighed(keys: Sequence[BoardKey]) -> list[tuple[Board, int]]:
    """The same, each with the bytes that DynamoDB counts of it."""
    try:
        return [
            (board(item), size(item.to_dynamodb_dict()))
            for item in BoardItem.batch_get([key.id for key in keys], consistent_read=True)
        ]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def make(key: BoardKey) -> None:
    """Make a board, unless somebody has."""
    item = BoardItem(key.id, expires_at=seconds(kept_until(key.day, KEPT)))
    try:
        item.put(BoardItem.board_id.does_not_exist())
    except Unmet:
        return


# ---- people come ---------------------------------------------------------------------------------


def check_in(key: BoardKey, ticket: Ticket) -> Wrote | Stood:
    """Put a ticket on a board that is not closed, where none is, and none has been."""
    label = ticket.label
    return _change(
        key,
        [BoardItem.tickets[label].set(ticket_fields(ticket))],
        BoardItem.closed.does_not_exist()
        & ~BoardItem.gone.contains(label)
        & BoardItem.tickets[label].does_not_exist(),
    )


def come_back(key: BoardKey, before: Ticket, after: Ticket) -> Wrote | Stood:
    """Let somebody wait again who missed their call, if it is that very call."""
    return _change(
        key,
        _becoming(before, after),
        BoardItem.closed.does_not_exist() & _is(before, State.MISSED),
    )


def walk_in(key: BoardKey, ticket: Ticket, number: int) -> Wrote | Stood:
    """Put a ticket under a number, if it is the next one and the board is not closed."""
    return _change(
        key,
        [BoardItem.tickets[ticket.label].set(ticket_fields(ticket)), BoardItem.walkins.set(number)],
        BoardItem.closed.does_not_exist() & (BoardItem.walkins == number - 1),
    )


# ---- people are served ---------------------------------------------------------------------------


def press(key: BoardKey, change: Change) -> Wrote | Stood:
    """What a press changes, if the counter is at the turn that it rests on.

    Whoever is called must still wait, for that step; whoever is taken back must be as they were.
    """
    counter_id = change.counter_id
    condition = _at_turn(counter_id, change.before)
    if change.calls:
        condition &= _still_waits(change.calls)
    if change.takes_back:
        condition &= _version(change.takes_back)
    actions = [
        BoardItem.counters[counter_id].set(counter_fields(change.counter)),
        *(action for before, after in change.tickets for action in _becoming(before, after)),
    ]
    if change.pace:
        step, minutes = change.pace
        actions.append(BoardItem.pace[str(step)].set(minutes))
    return _change(key, actions, condition)


def _at_turn(counter_id: str, seen: Counter) -> Any:
    if seen.turn == 0:
        return BoardItem.counters[counter_id].does_not_exist()
    return BoardItem.counters[counter_id]["turn"] == seen.turn


def _still_waits(ticket: Ticket) -> Any:
    waits = BoardItem.tickets[ticket.label]["state"] == State.WAITING.value
    step = BoardItem.tickets[ticket.label]["step"]
    return waits & (step == ticket.step if ticket.step else step.does_not_exist())


# ---- people leave --------------------------------------------------------------------------------


def close(key: BoardKey, now: datetime) -> Wrote | Stood:
    """Let nobody check in any more; a day that was closed stays closed since then."""
    return _change(key, [BoardItem.closed.set(BoardItem.closed | seconds(now))])


def end(key: BoardKey, before: Ticket, after: Ticket) -> Wrote | Stood:
    """Let a ticket be done that is still as it was read."""
    return _change(key, _becoming(before, after), _is(before, before.state))


def drop(key: BoardKey, ticket: Ticket, calls: Sequence[Call]) -> Wrote | Stood:
    """Take a ticket off the board that is done, and still as it was read; its label is gone.

    ``calls`` are those of the last ones that no ticket tells then. Of two that drop at once one may
    not know the other's: nothing rests on them.
    """
    return _change(
        key,
        [
            BoardItem.tickets[ticket.label].remove(),
            BoardItem.gone.add({ticket.label}),
            BoardItem.calls.set([[*one[:2], seconds(one.at)] for one in calls]),
        ],
        _is(ticket, State.DONE),
    )


def settle(key: BoardKey) -> None:
    """Note that a closed day has no more to do."""
    _change(key, [BoardItem.settled.set(True)])


def told(key: BoardKey) -> None:
    """Note that whoever was turned away has been told."""
    _change(key, [BoardItem.told.set(True)])


# ---- what they are made of -----------------------------------------------------------------------


def _change(
    key: BoardKey, actions: Iterable[Action], condition: Condition | None = None
) -> Wrote | Stood:
    made = BoardItem.board_id.exists()
    try:
        item = BoardItem.change(
            key.id,
            actions=list(actions),
            condition=made & condition if condition is not None else made,
            returning="ALL_NEW",
        )
    except Unmet as unmet:
        stood = unmet.items[0]
        return Stood(board(BoardItem.from_raw_data(stood)) if stood else None)
    return Wrote(board(BoardItem.from_raw_data(item)))


def _is(ticket: Ticket, state: State) -> Any:
    return (BoardItem.tickets[ticket.label]["state"] == state.value) & _version(ticket)


def _version(ticket: Ticket) -> Any:
    return BoardItem.tickets[ticket.label]["v"] == ticket.version


def _becoming(before: Ticket, after: Ticket) -> Iterator[Action]:
    """What makes one of the other: only what differs; the version counts up where it stands."""
    here, kept = BoardItem.tickets[before.label], ticket_fields(after)
    was = ticket_fields(before)
    yield here["v"].set(here["v"] + 1)
    for name in sorted((was.keys() | kept.keys()) - {"v"}):
        if was.get(name) == kept.get(name):
            continue
        yield here[name].set(kept[name]) if name in kept else here[name].remove()

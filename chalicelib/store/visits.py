"""Visits: what is kept of a ticket that has left the board. Nothing there leads to a person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.boards import BoardKey, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.calendar import kept_until
from chalicelib.domain.lines import class_of
from chalicelib.store.board_items import minutes, minutes_fields
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.desk import VisitItem
from chalicelib.store.times import seconds

KEPT = timedelta(days=396)
"""Thirteen months: a year can be compared with the one before."""


class Visit(NamedTuple):
    """What is kept of one, as far as anybody asks."""

    label: str
    people: int
    outcome: Outcome
    minutes: Mapping[int, float]
    """What each step took that they have finished, all of them together."""


def put(key: BoardKey, ticket: Ticket) -> None:
    """Keep a ticket that is done, unless a newer version of it is kept already."""
    assert ticket.outcome, "only what is done is kept"
    item = VisitItem(
        key.id,
        ticket.label,
        v=ticket.version,
        kind=class_of(ticket.label).value,
        people=ticket.people,
        outcome=ticket.outcome.value,
        counter=ticket.counter,
        due=seconds(ticket.due),
        came=seconds(ticket.arrived_at),
        told=_seconds(ticket.told_at),
        called=_seconds(ticket.called_at),
        served=_seconds(ticket.served_at),
        done=_seconds(ticket.done_at),
        minutes=minutes_fields(ticket.minutes) or None,
        expires_at=seconds(kept_until(key.day, KEPT)),
    )
    try:
        item.put(VisitItem.board_id.does_not_exist() | (VisitItem.v < ticket.version))
    except Unmet:
        return


def outcomes(key: BoardKey) -> dict[str, Outcome]:
    """How each visit of a day has ended, by label."""
    return {one.label: one.outcome for one in of_day(key)}


def of_day(key: BoardKey) -> list[Visit]:
    """The visits of a day (one consistent Query)."""
    try:
        items = list(VisitItem.query(key.id, consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [
        Visit(
            label=item.ticket,
            people=int(item.people),
            outcome=Outcome(item.outcome),
            minutes=minutes(item.minutes.as_dict() if item.minutes else {}),
        )
        for item in items
    ]


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)

"""Visits: what is kept of a ticket that has left the board. Nothing there leads to a person."""

from datetime import datetime, timedelta

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.boards import BoardKey, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.calendar import kept_until
from chalicelib.domain.lines import Class, class_of
from chalicelib.domain.reports import Visit
from chalicelib.store.board_items import minutes, minutes_fields
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.desk import VisitItem
from chalicelib.store.times import instant, seconds

KEPT = timedelta(days=396)
"""Thirteen months: a year can be compared with the one before."""


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


def of_day(key: BoardKey) -> list[Visit]:
    """The visits of a day that have left its board (one consistent Query)."""
    try:
        return [_visit(item) for item in VisitItem.query(key.id, consistent_read=True)]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def outcomes(key: BoardKey) -> dict[str, Outcome]:
    """How each visit of a day has ended, by label."""
    return {one.label: one.outcome for one in of_day(key) if one.outcome}


def _visit(item: VisitItem) -> Visit:
    return Visit(
        item.ticket,
        Class(item.kind),
        int(item.people),
        instant(item.due),
        instant(item.came),
        Outcome(item.outcome),
        item.counter,
        _instant(item.told),
        _instant(item.called),
        _instant(item.served),
        _instant(item.done),
        minutes(item.minutes.as_dict() if item.minutes else {}),
    )


def _instant(at: float | None) -> datetime | None:
    return None if at is None else instant(at)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)

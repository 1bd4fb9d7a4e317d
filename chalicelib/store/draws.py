"""Draws: the record of each, which is put once, and the head, which says which was the last one.

A record is put only onto the very head that stood before its list and rooms were read, once that
draw is settled: so no two draws are carried out at once, and none goes by an older look at things.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.chances import Chance
from chalicelib.domain.draws import (
    Done,
    Head,
    Line,
    Record,
    Result,
    Room,
    Row,
    told_at,
    told_room,
    told_row,
)
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.store.dynamo import Unavailable, Unmet, transact
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import Changed, Drawn
from chalicelib.store.tables.waitlist import DrawItem
from chalicelib.store.times import instant, seconds

HEAD = "head"
KEPT = timedelta(days=90)
"""So long anybody can check a draw."""

ROWS = 8_000
"""Rows of a list in one page: compressed they are less than 300 KB, of the 400 that an item has."""


class Standing(NamedTuple):
    """A draw as it stands, and the last one of its office. The two may be read a moment apart."""

    record: Record | None
    head: Head | None


def standing(office_id: str, at: datetime) -> Standing:
    """The draw of an instant and the office's head (one consistent BatchGet)."""
    keys = [(office_id, told_at(at)), (office_id, HEAD)]
    try:
        found = {item.draw: item for item in DrawItem.batch_get(keys, consistent_read=True)}
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    record, head = found.get(told_at(at)), found.get(HEAD)
    return Standing(_record(record) if record else None, _head(head) if head else None)


def heads(office_ids: Sequence[str]) -> dict[str, Head]:
    """The last draws of these offices, of those that have made any (consistent BatchGets)."""
    keys = [(office_id, HEAD) for office_id in office_ids]
    try:
        items = list(DrawItem.batch_get(keys, consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {item.office_id: _head(item) for item in items}


def get(office_id: str, at: datetime) -> Record | None:
    """The draw of an instant (a consistent read)."""
    item = DrawItem.fetch(office_id, told_at(at))
    return _record(item) if item else None


def after(office_id: str, since: datetime, until: datetime, limit: int) -> list[Record]:
    """The draws of an office from ``since`` until ``until``, the first ones."""
    between = DrawItem.draw.between(told_at(since), told_at(until))
    whole = DrawItem.list_hash.exists()
    try:
        items = list(DrawItem.query(office_id, between, filter_condition=whole, limit=limit))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [_record(item) for item in items]


def put_list(record: Record, rows: Sequence[Row]) -> None:
    """Put the pages of a record's list, which nothing speaks of before the record stands."""
    for number in range(record.pages):
        page = rows[number * ROWS : (number + 1) * ROWS]
        DrawItem(
            record.office_id,
            _page(record, number),
            page=_packed([told_row(row) for row in page]),
            expires_at=seconds(record.at + KEPT),
        ).put()


def page(record: Record, number: int) -> list[Row]:
    """One page of a record's list."""
    item = DrawItem.fetch(record.office_id, _page(record, number))
    return [_row(told) for told in _unpacked(item.page)] if item else []


def put(record: Record, seen: Head | None) -> Drawn | Record | Changed:
    """Put a record, if the head still is as it was ``seen``, and settled.

    The record that stands at its instant, if there is one.
    """
    moved = DrawItem.changing(
        record.office_id,
        HEAD,
        actions=[DrawItem.at.set(seconds(record.at)), DrawItem.settled.set(False)],
        condition=DrawItem.at.does_not_exist()
        if seen is None
        else (DrawItem.at == seconds(seen.at)) & (DrawItem.settled == True),  # noqa: E712
    )
    put = DrawItem(
        record.office_id,
        told_at(record.at),
        at=seconds(record.at),
        rooms=_packed([told_room(room) for room in record.rooms]),
        entries=record.entries,
        list_hash=record.list_hash,
        pages=record.pages,
        expires_at=seconds(record.at + KEPT),
    ).putting(DrawItem.draw.does_not_exist())
    try:
        transact(put, moved)
    except Unmet as unmet:
        stands = unmet.items[0]
        return _record(DrawItem.from_raw_data(stands)) if stands else Changed()
    return Drawn()


def sign(record: Record, signature: bytes, public_key: bytes) -> Record:
    """Note the signature of a record that stands; the one that is noted first counts."""
    new = DrawItem.change(
        record.office_id,
        told_at(record.at),
        actions=[
            DrawItem.signature.set(DrawItem.signature | signature),
            DrawItem.public_key.set(DrawItem.public_key | public_key),
        ],
        condition=DrawItem.list_hash == record.list_hash,
        returning="ALL_NEW",
    )
    return _record(DrawItem.from_raw_data(new))


def fail(record: Record) -> int:
    """Note that a line of a draw has failed. Returns in how many runs one has by now."""
    new = DrawItem.change(
        record.office_id,
        told_at(record.at),
        actions=[DrawItem.failed.add(1)],
        condition=DrawItem.draw.exists(),
        returning="UPDATED_NEW",
    )
    return int(new["failed"]["N"])


def lately(office_id: str, now: datetime, limit: int) -> list[tuple[datetime, list[Chance]]]:
    """The last draws of an office that are settled, the latest first: when, and their chances."""
    try:
        items = list(
            DrawItem.query(
                office_id,
                DrawItem.draw <= told_at(now),
                filter_condition=DrawItem.chances.exists(),
                scan_index_forward=False,
                page_size=limit + 1,  # the last one may not be settled yet
                limit=limit,
            )
        )
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [(instant(item.at), _chances(item)) for item in items]


def settle(record: Record, results: Sequence[Result], chances: Sequence[Chance]) -> None:
    """Say that a draw has been carried out, with what came of it and what chances there were.

    What is said first stands.
    """
    told = [
        [line.entry_id, line.people, line.slot.day.isoformat(), hhmm(line.slot.start), done.value]
        for line, done in results
    ]
    noted = DrawItem.changing(
        record.office_id,
        told_at(record.at),
        actions=[
            DrawItem.results.set(_packed(told)),
            DrawItem.chances.set(_packed([_told_chance(one) for one in chances])),
        ],
        condition=DrawItem.list_hash.exists() & DrawItem.results.does_not_exist(),
    )
    moved = DrawItem.changing(
        record.office_id,
        HEAD,
        actions=[DrawItem.settled.set(True)],
        condition=DrawItem.at == seconds(record.at),
    )
    try:
        transact(noted, moved)
    except Unmet:
        return


def mark_told(record: Record) -> None:
    """Note that all whom a draw has placed were told."""
    DrawItem.change(
        record.office_id,
        told_at(record.at),
        actions=[DrawItem.told.set(True)],
        condition=DrawItem.draw.exists(),
    )


def _page(record: Record, number: int) -> str:
    """Apart from the records, which are read in the order of their instants."""
    return f"page#{told_at(record.at)}#{record.list_hash}#{number}"


def _packed(told: Any) -> bytes:
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode())


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


def _row(told: list[Any]) -> Row:
    entry_id, people, first, last, windows, lost = told
    span = (date.fromisoformat(first), date.fromisoformat(last))
    return Row(entry_id, people, *span, tuple(map(parse_hhmm, windows)), lost)


def _told_chance(chance: Chance) -> list[str | int]:
    return [hhmm(chance.start) if chance.start else "", chance.entries, chance.won]


@legible
def _chances(item: DrawItem) -> list[Chance]:
    told = _unpacked(item.chances)
    return [Chance(parse_hhmm(start) if start else None, *counts) for start, *counts in told]


@legible
def _head(item: DrawItem) -> Head:
    return Head(instant(item.at), bool(item.settled))


@legible
def _record(item: DrawItem) -> Record:
    rooms = (Room(date.fromisoformat(d), parse_hhmm(s), n) for d, s, n in _unpacked(item.rooms))
    return Record(
        office_id=item.office_id,
        at=instant(item.at),
        rooms=tuple(rooms),
        entries=int(item.entries),
        list_hash=item.list_hash,
        pages=int(item.pages),
        signature=item.signature,
        public_key=item.public_key,
        results=_results(item) if item.results else None,
        failed=int(item.failed or 0),
        told=bool(item.told),
    )


def _results(item: DrawItem) -> tuple[Result, ...]:
    return tuple(
        Result(
            Line(
                entry_id,
                people,
                SlotKey(item.office_id, date.fromisoformat(day), parse_hhmm(start)),
            ),
            Done(done),
        )
        for entry_id, people, day, start, done in _unpacked(item.results)
    )

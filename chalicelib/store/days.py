"""The days of an office: the marker that its slots are ready, why it is closed, what is full."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.days import Day
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.offices import Closure, Window
from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.legible import legible
from chalicelib.store.tables.booking import DayItem
from chalicelib.store.times import instant, seconds
from chalicelib.store.windows import items_of, windows_of

_seen: Cache[tuple[str, date], Day | None] = Cache(timedelta(seconds=1))
_spans: Cache[tuple[str, date, date], dict[date, Day]] = Cache(timedelta(seconds=1))


def create(
    office_id: str,
    day: date,
    opens_at: datetime,
    windows: Sequence[Window],
    closed: Closure | None,
    now: datetime,
    *,
    announced: bool = False,
    by_lot: bool = False,
) -> bool:
    """Put a day that is not there yet; its slots must be. Says whether it was new."""
    item = DayItem(
        office_id,
        day.isoformat(),
        opens_at=seconds(opens_at),
        slots=items_of(windows),
        closed={"id": closed.id, "en": closed.en} if closed else None,
        ready_at=seconds(now),
        announced=announced or None,
        by_lot=by_lot or None,
        expires_at=seconds(expires_at(day)),
    )
    try:
        item.put(DayItem.office_id.does_not_exist())
    except Unmet:
        return False
    return True


def remake(
    day: Day,
    opens_at: datetime,
    windows: Sequence[Window],
    now: datetime,
    *,
    by_lot: bool = False,
) -> None:
    """Give a day that is not released yet another template or release; its slots must have it."""
    try:
        DayItem.change(
            day.office_id,
            day.date.isoformat(),
            actions=[
                DayItem.slots.set(items_of(windows)),
                DayItem.opens_at.set(seconds(opens_at)),
                DayItem.by_lot.set(True) if by_lot else DayItem.by_lot.remove(),
            ],
            condition=(DayItem.opens_at > seconds(now)) & DayItem.closed.does_not_exist(),
        )
    except Unmet:
        return  # released or closed meanwhile: it stays as it is
    _forget(day.office_id, day.date)


def announce(day: Day) -> bool:
    """Note that the release of a day is being reported; true for one caller only."""
    try:
        DayItem.change(
            day.office_id,
            day.date.isoformat(),
            actions=[DayItem.announced.set(True)],
            condition=DayItem.office_id.exists() & DayItem.announced.does_not_exist(),
        )
    except Unmet:
        return False
    return True


def add_closure(office_id: str, day: date, why: Closure, opens_at: datetime, now: datetime) -> None:
    """Note why an office does not serve on a day, whether or not it has been made ready."""
    DayItem.change(
        office_id,
        day.isoformat(),
        actions=[
            DayItem.closed.set({"id": why.id, "en": why.en}),
            DayItem.opens_at.set(DayItem.opens_at | seconds(opens_at)),
            DayItem.slots.set(DayItem.slots | []),
            DayItem.ready_at.set(DayItem.ready_at | seconds(now)),
            DayItem.expires_at.set(seconds(expires_at(day))),
        ],
    )
    _forget(office_id, day)


def take_back_closure(day: Day, windows: Sequence[Window]) -> None:
    """Let a day be open again, with these windows; its slots must be."""
    DayItem.change(
        day.office_id,
        day.date.isoformat(),
        actions=[
            DayItem.closed.remove(),
            DayItem.slots.set(items_of(windows)),
            DayItem.reopened.set(True),
        ],
        condition=DayItem.office_id.exists(),
    )
    _seen.drop((day.office_id, day.date))


def seen(office_id: str, day: date, now: datetime) -> Day | None:
    """A day as it stood at most a second ago; None if it has not been made ready."""
    return _seen.get((office_id, day), now, lambda: _get(office_id, day))


def seen_between(office_id: str, first: date, last: date, now: datetime) -> dict[date, Day]:
    """Days as `between` has them, as they stood at most a second ago."""
    span = (office_id, first, last)
    return _spans.get(span, now, lambda: between(office_id, first, last))


def between(office_id: str, first: date, last: date) -> dict[date, Day]:
    """The days from ``first`` to ``last`` that have been made ready: one Query."""
    try:
        items = list(
            DayItem.query(office_id, DayItem.date.between(first.isoformat(), last.isoformat()))
        )
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {day.date: day for day in map(_day, items)}


def mark_full(slot: SlotKey) -> None:
    """Leave the hint that a slot has no place left."""
    _change(slot, DayItem.full.add({hhmm(slot.start)}))


def unmark_full(slot: SlotKey) -> None:
    """Take the hint away."""
    _change(slot, DayItem.full.delete({hhmm(slot.start)}))


def _change(slot: SlotKey, action: Any) -> None:
    DayItem.change(
        slot.office_id,
        slot.day.isoformat(),
        actions=[action],
        condition=DayItem.office_id.exists(),
    )
    _forget(slot.office_id, slot.day)


def _forget(office_id: str, day: date) -> None:
    _seen.drop((office_id, day))
    _spans.clear()


def _get(office_id: str, day: date) -> Day | None:
    item = DayItem.fetch(office_id, day.isoformat(), consistent=False)
    return _day(item) if item else None


@legible
def _day(item: DayItem) -> Day:
    return Day(
        office_id=item.office_id,
        date=date.fromisoformat(item.date),
        opens_at=instant(item.opens_at),
        windows=windows_of(item.slots),
        full=frozenset(map(parse_hhmm, item.full or ())),
        closed=Closure(**item.closed.as_dict()) if item.closed else None,
        ready_at=instant(item.ready_at),
        announced=bool(item.announced),
        reopened=bool(item.reopened),
        by_lot=bool(item.by_lot),
    )

"""A draw: freeze who asks and what there is, have it signed, reckon the plan, carry it out.

The record is the truth. Everybody who runs this carries out the plan of the record that stands,
never that of their own reading, so a run that is killed, doubled or late comes to the same end. The
draw before is settled first; and a record is put only onto the head that stood before list and
rooms were read, so that both are read after all that was drawn before.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from chalicelib import signing
from chalicelib.domain import calendar, chances, draws
from chalicelib.domain.bookings import Slot, drawn_from
from chalicelib.domain.days import Day
from chalicelib.domain.draws import Head, Record, Room, Row
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.offices import Office
from chalicelib.services.contained import skip
from chalicelib.services.waitlist import giving
from chalicelib.services.waitlist.ask import WAITS
from chalicelib.services.waitlist.giving import LANES
from chalicelib.store import days, entries, slots
from chalicelib.store import draws as store
from chalicelib.store.outcomes import Changed, Drawn
from chalicelib.telemetry import Metric, count, log


def draw(office: Office, at: datetime, now: datetime, lanes: int = LANES) -> dict[str, int]:
    """Make the draw of an instant, or go on with it. Says what came of it.

    ``lanes`` slots are seen to at a time.
    """
    done: Counter[str] = Counter(entries=0, lines=0, settled=0)
    record, head = store.standing(office.office_id, at)
    if record is None:
        if head and not head.settled and head.at != at:
            if not _carry_out_head(office, head, now, lanes, done):
                return dict(done)
            head = head._replace(settled=True)
        if head and head.at > at:
            return dict(done)
        record = _recorded(office, at, head, now, done)
        if record is None:
            return dict(done)
    elif head and (head.at > at or (head.at == at and head.settled)):
        return dict(done)
    _carry_out(record, now, lanes, done)
    return dict(done)


def carry_out_head(office: Office, now: datetime) -> dict[str, int]:
    """Go on with the last draw of an office, if it is not settled. Says what came of it."""
    done: Counter[str] = Counter(entries=0, lines=0, settled=0)
    head = store.heads([office.office_id]).get(office.office_id)
    if head and not head.settled:
        _carry_out_head(office, head, now, LANES, done)
    return dict(done)


def _carry_out_head(
    office: Office, head: Head, now: datetime, lanes: int, done: Counter[str]
) -> bool:
    record = store.get(office.office_id, head.at)
    return record is not None and _carry_out(record, now, lanes, done)


def _recorded(
    office: Office, at: datetime, head: Head | None, now: datetime, done: Counter[str]
) -> Record | None:
    """The record of a draw, put by now or before; None if there is nothing to draw, or not yet."""
    known = _days(office, at, now)
    rooms = _rooms(known, office, at)
    rows = _rows(office, known, at, done) if rooms else []
    if not rows:
        return None
    record = Record(
        office_id=office.office_id,
        at=at,
        rooms=rooms,
        entries=len(rows),
        list_hash=draws.list_hash(rooms, rows),
        pages=-(-len(rows) // store.ROWS),
    )
    store.put_list(record, rows)
    match store.put(record, head):
        case Drawn():
            count(Metric.DRAWS, office=office.office_id)
            return record
        case Record() as stands:
            return stands
        case Changed():
            return None  # the next run sees to it


def _days(office: Office, at: datetime, now: datetime) -> dict[date, Day]:
    """The days that are drawn, or were while somebody who asks may have waited."""
    first = office.today(now) - WAITS - timedelta(days=1)
    found = days.between(office.office_id, first, calendar.upcoming(office, now)[1])
    return {
        when: day
        for when, day in found.items()
        if day.by_lot and day.closed is None and _drawn_from(day) <= at
    }


def _drawn_from(day: Day) -> datetime:
    return day.opens_at - calendar.DRAWN_BEFORE


def _rooms(known: Mapping[date, Day], office: Office, at: datetime) -> tuple[Room, ...]:
    """What is left, and what is due back, in windows that are far enough ahead."""
    ahead = at + draws.NOTICE
    keys = [
        key
        for day in known.values()
        for key in day.slots
        if calendar.instant(office, key.day, key.start) >= ahead
    ]
    found = sorted(slots.rosters(keys), key=lambda slot: slot.key)
    rooms = (Room(slot.key.day, slot.key.start, _room(slot, at)) for slot in found)
    return tuple(room for room in rooms if room.places)


def _room(slot: Slot, at: datetime) -> int:
    if slot.closed or slot.draw_at is None or slot.draw_at > at:
        return 0
    back = (hold for hold in slot.given_up if hold.free_at and drawn_from(hold.free_at) <= at)
    return slot.left + sum(hold.places for hold in back)


def _rows(office: Office, known: Mapping[date, Day], at: datetime, done: Counter[str]) -> list[Row]:
    """Who takes part, in the order of their ids."""
    drawn = {when: _drawn_from(day) for when, day in known.items()}
    rows = []
    for entry in entries.waiting(office.office_id):
        if isinstance(entry, Unreadable):
            skip(done, entry, office.office_id)
        elif draws.takes_part(entry, at):
            rows.append(draws.row(entry, at, drawn))
    return sorted(rows)


def _carry_out(record: Record, now: datetime, lanes: int, done: Counter[str]) -> bool:
    """Give everybody what the plan of a record says. Says whether it is settled."""
    rows = [row for number in range(record.pages) for row in store.page(record, number)]
    if draws.list_hash(record.rooms, rows) != record.list_hash:
        raise Unreadable("draws", f"{record.office_id} {draws.told_at(record.at)}")
    if record.signature is None:
        message = draws.message(record.office_id, record.at, record.list_hash)
        record = store.sign(record, *signing.sign(message))
    assert record.signature
    plan = draws.plan(record.office_id, record.signature, rows, record.rooms)
    results = giving.give(record, plan, now, lanes)
    done.update(entries=len(rows), lines=len(plan))
    if results is None:
        log.error("draw not settled", office=record.office_id, at=draws.told_at(record.at))
        return False
    ordered = draws.order(record.signature, rows)
    store.settle(record, results, chances.of_draw(ordered, record.rooms, plan))
    done["settled"] += 1
    for result, lines in Counter(result.done for result in results).items():
        count(Metric.DRAW_LINES, lines, office=record.office_id, result=result.value)
    return True

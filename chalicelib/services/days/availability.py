"""What anybody may see: offices, the calendar of one, the places of a day, alternatives."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Slot, SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.errors import DayClosed, NoSuchSlot, NotReleased, OfficeClosed, Unreadable
from chalicelib.domain.offices import Closure, Office, Window
from chalicelib.store import days, offices, slots
from chalicelib.store.cache import Cache

NO_SERVICE = Closure("Tidak ada layanan pada tanggal ini", "No service on this day")
PAST = Closure("Hari layanan sudah lewat", "The day of service is over")

ALTERNATIVES = 5
DAYS_AHEAD = 7
NEIGHBOURS = 4

_offers: Cache[tuple[str, date], list[Slot]] = Cache(timedelta(seconds=2))


class DayStatus(StrEnum):
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    NOT_RELEASED = "not_released"


class CalendarDay(NamedTuple):
    day: date
    status: DayStatus
    opens_at: datetime | None
    """In the office's own time."""
    closed: Closure | None
    draw_at: datetime | None = None
    """When its places are drawn, where they are and nobody can have them yet; in that time, too."""


class DayView(NamedTuple):
    status: CalendarDay
    slots: list[Slot]
    """Those that have not begun yet."""


def listed(now: datetime) -> list[Office]:
    """All offices that people may choose from."""
    return [office for office in offices.every(now).values() if not office.trial]


def nearest(latitude: float, longitude: float, now: datetime) -> list[tuple[Office, float]]:
    """All offices with their distance in km, the nearest first."""
    with_distance = ((office, office.distance_km(latitude, longitude)) for office in listed(now))
    return sorted(with_distance, key=lambda pair: pair[1])


def month(office_id: str, first: date, length: int, now: datetime) -> list[CalendarDay]:
    """The calendar of an office, as it stood at most a second ago: ``length`` days from ``first``.

    Raises `NoSuchOffice`.
    """
    office = offices.get(office_id, now)
    wanted = [first + timedelta(days=n) for n in range(length)]
    ready = days.seen_between(office_id, wanted[0], wanted[-1], now)
    return [_status(office, day, ready.get(day), now) for day in wanted]


def day(office_id: str, wanted: date, now: datetime) -> DayView:
    """One day of an office, as it stood at most a second ago. Raises `NoSuchOffice`."""
    office = offices.get(office_id, now)
    ready = days.seen(office_id, wanted, now)
    status = _status(office, wanted, ready, now)
    if ready is None or status.status not in (DayStatus.OPEN, DayStatus.FULL):
        return DayView(status, [])
    keys = _to_come(office, ready, now)
    seen = slots.seen(keys, now)
    return DayView(status, [_offered(seen[key], now) for key in keys if key in seen])


def bookable(slot: SlotKey, now: datetime) -> tuple[Office, Day, Window]:
    """Where a slot that can be booked belongs.

    Raises `NoSuchOffice`, `NoSuchSlot`, `OfficeClosed`, `NotReleased`, `DayClosed`.
    """
    office = offices.get(slot.office_id, now)
    ready = days.seen(slot.office_id, slot.day, now)
    shut = _shut(office, slot.day, ready, now)
    if shut is not None and shut.status is DayStatus.NOT_RELEASED:
        raise NotReleased(opens_at=shut.opens_at)
    if shut is not None and shut.closed is not PAST:
        raise OfficeClosed(reason=shut.closed)
    window = ready.window(slot.start) if ready else None
    if ready is None or window is None or not _is_to_come(office, slot, window, now):
        raise NoSuchSlot
    if slot.day == office.today(now) and _closed_early(slot):
        raise DayClosed
    return office, ready, window


def _closed_early(slot: SlotKey) -> bool:
    """Whether the office has closed the day of a slot, which is today, before its end."""
    from chalicelib.domain.boards import BoardKey
    from chalicelib.store import boards  # few book for the same day

    board = boards.get(BoardKey(slot.office_id, slot.day), consistent=False)
    return board is not None and board.closed


def alternatives(slot: SlotKey, places: int, now: datetime) -> list[Slot]:
    """Up to five other slots with so many places left: that day, the days after it, nearby.

    At most two seconds old, and no promise.
    """
    office = offices.get(slot.office_id, now)
    offers = _offers.get(
        (slot.office_id, slot.day), now, lambda: list(_look_around(office, slot.day, now))
    )
    fitting = [offer for offer in offers if offer.left >= places and offer.key != slot]
    return fitting[:ALTERNATIVES]


def _look_around(office: Office, wanted: date, now: datetime) -> Iterator[Slot]:
    """More than enough slots with places left, those that suit best first."""
    found = 0
    later = days.seen_between(office.office_id, wanted, wanted + timedelta(days=DAYS_AHEAD), now)
    for ready in (later[key] for key in sorted(later)):
        if found > 2 * ALTERNATIVES:
            return
        for slot in _open_slots(office, ready, now):
            found += 1
            yield slot
    around = (other for other, _ in nearest(office.latitude, office.longitude, now))
    for neighbour in [other for other in around if other != office][:NEIGHBOURS]:
        if found > 2 * ALTERNATIVES:
            return
        with suppress(Unreadable):  # a neighbour's fault is none of this office
            there = days.seen(neighbour.office_id, wanted, now)
            for slot in _open_slots(neighbour, there, now) if there else ():
                found += 1
                yield slot


def _open_slots(office: Office, ready: Day, now: datetime) -> list[Slot]:
    if _status(office, ready.date, ready, now).status is not DayStatus.OPEN:
        return []
    keys = [key for key in _to_come(office, ready, now) if key.start not in ready.full]
    seen = slots.seen(keys, now)
    offered = (_offered(seen[key], now) for key in keys if key in seen)
    return [slot for slot in offered if slot.left > 0]


def _offered(slot: Slot, now: datetime) -> Slot:
    """A slot with what is due back among the places that are left."""
    return slot._replace(left=slot.open(now))


def _status(office: Office, wanted: date, ready: Day | None, now: datetime) -> CalendarDay:
    shut = _shut(office, wanted, ready, now)
    if ready is None or shut is not None:
        assert shut is not None, "a day is released when it has been made ready"
        return shut
    to_come = _to_come(office, ready, now)
    if not to_come:
        return CalendarDay(wanted, DayStatus.CLOSED, None, PAST)
    full = all(slot.start in ready.full for slot in to_come)
    opens_at = ready.opens_at.astimezone(office.zone)
    return CalendarDay(wanted, DayStatus.FULL if full else DayStatus.OPEN, opens_at, None)


def _shut(office: Office, wanted: date, ready: Day | None, now: datetime) -> CalendarDay | None:
    """What a day is of which nothing can be booked; None if it is released, to its last slot.

    Who asks for one slot, as a crowd does, asks no more of its day.
    """
    if wanted < office.today(now):
        return CalendarDay(wanted, DayStatus.CLOSED, None, PAST)
    closed = ready.closed if ready else calendar.closure_on(office, wanted)
    if closed is None and not (ready.windows if ready else office.windows(wanted)):
        closed = NO_SERVICE
    if closed is not None:
        return CalendarDay(wanted, DayStatus.CLOSED, None, closed)
    opens_at = ready.opens_at if ready else calendar.opens_at(office, wanted)
    if ready is None or opens_at > now:
        local = opens_at.astimezone(office.zone)
        by_lot = ready.by_lot if ready else office.by_lot
        draw_at = local - calendar.DRAWN_BEFORE if by_lot else None
        return CalendarDay(wanted, DayStatus.NOT_RELEASED, local, None, draw_at)
    return None


def _to_come(office: Office, ready: Day, now: datetime) -> list[SlotKey]:
    """The slots of a day that have not begun; at the office for trials, that have not ended."""
    both = zip(ready.slots, ready.windows, strict=True)
    return [slot for slot, window in both if _is_to_come(office, slot, window, now)]


def _is_to_come(office: Office, slot: SlotKey, window: Window, now: datetime) -> bool:
    until = window.end if office.trial else slot.start
    return calendar.instant(office, slot.day, until) > now

"""The sweep: what crashed requests have left behind is given back, and the hint is put right.

It doubts only holds older than the grace, and each it fences before it releases it, so that a
request which is merely slow fails rather than promise a place that is no longer held. A crash shows
within the hour after a claim; what was left by a cancellation or a move that died half-way, the
nightly comparison finds (see reconcile.py).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from chalicelib.config import GRACE
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Hold, Slot, SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.offices import Office
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.booking import holds
from chalicelib.services.contained import contained, every_office
from chalicelib.store import bookings, days, offices, slots
from chalicelib.store.outcomes import Abandoned, Unused
from chalicelib.telemetry import Metric, count, log

LOOKS_AT_A_BOOKING = 3

DOUBTED = timedelta(hours=2)
"""A hold is looked at by every run until it is this old."""


def sweep(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Go over every upcoming day, as long as there is ``more`` time. Says what it did."""
    done: Counter[str] = Counter(slots=0, holds_swept=0, hints_repaired=0, breaches=0)
    left: Counter[str] = Counter()
    for office in every_office(now, done):
        if not more():
            done["handed_over"] = 1
            break
        with contained(done, office.office_id):
            for day in days.between(office.office_id, *calendar.upcoming(office, now)).values():
                if day.closed is None and day.windows:
                    rosters = slots.rosters(day.slots)
                    done.update(_sweep_day(day, rosters, now))
                    if not office.trial:
                        left[office.zone_name] += _left(office, rosters, now)
    if not done["handed_over"]:  # a part of the offices would look like a rush
        for zone, places in left.items():
            count(Metric.PLACES_LEFT, places, zone=zone)
    count(Metric.HOLDS_SWEPT, done["holds_swept"])
    count(Metric.HINTS_REPAIRED, done["hints_repaired"])
    count(Metric.INVARIANT_BREACHES, done["breaches"])
    return dict(done)


def sweep_holds(slot: SlotKey, doubtful: Iterable[tuple[str, Hold]], now: datetime) -> int:
    """Give back those of a slot's holds that are no promise. Returns how many."""
    by_code = dict(doubtful)
    promised = bookings.many(list(by_code)) if by_code else {}
    return sum(
        _sweep_hold(slot, code, hold, now)
        for code, hold in by_code.items()
        if not hold.legitimate(slot, promised.get(code))
    )


def breach(slot: Slot) -> int:
    """1 if a slot's places do not add up, which is logged; else 0."""
    held = sum(hold.places for hold in slot.holds.values())
    if slot.left + held == slot.capacity:
        return 0
    log.error(
        "slot is out of balance",
        slot=slot.key.id,
        left=slot.left,
        held=held,
        capacity=slot.capacity,
    )
    return 1


def _left(office: Office, rosters: Iterable[Slot], now: datetime) -> int:
    """The places that can be booked: released, and not begun."""
    return sum(
        slot.left
        for slot in rosters
        if slot.opens_at <= now < calendar.instant(office, slot.key.day, slot.key.start)
    )


def _sweep_day(day: Day, rosters: Iterable[Slot], now: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    full: set[time] = set()
    for slot in rosters:
        swept = sweep_holds(slot.key, _doubtful(slot, now), now)
        if slot.left == 0 and not swept:
            full.add(slot.key.start)
        done.update(slots=1, holds_swept=swept, breaches=breach(slot))
    done["hints_repaired"] = _repair_hints(day, full)
    return done


def _doubtful(slot: Slot, now: datetime) -> list[tuple[str, Hold]]:
    return [
        (code, hold)
        for code, hold in slot.holds.items()
        if hold.due(now) or (hold.free_at is None and GRACE <= now - hold.claimed_at < DOUBTED)
    ]


def _sweep_hold(slot: SlotKey, code: str, hold: Hold, now: datetime) -> bool:
    """Give back a hold unless its booking is active and points here. Says if it did."""
    for _ in range(LOOKS_AT_A_BOOKING):
        match bookings.get(code):
            case Unused():
                bookings.abandon(code, now)  # the fence; then look again at what there is
            case Abandoned():
                return _give_back(slot, code, hold, now)
            case Booking() as booking:
                if booking.stands_in(slot) or booking.awaits_notice_in(slot):
                    return False
                if holds.fenced(booking, slot, hold):
                    return _give_back(slot, code, hold, now)
    return False  # it is in motion: the next sweep sees to it


def _give_back(slot: SlotKey, code: str, hold: Hold, now: datetime) -> bool:
    """Give a fenced hold back, or let it come back later where places are drawn first.

    Says if it was given back.
    """
    if hold.free_at is None and offices.get(slot.office_id, now).by_lot:
        holds.give_back_later(slot, code, hold, now)
        return False
    return holds.give_back(slot, code, hold)


def _repair_hints(day: Day, full: set[time]) -> int:
    for start in full - day.full:
        days.mark_full(day.slot(start))
    for start in day.full - full:
        days.unmark_full(day.slot(start))
    return len(full ^ day.full)

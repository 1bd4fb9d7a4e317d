"""Once a night, every booking is compared with every roster, in both directions, and with others.

A hold that no booking stands behind is given back, however old it is. A booking that no hold stands
behind is a promise in danger, and two that name one person are a place that somebody else goes
without: both are counted, logged by their codes, and rouse somebody.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from chalicelib.config import GRACE
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Slot, SlotKey
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.offices import Office
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.booking.sweep import breach, sweep_holds
from chalicelib.services.contained import contained, every_office, skip
from chalicelib.store import bookings, days, offices, slots
from chalicelib.telemetry import Metric, count, log


def reconcile(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Compare all that is still to come, as long as there is ``more`` time. Says what was found."""
    done: Counter[str] = Counter(bookings=0, slots=0, holds_swept=0, breaches=0)
    promised = _promised(now, done)
    done["breaches"] += _doubled(promised, now)
    for office in every_office(now, done):
        if not more():
            done["handed_over"] = 1
            break
        with contained(done, office.office_id):
            for slot in _rosters(office, now):
                done.update(slots=1, breaches=breach(slot))
                done.update(_compare(slot, promised[slot.key.id], now))
    count(Metric.HOLDS_SWEPT, done["holds_swept"])
    count(Metric.INVARIANT_BREACHES, done["breaches"])
    return dict(done)


def _promised(now: datetime, done: Counter[str]) -> dict[str, dict[str, Booking]]:
    """Active bookings of days that are not over, by slot and by code."""
    found: dict[str, dict[str, Booking]] = defaultdict(dict)
    known = offices.every(now)
    since = min((office.today(now) for office in known.values()), default=now.date())
    for booking in bookings.active(since):
        if isinstance(booking, Unreadable):
            skip(done, booking, "reconcile")
            continue
        office = known.get(booking.slot.office_id)
        if office and booking.slot.day >= office.today(now):
            done["bookings"] += 1
            found[booking.slot.id][booking.code] = booking
    return found


def _doubled(promised: Mapping[str, Mapping[str, Booking]], now: datetime) -> int:
    """How often a booking names somebody who is in another one.

    What was made since ``now`` is left to the next night: the day of the other may be over by then.
    """
    found: dict[str, str] = {}
    pairs: set[tuple[str, str, str]] = set()
    for roster in promised.values():
        for code, booking in roster.items():
            if booking.created_at > now or not booking.engages:
                continue
            for person_id in aliases.people_of(booking).values():
                first = found.setdefault(person_id, code)
                if first != code:
                    pairs.add((person_id, first, code))
    return sum(_both_stand(*pair) for pair in pairs)


def _both_stand(person_id: str, *codes: str) -> int:
    """1 if both bookings name the person by now too, which is logged; else 0."""
    read = [bookings.get(code) for code in codes]
    stand = [one for one in read if isinstance(one, Booking) and one.engages]
    if [person_id in aliases.people_of(one).values() for one in stand] != [True, True]:
        return 0
    log.error("two bookings of one person", codes=codes)
    return 1


def _rosters(office: Office, now: datetime) -> list[Slot]:
    ready = days.between(office.office_id, *calendar.upcoming(office, now))
    return [
        slot for day in ready.values() if day.closed is None for slot in slots.rosters(day.slots)
    ]


def _compare(slot: Slot, promised: dict[str, Booking], now: datetime) -> Counter[str]:
    """What is held and not promised, and what is promised and not held.

    The two were not read in one moment: what is young is left alone, and what is amiss is looked at
    again before anything is said or done.
    """
    settled = {
        code: hold
        for code, hold in slot.holds.items()
        if now - hold.claimed_at >= GRACE and (hold.free_at is None or hold.due(now))
    }
    unpromised = [
        (code, hold)
        for code, hold in settled.items()
        if not hold.legitimate(slot.key, promised.get(code))
    ]
    done: Counter[str] = Counter(holds_swept=sweep_holds(slot.key, unpromised, now))
    for code in promised.keys() - slot.holds.keys():
        done["breaches"] += _unheld(slot.key, code)
    return done


def _unheld(slot: SlotKey, code: str) -> int:
    booking = bookings.get(code)
    roster = slots.get(slot)
    if not isinstance(booking, Booking) or not booking.stands_in(slot):
        return 0
    if roster is None or code in roster.holds:
        return 0
    log.error("booking holds no place", code=code, slot=slot.id)
    return 1

"""Closing a day, ahead or on the day itself: its bookings are cancelled and its people are told.
And taking a closure back.

From the moment its slots are closed no claim succeeds there, so the rosters only shrink. They are
also the list of who is still to be told: a hold is released when its booking has been cancelled,
which counts against nobody, and the notice to its people has been sent. A run that is killed goes
on from there; whose notice was not surely sent stays on the list, for operations to read. All this
goes on where the day is open again.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from chalicelib.domain import calendar, decrees
from chalicelib.domain.bookings import Booking, CancelledBy, Hold, Slot, SlotKey
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import Closure, Office
from chalicelib.domain.planning import DayOver, NoHours, NoReason
from chalicelib.services import aliases
from chalicelib.services.allowance import Allowance
from chalicelib.services.booking import holds
from chalicelib.services.contained import contained, every_office
from chalicelib.services.days import closing
from chalicelib.services.notices.send import Unsent, tell
from chalicelib.store import bookings, days, offices, slots
from chalicelib.store.outcomes import Abandoned, Cancelled, Unused
from chalicelib.telemetry import Metric, count

LOOKS_AT_A_BOOKING = 4


def declare(office_id: str, day: date, why: Closure, now: datetime) -> int:
    """Close a day of an office and cancel its bookings. Returns how many were cancelled.

    Its people are told by `carry_out`. Raises `NoSuchOffice`, `DayOver`, `NoReason`.
    """
    keys = announce(office_id, day, why, now)
    return sum(_cancel_all(roster, now) for roster in slots.rosters(keys))


def announce(office_id: str, day: date, why: Closure, now: datetime) -> list[SlotKey]:
    """Close a day of an office, of which the slots are returned: no claim succeeds there any more.

    Its bookings are cancelled by `carry_out`, within minutes. Raises what `declare` does.
    """
    office = offices.read(office_id)
    if day < office.today(now):
        raise DayOver
    why = Closure(why.id.strip(), why.en.strip())
    if not all(why):
        raise NoReason
    offices.add_closure(office_id, day, why)
    return closing.close(office, day, why, now)


def take_back(office_id: str, day: date, now: datetime) -> None:
    """Serve on a day after all, be it closed by the office or a holiday.

    Raises `NoSuchOffice`, `DayOver`, `NoHours`.
    """
    office = offices.read(office_id)
    if day < office.today(now):
        raise DayOver
    if not office.windows(day):
        raise NoHours
    offices.serve(office_id, day, holiday=decrees.holiday(day) is not None)
    ready = days.between(office_id, day, day).get(day)
    if ready and ready.closed:
        closing.reopen(office, ready)


def carry_out(now: datetime, more: Allowance) -> dict[str, int]:
    """Finish with all days that are closed: cancel what is left, tell, give the places back."""
    done: Counter[str] = Counter(cancelled=0, told=0, given_back=0, handed_over=0)
    closed: list[tuple[Office, Slot]] = []
    for office in every_office(now, done):
        with contained(done, office.office_id):
            for roster in _closed_rosters(office, now):
                done["cancelled"] += _cancel_all(roster, now)
                closed.append((office, roster))
    for office, roster in closed:
        with contained(done, roster.key.id):
            there = bookings.many(list(roster.holds))
            for code, hold in roster.holds.items():
                booking = there.get(code)
                by_office = booking and booking.cancelled_by is CancelledBy.OFFICE
                if not roster.closed and not by_office:
                    continue  # the day is open again, and this has nothing to do with its closure
                if booking and booking.awaits_notice_in(roster.key):
                    if Notice.CLOSURE in booking.told:
                        continue  # it is never sent again: `unsent` lists it
                    if not more():
                        done["handed_over"] = 1
                        return dict(done)
                    if tell(office, booking, Notice.CLOSURE, more, now) is not State.SENT:
                        continue
                    done["told"] += 1
                done["given_back"] += _give_back(roster.key, code, hold)
    return dict(done)


def unsent(office_id: str, now: datetime) -> list[Unsent]:
    """Notices of closed days still to come that were not definitely sent, with the reason."""
    return [
        Unsent(booking.code, Notice.CLOSURE, booking.told[Notice.CLOSURE])
        for roster in _closed_rosters(offices.get(office_id, now), now)
        for booking in bookings.many(list(roster.holds)).values()
        if booking.awaits_notice_in(roster.key)
        and Notice.CLOSURE in booking.told
        and booking.told[Notice.CLOSURE].unsure(now)
    ]


def _closed_rosters(office: Office, now: datetime) -> Iterator[Slot]:
    for day in days.between(office.office_id, *calendar.upcoming(office, now)).values():
        if (day.closed or day.reopened) and day.windows:
            yield from slots.rosters(day.slots)


def _cancel_all(roster: Slot, now: datetime) -> int:
    if not roster.closed:
        return 0
    there = bookings.many(list(roster.holds))
    cancelled = sum(
        _cancel(roster.key, code, now)
        for code in roster.holds
        if code not in there or there[code].stands_in(roster.key)
    )
    if cancelled:
        count(Metric.CANCELLATIONS, cancelled, by=CancelledBy.OFFICE.value)
    return cancelled


def _cancel(slot: SlotKey, code: str, now: datetime) -> bool:
    """Cancel the booking under ``code`` if it points at ``slot``. Says whether it did."""
    for _ in range(LOOKS_AT_A_BOOKING):
        match bookings.get(code):
            case Unused():
                bookings.abandon(code, now)  # the fence: a late confirm is refused
            case Booking() as booking if booking.stands_in(slot) and not booking.outcome:
                people = list(aliases.people_of(booking).values())
                made = bookings.cancel_uncounted(booking, people, CancelledBy.OFFICE, now)
                if isinstance(made, Cancelled):
                    return True
            case Booking() | Abandoned():
                return False
    return False  # it is in motion: the next run sees to it


def _give_back(slot: SlotKey, code: str, hold: Hold) -> bool:
    """Give a hold back, unless its booking stands here or its people are to be told."""
    match bookings.get(code):
        case Unused():
            return False
        case Abandoned():
            return holds.give_back(slot, code, hold)
        case Booking() as booking:
            if booking.stands_in(slot) or booking.awaits_notice_in(slot):
                return False
            return holds.fenced(booking, slot, hold) and holds.give_back(slot, code, hold)

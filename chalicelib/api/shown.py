"""What the service holds, as answers show it: each thing is turned into its answer here.

People and signing in are named for the types alone: a process that starts in order to book does
not load them.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import UNSET, structs

from chalicelib import keyring
from chalicelib.api import answers
from chalicelib.api.language import Language
from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Slot
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.office_fields import WEEKDAYS
from chalicelib.domain.offices import Closure, Office
from chalicelib.keyring import Purpose
from chalicelib.services.booking.mine import Seen
from chalicelib.services.days.availability import CalendarDay, DayView

if TYPE_CHECKING:
    from chalicelib.domain.persons import Proof


# ---- bookings -----------------------------------------------------------------------------------


def booking(seen: Seen) -> answers.BookingAnswer:
    """A booking as an account may see it."""
    made = seen.booking
    slot = made.place.slot
    return answers.BookingAnswer(
        code=made.code,
        status=made.status,
        office_id=slot.office_id,
        date=slot.day,
        start=hhmm(slot.start),
        end=hhmm(made.place.end),
        arrive_from=hhmm(made.place.arrive_from),
        service=made.service,
        places=[answers.QueuePlace(who, number) for who, number in seen.numbers.items()],
        reschedules_left=made.reschedules_left if seen.made_by_me else 0,
        qr=qr(made),
        made_by="me" if seen.made_by_me else "other",
        cancelled_by=made.cancelled_by or UNSET,
        ticket=made.place.ticket or UNSET,
        outcome=made.outcome or UNSET,
        come_at=hhmm(made.come_at) if made.come_at else UNSET,
        drawn_at=made.drawn_at or UNSET,
    )


def qr(made: Booking) -> str:
    """What the QR of a ticket says."""
    return rules.ticket_payload(keyring.derived(Purpose.TICKET), made.code)


# ---- offices and their places -------------------------------------------------------------------


def office(one: Office, distance_km: float | None = None) -> answers.Office:
    """An office in a list of them."""
    return answers.Office(
        office_id=one.office_id,
        name=one.name,
        city=one.city,
        province=one.province,
        time_zone=one.time_zone,
        latitude=one.latitude,
        longitude=one.longitude,
        distance_km=UNSET if distance_km is None else round(distance_km, 1),
    )


def office_detail(one: Office, now: datetime) -> answers.OfficeDetail:
    """An office by itself, with its weekly hours and its next release."""
    next_release = calendar.next_release(one, now)
    return answers.OfficeDetail(
        **structs.asdict(office(one)),
        opening={
            WEEKDAYS[day]: [answers.Window(hhmm(w.start), hhmm(w.end), w.places) for w in windows]
            for day, windows in sorted(one.opening.items())
        },
        horizon_days=one.horizon_days,
        next_release_at=next_release.astimezone(one.zone) if next_release else UNSET,
        by_lot=one.by_lot,
    )


def calendar_day(day: CalendarDay, language: Language) -> answers.CalendarDay:
    """A day in the calendar of its office."""
    return answers.CalendarDay(
        date=day.day,
        status=day.status,
        opens_at=day.opens_at or UNSET,
        draw_at=day.draw_at or UNSET,
        reason=reason(day.closed, language) if day.closed else UNSET,
    )


def day(view: DayView, language: Language) -> answers.Day:
    """A day by itself, with its slots."""
    return answers.Day(
        **structs.asdict(calendar_day(view.status, language)),
        slots=[
            answers.Slot(hhmm(slot.key.start), hhmm(slot.end), slot.capacity, slot.left)
            for slot in view.slots
        ],
    )


def offer(slot: Slot) -> answers.Offer:
    """A slot that somebody may take instead of another."""
    key = slot.key
    return answers.Offer(key.office_id, key.day, hhmm(key.start), slot.left)


def reason(closure: Closure, language: Language) -> str:
    """Why an office does not serve on a day."""
    return closure.en if language == "en" else closure.id


# ---- people -------------------------------------------------------------------------------------


def proof(how: "Proof") -> answers.ProofName:
    """How an account has proven to be its holder, in a word."""
    names: tuple[answers.ProofName, ...] = ("claimed", "held", "confirmed", "seen")
    return names[how]

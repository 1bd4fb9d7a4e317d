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
from chalicelib.domain.bookings import Booking, Place, Slot
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Closure, Office
from chalicelib.keyring import Purpose
from chalicelib.services.days.availability import CalendarDay, DayView
from chalicelib.store.offices import WEEKDAYS

if TYPE_CHECKING:
    from chalicelib.services.people.privacy import Export
    from chalicelib.services.people.profile import Profile, Relative
    from chalicelib.services.sign_in.codes import Sent


# ---- bookings -----------------------------------------------------------------------------------


def booking(made: Booking) -> answers.BookingAnswer:
    """A booking as its owner sees it."""
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
        places=[answers.QueuePlace(who, number) for who, number in made.numbers.items()],
        reschedules_left=made.reschedules_left,
        qr=qr(made),
    )


def qr(made: Booking) -> str:
    """What the QR of a ticket says."""
    return rules.ticket_payload(keyring.derived(Purpose.TICKET), made.code)


def record(held: Booking) -> answers.BookingRecord:
    """All that is held of a booking."""
    return answers.BookingRecord(
        **structs.asdict(booking(held)),
        created_at=held.created_at,
        cancelled_by=held.cancelled_by,
        moved_from=_before(held.move.before) if held.move else None,
        told=[answers.Told(notice, told.state, told.at) for notice, told in held.told.items()],
        expires_at=calendar.expires_at(held.slot.day),
    )


def _before(place: Place) -> answers.PlaceBefore:
    return answers.PlaceBefore(
        office_id=place.slot.office_id,
        date=place.slot.day,
        start=hhmm(place.slot.start),
        end=hhmm(place.end),
        queue_number=place.first,
    )


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
    return answers.OfficeDetail(
        **structs.asdict(office(one)),
        opening={
            WEEKDAYS[day]: [answers.Window(hhmm(w.start), hhmm(w.end), w.places) for w in windows]
            for day, windows in sorted(one.opening.items())
        },
        horizon_days=one.horizon_days,
        next_release_at=calendar.next_release(one, now).astimezone(one.zone),
    )


def calendar_day(day: CalendarDay, language: Language) -> answers.CalendarDay:
    """A day in the calendar of its office."""
    return answers.CalendarDay(
        date=day.day,
        status=day.status,
        opens_at=day.opens_at or UNSET,
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


def person(one: "Relative") -> answers.Person:
    """A person of a family."""
    held = one.person
    return answers.Person(
        applicant_id=one.applicant_id,
        nik=held.nik.digits,
        name=held.name,
        birth_date=held.birth_date,
        sex=held.sex,
        relation=one.relation,
        check_at_counter=one.check_at_counter,
    )


def account(held: "Profile") -> answers.Account:
    """An account with its holder."""
    return answers.Account(
        **structs.asdict(person(held.holder)),
        account_id=held.account_id,
        phone=held.phone,
        created_at=held.created_at,
        email=held.holder.person.email,
    )


def export(held: "Export") -> answers.Export:
    """All that is held of an account."""
    return answers.Export(
        account=account(held.profile),
        consented_at=held.profile.consented_at,
        family=[person(relative) for relative in held.family],
        bookings=[record(made) for made in held.bookings],
        pauses=[answers.Pause(who, until) for who, until in held.pauses.items()],
        sessions=[answers.Session(s.started_at, s.rotated_at, s.expires_at) for s in held.sessions],
        codes_sent=held.codes_sent,
        disclosures=[
            answers.Disclosure(d.at, d.by, d.reason, sorted(d.whose)) for d in held.disclosures
        ],
    )


# ---- codes by SMS -------------------------------------------------------------------------------


def registration(sent: "Sent") -> answers.RegistrationStarted:
    """A code that is on its way to whoever registers."""
    return answers.RegistrationStarted(
        registration_id=sent.challenge_id, **structs.asdict(_code_sent(sent))
    )


def sign_in(sent: "Sent") -> answers.SignInStarted:
    """A code that is on its way to whoever signs in."""
    return answers.SignInStarted(session_id=sent.challenge_id, **structs.asdict(_code_sent(sent)))


def _code_sent(sent: "Sent") -> answers.CodeSent:
    return answers.CodeSent(code_expires_at=sent.expires_at, resend_after=sent.resend_after)

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
from chalicelib.domain.draws import Entry
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.office_fields import WEEKDAYS
from chalicelib.domain.offices import Closure, Office
from chalicelib.domain.people import Ktp, Relation
from chalicelib.keyring import Purpose
from chalicelib.services.booking.mine import Seen
from chalicelib.services.days.availability import CalendarDay, DayView

if TYPE_CHECKING:
    from chalicelib.domain.persons import Proof
    from chalicelib.services.people.consent import Request as ConsentRequest
    from chalicelib.services.people.family import Relative
    from chalicelib.services.people.privacy import Export
    from chalicelib.services.people.profile import Profile
    from chalicelib.services.sign_in.codes import Sent


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
    )


def qr(made: Booking) -> str:
    """What the QR of a ticket says."""
    return rules.ticket_payload(keyring.derived(Purpose.TICKET), made.code)


def record(seen: Seen) -> answers.BookingRecord:
    """All that is held of a booking, as far as an account may see it."""
    held = seen.booking
    return answers.BookingRecord(
        **structs.asdict(booking(seen)),
        created_at=held.created_at,
        moved_from=_before(held.move.before) if held.move else None,
        told=[answers.Told(notice, told.state, told.at) for notice, told in held.told.items()],
        left=seen.left,
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
    next_release = calendar.next_release(one, now)
    return answers.OfficeDetail(
        **structs.asdict(office(one)),
        opening={
            WEEKDAYS[day]: [answers.Window(hhmm(w.start), hhmm(w.end), w.places) for w in windows]
            for day, windows in sorted(one.opening.items())
        },
        horizon_days=one.horizon_days,
        next_release_at=next_release.astimezone(one.zone) if next_release else UNSET,
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


def _person(alias: str, ktp: Ktp, relation: Relation, *, check_at_counter: bool) -> answers.Person:
    return answers.Person(
        applicant_id=alias,
        nik=ktp.nik.digits,
        name=ktp.name,
        birth_date=ktp.birth_date,
        sex=ktp.sex,
        relation=relation,
        check_at_counter=check_at_counter,
    )


def relative(one: "Relative") -> answers.Relative:
    """Somebody of a family."""
    held = _person(one.alias, one.ktp, one.relation, check_at_counter=one.check_at_counter)
    return answers.Relative(**structs.asdict(held), consent=one.consent.value)


def account(held: "Profile") -> answers.Account:
    """An account with its holder."""
    holder = held.holder
    return answers.Account(
        **structs.asdict(
            _person(
                holder.alias,
                holder.ktp,
                Relation.SELF,
                check_at_counter=holder.check_at_counter,
            )
        ),
        account_id=held.account_id,
        phone=held.phone,
        proof=proof(held.proof),
        created_at=held.created_at,
        email=holder.ktp.email,
    )


def proof(how: "Proof") -> answers.ProofName:
    """How an account has proven to be its holder, in a word."""
    names: tuple[answers.ProofName, ...] = ("claimed", "held", "confirmed", "seen")
    return names[how]


def consent_request(one: "ConsentRequest") -> answers.ConsentRequest:
    """That somebody asks for the holder."""
    return answers.ConsentRequest(one.request_id, one.relation, one.asked_at, one.accepted)


def export(held: "Export") -> answers.Export:
    """All that is held of an account."""
    return answers.Export(
        account=account(held.profile),
        consented_at=held.profile.consented_at,
        family=[relative(one) for one in held.family],
        bookings=[record(seen) for seen in held.bookings],
        entries=[entry(one) for one in held.entries],
        counts=[
            answers.Counts(
                alias,
                [answers.Cancellation(c.at, c.own) for c in counts.cancellations],
                [answers.Absence(a.at, a.own) for a in counts.absences],
                counts.paused_until,
                counts.paused_own_until,
            )
            for alias, counts in held.counts.items()
        ],
        named_by=[answers.NamedBy(one.relation, one.at, one.given) for one in held.named_by],
        sessions=[answers.Session(s.started_at, s.rotated_at, s.expires_at) for s in held.sessions],
        codes_sent=held.codes_sent,
        disclosures=[
            answers.Disclosure(d.at, d.by, d.reason, sorted(d.whose))
            for d in held.trail.disclosures
        ],
        next=held.trail.next or UNSET,
    )


def entry(asked: Entry) -> answers.EntryRecord:
    """What was asked for by lot."""
    return answers.EntryRecord(
        entry_id=asked.entry_id,
        status=asked.status,
        first=asked.first,
        last=asked.last,
        windows=[hhmm(start) for start in asked.windows],
        service=asked.service,
        applicants=list(asked.applicants),
        made_at=asked.made_at,
        until=asked.until,
        booking=asked.booking or UNSET,
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


def phone_change(sent: "Sent") -> answers.PhoneChangeStarted:
    """A code that is on its way to an account's new phone."""
    return answers.PhoneChangeStarted(
        change_id=sent.challenge_id, **structs.asdict(_code_sent(sent))
    )


def _code_sent(sent: "Sent") -> answers.CodeSent:
    return answers.CodeSent(code_expires_at=sent.expires_at, resend_after=sent.resend_after)

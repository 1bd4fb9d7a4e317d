"""What goes out of people and their accounts: the bodies of answers, and how they are filled."""

from datetime import date
from typing import TYPE_CHECKING, Literal

from msgspec import UNSET, UnsetType, field, structs

from chalicelib.api import shown
from chalicelib.api.answers import Answer, BookingAnswer, Instant, ProofName
from chalicelib.api.passkey_answers import OwnPasskey, own_passkeys
from chalicelib.api.push_answers import PushDevice, PushedNotice
from chalicelib.domain import calendar
from chalicelib.domain.bookings import Place, Service
from chalicelib.domain.draws import Entry, EntryStatus
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.people import Ktp, Relation, Sex
from chalicelib.services.booking.mine import Seen

if TYPE_CHECKING:
    from chalicelib.services.people import consent, family, privacy, profile
    from chalicelib.services.sign_in.codes import Sent

Consent = Literal["asked", "given", "not-needed"]


class CodeSent(Answer):
    code_expires_at: Instant
    resend_after: Instant


class RegistrationStarted(CodeSent, kw_only=True):
    registration_id: str


class PhoneChangeStarted(CodeSent, kw_only=True):
    change_id: str


class SignInStarted(CodeSent, kw_only=True):
    session_id: str


class Person(Answer):
    applicant_id: str
    nik: str
    name: str
    birth_date: date
    sex: Sex
    relation: Relation
    check_at_counter: bool
    """The NIK says another birth date or sex; the office looks at the papers."""


class Account(Person, kw_only=True):
    account_id: str
    phone: str | None
    """Null once somebody else has proven to have the number: change it."""
    proof: ProofName
    """How the account has proven to be this person; `claimed` where it may not book for them."""
    created_at: Instant
    email: str | None = None


class Relative(Person, kw_only=True):
    consent: Consent
    """Whether the account may book for them; `asked`: not before they accept."""


class Family(Answer):
    family: list[Relative]


class ConsentRequest(Answer):
    """That somebody asks to book for the holder, or says that they are the holder (`self`)."""

    request_id: str
    relation: Relation
    asked_at: Instant
    accepted: bool


class ConsentRequests(Answer):
    requests: list[ConsentRequest]


class PlaceBefore(Answer):
    """Where a booking was before it was moved."""

    office_id: str
    date: date
    start: str
    end: str
    queue_number: int


class Told(Answer):
    """A message about a booking, and what came of it."""

    notice: Notice
    state: State
    at: Instant


class BookingRecord(BookingAnswer, kw_only=True):
    """All that is held of a booking."""

    created_at: Instant
    moved_from: PlaceBefore | None = None
    told: list[Told]
    left: bool = False
    """The holder has left it: somebody else had made it for them."""
    expires_at: Instant


class Cancellation(Answer):
    """That a booking of somebody was cancelled, by whichever account."""

    at: Instant
    own: bool
    """By themselves, or by somebody whom they allow to book for them."""


class Absence(Answer):
    """That somebody did not come, or missed their call; counted when the day was closed."""

    at: Instant
    own: bool
    """Whether it was them who had booked, or somebody whom they allow to."""


class Counts(Answer):
    """What is counted of somebody, and until when it keeps them from booking."""

    applicant_id: str
    cancellations: list[Cancellation]
    absences: list[Absence]
    others_pause_until: Instant | None = None
    """Until when nobody books for them whom they have not allowed to."""
    pauses_until: Instant | None = None
    """Until when they do not book either."""
    others_barred_until: Instant | None = None
    """Until when nobody asks for them by lot whom they have not allowed to."""
    barred_until: Instant | None = None
    """Until when they do not either."""
    declined_at: Instant | None = None
    """When a place that was drawn for them was last declined in time."""


class NamedBy(Answer):
    """That another account names the holder; whose it is is not told."""

    relation: Relation
    since: Instant
    accepted: bool


class Session(Answer):
    """Somebody is signed in; the tokens themselves are not kept."""

    started_at: Instant
    last_used_at: Instant
    expires_at: Instant


class Disclosure(Answer):
    """Somebody has seen personal data: by which credential, why, and whose data."""

    at: Instant
    by: str
    reason: str
    whose: list[str]


class EntryRecord(Answer, kw_only=True):
    """What was asked for by lot, and what has become of it."""

    entry_id: str
    status: EntryStatus
    first: date = field(name="from")
    last: date = field(name="to")
    windows: list[str]
    service: Service
    applicants: list[str]
    made_at: Instant
    until: Instant
    booking: str | UnsetType = UNSET


class Export(Answer):
    account: Account
    consented_at: Instant
    family: list[Person]
    bookings: list[BookingRecord]
    entries: list[EntryRecord]
    counts: list[Counts]
    named_by: list[NamedBy]
    sessions: list[Session]
    passkeys: list[OwnPasskey]
    """Their ids, and when; without the public keys."""
    pushes: list[PushDevice]
    notices: list[PushedNotice]
    """Of the last seven days."""
    codes_sent: list[Instant]
    """When the last five codes went to the phone."""
    disclosures: list[Disclosure]
    """The first first, a hundred in an answer."""
    next: str | UnsetType = UNSET
    """What to ask for with ``after``, where there are more disclosures."""


def account(held: "profile.Profile") -> Account:
    """An account with its holder."""
    holder = held.holder
    return Account(
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
        proof=shown.proof(held.proof),
        created_at=held.created_at,
        email=holder.ktp.email,
    )


def relative(one: "family.Relative") -> Relative:
    """Somebody of a family."""
    held = _person(one.alias, one.ktp, one.relation, check_at_counter=one.check_at_counter)
    return Relative(**structs.asdict(held), consent=one.consent.value)


def _person(alias: str, ktp: Ktp, relation: Relation, *, check_at_counter: bool) -> Person:
    return Person(
        applicant_id=alias,
        nik=ktp.nik.digits,
        name=ktp.name,
        birth_date=ktp.birth_date,
        sex=ktp.sex,
        relation=relation,
        check_at_counter=check_at_counter,
    )


def consent_request(one: "consent.Request") -> ConsentRequest:
    """That somebody asks for the holder."""
    return ConsentRequest(one.request_id, one.relation, one.asked_at, one.accepted)


def entry(asked: Entry) -> EntryRecord:
    """What was asked for by lot."""
    return EntryRecord(
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


def export(held: "privacy.Export") -> Export:
    """All that is held of an account."""
    return Export(
        account=account(held.profile),
        consented_at=held.profile.consented_at,
        family=[relative(one) for one in held.family],
        bookings=[record(seen) for seen in held.bookings],
        entries=[entry(one) for one in held.entries],
        counts=[
            Counts(
                alias,
                [Cancellation(c.at, c.own) for c in counts.cancellations],
                [Absence(a.at, a.own) for a in counts.absences],
                counts.paused_until,
                counts.paused_own_until,
                counts.barred_until,
                counts.barred_own_until,
                counts.declined_at,
            )
            for alias, counts in held.counts.items()
        ],
        named_by=[NamedBy(one.relation, one.at, one.given) for one in held.named_by],
        sessions=[Session(s.started_at, s.rotated_at, s.expires_at) for s in held.sessions],
        passkeys=own_passkeys(held.account),
        pushes=[PushDevice(push_id, one.at) for push_id, one in held.account.pushes.items()],
        notices=[
            PushedNotice(one.notice_id, one.kind, one.state, one.at, one.shown_at)
            for one in held.notices
        ],
        codes_sent=held.codes_sent,
        disclosures=[
            Disclosure(d.at, d.by, d.reason, sorted(d.whose)) for d in held.trail.disclosures
        ],
        next=held.trail.next or UNSET,
    )


def record(seen: Seen) -> BookingRecord:
    """All that is held of a booking, as far as an account may see it."""
    held = seen.booking
    return BookingRecord(
        **structs.asdict(shown.booking(seen)),
        created_at=held.created_at,
        moved_from=_before(held.move.before) if held.move else None,
        told=[Told(notice, told.state, told.at) for notice, told in held.told.items()],
        left=seen.left,
        expires_at=calendar.expires_at(held.slot.day),
    )


def _before(place: Place) -> PlaceBefore:
    return PlaceBefore(
        office_id=place.slot.office_id,
        date=place.slot.day,
        start=hhmm(place.slot.start),
        end=hhmm(place.end),
        queue_number=place.first,
    )


def registration(sent: "Sent") -> RegistrationStarted:
    """A code that is on its way to whoever registers."""
    return RegistrationStarted(
        registration_id=sent.challenge_id, **structs.asdict(_code_sent(sent))
    )


def sign_in(sent: "Sent") -> SignInStarted:
    """A code that is on its way to whoever signs in."""
    return SignInStarted(session_id=sent.challenge_id, **structs.asdict(_code_sent(sent)))


def phone_change(sent: "Sent") -> PhoneChangeStarted:
    """A code that is on its way to an account's new phone."""
    return PhoneChangeStarted(change_id=sent.challenge_id, **structs.asdict(_code_sent(sent)))


def _code_sent(sent: "Sent") -> CodeSent:
    return CodeSent(code_expires_at=sent.expires_at, resend_after=sent.resend_after)

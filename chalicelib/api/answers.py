"""What goes out: the bodies of answers; shown.py fills them."""

from datetime import date, datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from chalicelib.domain.bookings import CancelledBy, Service, Status
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.people import Relation, Sex
from chalicelib.services.days.availability import DayStatus


class Answer(Struct, omit_defaults=True):
    pass


class CodeSent(Answer):
    code_expires_at: datetime
    resend_after: datetime


class RegistrationStarted(CodeSent, kw_only=True):
    registration_id: str


class SignInStarted(CodeSent, kw_only=True):
    session_id: str


class Tokens(Answer):
    account_id: str
    access_token: str
    refresh_token: str
    expires_in: int
    """How many seconds the access token lives."""
    token_type: str


class Office(Answer):
    office_id: str
    name: str
    city: str
    province: str
    time_zone: str
    latitude: float
    longitude: float
    distance_km: float | UnsetType = UNSET
    """As the crow flies, from the point that was asked for."""


class Offices(Answer):
    offices: list[Office]


class Window(Answer):
    start: str
    end: str
    places: int


class OfficeDetail(Office, kw_only=True):
    opening: dict[str, list[Window]]
    horizon_days: int
    next_release_at: datetime


class CalendarDay(Answer):
    date: date
    status: DayStatus
    opens_at: datetime | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class Calendar(Answer):
    office_id: str
    time_zone: str
    days: list[CalendarDay]


class Slot(Answer):
    start: str
    end: str
    capacity: int
    left: int


class Day(Answer):
    date: date
    status: DayStatus
    slots: list[Slot]
    opens_at: datetime | UnsetType = UNSET
    reason: str | UnsetType = UNSET


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
    phone: str
    created_at: datetime
    email: str | None = None


class Family(Answer):
    family: list[Person]


class QueuePlace(Answer):
    applicant_id: str
    queue_number: int


class BookingAnswer(Answer):
    code: str
    status: Status
    office_id: str
    date: date
    start: str
    end: str
    arrive_from: str
    service: Service
    places: list[QueuePlace]
    reschedules_left: int
    qr: str


class Bookings(Answer):
    bookings: list[BookingAnswer]
    next: str | UnsetType = UNSET
    """Only if there are more: the code after which to go on."""


class PlaceBefore(Answer):
    """Where a booking was before it was moved."""

    office_id: str
    date: date
    start: str
    end: str
    queue_number: int


class Told(Answer):
    """A text message about a booking, and what came of it."""

    notice: Notice
    state: State
    at: datetime


class BookingRecord(BookingAnswer, kw_only=True):
    """All that is held of a booking."""

    created_at: datetime
    cancelled_by: CancelledBy | None = None
    moved_from: PlaceBefore | None = None
    told: list[Told]
    expires_at: datetime


class Pause(Answer):
    """Somebody has cancelled too often, by whichever account, and cannot book until then."""

    applicant_id: str
    until: datetime


class Session(Answer):
    """Somebody is signed in; the tokens themselves are not kept."""

    started_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Disclosure(Answer):
    """Somebody has seen personal data: by which credential, why, and whose data."""

    at: datetime
    by: str
    reason: str
    whose: list[str]


class Export(Answer):
    account: Account
    consented_at: datetime
    family: list[Person]
    bookings: list[BookingRecord]
    pauses: list[Pause]
    sessions: list[Session]
    codes_sent: list[datetime]
    """When the last five codes went to the phone."""
    disclosures: list[Disclosure]


class ProofOfWork(Answer):
    """Work to be done (ALTCHA, PoW v2); without ``parameters`` if none is required now."""

    required: bool
    parameters: dict[str, Any] | UnsetType = UNSET
    signature: str | UnsetType = UNSET


class Health(Answer):
    status: str
    version: str


class Offer(Answer):
    """A slot that has places left, offered where another is refused."""

    office_id: str
    date: date
    start: str
    left: int


class Problem(Answer):
    """A refusal (RFC 9457), with more members where they help the caller to go on."""

    type: str
    title: str
    status: int
    detail: str

"""What goes out: the bodies of answers; shown.py fills them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from chalicelib.domain.bookings import CancelledBy, Outcome, Service, Status
from chalicelib.domain.draws import EntryStatus
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.people import Relation, Sex
from chalicelib.services.days.availability import DayStatus

ProofName = Literal["claimed", "held", "confirmed", "seen"]
Instant = Annotated[datetime, Meta(tz=True)]
Consent = Literal["asked", "given", "not-needed"]
MadeBy = Literal["me", "other"]


class Answer(Struct, omit_defaults=True):
    pass


class CodeSent(Answer):
    code_expires_at: Instant
    resend_after: Instant


class RegistrationStarted(CodeSent, kw_only=True):
    registration_id: str


class PhoneChangeStarted(CodeSent, kw_only=True):
    change_id: str


class SignInStarted(CodeSent, kw_only=True):
    session_id: str


class Tokens(Answer):
    account_id: str
    access_token: str
    expires_in: int
    """How many seconds the access token lives."""
    token_type: str
    refresh_token: str | UnsetType = UNSET
    """Not if the caller asked for it in a cookie (header `Antrian-Session: cookie`)."""
    device_token: str | UnsetType = UNSET
    """To be kept after signing out, and sent when signing in again: 180 days. In a cookie too."""
    proof: ProofName | UnsetType = UNSET
    """Of a registration: `claimed` where another account holds the NIK, and is asked."""


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
    next_release_at: Instant | UnsetType = UNSET
    """Only if one is in sight."""


class CalendarDay(Answer):
    date: date
    status: DayStatus
    opens_at: Instant | UnsetType = UNSET
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
    opens_at: Instant | UnsetType = UNSET
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
    made_by: MadeBy
    """`other`: another account made it, and only the place of the holder of this one is shown."""
    cancelled_by: CancelledBy | UnsetType = UNSET
    """Only of one that is cancelled."""
    ticket: str | UnsetType = UNSET
    """The label that its people are called by on the day, such as `C17`."""
    outcome: Outcome | UnsetType = UNSET
    """How the visit ended; only once its day is closed."""
    come_at: str | UnsetType = UNSET
    """Only if the line is so long that its people were told on the day to come later."""


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
    codes_sent: list[Instant]
    """When the last five codes went to the phone."""
    disclosures: list[Disclosure]
    """The first first, a hundred in an answer."""
    next: str | UnsetType = UNSET
    """What to ask for with ``after``, where there are more disclosures."""


class ProofOfWork(Answer):
    """Work to be done (ALTCHA, PoW v2); without ``parameters`` if none is required now."""

    required: bool
    parameters: dict[str, Any] | UnsetType = UNSET
    signature: str | UnsetType = UNSET


class Health(Answer):
    status: str
    version: str
    skipped_offices: list[str] | None = None
    """Those whose data cannot be read, by id: everything else works. Null if nobody knows."""


class Offer(Answer):
    """A slot that has places left, offered where another is refused."""

    office_id: str
    date: date
    start: str
    left: int

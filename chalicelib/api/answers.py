"""What goes out: the bodies of answers; shown.py fills them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.domain.bookings import CancelledBy, Outcome, Service, Status
from chalicelib.services.days.availability import DayStatus

ProofName = Literal["claimed", "held", "confirmed", "seen"]
Instant = Annotated[datetime, Meta(tz=True)]
MadeBy = Literal["me", "other"]


class Answer(Struct, omit_defaults=True):
    pass


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
    by_lot: bool = False
    """Whether its places go first to those who ask for them by lot."""


class CalendarDay(Answer):
    date: date
    status: DayStatus
    opens_at: Instant | UnsetType = UNSET
    draw_at: Instant | UnsetType = UNSET
    """When its places are drawn by lot, of a day that is not released yet."""
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
    draw_at: Instant | UnsetType = UNSET
    """When its places are drawn by lot, of a day that is not released yet."""
    reason: str | UnsetType = UNSET


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
    drawn_at: Instant | UnsetType = UNSET
    """Only of a place by lot: when it was drawn."""


class Bookings(Answer):
    bookings: list[BookingAnswer]
    next: str | UnsetType = UNSET
    """Only if there are more: the code after which to go on."""


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

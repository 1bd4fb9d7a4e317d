"""Everything that an applicant is refused, as one small tree, and two faults beside it.

What only an operator is refused stands beside its use case, what is refused of passkeys in
`domain.passkeys`, of staff in `domain.staff`, of supervisors in `domain.planning`, of draws in
`domain.draws`, and `NoSuchNotice` in `domain.notices`.

    Refusal
    ├── Invalid                a field of the request is not what it must be
    ├── Closed                 the place that was asked for cannot be had
    │   ├── SlotFull
    │   ├── NotReleased
    │   ├── OfficeClosed
    │   ├── OfficeUnavailable
    │   └── NoSuchSlot
    ├── Missing                it does not exist, or belongs to somebody else
    │   ├── NoSuchOffice
    │   ├── NoSuchBooking
    │   ├── NoSuchApplicant
    │   ├── NoSuchRequest
    │   ├── NoSuchCounter
    │   └── NoSuchAccount
    ├── Conflict               the state of the caller's own things forbids it
    │   ├── AlreadyBooked
    │   ├── ConsentNeeded
    │   ├── CancelledTooOften
    │   ├── DidNotCome
    │   ├── AlreadyCancelled
    │   ├── TooLate
    │   ├── NoReschedulesLeft
    │   ├── SameSlot
    │   ├── FamilyFull
    │   ├── AlreadyInFamily
    │   ├── BookingActive
    │   ├── IdentityNotConfirmed
    │   ├── PhoneRegistered
    │   ├── RequestInProgress
    │   └── OfTheDay           at the office, on the day itself
    │       ├── NotHere
    │       ├── OtherOffice
    │       ├── OtherDay
    │       ├── TooEarly
    │       ├── AlreadyLeft
    │       ├── DayClosed
    │       ├── NoCapacity
    │       ├── CounterChanged
    │       ├── CounterBusy
    │       └── NobodyWaiting
    ├── KeyReused              one Idempotency-Key, two different requests
    ├── KeySpent               one Idempotency-Key, refused too often
    ├── Unproven               who is asking has not been shown
    │   ├── WrongCode
    │   ├── CodeExpired
    │   ├── SessionEnded
    │   └── IdentityNeeded
    ├── TooOften
    │   ├── TooSoon
    │   └── CodesSpent
    └── ProofNeeded            work has to be done first, and has not been

Each carries, as keyword arguments, what helps the caller go on; ``api/words.py`` gives every
one of them its HTTP status and its words.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """The service says no, for a reason that the caller can act on. ``slug`` never changes."""

    slug: ClassVar[str]

    def __init__(self, **more: Any) -> None:
        super().__init__(self.slug)
        self.more = more


class Invalid(Refusal):
    """``field`` names what is wrong and ``rule`` which rule it breaks (see ``api/rules.py``)."""

    slug = "invalid"

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field=field, rule=rule)


class Closed(Refusal):
    pass


class SlotFull(Closed):
    slug = "slot-full"


class NotReleased(Closed):
    """With ``opens_at``, in the office's own time."""

    slug = "not-released"


class OfficeClosed(Closed):
    slug = "office-closed"


class OfficeUnavailable(Closed):
    """What is kept of the office cannot be read: a fault, of which operations are told."""

    slug = "office-unavailable"


class NoSuchSlot(Closed):
    slug = "no-such-slot"


class Missing(Refusal):
    pass


class NoSuchOffice(Missing):
    slug = "no-such-office"


class NoSuchBooking(Missing):
    slug = "no-such-booking"


class NoSuchApplicant(Missing):
    slug = "no-such-applicant"


class NoSuchRequest(Missing):
    slug = "no-such-request"


class NoSuchCounter(Missing):
    slug = "no-such-counter"


class NoSuchAccount(Missing):
    slug = "no-such-account"


class Conflict(Refusal):
    pass


class AlreadyBooked(Conflict):
    slug = "already-booked"


class ConsentNeeded(Conflict):
    """Somebody in it has an account of their own, and has not consented."""

    slug = "consent-needed"


class CancelledTooOften(Conflict):
    """Cancellations are followed by a pause, ``until`` then (see ``domain.persons.counted``)."""

    slug = "cancelled-too-often"


class DidNotCome(Conflict):
    """Not to come twice is followed by a pause, ``until`` then (see ``domain.absences``)."""

    slug = "did-not-come"


class AlreadyCancelled(Conflict):
    slug = "already-cancelled"


class TooLate(Conflict):
    """With ``until``, in the office's own time: a booking could be changed before that."""

    slug = "too-late"


class NoReschedulesLeft(Conflict):
    slug = "no-reschedules-left"


class SameSlot(Conflict):
    slug = "same-slot"


class FamilyFull(Conflict):
    slug = "family-full"


class AlreadyInFamily(Conflict):
    slug = "already-in-family"


class BookingActive(Conflict):
    slug = "booking-active"


class IdentityNotConfirmed(Conflict):
    """The civil register does not know somebody of this NIK, name and birth date.

    It names no field: whoever guesses learns nothing of which is right.
    """

    slug = "identity-not-confirmed"


class PhoneRegistered(Conflict):
    slug = "phone-registered"


class RequestInProgress(Conflict):
    slug = "request-in-progress"


class OfTheDay(Conflict):
    """At an office, on the day itself; instants are in the office's own time."""


class NotHere(OfTheDay):
    """The digits are not those that the office's board shows now."""

    slug = "not-here"


class OtherOffice(OfTheDay):
    """With ``office_id``, where the booking is."""

    slug = "other-office"


class OtherDay(OfTheDay):
    """With ``date``, when the booking is."""

    slug = "other-day"


class TooEarly(OfTheDay):
    """With ``come_at``."""

    slug = "too-early"


class AlreadyLeft(OfTheDay):
    """The visit of this booking is over."""

    slug = "already-left"


class DayClosed(OfTheDay):
    slug = "day-closed"


class NoCapacity(OfTheDay):
    """Without a booking nobody else can be served now. With ``come_at``."""

    slug = "no-capacity"


class CounterChanged(OfTheDay):
    """A press does not fit what is so by now. With ``counter``, as it is."""

    slug = "counter-changed"


class CounterBusy(OfTheDay):
    """Somebody is still called or served there."""

    slug = "counter-busy"


class NobodyWaiting(OfTheDay):
    slug = "nobody-waiting"


class KeyReused(Refusal):
    slug = "idempotency-key-reused"


class KeySpent(Refusal):
    slug = "idempotency-key-spent"


class Unproven(Refusal):
    pass


class WrongCode(Unproven):
    slug = "wrong-code"


class CodeExpired(Unproven):
    slug = "code-expired"


class SessionEnded(Unproven):
    slug = "session-ended"


class IdentityNeeded(Unproven):
    """The account has not been used for long: its number may be somebody else's by now.

    The sign-in goes on with the holder's birth date and the last four digits of their NIK.
    """

    slug = "identity-needed"


class TooOften(Refusal):
    slug = "too-many-requests"


class TooSoon(TooOften):
    slug = "too-soon"


class CodesSpent(TooOften):
    """The day's budget of codes by SMS is spent, whoever asks."""

    slug = "sms-budget-spent"


class ProofNeeded(Refusal):
    """``challenge`` is the path where the work to be done is had."""

    slug = "proof-needed"


class NotSent(Exception):
    """A message was not sent, for ``reason``: a fault, which nobody has decided."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoAnswer(NotSent):
    """Nobody said whether the message was taken: it may have been sent."""


class Unreadable(Exception):
    """What is kept under ``key`` in ``place`` is not of its form: none of us has written it so.

    A fault of this one thing, whoever reads it; another try does not help.
    """

    def __init__(self, place: str, key: str) -> None:
        super().__init__(f"{place}: {key}")
        self.place = place
        self.key = key

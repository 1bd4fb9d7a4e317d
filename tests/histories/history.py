"""What the checker reads: what was asked and answered, and what the tables hold in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """One request for one place. Instants are seconds of one monotonic clock."""

    client: str
    """The applicant who asks; each asks for one slot, under one key."""
    slot: str
    sent_at: float
    answered_at: float
    """When the answer came, or the client gave up waiting for it."""
    status: int
    """0 if no answer came."""
    problem: str = ""
    code: str = ""
    number: int = 0

    @property
    def definite(self) -> bool:
        """Whether the client need not ask again."""
        return self.status == 201 or (400 <= self.status < 500 and self.status != 429)


@dataclass(frozen=True, slots=True)
class Booking:
    """An active booking of one place."""

    client: str
    slot: str
    number: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot's item."""

    capacity: int
    left: int
    holds: Mapping[str, int] = field(default_factory=dict)
    """Queue numbers by code."""


@dataclass(frozen=True, slots=True)
class End:
    """The tables when nothing is in flight any more and the sweep has been over them."""

    slots: Mapping[str, Slot]
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    """By code."""

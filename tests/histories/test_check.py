"""The checker accepts what is right, and each thing that can be wrong it rejects by its name."""

from dataclasses import replace

import pytest

from tests.histories.check import breaches
from tests.histories.history import Booking, End, Event, Slot

SLOT = "bandung#2026-12-01#0900"

Case = tuple[list[Event], End]


def asked(
    client: str, sent_at: float, answered_at: float, status: int = 0, problem: str = ""
) -> Event:
    return Event(client, SLOT, sent_at, answered_at, status, problem)


def booked(client: str, sent_at: float, answered_at: float, number: int) -> Event:
    return Event(client, SLOT, sent_at, answered_at, 201, "", f"CODE-{client}", number)


def stored(*bookings: Event, capacity: int = 2, left: int | None = None) -> End:
    """The tables that hold these bookings and nothing else."""
    holds = {event.code: event.number for event in bookings}
    rest = capacity - len(holds) if left is None else left
    return End(
        {SLOT: Slot(capacity, rest, holds)},
        {event.code: Booking(event.client, event.slot, event.number) for event in bookings},
    )


ANI, BUDI = booked("ani", 0, 1, 1), booked("budi", 0, 1, 2)
CITRA = asked("citra", 0.5, 2, 409, problem="slot-full")

LATER = booked("ani", 3, 4, 1)
OTHER = booked("citra", 0, 1, 3)

GOOD: dict[str, Case] = {
    "two places to two of three": ([ANI, BUDI, CITRA], stored(ANI, BUDI)),
    "fewer clients than places": ([ANI], stored(ANI)),
    "a booking whose first answer was lost": (
        [asked("ani", 0, 1), asked("ani", 2, 2.5, 503), LATER, BUDI, CITRA],
        stored(LATER, BUDI),
    ),
    "the same answer twice": ([ANI, LATER, BUDI], stored(LATER, BUDI)),
    "full while a booking is under way that is answered later": (
        [ANI, booked("budi", 0, 9, 2), CITRA],
        stored(ANI, BUDI),
    ),
    "full while a claim is held that is undone": (
        [
            asked("dewi", 0, 0.4, 503),
            ANI,
            CITRA,
            asked("dewi", 5, 6, 409, problem="slot-full"),
            booked("budi", 3, 4, 3),
        ],
        stored(ANI, replace(BUDI, number=3)),
    ),
    "a gap in the numbers": ([ANI, OTHER], stored(ANI, OTHER)),
}

BAD: dict[str, tuple[str, list[Event], End]] = {
    "more sold than there are": (
        "3 of 2 places",
        [ANI, BUDI, OTHER],
        stored(ANI, BUDI, OTHER, left=-1),
    ),
    "one queue number for two": (
        "was given 2 times",
        [ANI, booked("budi", 0, 1, 1)],
        stored(ANI, booked("budi", 0, 1, 1)),
    ),
    "two bookings for one": (
        "2 bookings",
        [ANI, replace(BUDI, client="ani")],
        stored(ANI, replace(BUDI, client="ani")),
    ),
    "full before all can have been held": (
        "at most 1 places were held",
        [ANI, asked("citra", 0.2, 0.8, 409, problem="slot-full"), booked("budi", 0.9, 2, 2)],
        stored(ANI, BUDI),
    ),
    "promised but not stored": ("CODE-budi is promised", [ANI, BUDI], stored(ANI, left=1)),
    "stored but not promised": (
        "CODE-budi is stored",
        [ANI, asked("budi", 0, 1, 503), asked("budi", 2, 3, 409, problem="slot-full")],
        stored(ANI, BUDI),
    ),
    "promised with another number than stored": (
        "CODE-budi is promised",
        [ANI, BUDI],
        stored(ANI, replace(BUDI, number=3)),
    ),
    "a place lost": ("0 left, 1 held of 2", [ANI], stored(ANI, left=0)),
    "a place unsold that was wanted": ("1 of 2 places", [ANI, CITRA], stored(ANI)),
    "a hold without a booking": (
        "are not its bookings",
        [ANI],
        End({SLOT: Slot(2, 0, {"CODE-ani": 1, "ORPHAN": 2})}, stored(ANI).bookings),
    ),
    "no answer to the end": (
        "never got a definite answer",
        [ANI, asked("budi", 0, 1, 503)],
        stored(ANI),
    ),
    "another answer to the same request": (
        "told different things",
        [ANI, booked("ani", 2, 3, 2)],
        stored(booked("ani", 2, 3, 2)),
    ),
    "refused as booked though nothing is": (
        "refused for no reason",
        [ANI, asked("budi", 0, 1, 409, problem="already-booked")],
        stored(ANI),
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_right_history_is_accepted(name: str) -> None:
    history, end = GOOD[name]
    assert breaches(history, end) == []


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_history_is_rejected_by_its_name(name: str) -> None:
    what, history, end = BAD[name]
    found = breaches(history, end)
    assert any(what in one for one in found), found

"""Requests and jobs in any order come to what the reference says; without a guard they do not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.bookings import Hold, SlotKey
from chalicelib.services.booking import change, holds, sweep
from chalicelib.store import days
from tests.interleavings.controls import CONTROLS
from tests.interleavings.reference import OK
from tests.interleavings.sequences import Sequence, explore

SEQUENCES = 2000
FEW = 2000
"""Enough to find what a guard that is taken away lets through."""


def test_sequences_in_any_order_come_to_what_the_reference_says() -> None:
    """The same ones every time."""
    explore(SEQUENCES)
    done = {what for (what, said), times in Sequence.told.items() if said == OK and times >= 20}
    assert done >= {
        "register",
        "add",
        "remove",
        "answer",
        "book",
        "ask again",
        "ask otherwise",
        "cancel",
        "reschedule",
        "reschedule again",
        "declare",
        "set_places",
        "settle",
        "open days",
    }
    refused = {said for _, said in Sequence.told}
    assert refused >= {
        "already-booked",
        "consent-needed",
        "cancelled-too-often",
        "slot-full",
        "idempotency-key-reused",
        "idempotency-key-spent",
        "no-such-applicant",
        "no-reschedules-left",
        "too-late",
        "office-closed",
        "not-released",
        "places-held",
        "booking-active",
        "family-full",
    }


@contextmanager
def _sweeps_promises() -> Iterator[None]:
    """The sweep gives every hold back that is old enough, whatever its booking says."""

    def unasked(slot: SlotKey, code: str, hold: Hold, _: datetime) -> bool:
        return holds.give_back(slot, code, hold)

    with (
        mock.patch.object(Hold, "legitimate", return_value=False),
        mock.patch.object(sweep, "_sweep_hold", unasked),
    ):
        yield


WITHOUT: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "a booking needs free applicants": CONTROLS["a booking needs free applicants"].removed,
    "a claim needs places that are left": CONTROLS["a claim needs places that are left"].removed,
    "the sweep asks the booking": _sweeps_promises,
    "a cancellation gives its place back": lambda: mock.patch.object(change, "give_back_later"),
    "giving back takes the hint away": lambda: mock.patch.object(days, "unmark_full"),
}


@pytest.mark.parametrize("guard", WITHOUT)
def test_without_a_guard_a_sequence_goes_wrong(guard: str) -> None:
    with WITHOUT[guard](), pytest.raises(AssertionError):
        explore(FEW, shrink=False)

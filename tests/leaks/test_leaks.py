"""A thousand people's whole journey, with faults on the way, leaves no trace of who they are.

All that an operator, a thief of a table or a reader of logs could see is searched: every item that
was ever written, every log line and metric, every refusal, what is logged of a job that failed, and
the texts of the SMS. What its owner is answered is no leak.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import chain

import pytest

from chalicelib import keyring, telemetry
from tests.conftest import forget
from tests.leaks.aws import Aws, running
from tests.leaks.journey import Journey
from tests.leaks.people import Someone, people, traces
from tests.leaks.traces import Search, Trace, of_digests

SIZE = 100
FAULT_EVERY = 100
"""Calls to AWS."""

pytestmark = pytest.mark.usefixtures("aws")


class Told:
    """All that was written on the way, by where it was."""

    def __init__(self, here: Aws, journey: Journey, printed: str) -> None:
        self.journey, self.here = journey, here
        self.places: dict[str, list[bytes]] = {
            "a table": here.written,
            "a log or a metric": [printed.encode()],
            "a refusal": journey.refusals,
            "a dead letter": journey.letters,
            "the text of an SMS": [text.encode() for _, text in here.texts],
        }


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """What is logged and measured."""
    out = io.StringIO()
    (handler,) = telemetry.log._logger.handlers
    before = handler.setStream(out)  # type: ignore[attr-defined]
    try:
        with redirect_stdout(out):
            yield out
    finally:
        handler.setStream(before)  # type: ignore[attr-defined]


def told_of(crowd: list[Someone], fault_every: int = FAULT_EVERY) -> Told:
    half = len(crowd) // 2
    with running(fault_every) as here, listening() as out:
        forget()
        keyring.codes()
        journey = Journey(lambda phone: next(t for p, t in reversed(here.texts) if p == phone))
        journey.of(crowd[:half], crowd[half:])
    return Told(here, journey, out.getvalue())


def of_secrets(journey: Journey) -> Iterator[Trace]:
    for challenge, code in journey.codes:
        forms = [code, f"{challenge}:{code}", f"otp:{challenge}:{code}"]
        yield from of_digests(forms, "somebody", "code")
    for token in journey.tokens:
        yield Trace(token.encode(), "somebody", "token")


@pytest.fixture(scope="module")
def _nothing() -> None:
    """Keeps the order of fixtures."""


def test_a_thousand_journeys_leave_no_trace() -> None:
    import time

    t0 = time.perf_counter()
    crowd = people(2 * SIZE)
    told = told_of(crowd)
    t1 = time.perf_counter()
    search = Search(chain(*map(traces, crowd), of_secrets(told.journey)))
    t2 = time.perf_counter()
    found = search(told.places)
    t3 = time.perf_counter()
    import sys

    print(
        t1 - t0,
        t2 - t1,
        t3 - t2,
        {k: sum(map(len, v)) for k, v in told.places.items()},
        told.here.faults,
        told.journey.statuses,
        told.journey.done,
        file=sys.stderr,
    )
    print(len(found), sorted(found)[:40], file=sys.stderr)
    assert found == set()

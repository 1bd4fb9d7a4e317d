"""Everything: every scenario with a crash and with a late call, every control, many sequences.

Run as ``python -m tests.interleavings [a part of a title]``; it takes most of an hour.
"""

import sys
import time

from tests.interleavings import dynamodb, sequences
from tests.interleavings.controls import CONTROLS, walked_without
from tests.interleavings.explore import isolated
from tests.interleavings.scenarios import SCENARIOS
from tests.interleavings.sequences import Sequence

ALL = 20_000
"""Sequences of requests and jobs."""

LIMIT = 2_000_000
"""States of one scenario, each half a kilobyte; where it is cut short, that is said."""


def main(part: str = "") -> int:
    wrong = 0
    with isolated():
        for timeouts in (0, 1):
            print("With a crash" + (" and a call that lands late:" if timeouts else ":"))
            for scenario in (s for s in SCENARIOS if part in s.title):
                dynamodb.forget()
                begun = time.monotonic()
                found = scenario.explore(
                    timeouts=timeouts,
                    limit=LIMIT,
                    progress=lambda n: print(f"  ... {n:,} states", flush=True),
                )
                wrong += bool(found.broken)
                took = time.monotonic() - begun
                print(f"  {took:6.1f} s  {scenario}: {found}", flush=True)
        for guard in CONTROLS:
            dynamodb.forget()
            found = walked_without(guard)
            wrong += bool(found.broken) != bool(CONTROLS[guard].found_in)
            print(f"  without «{guard}»: {found.broken or 'nothing'}", flush=True)
    if not part:
        begun = time.monotonic()
        sequences.explore(ALL)  # raises what it finds
        steps, took = Sequence.told.total(), time.monotonic() - begun
        print(f"{took:6.1f} s  {ALL:,} sequences of {steps:,} requests and jobs: as they must be")
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

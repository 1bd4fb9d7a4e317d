"""Everything: every scenario with a crash and with a late call, every control, many sequences.

Run as ``python -m tests.interleavings [a part of a title]``; it takes an hour and more.
"""

import sys
import time
from collections.abc import Collection

from tests.interleavings import (
    desk_controls,
    draw_controls,
    dynamodb,
    identity_controls,
    identity_walks,
    pushes,
    sequences,
)
from tests.interleavings.controls import CONTROLS, walked_without
from tests.interleavings.desk import desk_apart
from tests.interleavings.desk_scenarios import SCENES, Scene
from tests.interleavings.draw_scenarios import LOTS, Lot
from tests.interleavings.draws import draws_apart
from tests.interleavings.explore import Found, isolated
from tests.interleavings.identity import identity_apart
from tests.interleavings.identity_controls import GUARDS
from tests.interleavings.identity_scenarios import SITUATIONS, Situation
from tests.interleavings.pushes import pushes_apart
from tests.interleavings.scenarios import SCENARIOS, Scenario
from tests.interleavings.sequences import Sequence

ALL = 20_000
"""Sequences of requests and jobs."""

LIMIT = 2_000_000
"""States of one scenario, each a third of a kilobyte; where it is cut short, that is said."""

LOTS_LIMIT = 10_000_000
"""The same where places go by lot: enough for all of them to be walked whole."""


WALKS, CROWDS = 6_000, 4_000
"""Random walks of people, one after the other and all at once."""


def main(part: str = "") -> int:
    with isolated():
        wrong = _walked(SCENARIOS, part)
        for guard in CONTROLS:
            wrong += _said(guard, walked_without(guard), expected=bool(CONTROLS[guard].found_in))
    with identity_apart():
        wrong += _walked(SITUATIONS, part)
        for guard, control in GUARDS.items():
            found = identity_controls.walked_without(guard, everywhere=control.covered)
            wrong += _said(guard, found, expected=not control.covered)
        if not part:
            begun = time.monotonic()
            identity_walks.explore(  # raises what it finds
                WALKS,
                CROWDS,
                progress=lambda n: print(f"  ... {n:,} walks", flush=True),
            )
            took = time.monotonic() - begun
            print(f"{took:6.1f} s  {WALKS:,} walks and {CROWDS:,} crowds: as they must be")
    with desk_apart():
        wrong += _walked(SCENES, part)
        for guard in desk_controls.GUARDS:
            wrong += _said(guard, desk_controls.walked_without(guard), expected=True)
    with draws_apart():
        wrong += _walked(LOTS, part, LOTS_LIMIT)
        for guard in draw_controls.GUARDS:
            wrong += _said(guard, draw_controls.walked_without(guard), expected=True)
    with pushes_apart():
        wrong += _walked(pushes.SCENES, part)
        for guard in pushes.GUARDS:
            wrong += _said(guard, pushes.walked_without(guard), expected=True)
    if not part:
        begun = time.monotonic()
        sequences.explore(ALL)  # raises what it finds
        steps, took = Sequence.told.total(), time.monotonic() - begun
        print(f"{took:6.1f} s  {ALL:,} sequences of {steps:,} requests and jobs: as they must be")
    return wrong


def _walked(
    scenarios: Collection[Scenario | Situation | Scene | Lot | pushes.Scene],
    part: str,
    limit: int = LIMIT,
) -> int:
    wrong = 0
    for timeouts in (0, 1):
        print("With a crash" + (" and a call that lands late:" if timeouts else ":"))
        for scenario in (s for s in scenarios if part in s.title):
            dynamodb.forget()
            begun = time.monotonic()
            found = scenario.explore(
                timeouts=timeouts,
                limit=limit,
                progress=lambda n: print(f"  ... {n:,} states", flush=True),
            )
            wrong += bool(found.broken)
            took = time.monotonic() - begun
            print(f"  {took:6.1f} s  {scenario}: {found}", flush=True)
    return wrong


def _said(guard: str, found: Found, *, expected: bool) -> int:
    dynamodb.forget()
    print(f"  without «{guard}»: {found.broken or 'nothing'}", flush=True)
    return int(bool(found.broken) != expected)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

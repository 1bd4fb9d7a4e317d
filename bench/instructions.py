"""What a warm process adds to its calls to AWS, in instructions by cachegrind.

A thing is done few times and many times in processes of their own (repeat.py), and counted by the
difference, so that what it takes to start such a process does not count.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import first, start
from bench.rows import Row

FEW, MANY = 20, 120
THINGS = ("request", "booking", "calls", "claim", "edge")
REPEAT = "from pathlib import Path; from bench.repeat import repeat; repeat(Path({!r}), {}, *{!r})"


def rows() -> Iterator[Row]:
    if shutil.which("valgrind") is None:
        print("valgrind is not here: instructions are left out", file=sys.stderr)
        return
    with first.recorded() as path:
        request, booking, calls, claim, edge = (_each(thing, path) for thing in THINGS)
    yield Row(
        "a warm booking over its bare calls",
        booking / calls,
        "x botocore",
        f"booking.book(): {_millions(booking)}; its UpdateItem and TransactWriteItems with the "
        f"same bodies and answers: {_millions(calls)}",
    )
    yield Row(
        "the edge of a booking",
        (request - booking) / claim,
        "x UpdateItem",
        "routing, sign-in check, validation and answer: POST /v1/bookings "
        f"({_millions(request)}) without booking.book(); one bare UpdateItem: {_millions(claim)}",
    )
    yield Row(
        "of it Chalice's own",
        edge / claim,
        "x UpdateItem",
        f"the same event to a view that does nothing: {_millions(edge)}",
    )


def _each(thing: str, recorded: Path) -> float:
    """Instructions of doing ``thing`` once."""
    few, many = (
        start.instructions(REPEAT.format(str(recorded), times, [thing])) for times in (FEW, MANY)
    )
    return (many - few) / (MANY - FEW)


def _millions(instructions: float) -> str:
    return f"{instructions / 1e6:.2f}M"

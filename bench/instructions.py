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
THINGS = ("booking", "calls", "edge", "way_in", "chalice", "claim", "refusal")
REPEAT = "from pathlib import Path; from bench.repeat import repeat; repeat(Path({!r}), {}, *{!r})"


def rows() -> Iterator[Row]:
    if shutil.which("valgrind") is None:
        print("valgrind is not here: instructions are left out", file=sys.stderr)
        return
    with first.recorded() as path:
        start.run(REPEAT.format(str(path), 1, THINGS))  # not counted: it writes the bytecode
        booking, calls, edge, way_in, chalice, claim, refusal = (
            _each(thing, path) for thing in THINGS
        )
    yield Row(
        "a warm booking over its bare calls",
        booking / calls,
        "x botocore",
        f"booking.book(): {_millions(booking)}; its UpdateItem and TransactWriteItems with the "
        f"same bodies and answers: {_millions(calls)}",
    )
    yield Row(
        "routing, sign-in check and validation of a booking",
        way_in / claim,
        "x UpdateItem",
        "POST /v1/bookings without booking.book() and without its answer: "
        f"{_millions(way_in)}; one bare UpdateItem: {_millions(claim)}",
    )
    yield Row(
        "the same with the answer, its QR and its JSON",
        edge / claim,
        "x UpdateItem",
        f"POST /v1/bookings without booking.book() alone: {_millions(edge)}",
    )
    yield Row(
        "of it Chalice's own",
        chalice / claim,
        "x UpdateItem",
        f"the same event to a view that does nothing: {_millions(chalice)}",
    )
    yield Row(
        "a whole refusal in the function",
        refusal / 1e6,
        "M instructions",
        "POST /v1/bookings for a slot of a hundred that is sold out: no call to AWS",
    )


def _each(thing: str, recorded: Path) -> float:
    """Instructions of doing ``thing`` once."""
    few, many = (
        start.instructions(REPEAT.format(str(recorded), times, [thing])) for times in (FEW, MANY)
    )
    return (many - few) / (MANY - FEW)


def _millions(instructions: float) -> str:
    return f"{instructions / 1e6:.2f}M"

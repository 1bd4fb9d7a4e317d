"""What the walk takes for one state cannot differ in anything to come: it misses no end.

A plain walk knows nothing of that: it keeps all actors apart, with everything they were answered.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.draw_scenarios import LOTS, Lot
from tests.interleavings.draws import aside, draws_apart
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import TIMED_OUT, Outcome, Point, World, explore

BOUNDARY = "a draw and a claim at the boundary"

End = tuple[Database, frozenset[tuple[Outcome, int]], frozenset[Call]]
Met = tuple[set[Database], set[End]]
"""All databases, and all ends: what everybody was told, and what has not landed."""


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    dynamodb.forget()
    with draws_apart():
        yield
    dynamodb.forget()


@pytest.mark.parametrize(
    ("title", "timeouts"),
    [
        (BOUNDARY, 1),
        ("a place is freed during the draw", 1),
        ("two runs tell the winner, who cancels", 0),
        ("a freed place: two draws and everybody", 0),
    ],
)
def test_the_walk_meets_what_a_plain_walk_meets(title: str, timeouts: int) -> None:
    lot = lot_of(title)
    assert walked(lot, timeouts) == walked_plainly(lot, timeouts)


def test_a_walk_that_takes_too_much_for_one_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def whatever_was_told(world: World, point: Point) -> Point:
        return point if point.call else world._ended.setdefault(("done",), point)

    lot = lot_of(BOUNDARY)
    monkeypatch.setattr(World, "_known", whatever_was_told)
    assert walked(lot, 0) != walked_plainly(lot, 0)


def test_who_draws_by_chance_is_nobodys_twin() -> None:
    def drawing() -> Outcome:
        return ("drawn", secrets.token_hex(8))

    with pytest.raises(AssertionError, match="nobody's twin"):
        explore(
            Database.of({}),
            {"one": drawing, "other": drawing},
            lambda _: None,
            lambda *_: None,
            twins=True,
        )


def lot_of(title: str) -> Lot:
    (lot,) = (one for one in LOTS if one.title == title)
    return lot


def end(database: Database, outcomes: Sequence[Outcome], late: Collection[Call]) -> End:
    return (database, frozenset(Counter(outcomes).items()), frozenset(late))


def walked(lot: Lot, timeouts: int) -> Met:
    databases: set[Database] = set()
    ends: set[End] = set()

    def note(*told: Any) -> None:
        ends.add(end(*told))

    explore(
        lot.before(),
        {f"{n} {doing}": doing for n, doing in enumerate(lot.doings)},
        databases.add,
        note,
        timeouts=timeouts,
        aside=aside,
        twins=True,
    )
    return databases, ends


def walked_plainly(lot: Lot, timeouts: int) -> Met:
    databases: set[Database] = set()
    ends: set[End] = set()
    first = tuple(Point(doing, f"{n} {doing}") for n, doing in enumerate(lot.doings))
    waiting: list[Any] = [(lot.before(), first, frozenset(), 1, timeouts)]
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        database, points, floating, *_ = state
        databases.add(database)
        if not any(point and point.call for point in points):
            ends.add(end(database, [point.outcome for point in points if point], floating))
        for after in plainly_after(*state):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return databases, ends


def plainly_after(
    database: Database,
    points: tuple[Point | None, ...],
    floating: frozenset[Call],
    crashes: int,
    timeouts: int,
) -> Iterator[Any]:
    for call in floating:
        yield database.call(call)[0], points, floating - {call}, crashes, timeouts
    for n, begun in enumerate(points):
        if begun is None or begun.call is None:
            continue

        def at(point: Point | None, n: int = n) -> tuple[Point | None, ...]:
            return (*points[:n], point, *points[n + 1 :])

        if crashes:
            yield database, at(None), floating, crashes - 1, timeouts
        point = begun
        while point.call and aside(point.call):
            point = point.after(database.call(point.call)[1])
        if (sent := point.call) is None:
            yield database, at(point), floating, crashes, timeouts
            continue
        after, answer = database.call(sent)
        yield after, at(point.after(answer)), floating, crashes, timeouts
        if timeouts:
            afloat = floating | {sent} if sent.writes else floating
            yield database, at(point.after(TIMED_OUT)), afloat, crashes, timeouts - 1
            if sent.writes and not sent.once:
                yield database, at(point), afloat, crashes, timeouts - 1

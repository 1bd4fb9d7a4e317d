"""Who does what at the same time, where places go by lot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.interleavings.desk import Doing
from tests.interleavings.draw_promises import always, finally_
from tests.interleavings.draws import (
    FIRST,
    FREED,
    OPENS,
    OTHER,
    SECOND,
    abandons,
    aside,
    asks,
    books,
    cancels,
    closes,
    code,
    codes,
    drawn_first,
    draws_at,
    sweeps,
    takes_out,
    tells,
    withdraws,
    world,
)
from tests.interleavings.dynamodb import Database
from tests.interleavings.explore import Act, Found, explore

DRAW, AGAIN = draws_at(FIRST), draws_at(SECOND)
LATE = draws_at(FIRST, OPENS)
"""The first draw, as everybody can have the places already."""

STILL = draws_at(FIRST, SECOND)
"""The first draw, as the second is due."""

ONE, TWO = "e:x:A", "e:x:A f:y:A"


@dataclass(frozen=True, slots=True)
class Lot:
    title: str
    before: Callable[[], Database]
    doings: Sequence[Doing]
    instants: tuple[datetime, ...] = (FIRST,)
    small: bool = False
    """Whether the suite walks through it; ``python -m tests.interleavings`` does all."""
    tiny: bool = False
    """Whether it does so with a call that lands late too."""

    def __str__(self) -> str:
        return self.title

    def explore(
        self,
        *,
        crashes: int = 1,
        timeouts: int = 0,
        limit: int = 10**9,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Found:
        return explore(
            self.before(),
            {f"{n} {doing}": doing for n, doing in enumerate(self.doings)},
            always,
            finally_(self.instants),
            crashes=crashes,
            timeouts=timeouts,
            aside=aside,
            twins=True,
            limit=limit,
            progress=progress,
        )


def there(
    a: int = 1,
    b: int = 0,
    asking: str = "",
    then: Sequence[Act] = (),
    first: Sequence[tuple[str, datetime]] = (),
) -> Callable[[], Database]:
    return lambda: drawn_first(world(a, b, asking, then), *first)


def freed(*more: Act) -> Callable[[], Database]:
    """A place was everybody's and taken; two ask for it. ``more`` happens."""
    taken = (books("o", "w"), asks("e", "x", "A", OPENS), asks("f", "y", "A", OPENS))

    def build() -> Database:
        first = [("e", SECOND)]
        drawn_first(world(1, then=(*taken, cancels(code("o")))), *first)
        return world(1, then=(*taken, *more))

    return build


TWO_FREED = (
    books("o", "w"),
    books("q", "v"),
    asks("e", "xy", "A", OPENS),
    asks("f", "z", "A", OPENS),
    cancels(code("o")),
    cancels(code("q", OTHER), account_id=OTHER),
)

LOTS = (
    Lot(
        "two draws at once, two ask for one place, the first withdraws",
        there(1, asking=TWO, first=[("e", FIRST)]),
        [DRAW, DRAW, withdraws("e")],
    ),
    Lot(
        "two draws at once, two ask for one place, the second withdraws",
        there(1, asking=TWO, first=[("f", FIRST)]),
        [DRAW, DRAW, withdraws("e")],
    ),
    Lot(
        "two windows, preferences in order, the first withdraws",
        there(1, 1, "e:x:AB f:y:AB", first=[("e", FIRST)]),
        [DRAW, DRAW, withdraws("e")],
    ),
    Lot(
        "a family, one of whom is booked for at the boundary",
        there(2, asking="e:xy:A f:w:A", first=[("e", FIRST)]),
        [DRAW, books("k", "x")],
        small=True,
    ),
    Lot(
        "a family, drawn after a single person, one of whom is booked for at the boundary",
        there(2, asking="e:xy:A f:w:A", first=[("f", FIRST)]),
        [DRAW, books("k", "x")],
        small=True,
    ),
    Lot(
        "two late draws, who asks books elsewhere by first come",
        there(1, 1, ONE),
        [LATE, LATE, books("k", "x", "B")],
    ),
    Lot(
        "a late draw, first come elsewhere and cancelled again",
        there(1, 1, ONE),
        [LATE, books("k", "x", "B"), cancels(code("k"))],
    ),
    Lot(
        "a draw and a claim at the boundary",
        there(1, asking=ONE),
        [DRAW, books("k", "z")],
        small=True,
        tiny=True,
    ),
    Lot(
        "two draws and a claim before the boundary",
        there(1, asking=ONE),
        [DRAW, DRAW, books("k", "z", at=FIRST)],
    ),
    Lot(
        "two draws, somebody asks meanwhile",
        there(1, asking=TWO),
        [DRAW, DRAW, asks("g", "z", "A")],
    ),
    Lot(
        "a draw, and one person asks by two entries",
        there(2, asking="f:y:A"),
        [asks("g", "x", "A", OPENS), asks("h", "x", "A", OPENS), AGAIN],
        (SECOND,),
        small=True,
    ),
    Lot("two draws and an erasure", there(1, asking=ONE), [DRAW, DRAW, takes_out("x")]),
    Lot(
        "a draw and a closure",
        there(1, 1, "e:x:AB f:y:A"),
        [DRAW, closes()],
        small=True,
    ),
    Lot("two draws of one entry and a closure", there(1, asking=ONE), [DRAW, DRAW, closes()]),
    Lot("two draws and the sweep", there(1, asking=ONE), [DRAW, DRAW, sweeps()]),
    Lot(
        "a draw, the sweep and a withdrawal",
        there(1, asking=TWO, first=[("e", FIRST)]),
        [DRAW, sweeps(), withdraws("e")],
        small=True,
    ),
    Lot(
        "a family, one of whom books elsewhere, and the other asks anew",
        there(2, 1, "e:xy:A"),
        [LATE, books("k", "x", "B"), asks("g", "y", "A", OPENS)],
    ),
    Lot(
        "a family, one of whom books elsewhere, and the other withdraws",
        there(2, 1, "e:xy:A"),
        [LATE, books("k", "x", "B"), withdraws("e", OPENS)],
        small=True,
    ),
    Lot(
        "the place is cancelled during the draw that gave it",
        there(1, asking=ONE),
        [DRAW, DRAW, cancels(codes("e")[0], FIRST)],
    ),
    Lot(
        "two runs tell the winner, who cancels",
        there(1, asking=ONE, then=[DRAW]),
        [tells(), tells(), cancels(codes("e")[0], FIRST)],
        small=True,
        tiny=True,
    ),
    Lot(
        "a freed place: two draws and everybody",
        freed(cancels(code("o"))),
        [AGAIN, AGAIN, books("k", "z", at=SECOND)],
        (SECOND,),
    ),
    Lot(
        "a freed place: a draw and everybody, when it is theirs",
        freed(cancels(code("o"))),
        [AGAIN, books("k", "z", at=FREED)],
        (SECOND,),
        small=True,
    ),
    Lot(
        "a freed place: two draws and a withdrawal",
        freed(cancels(code("o"))),
        [AGAIN, withdraws("e", SECOND), AGAIN],
        (SECOND,),
    ),
    Lot(
        "a place is freed during the draw",
        freed(),
        [cancels(code("o"), SECOND), AGAIN, books("k", "z", at=SECOND)],
        (SECOND,),
        tiny=True,
    ),
    Lot(
        "two freed places and a family",
        there(2, then=TWO_FREED, first=[("e", SECOND)]),
        [AGAIN, AGAIN, withdraws("f", SECOND)],
        (SECOND,),
    ),
    Lot(
        "the draw before is late: both at once",
        there(1, 1, "e:x:AB f:y:A", first=[("f", FIRST)]),
        [STILL, AGAIN],
        (FIRST, SECOND),
    ),
    Lot(
        "the draw before is late, each draws another first",
        there(1, asking=TWO, first=[("e", FIRST), ("f", SECOND)]),
        [STILL, AGAIN],
        (FIRST, SECOND),
    ),
    Lot(
        "the draw before is late, its winner withdraws",
        there(1, asking=TWO, first=[("e", FIRST)]),
        [STILL, AGAIN, withdraws("e", SECOND)],
        (FIRST, SECOND),
    ),
    Lot(
        "both draws at once, a win declined",
        there(1, asking=ONE),
        [STILL, AGAIN, cancels(codes("e")[0], SECOND)],
        (FIRST, SECOND),
    ),
    Lot(
        "a win that was swept is won in the next draw",
        there(1, asking=ONE, then=[abandons("e")]),
        [AGAIN],
        (FIRST, SECOND),
        small=True,
        tiny=True,
    ),
)

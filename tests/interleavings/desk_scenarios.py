"""Who does what at the same time, on an office's day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.domain.boards import Press
from tests.interleavings.desk import (
    Doing,
    closes,
    collects,
    entered,
    next_,
    presses,
    releases,
    scan,
    shift,
    slip,
    tells,
    walks_in,
    world,
)
from tests.interleavings.desk_ghost import BOARDS, Watched
from tests.interleavings.desk_promises import always, finally_
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import Found, explore

SERVE, FINISH, NO_SHOW, SEND_ON = Press.SERVE, Press.FINISH, Press.NO_SHOW, Press.SEND_ON
UNDO = Press.UNDO
CALLED = (next_("1", 1, "a"),)
SERVED = (*CALLED, presses("1", 2, "b", SERVE, "A1"))
MISSED = (*CALLED, presses("1", 2, "b", NO_SHOW, "A1"))
DONE = (*CALLED, presses("1", 2, "b", FINISH, "A1"))


def aside(call: Call) -> bool:
    """Reads that may lag, but for those of a board where that is what is looked at."""
    asked = call.arguments
    boards = BOARDS in (asked.get("TableName"), *asked.get("RequestItems", ()))
    return call.may_lag and not (Watched.stale and boards)


@dataclass(frozen=True, slots=True)
class Scene:
    title: str
    before: Callable[[], Database]
    doings: Sequence[Doing]
    steps: int = 1
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
            finally_(self.steps),
            crashes=crashes,
            timeouts=timeouts,
            aside=aside,
            limit=limit,
            progress=progress,
        )


def there(
    booked: str = "",
    counters: str = "12",
    steps: int = 1,
    here: str | None = None,
    then: Sequence[Doing] = (),
) -> Callable[[], Database]:
    return lambda: world(booked, counters, steps, here, then)


SCENES = (
    Scene(
        "two counters, two people, somebody with an earlier time checks in",
        there("129", here="12"),
        [next_("1", 1, "k"), next_("2", 1, "m"), scan("A9")],
    ),
    Scene(
        "three counters, two people",
        there("12", "123"),
        [next_("1", 1, "k"), next_("2", 1, "m"), next_("3", 1, "o")],
        small=True,
    ),
    Scene(
        "three counters, three people",
        there("123", "123"),
        [next_("1", 1, "k"), next_("2", 1, "m"), next_("3", 1, "o")],
    ),
    Scene(
        "finish-and-next twice with one key, another counter",
        there("123", then=SERVED),
        [
            next_("1", 3, "k", FINISH, "A1"),
            next_("1", 3, "k", FINISH, "A1"),
            next_("2", 1, "m"),
        ],
        small=True,
    ),
    Scene(
        "two tabs of one counter: finish-and-next against no-show-and-next",
        there("123", then=SERVED),
        [
            next_("1", 3, "k", FINISH, "A1"),
            next_("1", 3, "l", NO_SHOW, "A1"),
            next_("2", 1, "m"),
        ],
    ),
    Scene(
        "two tabs of one counter: finish against no-show, another counter",
        there("123", then=SERVED),
        [
            presses("1", 3, "k", FINISH, "A1"),
            presses("1", 3, "l", NO_SHOW, "A1"),
            next_("2", 1, "m"),
        ],
    ),
    Scene(
        "a supervisor frees a counter whose clerk goes on; another calls",
        there("12", then=CALLED),
        [presses("1", 2, "k", SERVE, "A1"), releases("1"), shift("2", 1, "m", SERVE)],
    ),
    Scene(
        "freed, called elsewhere, and the first clerk marks a no-show",
        there("12", then=CALLED),
        [presses("1", 2, "k", NO_SHOW, "A1"), releases("1"), next_("2", 1, "m")],
        small=True,
    ),
    Scene(
        "a clerk leaves, a press of theirs comes late",
        there("1"),
        [next_("1", 1, "k"), presses("1", 1, "l", Press.LEAVE), next_("2", 1, "m")],
        small=True,
        tiny=True,
    ),
    Scene(
        "a whole service beside another's call",
        there("12"),
        [shift("1", 1, "k", SERVE, FINISH), next_("2", 1, "m")],
    ),
    Scene(
        "two whole services and somebody with an earlier time",
        there("129", here="12"),
        [shift("1", 1, "k", SERVE, FINISH), shift("2", 1, "m", SERVE, FINISH), scan("A9")],
    ),
    Scene(
        "a no-show, the person scans again, twice, another counter calls",
        there("12", then=CALLED),
        [presses("1", 2, "k", NO_SHOW, "A1"), scan("A1", 12), next_("2", 1, "m")],
    ),
    Scene(
        "two scans after a no-show while a counter calls",
        there("1", then=MISSED),
        [scan("A1", 12), scan("A1", 12), shift("2", 1, "m", SERVE)],
        small=True,
    ),
    Scene(
        "one QR scanned twice while its holder is served and collected",
        there("1", here=""),
        [scan("A1"), shift("1", 1, "k", FINISH), collects()],
    ),
    Scene(
        "the scan of somebody who is done, and the collector",
        there("1", then=DONE),
        [scan("A1"), collects(), next_("2", 1, "m")],
        small=True,
        tiny=True,
    ),
    Scene(
        "finish by mistake and undo against the collector",
        there("12", then=SERVED),
        [slip("1", 3, "s", FINISH, NO_SHOW, "A1"), collects()],
        small=True,
    ),
    Scene(
        "the same against two collectors",
        there("1", then=CALLED),
        [slip("1", 2, "s", FINISH, NO_SHOW, "A1"), collects(), collects()],
        small=True,
    ),
    Scene(
        "finished too early, undone, finished again, two collectors",
        there("1", then=CALLED),
        [slip("1", 2, "s", FINISH, FINISH, "A1"), collects(), collects()],
    ),
    Scene(
        "a no-show by mistake and undo against the person's own scan and a call",
        there("1", then=CALLED),
        [slip("1", 2, "s", NO_SHOW, FINISH, "A1"), scan("A1", 12), next_("2", 1, "m")],
    ),
    Scene(
        "a walk-in twice with one key, another walk-in",
        there(),
        [walks_in("w"), walks_in("w"), walks_in("x", 1)],
        small=True,
    ),
    Scene(
        "a walk-in while another is called",
        there(then=(walks_in("v"),)),
        [walks_in("w", 1), next_("1", 1, "k"), walks_in("x")],
    ),
    Scene(
        "two steps: sent on, called at the next one, a counter of each",
        there("12", steps=2),
        [shift("1", 1, "k", SEND_ON), next_("2", 1, "m")],
        steps=2,
        small=True,
    ),
    Scene(
        "sent on twice with one key, and called at the next step",
        there("12", steps=2, then=CALLED),
        [
            presses("1", 2, "k", SEND_ON, "A1"),
            presses("1", 2, "k", SEND_ON, "A1"),
            shift("2", 1, "m", SERVE),
        ],
        steps=2,
    ),
    Scene(
        "the day is closed while somebody checks in",
        there("12", here="1"),
        [closes(), scan("A2"), next_("1", 1, "k")],
        small=True,
    ),
    Scene(
        "closed twice, and a no-show comes back",
        there("1", then=MISSED),
        [closes(), scan("A1", 12), closes()],
    ),
    Scene(
        "somebody is entered as served while they scan and are called",
        there("1", counters="1", here=""),
        [entered("A1"), scan("A1"), next_("1", 1, "k")],
    ),
    Scene(
        "somebody who waits is entered as served while they are called",
        there("1", counters="1"),
        [entered("A1"), next_("1", 1, "k")],
        small=True,
    ),
    Scene(
        "somebody who missed their call is entered, and the clerk takes that back",
        there("1", counters="1", then=MISSED),
        [entered("A1"), presses("1", 3, "k", UNDO, "A1"), scan("A1", 12)],
    ),
    Scene(
        "the day is closed while somebody is entered",
        there("1", counters="1", here=""),
        [closes(), entered("A1"), entered("A1")],
        small=True,
    ),
    Scene(
        "somebody who counts as absent is entered twice",
        there("1", counters="1", here="", then=(closes(),)),
        [entered("A1"), entered("A1"), closes()],
    ),
    Scene(
        "two runs tell one person",
        there("1", here=""),
        [tells("A1"), tells("A1")],
        small=True,
        tiny=True,
    ),
)

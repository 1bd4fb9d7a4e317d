"""Every interleaving of real service functions, call by call.

A service is a plain function that reaches the outside through the one DynamoDB client alone. So its
next call is found by running it anew with a client that answers its first calls from what they were
answered before, and stops it at the first that has no answer yet. No threads: an actor is a `Point`
in a tree of answers, and a state of the world is the database, the actors' points, and the calls
that timed out for their sender and have yet to land. States are met breadth first and only once, so
the way to a broken promise is a shortest one.

Every actor is a container of its own that has just started. Reads that may lag are made together
with the call before them, as by a container that is warm (`reads_aside`); where they matter only
the offices are (`offices_aside`).
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.exceptions import ReadTimeoutError

from chalicelib import aws, keyring, telemetry
from chalicelib.services import closing, places
from chalicelib.store import days, offices, slots
from tests.proof.dynamodb import Answer, Call, Database

Outcome = tuple[Any, ...]
"""What an actor was told in the end; the first says of what kind it is."""

Act = Callable[[], Outcome]
Aside = Callable[[Call], bool]

TIMED_OUT = Answer({"timed out": True})
"""What the sender of a call that may land later is left with."""


SECRET = b"a secret"
"""What booking codes are derived from."""


class Halt(BaseException):
    """Stops an actor at the first call that has no answer yet."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class Client:
    """Stands for botocore's client: answers what has been answered before, then halts."""

    def __init__(self) -> None:
        self.answers: Iterator[Answer] = iter(())

    def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        answer = next(self.answers, None)
        if answer is None:
            raise Halt(Call.of(operation, arguments))
        if answer is TIMED_OUT:
            raise ReadTimeoutError(endpoint_url="dynamodb")
        return answer.get(operation)


_client = Client()


@contextmanager
def isolated() -> Iterator[None]:
    """The services, cut off from everything but the client; nothing is logged or measured."""
    level = telemetry.log.log_level
    telemetry.log.setLevel("CRITICAL")
    with (
        mock.patch.object(aws, "client", return_value=_client),
        mock.patch.object(keyring, "codes", return_value=SECRET),
        mock.patch.object(telemetry, "_emit"),
        mock.patch.object(closing, "tell", return_value=None),
        mock.patch.object(time, "sleep"),
    ):
        try:
            yield
        finally:
            telemetry.log.setLevel(level)
            forget_caches()


def forget_caches() -> None:
    """Begin as a process that has just started."""
    for cache in (offices._kept, days._seen, slots._seen, places._offers):
        cache.clear()


@dataclass(eq=False, slots=True)
class Point:
    """How far an actor has come: the answers it has had, and what it does next."""

    act: Act
    answers: tuple[Answer, ...] = ()
    call: Call | None = None
    """Its next call, or None when it is done."""
    outcome: Outcome = ()
    _next: dict[Answer, "Point"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        forget_caches()
        _client.answers = iter(self.answers)
        try:
            self.outcome = self.act()
        except Halt as halt:
            self.call = halt.call

    def after(self, answer: Answer) -> "Point":
        if answer not in self._next:
            self._next[answer] = Point(self.act, (*self.answers, answer))
        return self._next[answer]


@dataclass(frozen=True, slots=True)
class State:
    database: Database
    points: tuple[Point | None, ...]
    """None is an actor that has died."""
    floating: frozenset[Call] = frozenset()
    crashes: int = 0
    timeouts: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What happened on the way to a state."""

    who: str
    what: str
    call: Call | None
    answer: Answer | None = None

    def __str__(self) -> str:
        said = f" -> {self.answer}" if self.answer else ""
        return f"{self.who} {self.what}{f' {self.call}' if self.call else ''}{said}"[:330]


@dataclass(frozen=True, slots=True)
class Found:
    """What an exploration has come to: a broken promise and the way to it, or none."""

    states: int
    ends: int
    broken: str | None = None
    way: tuple[Step, ...] = ()
    whole: bool = True

    def __str__(self) -> str:
        if not self.broken:
            return f"{self.ends} ends, {self.states} states" + ("" if self.whole else " (CUT)")
        return "\n    ".join([f"BROKEN {self.broken} ({self.states} states)", *map(str, self.way)])


def reads_aside(call: Call) -> bool:
    """As in a warm container: offices, days and alternatives are not waited for."""
    return call.may_lag


def offices_aside(call: Call) -> bool:
    """Only the offices, which hardly change, are read out of turn."""
    return call.operation == "Scan"


def alone(database: Database, act: Act) -> tuple[Database, Outcome]:
    """What comes of an actor that nobody disturbs."""
    point = Point(act)
    while point.call:
        database, answer = database.call(point.call)
        point = point.after(answer)
    return database, point.outcome


def explore(
    database: Database,
    actors: Mapping[str, Act],
    always: Callable[[Database], str | None],
    finally_: Callable[[Database, Sequence[Outcome]], str | None],
    *,
    crashes: int = 1,
    timeouts: int = 0,
    aside: Aside = reads_aside,
    limit: int = 10**9,
    progress: Callable[[int], None] = lambda _: None,
) -> Found:
    """Walk through all interleavings until a promise is broken.

    ``crashes``: how many actors may die, before any of their calls. ``timeouts``: how many writes
    may time out for their sender, who either sends the very same call again (as botocore does) or
    is told so, and land at any later moment; landing at once means that only the answer was lost.
    """
    names = list(actors)

    def settle(db: Database, point: Point) -> Point:
        while point.call and aside(point.call):
            point = point.after(db.call(point.call)[1])
        return point

    first = State(database, tuple(settle(database, Point(act)) for act in actors.values()))
    came: dict[State, tuple[State, Step] | None] = {first: None}
    queue = deque([first])
    judged: dict[Database, str | None] = {}
    ends = 0

    def way(state: State) -> tuple[Step, ...]:
        steps: list[Step] = []
        while (before := came[state]) is not None:
            state, step = before
            steps.append(step)
        return tuple(reversed(steps))

    while queue and len(came) < limit:
        state = queue.popleft()
        if state.database not in judged:
            judged[state.database] = always(state.database)
        if broken := judged[state.database]:
            return Found(len(came), ends, broken, way(state))
        if not state.floating and all(p is None or p.call is None for p in state.points):
            ends += 1
            outcomes = [p.outcome for p in state.points if p]
            if broken := finally_(state.database, outcomes):
                return Found(len(came), ends, broken, (*way(state), Step(str(outcomes), "", None)))
            continue
        for after, step in _steps(state, names, settle, crashes, timeouts):
            if after not in came:
                came[after] = (state, step)
                queue.append(after)
                if len(came) % 100_000 == 0:
                    progress(len(came))
    return Found(len(came), ends, whole=not queue)


def _steps(
    state: State,
    names: Sequence[str],
    settle: Callable[[Database, Point], Point],
    crashes: int,
    timeouts: int,
) -> Iterator[tuple[State, Step]]:
    """All that may happen next."""
    s = state
    for n, (name, point) in enumerate(zip(names, s.points, strict=True)):
        if point is None or point.call is None:
            continue
        call = point.call

        def at(new: Point | None, n: int = n) -> tuple[Point | None, ...]:
            return (*s.points[:n], new, *s.points[n + 1 :])

        db, answer = s.database.call(call)
        new = settle(db, point.after(answer))
        yield State(db, at(new), s.floating, s.crashes, s.timeouts), Step(name, "", call, answer)
        if s.crashes < crashes:
            dead = State(s.database, at(None), s.floating, s.crashes + 1, s.timeouts)
            yield dead, Step(name, "dies before", call)
        if s.timeouts < timeouts and call.writes:
            afloat = s.floating | {call}
            for what, new in (
                ("times out, and sends again,", point),
                ("times out with", settle(s.database, point.after(TIMED_OUT))),
            ):
                late = State(s.database, at(new), afloat, s.crashes, s.timeouts + 1)
                yield late, Step(name, what, call)
    for call in s.floating:
        db, answer = s.database.call(call)
        landed = State(db, s.points, s.floating - {call}, s.crashes, s.timeouts)
        yield landed, Step("LATE", "", call, answer)

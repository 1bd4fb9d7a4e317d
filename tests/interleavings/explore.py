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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest import mock

from botocore.exceptions import ReadTimeoutError

from chalicelib import aws, keyring, telemetry
from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice
from chalicelib.domain.notices import State as Sent
from chalicelib.services.days import availability
from chalicelib.services.desk import forecast
from chalicelib.services.office import closure
from chalicelib.store import days, offices, slots, tellings
from tests.interleavings.dynamodb import Answer, Call, Database
from tests.interleavings.outside import Kms, chance, repeated

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


class Client(Kms):
    """Stands for botocore's clients: answers what has been answered before, then halts."""

    def __init__(self) -> None:
        self.answers: Iterator[Answer] = iter(())

    def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        answer = next(self.answers, None)
        if answer is None:
            raise Halt(Call.of(operation, arguments))
        if answer is TIMED_OUT:
            raise ReadTimeoutError(endpoint_url="dynamodb")
        return answer.get(operation)

    def publish(self, **asked: Any) -> Any:
        return self._make_api_call("Publish", asked)


_client = Client()


def _tell(_: Any, told: Booking, notice: Notice, more: Any, now: datetime) -> Sent | None:
    """`notices.tell` but for the message: all that the database sees of it."""
    if not tellings.mark(told, notice, now):
        return None
    tellings.record(told.code, notice, Sent.SENT, None)
    return Sent.SENT


@contextmanager
def isolated(client: Any = _client) -> Iterator[None]:
    """The services, cut off from everything but the client; nothing is logged or measured."""
    with (
        repeated(),
        mock.patch.object(aws, "client", return_value=client),
        mock.patch.object(keyring, "derived", return_value=SECRET),
        mock.patch.object(telemetry, "_say"),
        mock.patch.object(closure, "tell", _tell),
        mock.patch.object(time, "sleep"),
    ):
        try:
            yield
        finally:
            forget_caches()


def forget_caches() -> None:
    """Begin as a process that has just started."""
    days_kept = (days._seen, days._spans)
    kept = (offices._kept, *days_kept, slots._seen, availability._offers, forecast._planned)
    for cache in kept:
        cache.clear()


@dataclass(eq=False, slots=True)
class Point:
    """How far an actor has come: the answers it has had, and what it does next."""

    act: Act
    name: str = ""
    answers: tuple[Answer, ...] = ()
    call: Call | None = None
    """Its next call, or None when it is done."""
    outcome: Outcome = ()
    _next: dict[Answer, "Point"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        forget_caches()
        chance.begin(self.name)
        _client.answers = iter(self.answers)
        try:
            self.outcome = self.act()
        except Halt as halt:
            self.call = halt.call

    def after(self, answer: Answer) -> "Point":
        if answer not in self._next:
            self._next[answer] = Point(self.act, self.name, (*self.answers, answer))
        return self._next[answer]


@dataclass(frozen=True, slots=True)
class State:
    database: Database
    points: tuple[Point | None, ...]
    """None is an actor that has died."""
    floating: frozenset[Call] = frozenset()
    crashes: int = 0
    timeouts: int = 0

    def with_points(self, points: tuple[Point | None, ...]) -> "State":
        return State(self.database, points, self.floating, self.crashes, self.timeouts)


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
    schedules: int
    """Orders of events that were covered, at least: those that meet in a state go on as one."""
    broken: str | None = None
    way: tuple[Step, ...] = ()
    whole: bool = True
    said: frozenset[tuple[str, ...]] = frozenset()
    """What the actors were told, in one word each, where nobody died and nothing timed out."""

    def __str__(self) -> str:
        if not self.broken:
            walked = f"{self.schedules:.3g} schedules in {self.states:,} states, {self.ends:,} ends"
            return walked + ("" if self.whole else " (CUT)")
        return "\n    ".join([f"BROKEN {self.broken} ({self.states} states)", *map(str, self.way)])


def reads_aside(call: Call) -> bool:
    """As in a warm container: offices, days and alternatives are not waited for."""
    return call.may_lag


def offices_aside(call: Call) -> bool:
    """Only the offices, which hardly change, are read aside."""
    return call.operation == "Scan"


def word(outcome: Outcome) -> str:
    """What an actor was told, in a word: the reason if it was refused."""
    return str(outcome[-1] if outcome[0] == "refused" else outcome[0])


def alone(database: Database, act: "Act | Point", name: str = "") -> tuple[Database, Outcome]:
    """What comes of an actor that nobody disturbs; what it draws follows from its ``name``."""
    point = act if isinstance(act, Point) else Point(act, name)
    while point.call:
        database, answer = database.call(point.call)
        point = point.after(answer)
    return database, point.outcome


_kept: dict[tuple[Act, str], Point] = {}


def again(database: Database, act: Act, name: str = "") -> tuple[Database, Outcome]:
    """The same of what is done to many databases: what is run for one need not be for another."""
    point = _kept.get((act, name)) or _kept.setdefault((act, name), Point(act, name))
    return alone(database, point)


def explore(
    database: Database,
    actors: Mapping[str, Act],
    always: Callable[[Database], str | None],
    finally_: Callable[[Database, Sequence[Outcome], Collection[Call]], str | None],
    *,
    crashes: int = 1,
    timeouts: int = 0,
    aside: Aside = reads_aside,
    limit: int = 10**9,
    progress: Callable[[int], None] = lambda _: None,
) -> Found:
    """Walk through all interleavings until a promise is broken.

    ``crashes``: how many actors may die, before any of their calls. ``timeouts``: how many calls
    may time out for their sender, who either sends the very same call again (as botocore does) or
    is told so. A write lands at any later moment: at once, which means that only the answer was
    lost, or after all the jobs have run, or never; ``finally_`` is told what has not landed.
    """
    names = list(actors)
    _kept.clear()

    def settle(db: Database, point: Point) -> Point:
        while point.call and aside(point.call):
            point = point.after(db.call(point.call)[1])
        return point

    first = State(database, tuple(Point(act, name) for name, act in actors.items()))
    came: dict[State, tuple[State, Step] | None] = {first: None}
    queue = deque([first])
    orders = {first: 1}
    judged: dict[Database, str | None] = {}
    ends = schedules = 0
    said: set[tuple[str, ...]] = set()

    def way(state: State) -> tuple[Step, ...]:
        steps: list[Step] = []
        while (before := came[state]) is not None:
            state, step = before
            steps.append(step)
        return tuple(reversed(steps))

    while queue and len(came) < limit:
        state = queue.popleft()
        ways = orders.pop(state)
        if state.database not in judged:
            judged[state.database] = always(state.database)
        if broken := judged[state.database]:
            return Found(len(came), ends, schedules, broken, way(state))
        if all(p is None or p.call is None for p in state.points):
            ends += 1
            schedules += ways
            outcomes = [p.outcome for p in state.points if p]
            if not state.crashes and not state.timeouts:
                said.add(tuple(word(outcome) for outcome in outcomes))
            if broken := finally_(state.database, outcomes, state.floating):
                told = Step(str(outcomes), "", None)
                return Found(len(came), ends, schedules, broken, (*way(state), told))
        for after, step in _steps(state, names, settle, crashes, timeouts):
            if after not in came:
                came[after] = (state, step)
                orders[after] = ways
                queue.append(after)
                if len(came) % 100_000 == 0:
                    progress(len(came))
            elif after in orders:
                orders[after] += ways
    return Found(len(came), ends, schedules, whole=not queue, said=frozenset(said))


def _steps(
    state: State,
    names: Sequence[str],
    settle: Callable[[Database, Point], Point],
    crashes: int,
    timeouts: int,
) -> Iterator[tuple[State, Step]]:
    """All that may happen next."""
    s = state
    for n, (name, begun) in enumerate(zip(names, s.points, strict=True)):
        if begun is None or begun.call is None:
            continue

        def at(new: Point | None, n: int = n) -> tuple[Point | None, ...]:
            return (*s.points[:n], new, *s.points[n + 1 :])

        if s.crashes < crashes:
            dead = State(s.database, at(None), s.floating, s.crashes + 1, s.timeouts)
            yield dead, Step(name, "dies before", begun.call)
        point = settle(s.database, begun)
        call = point.call
        if call is None:
            yield s.with_points(at(point)), Step(name, "reads", None)
            continue
        for db, answer in s.database.answers(call, name):
            new = at(point.after(answer))
            yield State(db, new, s.floating, s.crashes, s.timeouts), Step(name, "", call, answer)
        if s.timeouts < timeouts:
            afloat = s.floating | {call} if call.writes else s.floating
            untold = State(
                s.database, at(point.after(TIMED_OUT)), afloat, s.crashes, s.timeouts + 1
            )
            yield untold, Step(name, "times out with", call)
            if call.writes and not call.once:
                yield untold.with_points(at(point)), Step(name, "times out and sends again", call)
    for call in s.floating:
        db, answer = s.database.call(call)
        landed = State(db, s.points, s.floating - {call}, s.crashes, s.timeouts)
        yield landed, Step("LATE", "", call, answer)

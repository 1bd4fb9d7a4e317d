"""Every interleaving of real service functions, call by call.

A service is a plain function that reaches the outside through the one DynamoDB client alone. So its
next call is found by running it anew with a client that answers its first calls from what they were
answered before, and stops it at the first that has no answer yet. No threads: an actor is a `Point`
in a tree of answers, and a state of the world is the database, the actors' points, and the calls
that timed out for their sender and have yet to land. States are met breadth first and only once, so
the way to a broken promise is a shortest one. What cannot differ in anything to come is one state,
for the reasons that `World` gives.

Every actor is a container of its own that has just started; one that says that it sends its request
again (`Again`) has forgotten what it was answered, as if it came to another. Reads that may lag are
made together with the call before them, as by a container that is warm (`reads_aside`); where they
matter only the offices are (`offices_aside`).
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, pairwise
from typing import Any, NamedTuple
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


SENT = 2
"""How often a request is sent where no definite answer comes."""

AGAIN: Outcome = ("sent again",)

SECRET = b"a secret"
"""What booking codes are derived from."""


class Halt(BaseException):
    """Stops an actor at the first call that has no answer yet."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class Again(BaseException):
    """The actor sends its request again, to a container that has just started."""


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


def _saying(what: Any) -> Callable[..., Any]:
    """What always says the same, and remembers nothing, as a mock would: that takes its time."""

    def say(*_: Any, **__: Any) -> Any:
        return what

    return say


@contextmanager
def isolated(client: Any = _client) -> Iterator[None]:
    """The services, cut off from everything but the client; nothing is logged or measured."""
    with (
        repeated(),
        mock.patch.object(aws, "client", _saying(client)),
        mock.patch.object(keyring, "derived", _saying(SECRET)),
        mock.patch.object(telemetry, "_say", _saying(None)),
        mock.patch.object(telemetry, "_emit", _saying(None)),
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
    """Since it has last begun: whoever sends a request again has forgotten everything else."""
    sent: int = 1
    """How often it has sent its request."""
    call: Call | None = None
    """Its next call, or None when it is done."""
    outcome: Outcome = ()
    chancy: bool = False
    """Whether it has drawn something by chance, which follows from its name."""
    number: int = field(default_factory=count(1).__next__)
    _next: dict[Answer, "Point"] = field(default_factory=dict)
    _begun: dict[int, "Point"] = field(default_factory=dict)
    """Where it begins when it has sent its request so often."""

    def __post_init__(self) -> None:
        forget_caches()
        chance.begin(self.name if self.sent == 1 else f"{self.name}, {self.sent}")
        _client.answers = iter(self.answers)
        try:
            self.outcome = self.act() if self.sent <= SENT else ("unavailable",)
        except Halt as halt:
            self.call = halt.call
        except Again:
            self.outcome = AGAIN
        self.chancy = chance.drawn > 0

    def after(self, answer: Answer) -> "Point":
        if answer not in self._next:
            answers = (*self.answers, answer)
            after = Point(self.act, self.name, answers, self.sent, _begun=self._begun)
            self._next[answer] = self._again() if after.outcome is AGAIN else after
        return self._next[answer]

    def _again(self) -> "Point":
        sent = self.sent + 1
        if sent not in self._begun:
            self._begun[sent] = Point(self.act, self.name, sent=sent, _begun=self._begun)
        return self._begun[sent]


State = tuple[Database, tuple[Point | None, ...], frozenset[Call], int, int]
"""The database, the actors (None has died), what has yet to land, how many died and timed out."""


class Move(NamedTuple):
    """What an actor may do next at a database, and what comes of it."""

    what: str
    call: Call | None
    answer: Answer | None
    database: Database
    point: Point | None
    afloat: frozenset[Call] = frozenset()
    died: int = 0
    late: int = 0


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
    twins: bool = False,
    limit: int = 10**9,
    progress: Callable[[int], None] = lambda _: None,
) -> Found:
    """Walk through all interleavings until a promise is broken.

    ``crashes``: how many actors may die, before any of their calls. ``timeouts``: how many calls
    may time out for their sender, who either sends the very same call again (as botocore does) or
    is told so. A write lands at any later moment: at once, which means that only the answer was
    lost, or after all the jobs have run, or never; ``finally_`` is told what has not landed.

    ``twins`` says that of actors who do the same it does not matter which is which.
    """
    _kept.clear()
    world = World(actors, aside, crashes, timeouts, twins=twins)
    first = world.begun(database)
    came: dict[State, State | None] = {first: None}
    queue = deque([first])
    orders = {first: 1}
    judged: dict[Database, str | None] = {}
    ends = schedules = 0
    said: set[tuple[str, ...]] = set()

    def way(state: State) -> tuple[Step, ...]:
        states = [state]
        while (before := came[states[-1]]) is not None:
            states.append(before)
        return tuple(world.way(states[::-1]))

    while queue and len(came) < limit:
        state = queue.popleft()
        ways = orders.pop(state)
        here, points, floating, died, late = state
        if here not in judged:
            judged[here] = always(here)
        if broken := judged[here]:
            return Found(len(came), ends, schedules, broken, way(state))
        if all(p is None or p.call is None for p in points):
            ends += 1
            schedules += ways
            outcomes = [p.outcome for p in points if p]
            if not died and not late:
                said.add(tuple(word(outcome) for outcome in outcomes))
            if broken := finally_(here, outcomes, floating):
                told = Step(str(outcomes), "", None)
                return Found(len(came), ends, schedules, broken, (*way(state), told))
        for after, _, _ in world.after(state):
            if after not in came:
                came[after] = state
                orders[after] = ways
                queue.append(after)
                if len(came) % 100_000 == 0:
                    progress(len(came))
            elif after in orders:
                orders[after] += ways
    return Found(len(came), ends, schedules, whole=not queue, said=frozenset(said))


class World:
    """Who acts, and all that may happen next.

    What an actor may do depends on the database and on how far it has come, and on nobody else. So
    it is worked out once for both. States that cannot differ in anything to come are one:

    - All that matters of an actor that is done is what it was told, however it came to that.
    - Whoever dies before a read and whoever dies after it leave the same behind, so nobody dies
      before a read that is not their last call.
    - Of twins it does not matter which is which: they are in the order in which their points were
      met. They may not draw by chance, for they would have to draw different things.
    """

    def __init__(
        self, actors: Mapping[str, Act], aside: Aside, crashes: int, timeouts: int, *, twins: bool
    ) -> None:
        self.names, self.acts = list(actors), list(actors.values())
        self._aside, self._crashes, self._timeouts = aside, crashes, timeouts
        where = [self.acts.index(act) if twins else n for n, act in enumerate(self.acts)]
        self._alike = [[m for m in range(len(where)) if where[m] == n] for n in where]
        self._moves: dict[Database, dict[tuple[Point, bool], list[Move]]] = {}
        self._ended: dict[Outcome, Point] = {}

    def begun(self, database: Database) -> State:
        points: tuple[Point | None, ...] = ()
        for n, (name, act) in enumerate(zip(self.names, self.acts, strict=True)):
            first = self._alike[n][0]
            points += (points[first] if first < n else self._known(Point(act, name)),)
        for alike in self._alike:
            points = self._sorted(points, alike)
        return (database, points, frozenset(), 0, 0)

    def after(self, state: State) -> Iterator[tuple[State, Point | None, Move]]:
        """The states that may come next, each with the point of who has moved, and how."""
        database, points, floating, died, late = state
        known, may_time_out = self._moves.setdefault(database, {}), late < self._timeouts
        for n, point in enumerate(points):
            if point is None or point.call is None:
                continue
            moves = known.get((point, may_time_out))
            if moves is None:
                moves = list(self._moves_of(database, point, self.names[n], may_time_out))
                known[point, may_time_out] = moves
            before, behind = points[:n], points[n + 1 :]
            for move in moves:
                _, _, _, db, new, afloat, dies, lags = move
                if died + dies > self._crashes:
                    continue
                here = (*before, new, *behind)
                here = self._sorted(here, self._alike[n])
                afloat = floating | afloat if afloat else floating
                yield (db, here, afloat, died + dies, late + lags), point, move
        for call in floating:
            db, answer = database.call(call)
            landed = (db, points, floating - {call}, died, late)
            yield landed, None, Move("", call, answer, db, None)

    def way(self, states: Sequence[State]) -> Iterator[Step]:
        """What happened from each of these states to the next; twins keep their names."""
        here = list(states[0][1])
        for state, wanted in pairwise(states):
            point, move = next((p, m) for after, p, m in self.after(state) if after == wanted)
            if point is None:
                yield Step("LATE", "", move.call, move.answer)
            else:
                n = here.index(point)
                here[n] = move.point
                yield Step(self.names[n], move.what, move.call, move.answer)

    def _moves_of(
        self, database: Database, begun: Point, name: str, may_time_out: bool
    ) -> Iterator[Move]:
        point = begun
        while point.call and self._aside(point.call):
            point = self._known(point.after(database.call(point.call)[1]))
        call = point.call
        if call is None:
            yield Move("dies before", begun.call, None, database, None, died=1)
            yield Move("reads", None, None, database, point)
            return
        does = [
            Move("", call, answer, after, self._known(point.after(answer)))
            for after, answer in database.answers(call, name)
        ]
        if call.writes or not any(move.point and move.point.call for move in does):
            yield Move("dies before", begun.call, None, database, None, died=1)
        yield from does
        if may_time_out:
            told = self._known(point.after(TIMED_OUT))
            afloat = frozenset((call,)) if call.writes else frozenset()
            yield Move("times out with", call, None, database, told, afloat, late=1)
            if call.writes and not call.once:
                yield Move("times out and sends again", call, None, database, point, afloat, late=1)

    def _known(self, point: Point) -> Point:
        return point if point.call else self._ended.setdefault(point.outcome, point)

    @staticmethod
    def _sorted(points: tuple[Point | None, ...], alike: Sequence[int]) -> tuple[Point | None, ...]:
        """The same, with those that are alike in the order in which their points were met."""
        if len(alike) == 1:
            return points
        there = list(points)
        ordered = sorted((points[n] for n in alike), key=lambda p: p.number if p else 0)
        for n, point in zip(alike, ordered, strict=True):
            assert not (point and point.chancy), "who draws by chance is nobody's twin"
            there[n] = point
        return tuple(there)

"""One day in the hall: who is called when, to which counter.

The hall is told who comes when and how long each is served; who waits, and who is next, it asks a
line. So the same day can be played here, with a line of its own, and with that of the running
service (``infra.local.day``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, Protocol


class Ticket(NamedTuple):
    """The people of a booking, or a walk-in: called and served together."""

    label: str
    people: int
    comes: float
    due: float
    """The place in the order (see ``domain.lines``)."""
    minutes: tuple[float, ...]
    """What each step takes, for all of them together."""


class Counter(NamedTuple):
    steps: frozenset[int]
    opens: float
    pauses: tuple[tuple[float, float], ...] = ()
    """When nobody is called there: from when on and for how long, in order. Whoever is served by
    then is served to the end, and the pause is as long as it would have been."""


class Call(NamedTuple):
    """A ticket's call to a counter, for one step."""

    ticket: Ticket
    counter: int
    step: int
    at: float
    until: float


class Waiting(Protocol):
    """Who waits, for which step, and who is next."""

    def come(self, ticket: Ticket) -> bool:
        """Let somebody who comes wait for their first step; False if they are not taken."""

    def call(self, number: int) -> tuple[Ticket, int] | None:
        """Whom this counter calls, and for which step; None if nobody waits for it."""

    def served(self, number: int, ticket: Ticket, step: int) -> None:
        """Let whoever this counter has served at a step wait for the next one, or leave."""


class Line:
    """The simulated line: the smallest ``(due, label)`` of a counter's steps is called."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self._counters = counters
        self._heaps = defaultdict[int, list[tuple[float, str, Ticket]]](list)
        """By step, in the order in which they are called."""

    def come(self, ticket: Ticket) -> bool:
        self._join(ticket, 0)
        return True

    def call(self, number: int) -> tuple[Ticket, int] | None:
        steps = [step for step in self._counters[number].steps if self._heaps[step]]
        if not steps:
            return None
        step = min(steps, key=lambda step: self._heaps[step][0][:2])
        return heappop(self._heaps[step])[2], step

    def served(self, number: int, ticket: Ticket, step: int) -> None:
        if step + 1 < len(ticket.minutes):
            self._join(ticket, step + 1)

    def _join(self, ticket: Ticket, step: int) -> None:
        heappush(self._heaps[step], (ticket.due, ticket.label, ticket))


class Hall:
    """People come, and counters serve them, while the day goes on."""

    def __init__(self, counters: Sequence[Counter], line: Waiting) -> None:
        self.counters = counters
        self.calls: list[Call] = []
        self._line = line
        self._idle = set[int]()
        self._pauses = [list(counter.pauses) for counter in counters]
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        for number, counter in enumerate(counters):
            self.at(counter.opens, self._freed(number))
            for begins, _ in counter.pauses:
                self.at(begins, self._reached(number))

    def at(self, when: float, do: Callable[[float], None]) -> None:
        """Do something at an instant of the day; it is told which."""
        heappush(self._events, (when, next(self._order), do))

    def comes(self, ticket: Ticket) -> None:
        """Let somebody come when they do."""

        def come(now: float) -> None:
            if self._line.come(ticket):
                self._wake(0, now)

        self.at(ticket.comes, come)

    def play(self, reach: Callable[[float], None] = lambda _: None) -> list[Call]:
        """Go on until nothing is left to be done. All calls, in the order of time.

        ``reach`` is told each instant at which something is done, before it is: it may wait for it.
        """
        while self._events:
            now, _, do = heappop(self._events)
            reach(now)
            do(now)
        return self.calls

    def _freed(self, number: int) -> Callable[[float], None]:
        return lambda now: self._free(number, now)

    def _reached(self, number: int) -> Callable[[float], None]:
        """A pause begins for a counter that is idle; one that is busy finds it when it is free."""
        return lambda now: self._free(number, now) if number in self._idle else None

    def _wake(self, step: int, now: float) -> None:
        """Somebody waits for a step: a counter that is free and does little else calls."""
        free = [number for number in self._idle if step in self.counters[number].steps]
        if free:
            self._free(min(free, key=lambda n: (len(self.counters[n].steps), n)), now)

    def _free(self, number: int, now: float) -> None:
        """A counter has its pause, calls whoever is next for it, or waits."""
        self._idle.discard(number)
        if self._pauses[number] and self._pauses[number][0][0] <= now:
            _, length = self._pauses[number].pop(0)
            self.at(now + length, self._freed(number))
        elif called := self._line.call(number):
            self._call(number, *called, now)
        else:
            self._idle.add(number)

    def _call(self, number: int, ticket: Ticket, step: int, now: float) -> None:
        until = now + ticket.minutes[step]
        self.calls.append(Call(ticket, number, step, now, until))

        def served(now: float) -> None:
            self._line.served(number, ticket, step)
            if step + 1 < len(ticket.minutes):
                self._wake(step + 1, now)
            self._free(number, now)

        self.at(until, served)


def played(counters: Sequence[Counter], tickets: Iterable[Ticket]) -> list[Call]:
    """The day of these people at these counters, simulated."""
    hall = Hall(counters, Line(counters))
    for ticket in tickets:
        hall.comes(ticket)
    return hall.play()

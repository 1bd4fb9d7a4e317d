"""One day in the hall: who is called when, to which counter.

The hall is told who comes when and how long each is served, so the same day can be played here and
by the running service.
"""

from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple


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


class Hall:
    """Who waits, and who is served, while the day goes on."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self.counters = counters
        self.calls: list[Call] = []
        self.lines: list[list[tuple[float, str, Ticket]]] = [
            [] for _ in range(1 + max(max(counter.steps) for counter in counters))
        ]
        """Who waits, by step: heaps by the order in which they are called."""
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

    def wait(self, ticket: Ticket, step: int, now: float) -> None:
        """Let a ticket wait for a step, or go to a counter that is free."""
        heappush(self.lines[step], (ticket.due, ticket.label, ticket))
        free = [number for number in self._idle if step in self.counters[number].steps]
        if free:
            self._free(min(free, key=lambda n: (len(self.counters[n].steps), n)), now)

    def play(self) -> list[Call]:
        """Go on until nobody is left. All calls, in the order of time."""
        while self._events:
            now, _, do = heappop(self._events)
            do(now)
        return self.calls

    def _freed(self, number: int) -> Callable[[float], None]:
        return lambda now: self._free(number, now)

    def _reached(self, number: int) -> Callable[[float], None]:
        """A pause begins for a counter that is idle; one that is busy finds it when it is free."""
        return lambda now: self._free(number, now) if number in self._idle else None

    def _free(self, number: int, now: float) -> None:
        """A counter has its pause, calls the smallest ``(due, label)`` of its steps, or waits."""
        self._idle.discard(number)
        if self._pauses[number] and self._pauses[number][0][0] <= now:
            _, length = self._pauses[number].pop(0)
            self.at(now + length, self._freed(number))
            return
        steps = [step for step in self.counters[number].steps if self.lines[step]]
        if steps:
            step = min(steps, key=lambda step: self.lines[step][0][:2])
            self._call(number, heappop(self.lines[step])[2], step, now)
        else:
            self._idle.add(number)

    def _call(self, number: int, ticket: Ticket, step: int, now: float) -> None:
        until = now + ticket.minutes[step]
        self.calls.append(Call(ticket, number, step, now, until))

        def served(now: float) -> None:
            if step + 1 < len(ticket.minutes):
                self.wait(ticket, step + 1, now)
            self._free(number, now)

        self.at(until, served)


def played(counters: Sequence[Counter], tickets: Iterable[Ticket]) -> list[Call]:
    """The day of these people at these counters."""
    hall = Hall(counters)
    for ticket in tickets:
        hall.at(ticket.comes, lambda now, ticket=ticket: hall.wait(ticket, 0, now))  # type: ignore[misc]
    return hall.play()

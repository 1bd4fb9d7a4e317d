"""The board of an office's day: the tickets of those who are there, and the counters.

The board is the truth of the day. Whoever has left it is on its list of labels that are gone.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.domain.bookings import Outcome


class State(StrEnum):
    """Of a ticket."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    MISSED = "missed"
    """Called, and nobody came; who comes back waits again."""
    DONE = "done"


AT_A_COUNTER = frozenset({State.CALLED, State.SERVING})


class Press(StrEnum):
    """What a clerk presses, or a supervisor: the first nine are a clerk's."""

    OPEN = "open"
    NEXT = "next"
    RECALL = "recall"
    SERVE = "serve"
    FINISH = "finish"
    NO_SHOW = "no_show"
    SEND_ON = "send_on"
    UNDO = "undo"
    LEAVE = "leave"
    RELEASE = "release"
    """A supervisor takes the person back from a counter, and closes it."""
    BREAK = "break"
    """A supervisor says until when nobody is at a counter."""


class BoardKey(NamedTuple):
    """Which board: a day of an office, in its local time."""

    office_id: str
    day: date

    @property
    def id(self) -> str:
        return f"{self.office_id}#{self.day}"


class Call(NamedTuple):
    """A call, as the board of the hall shows it."""

    label: str
    counter: str
    at: datetime


CALLS = 8
"""The last so many are shown."""


class Ticket(NamedTuple):
    """One to five people of a booking, or somebody who came without one."""

    label: str
    state: State
    due: datetime
    """Its place in the order (see ``domain.lines``)."""
    version: int
    """Raised by each change, so that what was decided on an older one fails."""
    people: int
    arrived_at: datetime
    step: int = 0
    """Of the office's steps, from 0 on."""
    counter: str | None = None
    """Where it is called or served, or was called last."""
    called_at: datetime | None = None
    """When it was first called: a wait does not begin anew."""
    recalled_at: datetime | None = None
    """When it was last called again."""
    served_at: datetime | None = None
    done_at: datetime | None = None
    outcome: Outcome | None = None
    key: str | None = None
    """Of a walk-in: a digest of the Idempotency-Key that the number was taken under …"""
    told_at: datetime | None = None
    """… and when its people were told that they would be called."""
    minutes: Mapping[int, float] = MappingProxyType({})
    """What each step took that they have finished, all of them together."""

    @property
    def last_call(self) -> datetime:
        """When somebody was last called."""
        return self.recalled_at or self.called_at or self.arrived_at

    @property
    def call(self) -> Call | None:
        """Their last call; None if they have not been called since they came or came back."""
        return Call(self.label, self.counter, self.last_call) if self.counter else None


class Did(NamedTuple):
    """What the last press at a counter did."""

    press: Press
    label: str | None = None
    """Whom it was about."""
    version: int = 0
    """The version of that ticket which the press has made."""
    step: int = 0
    """The step that the ticket was in before."""


class Counter(NamedTuple):
    """A counter; one that was never used is at turn 0."""

    turn: int = 0
    """Raised by each write of the counter; a press says which turn its clerk saw."""
    open: bool = False
    steps: tuple[int, ...] = ()
    ticket: str | None = None
    """The label of whoever is called or served there."""
    key: str | None = None
    """A digest of the Idempotency-Key of the last press."""
    did: Did | None = None
    away_until: datetime | None = None
    """A break, as the supervisor has said."""
    served: int = 0
    """How many people have finished a step there today …"""
    minutes: float = 0.0
    """… and what that took for all of them."""


class Board(NamedTuple):
    key: BoardKey
    closed_at: datetime | None = None
    """Since when nobody checks in any more."""
    settled: bool = False
    """Closed, and every outcome is recorded …"""
    told: bool = False
    """… and whoever was turned away has been told."""
    walk_ins: int = 0
    """The last number that was given to somebody without a booking."""
    tickets: Mapping[str, Ticket] = MappingProxyType({})
    counters: Mapping[str, Counter] = MappingProxyType({})
    gone: frozenset[str] = frozenset()
    """The labels that have left for good."""
    calls: tuple[Call, ...] = ()
    """Of the last calls those of whoever is gone, the latest first."""
    pace: Mapping[int, float] = MappingProxyType({})
    """The minutes for one person at a step, as the day has taught them."""

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    def counter(self, counter_id: str) -> Counter:
        return self.counters.get(counter_id, Counter())

    def line(self, steps: Collection[int] | None = None) -> list[Ticket]:
        """Who waits (for these steps, or for any), in the order in which they are called."""
        waiting = (
            one
            for one in self.tickets.values()
            if one.state is State.WAITING and (steps is None or one.step in steps)
        )
        return sorted(waiting, key=lambda one: (one.due, one.label))

    def place(self, ticket: Ticket) -> int:
        """The place of somebody who waits in the line for their step, from 1 on."""
        return self.line({ticket.step}).index(ticket) + 1

    def lag(self, now: datetime) -> timedelta:
        """How long somebody in the line has been due, and here.

        Priority people are due before they come, and whoever comes a little late was due before
        too: nobody is behind for them until they are there.
        """
        since = (max(one.due, one.arrived_at) for one in self.line())
        return max((now - min(since, default=now), timedelta(0)))

    def last_calls(self) -> list[Call]:
        """The last calls of the day, the latest first; of each ticket one."""
        calls = [*self.calls, *(one.call for one in self.tickets.values() if one.call)]
        return sorted(calls, key=lambda call: call.at, reverse=True)[:CALLS]

    def calls_without(self, ticket: Ticket) -> list[Call]:
        """Which of the last calls no ticket tells once this one is gone."""
        here = self.tickets.keys() - {ticket.label}
        return [call for call in self.last_calls() if call.label not in here]

    def at(self, counter_id: str) -> Ticket | None:
        """Who is called or served at a counter."""
        label = self.counter(counter_id).ticket
        return self.tickets[label] if label else None

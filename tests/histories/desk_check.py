"""Judges the history of a hall by what was told at its counters, and by the visits in the end.

Nothing of how the service works is known here but this: everybody has one ticket and one ``due``;
whoever is called stays with that counter until it lets go of them; the smallest ``due`` is next.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from tests.histories.desk_clients import Event
from tests.histories.hall import label_of

CALLS = {"next", "finish"}
"""The presses whose answer may say that somebody is called."""

LETS_GO = {"finish", "no_show"}


class Visit(NamedTuple):
    """What is kept of a ticket in the end."""

    outcome: str
    due: int


def breaches(history: Sequence[Event], visits: Mapping[str, Visit]) -> list[str]:
    """What is wrong with a history, in sentences; none if it is as it must be."""
    by_key: dict[str, list[Event]] = defaultdict(list)
    for event in history:
        by_key[event.key].append(event)
    return [
        *_answers(by_key),
        *_tickets(by_key),
        *_twice(by_key),
        *_lost(by_key, visits),
        *_passed_over(by_key, visits),
    ]


def _done(tries: Sequence[Event]) -> Event | None:
    """The answer that something was done."""
    return next((one for one in tries if one.status in (200, 201)), None)


def _answers(by_key: Mapping[str, list[Event]]) -> Iterator[str]:
    """Whatever is sent again is answered as before; a turn that was seen is never refused."""
    for tries in by_key.values():
        told = {(one.ticket, one.turn) for one in tries if one.status in (200, 201)}
        if len(told) > 1 and tries[0].what != "scan":
            yield f"{tries[0].who}: {tries[0].what} was answered with {sorted(told)}"
        if len({one.ticket for one in tries if one.ticket}) > 1:
            yield f"{tries[0].what} at {tries[0].who} was about {sorted(told)}"
        for problem in {one.problem for one in tries if one.definite} - {"", "nobody-waiting"}:
            # Whose first scan was not answered may be served before they scan again.
            if problem != "already-left" or tries[0].what != "scan" or tries[0].definite:
                yield f"{tries[0].who}: {tries[0].what} was refused with {problem}"


def _tickets(by_key: Mapping[str, list[Event]]) -> Iterator[str]:
    """Everybody who comes has a ticket of their own."""
    owners: dict[str, set[str]] = defaultdict(set)
    for key, tries in by_key.items():
        done = _done(tries)
        if tries[0].what in ("scan", "number") and done:
            owners[done.ticket].add(key)
    for label, keys in owners.items():
        if len(keys) > 1:
            yield f"{len(keys)} people have the ticket {label}"


def _came(by_key: Mapping[str, list[Event]]) -> dict[str, float]:
    """When each ticket was surely there; never, if its people were told nothing."""
    came: dict[str, float] = {}
    for key, tries in by_key.items():
        done = _done(tries)
        if tries[0].what == "scan":
            came[label_of(key)] = done.answered_at if done else inf
        elif tries[0].what == "number" and done:
            came[done.ticket] = done.answered_at
    return came


class _Stay(NamedTuple):
    """Somebody is called to a counter, until it lets go of them."""

    called: Event
    first_sent: float
    """When the call was first asked for."""
    left: float
    """When the counter first asked to let go of them."""
    served: bool


def _stays(by_key: Mapping[str, list[Event]]) -> dict[str, list[_Stay]]:
    """Where everybody has been, in the order of the answers."""
    goes: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    calls: list[tuple[Event, float]] = []
    for tries in by_key.values():
        done = _done(tries)
        if done is None:
            continue
        sent = min(one.sent_at for one in tries)
        if done.what in LETS_GO:
            goes[done.who, done.lets_go].append((sent, done.what))
        if done.what in CALLS and done.ticket:
            calls.append((done, sent))
    stays: dict[str, list[_Stay]] = defaultdict(list)
    for call, sent in sorted(calls, key=lambda one: one[0].answered_at):
        after = [one for one in goes[call.who, call.ticket] if one[0] >= call.answered_at]
        left, how = min(after, default=(inf, ""))
        stays[call.ticket].append(_Stay(call, sent, left, how == "finish"))
    return stays


def _twice(by_key: Mapping[str, list[Event]]) -> Iterator[str]:
    """Nobody is at two counters at a time, and nobody is served twice."""
    for label, stays in _stays(by_key).items():
        for one, other in pairwise(stays):
            if other.called.answered_at < one.left:
                yield f"{label} was called to {one.called.who} and to {other.called.who}"
        if sum(stay.served for stay in stays) > 1:
            yield f"{label} was served twice"


def _lost(by_key: Mapping[str, list[Event]], visits: Mapping[str, Visit]) -> Iterator[str]:
    """Everybody who came has left, and how they left is true."""
    stays = _stays(by_key)
    came = _came(by_key)
    for label in came:
        served = any(stay.served for stay in stays.get(label, ()))
        expected = "served" if served else "no_show"
        found = visits.get(label)
        if found is None:
            yield f"{label} has left no visit"
        elif found.outcome != expected:
            yield f"{label} is recorded as {found.outcome}, in truth {expected}"
    for label in visits.keys() - came:
        yield f"{label} has left, and nobody knows them"


def _passed_over(by_key: Mapping[str, list[Event]], visits: Mapping[str, Visit]) -> Iterator[str]:
    """Who waited all through a call, and had an earlier ``due``, would have been called."""
    stays = {label: those for label, those in _stays(by_key).items() if len(those) == 1}
    came = _came(by_key)
    once = [(stay[0], label) for label, stay in stays.items() if label in visits]
    for call, label in once:
        for other, theirs in once:
            waited = came[theirs] < call.first_sent and other.first_sent > call.called.answered_at
            if waited and (visits[theirs].due, theirs) < (visits[label].due, label):
                yield f"{label} was called before {theirs}, who waited all along"

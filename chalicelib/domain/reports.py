"""How an office's day went: reckoned from its visits, in minutes, without anybody's name.

Somebody waits from when they came, or, with a booking, from the time they were told to come if they
came before it; until they are first called.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.boards import Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.estimates import MINUTE
from chalicelib.domain.lines import Class, class_of


class Visit(NamedTuple):
    """A ticket that has left the board, or is still on it."""

    label: str
    kind: Class
    people: int
    due: datetime
    came: datetime
    outcome: Outcome | None = None
    """None of whoever is still there."""
    counter: str | None = None
    told: datetime | None = None
    """When they were told that they would be called, where that is kept (without a booking)."""
    called: datetime | None = None
    served: datetime | None = None
    done: datetime | None = None
    minutes: Mapping[int, float] = MappingProxyType({})
    """What each step took that they have finished, all of them together."""


def visit_of(ticket: Ticket) -> Visit:
    """What a ticket will be once it has left the board."""
    return Visit(
        ticket.label,
        class_of(ticket.label),
        ticket.people,
        ticket.due,
        ticket.arrived_at,
        ticket.outcome,
        ticket.counter,
        ticket.told_at,
        ticket.called_at,
        ticket.served_at,
        ticket.done_at,
        ticket.minutes,
    )


class Waits(NamedTuple):
    """How long people of a class waited who came within an hour of the office's clock."""

    hour: int
    kind: Class
    tickets: int
    p50: float
    p90: float


class Report(NamedTuple):
    """A day; None where nothing happened of which it could be told."""

    day: date
    waits: list[Waits]
    wait_p50: float | None
    wait_p90: float | None
    lag: float | None
    """The longest that somebody was due before they were called."""
    counters: int
    """How many served somebody."""
    longest_call: float | None
    """From a call until its people were served."""
    served: int
    missed: int
    turned_away: int
    """People, as are those before."""
    came: int
    """Of those with a booking …"""
    expected: int
    """… how many people had one …"""
    no_show_rate: float | None
    """… and the share that did not come, or not when called; once the day is over."""
    estimate_error_p50: float | None
    estimate_error_p90: float | None


def report(
    day: date, visits: Sequence[Visit], expected: int, zone: ZoneInfo, *, over: bool
) -> Report:
    """A day of ``expected`` people with bookings, and these visits."""
    waits: dict[tuple[int, Class], list[float]] = {}
    for one in visits:
        wait = waited(one)
        if wait is not None:
            hour = one.came.astimezone(zone).hour
            waits.setdefault((hour, one.kind), []).append(wait / MINUTE)
    every = [wait for group in waits.values() for wait in group]
    lags = [
        max((one.called - max(one.due, one.came)) / MINUTE, 0.0) for one in visits if one.called
    ]
    calls = [(one.served - one.called) / MINUTE for one in visits if one.served and one.called]
    errors = [error / MINUTE for error in map(misjudged, visits) if error is not None]
    came = _people(visits, lambda one: one.kind is Class.BOOKED)
    missed = _people(visits, lambda one: one.outcome is Outcome.NO_SHOW)
    missed_booked = _people(
        visits, lambda one: one.kind is Class.BOOKED and one.outcome is Outcome.NO_SHOW
    )
    return Report(
        day=day,
        waits=[
            Waits(hour, kind, len(group), percentile(group, 50), percentile(group, 90))
            for (hour, kind), group in sorted(waits.items())
        ],
        wait_p50=percentile(every, 50) if every else None,
        wait_p90=percentile(every, 90) if every else None,
        lag=_tenth(max(lags)) if lags else None,
        counters=len({one.counter for one in visits if one.served and one.counter}),
        longest_call=_tenth(max(calls)) if calls else None,
        served=_people(visits, lambda one: one.outcome is Outcome.SERVED),
        missed=missed,
        turned_away=_people(visits, lambda one: one.outcome is Outcome.TURNED_AWAY),
        came=came,
        expected=expected,
        no_show_rate=_rate(expected - came + missed_booked, expected) if over else None,
        estimate_error_p50=percentile(errors, 50) if errors else None,
        estimate_error_p90=percentile(errors, 90) if errors else None,
    )


QUARTER = timedelta(minutes=15)


def waiting(visits: Sequence[Visit], until: datetime) -> list[tuple[datetime, int]]:
    """How many tickets waited to be called at each quarter of an hour.

    From the quarter before the first came to the one after the last was called, or to ``until``.
    """
    spans = [(one.came, one.called or one.done or until) for one in visits]
    if not spans:
        return []
    at, last = _quarter(min(spans)[0]), min(max(end for _, end in spans) + QUARTER, until)
    told = []
    while at <= last:
        told.append((at, sum(came <= at < end for came, end in spans)))
        at += QUARTER
    return told


def _quarter(at: datetime) -> datetime:
    """The quarter of an hour that an instant is in; in Indonesia's zones they begin together."""
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def waited(one: Visit) -> timedelta | None:
    """How long somebody waited, if they were called.

    Who came back after a missed call has another ``due``, later than the call.
    """
    if one.called is None:
        return None
    told = one.kind is Class.BOOKED and one.came < one.due <= one.called
    return max(one.called - (one.due if told else one.came), timedelta(0))


def misjudged(one: Visit) -> timedelta | None:
    """How far the call was from the time that somebody was told, where that is kept."""
    return abs(one.called - one.told) if one.called and one.told else None


def percentile(values: Iterable[float], share: int) -> float:
    """The nearest rank: the smallest value that so many per cent do not exceed; to a tenth."""
    ordered = sorted(values)
    rank = -(-share * len(ordered) // 100)
    return _tenth(ordered[max(rank, 1) - 1])


def initials(name: str) -> str:
    """What a printed roster says of a name: the first letters of its words."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())


def _people(visits: Iterable[Visit], wanted: Callable[[Visit], bool]) -> int:
    return sum(one.people for one in visits if wanted(one))


def _rate(part: int, whole: int) -> float | None:
    return round(max(part, 0) / whole, 3) if whole else None


def _tenth(minutes: float) -> float:
    return round(minutes, 1)

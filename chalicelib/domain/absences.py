"""Who did not come: two absences in 90 days pause booking for 30.

One absence from a place that was drawn bars from draws for 90 days. An absence is counted once for
each booking, when its day is closed. Being turned away is none.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from chalicelib.domain.bookings import Outcome

COUNTED = timedelta(days=90)
"""Two absences so close together count …"""

PAUSE = timedelta(days=30)
"""… and nobody books for the person for so long after the second."""

BAR = timedelta(days=90)
"""Nobody asks for the person by lot for so long after an absence from a place that was drawn."""

KEPT = COUNTED + PAUSE
"""So long after an absence the pause may end that rests on it."""

OUTCOMES = frozenset({Outcome.ABSENT, Outcome.NO_SHOW})
"""The outcomes that are an absence."""


class Absence(NamedTuple):
    code: str
    """Of the booking."""
    at: datetime
    """When its day was closed."""
    own: bool
    """Whether it was the person's own doing that it was made."""
    drawn: bool = False
    """Whether the place had been drawn."""


class Pauses(NamedTuple):
    """Until when nobody books for a person, or asks by lot; None where they may."""

    others: datetime | None
    """Of whoever names them …"""
    own: datetime | None
    """… and of whoever does so with their consent, or is the person. What a stranger has booked
    never pauses these."""


def counted(absences: Iterable[Absence], one: Absence, now: datetime) -> tuple[Absence, ...]:
    """The absences that a pause can still rest on, with one more; a booking is counted once."""
    known = standing(absences, now)
    more = () if any(other.code == one.code for other in known) else (one,)
    return tuple(sorted((*known, *more), key=lambda absence: (absence.at, absence.code)))


def standing(absences: Iterable[Absence], now: datetime) -> tuple[Absence, ...]:
    """Those that a pause can still rest on."""
    return tuple(one for one in absences if one.at > now - KEPT)


def pauses(absences: Iterable[Absence], now: datetime) -> Pauses:
    """The pauses that follow from a person's absences, in any order."""
    every = sorted(absences, key=lambda absence: absence.at)
    return Pauses(_until(every, now), _until([one for one in every if one.own], now))


def bars(absences: Iterable[Absence], now: datetime) -> Pauses:
    """The bars from draws that follow from a person's absences, in any order."""
    drawn = [one for one in absences if one.drawn and one.at + BAR > now]
    return Pauses(_barred(drawn), _barred([one for one in drawn if one.own]))


def _barred(drawn: list[Absence]) -> datetime | None:
    return max((one.at + BAR for one in drawn), default=None)


def _until(absences: list[Absence], now: datetime) -> datetime | None:
    ends = [
        second.at + PAUSE for first, second in pairwise(absences) if second.at - first.at < COUNTED
    ]
    return max((end for end in ends if end > now), default=None)

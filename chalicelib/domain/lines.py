"""The order in which people are called, and what their tickets are called.

Everybody has one number, ``due``, fixed when they check in: the smallest is called first. So
anybody can work out who comes next, and coming at dawn gains nothing.
"""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from string import ascii_uppercase

from chalicelib.domain.bookings import arrive_from
from chalicelib.domain.offices import Office, Window

LATE = timedelta(minutes=15)
"""Whoever comes later than this after the time they were told has its place no more."""

PRIORITY = timedelta(minutes=60)
"""So much earlier than they came are those called who should not wait …"""

WALK_IN = timedelta(minutes=15)
"""… and so much later those without a booking."""

LETTERS = "".join(letter for letter in ascii_uppercase if letter not in "PW")
"""Of the windows of a day, in their order. W and P are others'."""

LABEL = "([A-Z]{1,2})([0-9]{1,5})"


class Class(StrEnum):
    """What kind of ticket it is; the letter of its label says so."""

    BOOKED = "booked"
    WALK_IN = "walk-in"
    PRIORITY = "priority"
    """Elders, small children, pregnant and disabled people; which of these is not kept."""


def due_booked(told: datetime, now: datetime, later: datetime | None = None) -> datetime:
    """Of a booking whose people come ``now`` and were told to come at ``told``.

    If they were asked on the day to come ``later``, their place stays.
    """
    return told if now <= (later or told) + LATE else now


def due_walk_in(now: datetime, *, priority: bool) -> datetime:
    """Of somebody who comes ``now`` without a booking."""
    return now - PRIORITY if priority else now + WALK_IN


def due_again(due: datetime, now: datetime) -> datetime:
    """Of somebody who missed their call and is back ``now``."""
    return max(due, now)


def told(office: Office, window: Window, first: int) -> time:
    """The local time at which the people of a booking were told to come."""
    return arrive_from(office, window.start, window.end, window.places, first)


def letters(position: int) -> str:
    """Of the window at this position of a day, from 0 on."""
    more, letter = divmod(position, len(LETTERS))
    return (LETTERS[more - 1] if more else "") + LETTERS[letter]


def label_booked(windows: Sequence[Window], start: time, first: int) -> str:
    """Of a booking in the window that begins then, whose first queue number is this."""
    return f"{letter_of(windows, start)}{first}"


def letter_of(windows: Sequence[Window], start: time) -> str:
    """Of the window of a day that begins then."""
    return letters([window.start for window in windows].index(start))


def label_walk_in(number: int, *, priority: bool) -> str:
    return f"{'P' if priority else 'W'}{number}"


def class_of(label: str) -> Class:
    return {"W": Class.WALK_IN, "P": Class.PRIORITY}.get(label[0], Class.BOOKED)


def booked_as(windows: Sequence[Window], label: str) -> tuple[Window, int] | None:
    """The window and the first queue number of a label; None of a walk-in."""
    read = re.fullmatch(LABEL, label)
    if read is None or class_of(label) is not Class.BOOKED:
        return None
    named = {letters(position): window for position, window in enumerate(windows)}
    window = named.get(read[1])
    return (window, int(read[2])) if window else None

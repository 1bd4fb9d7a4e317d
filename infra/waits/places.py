"""How many places an office has: what its counters can do, less what chance needs to be kept free.

Planned use decides how long people wait (docs/waits.md): the minutes that those who come need, of
those that counters are open. It counts whoever comes without a booking; those who book and do not
come are made up for by more places.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.domain.offices import Office, Window
from infra.waits.people import minute, pauses

USE = 0.80
"""Nine of ten people wait at most 30 minutes on four days of five; docs/waits.md shows it."""

MOST = 100
"""Places of a window; see ``domain.office_fields``."""

DAYS = 10
"""Before so many have been measured, nothing is proposed."""


class Measured(NamedTuple):
    """A day, as its visits tell it."""

    booked: int
    """People for whom a place was booked until the end …"""
    came: int
    """… and of them, those who checked in."""
    walk_ins: int
    """People who were taken without a booking."""
    served: tuple[int, ...]
    """How many people finished each step …"""
    minutes: tuple[float, ...]
    """… and how long these took, all together."""


def open_minutes(office: Office, windows: Sequence[Window]) -> list[float]:
    """For each window of a day, the minutes that all counters together are open in it."""
    return [
        sum(
            _length(minute(window.start), minute(window.end), pauses(office, windows, number))
            for number in range(office.counters)
        )
        for window in windows
    ]


def use(office: Office, windows: Sequence[Window]) -> float:
    """Of the minutes that counters are open, the share that is planned to be used."""
    places = sum(window.places for window in windows)
    return places * _minutes_a_place(office) / sum(open_minutes(office, windows))


def planned(office: Office, windows: Sequence[Window], at_most: float = USE) -> tuple[Window, ...]:
    """The windows with the places that this use allows in each of them, one at the least."""
    return tuple(
        window._replace(places=min(max(int(at_most * minutes / _minutes_a_place(office)), 1), MOST))
        for window, minutes in zip(windows, open_minutes(office, windows), strict=True)
    )


def opening(office: Office) -> dict[int, tuple[Window, ...]]:
    """The weekly template of an office, with the places that its counters allow."""
    return {day: planned(office, windows) for day, windows in office.opening.items()}


def proposed(office: Office, days: Sequence[Measured]) -> Office | None:
    """What the office would state if it went by these days, and the places that follow.

    None if they are fewer than `DAYS`. What no day has measured stays. Nothing is applied here.
    """
    if len(days) < DAYS:
        return None
    booked = sum(day.booked for day in days)
    served = [sum(day.served[step] for day in days) for step in office.steps]
    minutes = [sum(day.minutes[step] for day in days) for step in office.steps]
    stated = office._replace(
        show_rate=round(sum(d.came for d in days) / booked, 2) if booked else office.show_rate,
        walk_in_share=(
            round(sum(d.walk_ins for d in days) / booked, 2) if booked else office.walk_in_share
        ),
        step_minutes=tuple(
            round(minutes[step] / served[step], 1) if served[step] else office.step_minutes[step]
            for step in office.steps
        ),
    )
    return stated._replace(opening=opening(stated))


def _minutes_a_place(office: Office) -> float:
    """What a place takes of the counters on the average, with its share of walk-ins."""
    return (office.show_rate + office.walk_in_share) * sum(office.step_minutes)


def _length(begins: float, ends: float, pauses: Sequence[tuple[float, float]]) -> float:
    return (
        ends
        - begins
        - sum(max(min(ends, at + length) - max(begins, at), 0) for at, length in pauses)
    )

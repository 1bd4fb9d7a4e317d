"""What chance each window had in a draw: a pure function of its record, as its plan is.

An entry that would take any window gets the first one with room. So who has won which window does
not say how hard a window is to get, and this does: of the entries that asked for a day on which it
was drawn, how many had their turn while it still had room for all their people.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import NamedTuple

from chalicelib.domain.draws import Line, Room, Row

DRAWS = 8
"""So many of an office's last draws are told of."""


class Chance(NamedTuple):
    """Of one window; of any window, if ``start`` is None."""

    start: time | None
    entries: int
    """Those that asked for a day on which it was drawn."""
    won: int
    """Those of them that would have had it; of any window, those that were drawn."""


def of_draw(ordered: Iterable[Row], rooms: Iterable[Room], plan: Iterable[Line]) -> list[Chance]:
    """The chances that a draw gave: of any window first, then by the clock.

    ``ordered`` are the rows in the order of the draw, and ``plan`` is what it has led to.
    """
    left = {(room.day, room.start): room.places for room in rooms}
    drawn = {line.entry_id: line.slot for line in plan}
    spans: dict[tuple[date, date], dict[time, list[date]]] = {}
    entries, won = Counter[time | None](), Counter[time | None]()
    free = sum(left.values())
    for row in ordered:
        span = (row.first, row.last)
        days_of = spans.get(span)
        if days_of is None:
            days_of = spans[span] = _days_of(left, *span)
        entries.update(days_of.keys())
        entries[None] += bool(days_of)
        if free:
            won.update(
                start
                for start, days in days_of.items()
                if any(left[day, start] >= row.people for day in days)
            )
        if slot := drawn.get(row.entry_id):
            won[None] += 1
            left[slot.day, slot.start] -= row.people
            free -= row.people
    return _told(entries, won)


def _days_of(left: Iterable[tuple[date, time]], first: date, last: date) -> dict[time, list[date]]:
    """On which of these days each window is drawn."""
    found: dict[time, list[date]] = {}
    for day, start in left:
        if first <= day <= last:
            found.setdefault(start, []).append(day)
    return found


def together(draws: Iterable[Sequence[Chance]]) -> list[Chance]:
    """The chances of several draws: each entry counts in each draw that it took part in."""
    entries, won = Counter[time | None](), Counter[time | None]()
    for chance in (chance for draw in draws for chance in draw):
        entries[chance.start] += chance.entries
        won[chance.start] += chance.won
    return _told(entries, won)


def _told(entries: Counter[time | None], won: Counter[time | None]) -> list[Chance]:
    starts = sorted(start for start in entries if start is not None)
    return [Chance(start, entries[start], won[start]) for start in (None, *starts)]

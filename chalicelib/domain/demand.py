"""How many ask by lot for a day and a window: counted from a draw's list, which names nobody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from chalicelib.domain.draws import Row


class Asked(NamedTuple):
    """How many entries ask for something, and for how many people."""

    entries: int
    people: int


class Demand(NamedTuple):
    """How many would take a place of a day, and of each of its windows."""

    day: date
    whole: Asked
    windows: Mapping[time, Asked]


def of_days(rows: Iterable[Row], windows: Mapping[date, Sequence[time]]) -> list[Demand]:
    """The days with these ``windows`` that somebody asks for.

    Who would take several days or windows counts in each of them.
    """
    wishes = Counter[tuple[date, date, frozenset[time]]]()
    people = Counter[tuple[date, date, frozenset[time]]]()
    for row in rows:
        wish = (row.first, row.last, frozenset(row.windows))
        wishes[wish] += 1
        people[wish] += row.people
    found = []
    for day, starts in windows.items():
        whole, each = Counter[str](), {start: Counter[str]() for start in starts}
        for (first, last, wanted), entries in wishes.items():
            theirs = wanted.intersection(starts) if wanted else starts
            if first <= day <= last and theirs:
                asked = {"entries": entries, "people": people[first, last, wanted]}
                for counted in (whole, *(each[start] for start in theirs)):
                    counted.update(asked)
        if whole:
            found.append(
                Demand(day, _asked(whole), {start: _asked(n) for start, n in each.items()})
            )
    return found


def together(rows: Iterable[Row]) -> Asked:
    """How many entries there are in all, and for how many people."""
    people = [row.people for row in rows]
    return Asked(len(people), sum(people))


def _asked(counted: Mapping[str, int]) -> Asked:
    return Asked(counted["entries"], counted["people"])

"""What the waits of many days come to."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from statistics import fmean
from typing import NamedTuple

from infra.waits.hall import Call, Ticket

ENOUGH = 30
"""Minutes beyond their service that nine of ten people should wait at most."""


class Figures(NamedTuple):
    """Of all people of some days, in minutes beyond their service."""

    served: float
    """People a day."""
    mean: float
    p50: float
    p90: float
    p99: float
    kept: float
    """The share of the days on which nine of ten people waited no longer than `ENOUGH`."""


def by_ticket(calls: Iterable[Call]) -> dict[Ticket, float]:
    """How many minutes the people of each ticket were there beyond their service."""
    left = {call.ticket: call.until for call in calls}
    return {one: until - one.comes - sum(one.minutes) for one, until in left.items()}


def waited(calls: Iterable[Call]) -> list[float]:
    """How many minutes each person was there beyond their service."""
    return by_person(by_ticket(calls))


def by_person(waits: Mapping[Ticket, float]) -> list[float]:
    """The same waits, one for each person of a ticket."""
    return [wait for one, wait in waits.items() for _ in range(one.people)]


def of(days: Sequence[Sequence[float]]) -> Figures:
    """The figures of days, given by what each person waited."""
    people = sorted(wait for day in days for wait in day)
    return Figures(
        served=len(people) / len(days),
        mean=fmean(people),
        p50=quantile(people, 0.5),
        p90=quantile(people, 0.9),
        p99=quantile(people, 0.99),
        kept=fmean(quantile(sorted(day), 0.9) <= ENOUGH for day in days),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of these that at least such a share of them do not exceed."""
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown."""
    lines = [head, ["-"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines).replace("| - ", "|-")

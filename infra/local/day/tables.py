"""What a played day is compared by: tables in Markdown."""

from collections.abc import Iterator, Mapping

from chalicelib.domain.lines import Class, class_of
from infra.local.day.play import Played
from infra.waits import figures
from infra.waits.figures import table
from infra.waits.hall import Ticket

WITHIN = 0.10
"""The means of a day that was played as it was simulated differ by no more than this share …"""

LEAST = 0.5
"""… or than these minutes, where hardly anybody waits."""

LATE = 1.0
"""Minutes of the day: from then on a machine is too slow for the speed."""

CLASSES: Mapping[str, tuple[Class, ...]] = {
    "all": tuple(Class),
    "booked": (Class.BOOKED,),
    "priority": (Class.PRIORITY,),
    "walk-in": (Class.WALK_IN,),
}


def waits(of: Played) -> str:
    """How long people waited beyond their service, in minutes."""
    return table(["people", "", "served", "mean", "p50", "p90", "p99"], [*_rows(of)])


def outcomes(of: Played) -> str:
    """How visits have ended: of bookings, and of those who came without one."""
    without = [one for one in of.taken if class_of(one.label) is not Class.BOOKED]
    there = {one.label for one in of.waits}
    served = [one.people for one in without if one.label in there]
    rows = [["booked", name, *_counts(sizes)] for name, sizes in of.outcomes.items()]
    rows += [
        ["without", "served", *_counts(served)],
        ["without", "turned_away", *_counts([o.people for o in without if o.label not in there])],
        ["at the door", "refused", *_counts([one.people for one in of.refused])],
    ]
    return table(["", "outcome", "tickets", "people"], rows)


def agrees(of: Played) -> bool:
    """Whether people waited as long as the simulation says of the same day."""
    mean, simulated = of.means
    return abs(mean - simulated) <= max(WITHIN * simulated, LEAST)


def verdict(of: Played) -> str:
    mean, simulated = of.means
    off = mean - simulated
    share = f" ({off / simulated:+.1%})" if simulated else ""
    word = "agree" if agrees(of) else "DO NOT agree"
    people = sum(one.people for one in of.waits)
    return (
        f"The means {word}: played {mean:.2f}, simulated {simulated:.2f} minutes{share}. "
        f"{of.alike} of {people} people waited as long as in the simulation, to a minute."
    )


def pace(of: Played, speed: float | None) -> str:
    """Whether the machine has kept up with the clock."""
    if speed is None:
        return "The clock has waited for each request, so nothing was late."
    if of.behind <= LATE:
        return f"99 of 100 things were done at most {60 * of.behind:.0f} s of the day late."
    return (
        f"THE MACHINE IS TOO SLOW for SPEED={speed:g}: of 100 things one was done more than "
        f"{of.behind:.1f} minutes of the day late. Play at a lower speed."
    )


def _rows(of: Played) -> Iterator[list[str]]:
    for name, classes in CLASSES.items():
        for how, found in (("played", of.waits), ("simulated", of.simulated)):
            people = [*_people(found, classes)]
            if people:
                all_ = figures.of([people])
                minutes = (all_.mean, all_.p50, all_.p90, all_.p99)
                yield [name, how, str(len(people)), *(f"{one:z.1f}" for one in minutes)]


def _people(found: Mapping[Ticket, float], classes: tuple[Class, ...]) -> Iterator[float]:
    for one, wait in found.items():
        if class_of(one.label) in classes:
            yield from [wait] * one.people


def _counts(sizes: list[int]) -> list[str]:
    return [str(len(sizes)), str(sum(sizes))]

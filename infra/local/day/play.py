"""A day from its bookings to its close: at a run of its own, by a clock of its own."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib import clock
from chalicelib.domain import calendar
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.office_fields import WEEKDAYS, office_of
from chalicelib.domain.offices import Office, Window
from infra.local import functions
from infra.local.day import holders
from infra.local.day.clock import MINUTE, Clock, FastClock, MovedClock, put_in
from infra.local.day.holders import Holder, expected
from infra.local.day.line import ServiceLine, supervisor
from infra.local.run import Running, start, stopping
from infra.local.visitors import Api
from infra.waits.figures import by_ticket, quantile
from infra.waits.hall import Hall, Ticket, played
from infra.waits.people import AS_PLANNED, DOORS, Made, Rules, made, minute, pauses

EVERY = 15
"""Minutes of the day between two lines that say how it goes."""

ALIKE = 1.0
"""Minutes."""

AHEAD = 60
"""Days within which an office serves."""

MOST = 100
"""Places of a window; see ``domain.office_fields``."""

Say = Callable[[str], None]


class Day(NamedTuple):
    """A day that is to be played."""

    fields: dict[str, Any]
    """Of the office, in the form of ``infra/offices.json``."""
    office: Office
    date: date
    made: Made
    windows: tuple[Window, ...]

    def at(self, minutes: float) -> datetime:
        """The instant so many minutes after midnight."""
        return calendar.instant(self.office, self.date, time.min) + minutes * MINUTE


class Played(NamedTuple):
    """How a day was, as the service has recorded it and as the simulation has it."""

    day: date
    waits: dict[Ticket, float]
    """Of those who were served, the minutes beyond their service."""
    simulated: dict[Ticket, float]
    served: list[str]
    """Labels, in the order in which counters were through with them."""
    taken: list[Ticket]
    refused: list[Ticket]
    outcomes: Mapping[str, list[int]]
    """Of bookings: how many people each that ended so was for."""
    report: dict[str, Any]
    """What supervisors are shown of the day."""
    behind: float
    """Minutes of the day that 99 of 100 things were done late at most: the machine is that slow."""

    @property
    def means(self) -> tuple[float, float]:
        """The mean wait of each person, played and simulated."""
        people = sum(one.people for one in self.waits)
        both = (self.waits, self.simulated)
        first, second = (sum(one.people * wait for one, wait in w.items()) / people for w in both)
        return first, second

    @property
    def alike(self) -> int:
        """How many people waited as long as in the simulation, to a minute."""
        return sum(
            one.people
            for one, wait in self.waits.items()
            if abs(wait - self.simulated[one]) <= ALIKE
        )


def prepared(
    fields: dict[str, Any],
    people: Sequence[int],
    seed: int,
    now: datetime,
    rules: Rules = AS_PLANNED,
) -> Day:
    """The next day after today on which an office serves, with places for so many people.

    ``people`` are those of the day, which its windows share, or of each window. Raises `ValueError`
    if its windows cannot have so many.
    """
    office = office_of(fields)
    day, windows = _next(office, office.today(now), people)
    named = [
        {"start": hhmm(one.start), "end": hhmm(one.end), "places": one.places} for one in windows
    ]
    own = {**fields, "opening": {**fields["opening"], WEEKDAYS[day.weekday()]: named}}
    return Day(own, office_of(own), day, made(office, windows, seed, rules), windows)


def _next(office: Office, today: date, people: Sequence[int]) -> tuple[date, tuple[Window, ...]]:
    """The next day whose windows can have these people, and the windows with them."""
    for day in (today + timedelta(days=ahead) for ahead in range(1, AHEAD)):
        windows = calendar.windows_on(office, day)
        if windows and len(people) == 1:
            return day, spread(windows, people[0])
        if windows and len(people) == len(windows):
            return day, tuple(
                one._replace(places=many) for one, many in zip(windows, people, strict=True)
            )
    raise ValueError("people of the day, or of each of its windows")


def spread(windows: Sequence[Window], people: int) -> tuple[Window, ...]:
    """The same windows with so many places, shared out as those they have. Raises `ValueError`."""
    if not len(windows) <= people <= MOST * len(windows):
        raise ValueError(f"{len(windows)} to {MOST * len(windows)} people")
    there = sum(one.places for one in windows)
    ends = [
        round(Fraction(people * sum(one.places for one in windows[: n + 1]), there))
        for n in range(len(windows))
    ]
    starts = [0, *ends]
    return tuple(
        one._replace(places=end - begin)
        for one, begin, end in zip(windows, starts, ends, strict=False)
    )


def play(day: Day, speed: float | None, directory: Path, port: int = 0) -> Played:
    """Start a run, let its people book, play their day, close it, and stop the run.

    The clock goes ``speed`` times as fast as time; without it, it is moved to what comes next.
    """
    told = sys.stdout

    def say(sentence: str) -> None:
        print(sentence, file=told, flush=True)

    with Path(os.devnull).open("w") as nowhere, stopping(directory) as started:
        running = start(started, port, directory, "off", partial(_load, day.fields), out=nowhere)
        say(f"The pages and the API are at {running.base_url} as long as it lasts.")
        people = _booked(running.base_url, day, say)
        begins = day.at(DOORS)
        of_day = FastClock(begins, speed) if speed else MovedClock(begins)
        put_in(of_day)
        started.enter_context(of_day.firing(running.schedules.values()))
        line = ServiceLine(
            running.base_url,
            day.office.office_id,
            day.made.counters,
            {one.booked.label: one.qr for one in people},
        )
        behind = _play(day, line, running.base_url, of_day, say)
        return _closed(day, line, running, people, behind)


def _load(fields: dict[str, Any]) -> None:
    from chalicelib.store import offices  # only now: it reads the environment

    offices.put(fields)


def _booked(base_url: str, day: Day, say: Say) -> list[Holder]:
    began = clock.now()
    booked = day.made.booked
    people = holders.book(base_url, day.office.office_id, day.date, day.windows, booked)
    took = (clock.now() - began).total_seconds()
    places = sum(one.people for one in booked)
    say(f"{len(booked)} people have registered and booked {places} places in {took:.0f} s.")
    return people


def _play(day: Day, line: ServiceLine, base_url: str, of_day: Clock, say: Say) -> float:
    """Let everybody come and be served; returns how far behind the clock that was."""
    hall = Hall(day.made.counters, line)
    chief, anybody = supervisor(base_url, day.office.office_id), Api(base_url)
    last = max(one.comes for one in day.made.tickets)
    late = list[float]()

    def reach(now: float) -> None:
        of_day.reach(day.at(now))
        late.append((of_day.now() - day.at(now)) / MINUTE)

    def pause(number: int, until: float) -> None:
        body = {"counter": str(number + 1), "until": day.at(until).isoformat()}
        expected(chief("POST", "/v1/desk/breaks", body), "away_until")

    def tell(now: float) -> None:
        today = anybody("GET", f"/v1/offices/{day.office.office_id}/today")
        say(
            f"{day.at(now).astimezone(day.office.zone):%H:%M}  {line.here:3} here  "
            f"{len(today['line']):3} waiting  {line.served_people:3} served  "
            f"{today['lag_minutes']:3} min behind  machine {60 * late[-1]:3.0f} s late"
        )
        if today["status"] == "open" and (line.here or now < last):
            hall.at(now + EVERY, tell)

    for ticket in day.made.tickets:
        hall.comes(ticket)
    for number in range(day.office.counters):
        for begins, length in pauses(day.office, day.windows, number):
            # What a counter stands still besides, nobody has said.
            hall.at(begins, lambda _, n=number, until=begins + length: pause(n, until))  # type: ignore[misc]
    hall.at(minute(day.windows[0].start), tell)
    hall.play(reach)
    return quantile(sorted(late), 0.99)


def _closed(
    day: Day, line: ServiceLine, running: Running, people: list[Holder], behind: float
) -> Played:
    """Close the day, and compare what was recorded of it with the simulation."""
    from chalicelib.domain.boards import BoardKey
    from chalicelib.domain.bookings import Outcome
    from chalicelib.store import visits

    office_id = day.office.office_id
    chief = supervisor(running.base_url, office_id)
    expected(chief("POST", "/v1/desk/close", {}), "status")
    functions.call(running.schedules["close_days"])
    outcomes: dict[str, list[int]] = {outcome.value: [] for outcome in Outcome}
    ended = holders.together(lambda one=one: one.outcome(running.base_url) for one in people)  # type: ignore[misc]
    for one, outcome in zip(people, ended, strict=True):
        outcomes[outcome].append(one.booked.people)
    waits = {
        line.taken[visit.label]: (visit.done - visit.came) / MINUTE
        - sum(line.taken[visit.label].minutes)
        for visit in visits.of_day(BoardKey(office_id, day.date))
        if visit.outcome is Outcome.SERVED and visit.done
    }
    simulated = by_ticket(played(day.made.counters, line.taken.values()))
    return Played(
        day=day.date,
        waits=waits,
        simulated={one: simulated[one] for one in waits},
        served=line.served_labels,
        taken=[*line.taken.values()],
        refused=line.refused,
        outcomes=outcomes,
        report=chief("GET", f"/v1/desk/day?date={day.date}"),
        behind=behind,
    )

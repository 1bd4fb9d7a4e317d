"""The clocks that a day can have, and what it is made of before it is played."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from chalice.app import Rate, ScheduledEventConfig

from chalicelib import clock
from chalicelib.domain.offices import Window
from infra import offices
from infra.local import functions, timer
from infra.local.day import clock as day_clock
from infra.local.day import tables
from infra.local.day.clock import FastClock, MovedClock
from infra.local.day.play import Played, prepared, spread
from infra.waits.hall import Ticket

SEVEN = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MALANG = next(one for one in offices.every() if one["office_id"] == "malang")


class Time:
    """Only sleeping moves it, and it sleeps a little less than it was asked to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(0.9 * seconds, 0.001)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Time:
    fake = Time()
    monkeypatch.setattr(day_clock, "time", fake)
    return fake


# ---- a clock that goes fast ---------------------------------------------------------------------


def test_a_second_is_a_minute_at_sixty_times_the_speed(real: Time) -> None:
    fast = FastClock(SEVEN, 60)
    before = fast.now()
    real.now += 90
    assert (before, fast.now()) == (SEVEN, SEVEN + 90 * MINUTE)


def test_it_tells_how_long_an_instant_of_the_day_really_is_away(real: Time) -> None:
    fast = FastClock(SEVEN, 60)
    assert fast.seconds_until(SEVEN + 30 * MINUTE) == 30
    assert fast.seconds_until(SEVEN - MINUTE) == 0


def test_it_never_wakes_anybody_too_early(real: Time) -> None:
    fast = FastClock(SEVEN, 60)
    fast.reach(SEVEN + 10 * MINUTE)
    assert fast.now() >= SEVEN + 10 * MINUTE
    assert real.now == pytest.approx(110, abs=0.1)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    monkeypatch.setattr(clock, "now", clock.now)  # so that it is as it was afterwards
    found = FastClock(SEVEN, 6000)
    day_clock.put_in(found)
    return found


def test_once_put_in_it_is_the_clock_of_the_process(fast: FastClock) -> None:
    before = fast.now()
    assert before <= clock.now() <= fast.now()


def test_jobs_are_due_by_the_clock_of_the_day(
    fast: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fired = list[datetime]()
    thrice = threading.Event()

    def note(_: ScheduledEventConfig) -> None:
        fired.append(clock.now())
        if len(fired) == 3:
            thrice.set()

    monkeypatch.setattr(functions, "call", note)
    collect = ScheduledEventConfig("collect", "jobs.collect", Rate(1, Rate.MINUTES), "")
    with timer.ticking([collect], fast.speed):
        assert thrice.wait(10)
    assert all(at >= SEVEN + n * MINUTE for n, at in enumerate(fired[:3], 1))


# ---- a clock that is moved ----------------------------------------------------------------------


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    monkeypatch.setattr(clock, "now", clock.now)  # so that it is as it was afterwards
    found = MovedClock(SEVEN)
    day_clock.put_in(found)
    return found


def test_it_stands_still_until_it_is_moved_and_never_goes_back(moved: MovedClock) -> None:
    assert clock.now() == SEVEN
    moved.reach(SEVEN + MINUTE)
    moved.reach(SEVEN)
    assert clock.now() == SEVEN + MINUTE


def test_what_is_due_on_the_way_is_done_at_its_instant(
    moved: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fired = list[tuple[str, datetime]]()
    monkeypatch.setattr(functions, "call", lambda one: fired.append((one.name, clock.now())))
    schedules = [
        ScheduledEventConfig(name, f"jobs.{name}", Rate(minutes, Rate.MINUTES), "")
        for name, minutes in (("collect", 1), ("close_days", 3))
    ]
    with moved.firing(schedules):
        moved.reach(SEVEN + 1.5 * MINUTE)
        moved.reach(SEVEN + 3 * MINUTE)
    assert clock.now() == SEVEN + 3 * MINUTE
    moved.reach(SEVEN + 5 * MINUTE)  # the day is over
    assert fired == [
        *((("collect", SEVEN + n * MINUTE)) for n in (1, 2)),
        ("close_days", SEVEN + 3 * MINUTE),
        ("collect", SEVEN + 3 * MINUTE),
    ]


# ---- the day ------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [7, 100, 157, 162, 300])
def test_places_are_shared_out_as_the_windows_have_them(people: int) -> None:
    windows = prepared(MALANG, [157], 1, SEVEN).windows
    places = [one.places for one in spread(windows, people)]
    there = sum(one.places for one in windows)
    assert sum(places) == people
    for place, window in zip(places, windows, strict=True):
        assert place == pytest.approx(people * window.places / there, abs=1)


@pytest.mark.parametrize("people", [1, 201])
def test_windows_have_one_place_at_least_and_a_hundred_at_most(people: int) -> None:
    windows = (Window(time(8), time(9), 5), Window(time(9), time(10), 5))
    with pytest.raises(ValueError, match="2 to 200"):
        spread(windows, people)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 30, 8, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 11, 26, 17, 30, tzinfo=UTC), date(2026, 11, 30)),  # a Friday by then
        (datetime(2026, 12, 23, 8, tzinfo=UTC), date(2026, 12, 28)),  # Christmas
    ],
)
def test_it_is_the_next_day_on_which_the_office_serves(now: datetime, day: date) -> None:
    made = prepared(MALANG, [162], 1, now)
    assert made.date == day
    assert sum(one.people for one in made.made.booked) == 162


def test_each_window_can_have_its_own_places() -> None:
    """A Friday has six windows: it is a Monday then."""
    own = [28, 27, 27, 20, 16, 24, 20]
    made = prepared(MALANG, own, 1, datetime(2026, 11, 26, 8, tzinfo=UTC))
    assert [one.places for one in made.windows] == own
    assert f"{made.date:%A}" == "Monday"


@pytest.mark.parametrize("people", [[], [28, 27]])
def test_a_day_that_has_no_such_windows_is_refused(people: list[int]) -> None:
    with pytest.raises(ValueError, match="each of its windows"):
        prepared(MALANG, people, 1, SEVEN)


def test_minutes_of_a_day_are_of_the_offices_own_time() -> None:
    made = prepared(MALANG, [162], 1, SEVEN)
    assert made.at(7 * 60) == datetime(2026, 12, 2, 0, tzinfo=UTC)


# ---- what is told of it -------------------------------------------------------------------------


def played(waits: Mapping[str, float], behind: float = 0) -> Played:
    """A day on which everybody would have waited ten minutes."""
    tickets = {Ticket(label, 1, 0, 0, ()): wait for label, wait in waits.items()}
    none: Any = {}
    simulated = dict.fromkeys(tickets, 10.0)
    labels = [*waits]
    return Played(date(2026, 12, 1), tickets, simulated, labels, [*tickets], [], none, {}, behind)


@pytest.mark.parametrize(
    ("wait", "agree"), [(10.9, True), (9.1, True), (11.2, False), (8.8, False)]
)
def test_means_agree_within_a_tenth(wait: float, agree: bool) -> None:
    done = played({"A1": wait, "W2": wait})
    assert tables.agrees(done) is agree
    assert ("DO NOT" in tables.verdict(done)) is not agree


def test_each_class_has_its_row_where_anybody_came() -> None:
    rows = tables.waits(played({"A1": 0, "A2": 20, "P1": -0.01})).splitlines()[2:]
    assert rows == [
        "| all | played | 3 | 6.7 | 0.0 | 20.0 | 20.0 |",
        "| all | simulated | 3 | 10.0 | 10.0 | 10.0 | 10.0 |",
        "| booked | played | 2 | 10.0 | 0.0 | 20.0 | 20.0 |",
        "| booked | simulated | 2 | 10.0 | 10.0 | 10.0 | 10.0 |",
        "| priority | played | 1 | 0.0 | 0.0 | 0.0 | 0.0 |",
        "| priority | simulated | 1 | 10.0 | 10.0 | 10.0 | 10.0 |",
    ]


def test_a_machine_that_is_too_slow_is_told_of() -> None:
    assert "TOO SLOW" in tables.pace(played({"A1": 10}, behind=1.5), 600)
    assert "TOO SLOW" not in tables.pace(played({"A1": 10}, behind=0.2), 60)
    assert "nothing was late" in tables.pace(played({"A1": 10}), None)

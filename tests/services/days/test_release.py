"""Places are released by the clock, whatever the job does."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.domain import calendar
from chalicelib.domain.errors import NotReleased
from chalicelib.domain.office_fields import office_of
from chalicelib.domain.offices import Closure, Office, Period, Window
from chalicelib.services.days.release import SETTLED, open_days
from chalicelib.services.office import closure
from chalicelib.store import days, offices, slots
from chalicelib.store.outcomes import Claimed
from chalicelib.store.tables.booking import DayItem, OfficeItem, SlotItem
from infra.offices import every
from tests.builders import (
    DOUBLE,
    SINGLE,
    a_slot,
    an_office,
    every_day,
    office_fields,
    released_days,
)
from tests.wire import Killed, before, dies, go_on, kill
from tests.world import NOW

HORIZON = 3
ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
QUARTER = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def office(**changed: Any) -> Office:
    return an_office(**{"opening": every_day(SINGLE, DOUBLE), **changed})


def stored(*given: Office) -> None:
    for one in given:
        offices.put(office_fields(one))


def final_state(first: date, last: date) -> dict[date, Any]:
    """All of an office's days and slots, but for when they were made ready."""
    found = days.between("malang", first, last)
    return {
        day: (
            ready.opens_at,
            ready.windows,
            ready.closed,
            [
                (roster.key, roster.capacity, roster.left, roster.opens_at)
                for window in (SINGLE, DOUBLE)
                if (roster := slots.get(a_slot(window, day)))
            ],
        )
        for day, ready in found.items()
    }


def run(*instants: datetime) -> dict[date, Any]:
    for instant in instants:
        open_days(instant)
    return final_state(date(2026, 11, 1), date(2027, 1, 31))


def metrics(printed: str, name: str) -> list[Any]:
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    return [line[name][0] for line in lines if name in line]


# ---- the clock ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", every(), ids=lambda fields: fields["office_id"])
def test_every_office_releases_every_day_of_four_hundred_at_its_own_midnight(
    fields: dict[str, Any],
) -> None:
    real = office_of(fields)
    for number in range(400):
        day = date(2026, 11, 24) + timedelta(days=number)
        local = calendar.opens_at(real, day).astimezone(real.zone)
        assert (local.time(), local.date()) == (time(0), day - timedelta(days=30))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("period", Period)
def test_a_place_can_be_had_from_the_second_of_release_and_not_before(
    zone: str, period: Period
) -> None:
    releasing = office(time_zone=zone, release_by=period, release_at=time(14))
    stored(releasing)
    opens_at = calendar.next_release(releasing, NOW)
    assert opens_at
    day = next(
        day
        for day in (date(2026, 11, 24) + timedelta(days=n) for n in range(60))
        if calendar.opens_at(releasing, day) == opens_at
    )
    open_days(opens_at - QUARTER)
    with pytest.raises(NotReleased):
        slots.claim(a_slot(SINGLE, day), "CODE", 1, 0, opens_at - SECOND)
    assert isinstance(slots.claim(a_slot(SINGLE, day), "CODE", 1, 0, opens_at), Claimed)


# ---- the job -----------------------------------------------------------------------------------

USUAL = [NOW + n * QUARTER for n in range(5)] + [NOW + timedelta(days=n) for n in range(1, 6)]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "instants",
    [
        [instant for instant in USUAL for _ in range(5)],
        list(reversed(USUAL)),
        [NOW, NOW + timedelta(days=4), NOW + timedelta(days=5)],
    ],
    ids=["five times each", "out of order", "skipped for three days"],
)
def test_runs_come_to_the_same_state_however_they_come(instants: Sequence[datetime]) -> None:
    stored(office())
    expected = run(*USUAL)
    assert len(expected) == HORIZON + 2 + 5
    clean()
    stored(office())
    came_to = run(*instants)
    late = set(expected) - set(came_to)
    assert late <= {day for day in expected if day < max(instants).date()}
    assert came_to == {day: expected[day] for day in came_to}


def clean() -> None:
    """Empty the tables that the job fills."""
    for table in (OfficeItem, DayItem, SlotItem):
        for item in table.scan():
            item.delete()
    forget_caches()


def forget_caches() -> None:
    offices._kept.clear()
    days._seen.clear()


@pytest.mark.usefixtures("aws")
def test_two_runs_at_once_come_to_the_same_state() -> None:
    stored(office())

    def other() -> None:
        open_days(NOW)

    with before("PutItem", go_on, go_on, other):
        open_days(NOW)
    both = run()
    clean()
    stored(office())
    assert run(NOW) == both


@pytest.mark.usefixtures("aws")
def test_a_run_that_is_killed_before_any_write_is_made_up_for_by_the_next() -> None:
    stored(office())
    expected = run(NOW)
    writes = len(expected) * 3
    for number in range(writes):
        clean()
        stored(office())
        acts: list[Callable[[], None]] = [*[go_on] * number, kill]
        with before("PutItem", *acts), pytest.raises(Killed):
            open_days(NOW)
        assert run(NOW) == expected


@pytest.mark.usefixtures("aws")
def test_a_run_without_time_hands_over_to_the_next() -> None:
    stored(office(), office(office_id="surabaya"))
    allowed = iter([True])
    first = open_days(NOW, more=lambda: next(allowed, False))
    second = open_days(NOW)
    assert (first["handed_over"], "handed_over" in second) == (1, False)
    assert first["days"] == second["days"]


@pytest.mark.usefixtures("aws")
def test_every_run_begins_with_another_office() -> None:
    stored(*(office(office_id=name) for name in ("ambon", "biak", "sorong")))
    firsts = [offices.in_rotation(NOW + n * QUARTER)[0].office_id for n in range(3)]
    assert sorted(firsts) == ["ambon", "biak", "sorong"]


def test_however_many_offices_there_are_nightly_runs_begin_with_each_of_them() -> None:
    for count in range(1, 200):
        firsts = {offices.first_in_rotation(count, NOW + timedelta(days=n)) for n in range(count)}
        assert firsts == set(range(count))


# ---- closures ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 25)])
def test_holidays_and_joint_leave_are_closed(day: date) -> None:
    released_days(office(), now=datetime(2026, 12, 22, tzinfo=UTC))
    ready = days.between("malang", day, day)[day]
    assert ready.closed
    assert ready.closed.id != ready.closed.en
    assert ready.windows == ()


@pytest.mark.usefixtures("aws")
def test_an_office_closes_for_its_own_reasons() -> None:
    flood = Closure("Banjir", "Flood")
    released_days(office(closures={date(2026, 11, 26): flood}))
    assert (
        days.between("malang", date(2026, 11, 26), date(2026, 11, 26)).popitem()[1].closed == flood
    )


# ---- templates ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("aws")
def test_a_changed_template_reaches_days_that_are_not_released_and_no_others() -> None:
    stored(office())
    open_days(NOW)
    changed = office(opening=every_day(Window(time(8), time(9), 7)))
    stored(changed)
    open_days(NOW + QUARTER)
    found = days.between("malang", date(2026, 11, 24), date(2026, 11, 28))
    places = {day: sum(w.places for w in ready.windows) for day, ready in found.items()}
    assert places == {
        date(2026, 11, 24): 3,
        date(2026, 11, 25): 3,
        date(2026, 11, 26): 3,
        date(2026, 11, 27): 3,
        date(2026, 11, 28): 7,
    }
    remade = slots.get(a_slot(SINGLE, date(2026, 11, 28)))
    assert remade
    assert (remade.capacity, remade.left) == (7, 7)
    assert slots.get(a_slot(DOUBLE, date(2026, 11, 28))) is None
    kept = slots.get(a_slot(SINGLE, date(2026, 11, 27)))
    assert kept
    assert kept.capacity == 1


# ---- what operations are told ------------------------------------------------------------------


@pytest.mark.usefixtures("aws")
def test_a_release_is_reported_once_with_its_places(capsys: pytest.CaptureFixture[str]) -> None:
    stored(office())
    open_days(NOW)
    capsys.readouterr()
    midnight = datetime(2026, 11, 24, 17, tzinfo=UTC)
    for _ in range(3):
        open_days(midnight)
    printed = capsys.readouterr().out
    assert metrics(printed, "PlacesReleased") == [3.0]
    assert metrics(printed, "ReleaseLag") == [0.0]


@pytest.mark.usefixtures("aws")
def test_a_late_job_reports_by_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    stored(office())
    open_days(NOW)
    capsys.readouterr()
    late = datetime(2026, 11, 25, 17, 10, tzinfo=UTC)
    assert open_days(late)["released"] == 6
    assert metrics(capsys.readouterr().out, "ReleaseLag") == [0.0, 600.0]
    open_days(late)
    assert metrics(capsys.readouterr().out, "ReleaseLag") == []


@pytest.mark.usefixtures("aws")
def test_what_a_new_office_begins_with_is_no_late_release(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stored(office())
    open_days(NOW)
    open_days(NOW)
    assert metrics(capsys.readouterr().out, "ReleaseLag") == []


# ---- killed, and what has changed since ---------------------------------------------------------

MIDNIGHT = datetime(2026, 11, 24, 17, tzinfo=UTC)
COMING = date(2026, 11, 26)
"""The day that `small` releases at `MIDNIGHT`."""


def small(*windows: Window, **changed: Any) -> Office:
    """An office that releases a day ahead, so that three days are due at `NOW`."""
    return office(horizon_days=1, opening=every_day(*(windows or (SINGLE,))), **changed)


def state() -> list[str]:
    """All items of the tables of days and slots."""
    items = [item.to_simple_dict() for table in (DayItem, SlotItem) for item in table.scan()]
    return sorted(json.dumps(item, sort_keys=True, default=list) for item in items)


def same_after_every_kill(begin: Callable[[], None], now: datetime) -> int:
    """Let the job be killed before each of its writes, and compare. Returns how many it has."""
    begin()
    open_days(now)
    whole, writes = state(), 0
    begin()
    while dies(lambda: open_days(now), writes + 1):
        writes += 1
        open_days(now)
        assert state() == whole, f"killed before write {writes}"
        begin()
    return writes


@pytest.mark.usefixtures("aws")
def test_a_new_office_is_the_same_though_its_first_run_is_killed() -> None:
    def begin() -> None:
        clean()
        stored(small(SINGLE, DOUBLE))

    assert same_after_every_kill(begin, NOW) == 9


@pytest.mark.usefixtures("aws")
def test_a_changed_template_is_the_same_though_its_run_is_killed() -> None:
    def begin() -> None:
        clean()
        stored(small(SINGLE, DOUBLE))
        open_days(NOW)
        stored(small(Window(SINGLE.start, SINGLE.end, 9)))

    assert same_after_every_kill(begin, NOW + QUARTER) == 4


@pytest.mark.usefixtures("aws")
def test_a_release_is_reported_though_a_run_is_killed() -> None:
    def begin() -> None:
        clean()
        stored(small())
        open_days(NOW)

    assert same_after_every_kill(begin, MIDNIGHT) == 3


@pytest.mark.usefixtures("aws")
def test_a_template_that_changes_after_a_killed_run_reaches_the_slots_it_has_left() -> None:
    stored(small())
    assert dies(lambda: open_days(NOW), 2)
    stored(small(Window(SINGLE.start, SINGLE.end, 9)))
    open_days(NOW + QUARTER)
    slot = slots.get(a_slot(SINGLE, COMING))
    assert slot
    assert (slot.capacity, slot.left) == (9, 9)


@pytest.mark.usefixtures("aws")
def test_a_new_office_whose_first_run_was_killed_reports_no_late_release_either(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stored(small())
    assert dies(lambda: open_days(NOW), 5)
    open_days(NOW)
    open_days(NOW + QUARTER)
    assert metrics(capsys.readouterr().out, "ReleaseLag") == []


@pytest.mark.usefixtures("aws")
def test_another_hour_of_release_reaches_a_day_that_is_not_released() -> None:
    stored(small())
    open_days(NOW)
    stored(small(release_at=time(6)))
    open_days(NOW + QUARTER)
    slot = slots.get(a_slot(SINGLE, COMING))
    assert slot
    assert slot.opens_at == MIDNIGHT + timedelta(hours=6)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("before_it", "places"), [(SETTLED, 1), (SETTLED + SECOND, 9)])
def test_a_day_about_to_be_released_stays_as_it_is(before_it: timedelta, places: int) -> None:
    stored(small())
    open_days(NOW)
    stored(small(Window(SINGLE.start, SINGLE.end, 9)))
    open_days(MIDNIGHT - before_it)
    slot = slots.get(a_slot(SINGLE, COMING))
    assert slot
    assert slot.capacity == places


@pytest.mark.usefixtures("aws")
def test_a_day_off_is_ready_and_has_no_slots() -> None:
    stored(office(horizon_days=1, opening={}))
    assert open_days(NOW) == {"days": 3, "places": 0, "released": 0}
    assert list(SlotItem.scan()) == []


@pytest.mark.usefixtures("aws")
def test_a_day_that_was_closed_before_it_was_ready_gets_no_slots() -> None:
    stored(small())
    closure.declare("malang", COMING, Closure("Banjir", "Flood"), NOW)
    open_days(NOW)
    assert slots.get(a_slot(SINGLE, COMING)) is None

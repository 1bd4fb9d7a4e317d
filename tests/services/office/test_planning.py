"""What a supervisor sees and changes of the days to come."""

from datetime import date, datetime, time, timedelta

import pytest

from chalicelib.domain import decrees
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import Status
from chalicelib.domain.errors import NoSuchSlot, NotReleased, OfficeClosed
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Closure
from chalicelib.domain.planning import DayBegun, DayOver, NoHours, PlacesHeld, Standing
from chalicelib.services.days.release import open_days
from chalicelib.services.desk import walk_in
from chalicelib.services.office import closure, planning
from chalicelib.store import boards
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    every_day,
    family_of,
    registered,
    released_days,
    slot_at,
    texts_to,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

FLOOD = Closure("Banjir", "Flood")
SUNDAY, CHRISTMAS = date(2026, 11, 29), date(2026, 12, 25)
EARLY = datetime.combine(THURSDAY, time(7), an_office().zone)


def close(day: date = THURSDAY, now: datetime = NOW) -> None:
    planning.close("malang", day, FLOOD, now)


def look(day: date = THURSDAY, now: datetime = NOW) -> planning.Look:
    return planning.look("malang", day, now)


def test_a_look_says_whom_a_closure_cancels_and_what_they_are_then_told() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    parents = a_member(2)
    booked(a_slot(FAMILY), parents, applicants=family_of(parents, 2))
    before = look()
    assert (before.standing, before.bookings, before.people) == (Standing.OPEN, 2, 3)
    close()
    assert closure.carry_out(NOW, lambda: True)["cancelled"] == before.bookings
    assert texts_to(who.phone)[-1] == before.message.replace(planning.NO_CODE, made.code)


def test_a_day_is_closed_at_once_and_its_bookings_are_cancelled_by_the_job() -> None:
    released_days()
    made = booked(a_slot(SINGLE), a_member())
    close()
    with pytest.raises(OfficeClosed):
        booked(a_slot(DOUBLE), a_member(2))
    assert booking_under(made.code).status is Status.BOOKED
    after = look()
    assert (after.standing, after.why, after.bookings) == (Standing.CLOSED, FLOOD, 1)
    closure.carry_out(NOW, lambda: True)
    assert booking_under(made.code).status is Status.CANCELLED
    assert look().bookings == 0


def test_what_is_taken_back_before_the_job_has_cancelled_nothing() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    close()
    closure.take_back("malang", THURSDAY, NOW)
    assert closure.carry_out(NOW, lambda: True)["cancelled"] == 0
    standing = booking_under(made.code)
    assert (standing.status, Notice.CLOSURE in standing.told) == (Status.BOOKED, False)
    assert look().standing is Standing.OPEN


def test_closures_of_days_to_come_are_listed_in_their_order() -> None:
    released_days()
    for day in (SUNDAY + timedelta(days=2), THURSDAY):
        close(day)
    assert [day for day, _ in planning.closures("malang", NOW)] == [
        THURSDAY,
        SUNDAY + timedelta(days=2),
    ]
    assert len(planning.closures("malang", NOW + timedelta(days=4))) == 1


def test_a_day_that_has_begun_is_not_closed_for_somebody_may_have_been_served() -> None:
    released_days(an_office(opening=every_day(DOUBLE)), now=EARLY)
    walk_in.take(1, "malang", "key", EARLY, priority=True)
    assert look(now=EARLY).standing is Standing.BEGUN
    with pytest.raises(DayBegun):
        close(now=EARLY)
    assert planning.closures("malang", EARLY) == []


def test_today_can_be_closed_until_somebody_checks_in_but_not_once_its_line_is_closed() -> None:
    released_days(an_office(opening=every_day(DOUBLE)), now=EARLY)
    assert look(now=EARLY).standing is Standing.OPEN
    key = BoardKey("malang", THURSDAY)
    boards.make(key)
    boards.close(key, EARLY)
    with pytest.raises(DayBegun):
        close(now=EARLY)


def test_a_day_that_is_over_or_without_hours_is_not_closed() -> None:
    released_days()
    with pytest.raises(DayOver):
        close(NOW.date() - timedelta(days=1))
    with pytest.raises(DayOver):
        look(NOW.date() - timedelta(days=1))
    with pytest.raises(NoHours):
        close(SUNDAY)
    assert look(SUNDAY).standing is Standing.NO_HOURS


def test_a_holiday_is_told_as_one_until_the_office_serves_on_it() -> None:
    released_days()
    assert look(CHRISTMAS).standing is Standing.HOLIDAY
    closure.take_back("malang", CHRISTMAS, NOW)
    assert look(CHRISTMAS).standing is Standing.OPEN
    close(CHRISTMAS)
    seen = look(CHRISTMAS)
    assert seen.standing is Standing.CLOSED
    assert seen.holiday == decrees.holiday(CHRISTMAS), "whoever opens the day serves on it"
    assert look(THURSDAY).holiday is None


# ---- the places of slots -------------------------------------------------------------------------


def test_the_slots_of_a_day_come_in_their_order_with_what_is_held() -> None:
    released_days()
    booked(a_slot(SINGLE), a_member())
    found = planning.of_day("malang", THURSDAY)
    assert [slot.key.start for slot in found] == sorted(slot.key.start for slot in found)
    assert [one.capacity - one.left for one in found if one.key == a_slot(SINGLE)] == [1]
    assert planning.of_day("malang", SUNDAY + timedelta(days=200)) == []


def test_a_supervisor_gives_a_slot_more_places_and_no_fewer_than_are_held() -> None:
    released_days()
    booked(a_slot(SINGLE), a_member())
    done = planning.set_places(a_slot(SINGLE), 3, NOW)
    assert (done.capacity, done.left) == (3, 2)
    assert done.left == slot_at(a_slot(SINGLE)).left
    with pytest.raises(PlacesHeld):
        planning.set_places(a_slot(SINGLE), 0, NOW)


def test_a_slot_that_is_not_released_yet_follows_its_template() -> None:
    """What one would change now, `open_days` would change back."""
    released_days(an_office(opening=every_day(SINGLE)))
    next_day = next(
        slot
        for ahead in range(1, 30)
        for slot in planning.of_day("malang", THURSDAY + timedelta(days=ahead))
        if slot.opens_at > NOW
    )
    with pytest.raises(NotReleased):
        planning.set_places(next_day.key, 9, NOW)
    open_days(NOW)
    assert slot_at(next_day.key).capacity == SINGLE.places


def test_a_slot_of_a_day_that_is_over_or_not_there_is_not_changed() -> None:
    released_days()
    with pytest.raises(DayOver):
        planning.set_places(a_slot(SINGLE), 3, NOW + timedelta(days=3))
    with pytest.raises(NoSuchSlot):
        planning.set_places(a_slot(SINGLE, SUNDAY + timedelta(days=200)), 3, NOW)

"""What anybody may see: the calendar of an office, the places of a day, and where else to go."""

from datetime import date, timedelta

import pytest

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Slot, SlotKey
from chalicelib.domain.errors import NoSuchOffice, NotReleased, OfficeClosed
from chalicelib.domain.offices import Closure
from chalicelib.services.days import availability
from chalicelib.services.days.availability import ALTERNATIVES, CalendarDay, DayStatus, month
from chalicelib.store import days, offices, slots
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    TODAY,
    WINDOWS,
    a_member,
    a_slot,
    an_office,
    booked,
    every_day,
    office_fields,
    ready,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
WHY = Closure("Banjir", "Flood")


def on(day: date) -> CalendarDay:
    """A day as the calendar shows it, which a view of the day must show too."""
    [shown] = month("malang", day, 1, NOW)
    assert availability.day("malang", day, NOW).status == shown
    return shown


def fill(*keys: SlotKey) -> None:
    """Let others take all the places of these slots."""
    for number, key in enumerate(keys, 10):
        slot = slots.get(key)
        assert slot
        slots.claim(key, f"TAKEN{number}", slot.left, 0, NOW)
        days.mark_full(key)


def offered(slot: SlotKey, size: int = 1) -> list[SlotKey]:
    return [offer.key for offer in availability.alternatives(slot, size, NOW)]


def slots_of(day: date, office_id: str = "malang") -> list[SlotKey]:
    return [a_slot(window, day, office_id) for window in WINDOWS]


# ---- the calendar -------------------------------------------------------------------------------


def test_a_released_day_with_places_is_open() -> None:
    ready()
    opens_at = calendar.opens_at(an_office(), THURSDAY)
    assert on(THURSDAY) == CalendarDay(THURSDAY, DayStatus.OPEN, opens_at, None)


def test_a_day_whose_slots_are_all_hinted_full_is_full() -> None:
    ready()
    fill(*slots_of(THURSDAY))
    assert on(THURSDAY).status is DayStatus.FULL


def test_a_day_with_one_slot_that_is_not_full_is_open() -> None:
    ready()
    fill(*slots_of(THURSDAY)[:2])
    assert on(THURSDAY).status is DayStatus.OPEN


def test_a_day_that_is_not_ready_is_not_released_and_says_when_it_is() -> None:
    ready()
    opens_at = calendar.opens_at(an_office(), MONDAY)
    assert on(MONDAY) == CalendarDay(MONDAY, DayStatus.NOT_RELEASED, opens_at, None)


def test_a_day_that_goes_by_lot_says_when_it_is_drawn_until_everybody_can_have_it() -> None:
    office = an_office(by_lot=True)
    ready(THURSDAY, office=office)
    opens_at = calendar.opens_at(office, MONDAY)
    drawn = opens_at - calendar.DRAWN_BEFORE
    assert on(MONDAY) == CalendarDay(MONDAY, DayStatus.NOT_RELEASED, opens_at, None, drawn)
    assert on(THURSDAY).draw_at is None


def test_a_day_that_is_ready_says_by_itself_whether_it_goes_by_lot() -> None:
    """And not its office, which may have gone over or back since."""
    office = an_office(opening=every_day(SINGLE), by_lot=True)
    ready(SATURDAY, office=office)
    assert on(SATURDAY).draw_at is None
    sunday, opens_at = SATURDAY + DAY, calendar.opens_at(office, SATURDAY + DAY)
    offices.put(office_fields(office._replace(by_lot=False)))
    days.create("malang", sunday, opens_at, (SINGLE,), None, opens_at, by_lot=True)
    assert on(sunday).draw_at == opens_at - calendar.DRAWN_BEFORE


def test_a_day_that_is_ready_is_not_released_before_its_instant() -> None:
    ready(SATURDAY, office=an_office(opening=every_day(SINGLE)))
    opens_at = calendar.opens_at(an_office(), SATURDAY)
    assert on(SATURDAY) == CalendarDay(SATURDAY, DayStatus.NOT_RELEASED, opens_at, None)


def test_a_day_opens_at_its_instant() -> None:
    ready(SATURDAY, office=an_office(opening=every_day(SINGLE)))
    opens_at = calendar.opens_at(an_office(), SATURDAY)
    shown = [month("malang", SATURDAY, 1, at)[0].status for at in (opens_at - SECOND, opens_at)]
    assert shown == [DayStatus.NOT_RELEASED, DayStatus.OPEN]


def test_a_closed_day_says_why() -> None:
    ready()
    days.add_closure("malang", THURSDAY, WHY, NOW, NOW)
    assert on(THURSDAY) == CalendarDay(THURSDAY, DayStatus.CLOSED, None, WHY)


def test_a_day_that_its_office_has_closed_long_ahead_says_why() -> None:
    ready(office=an_office(closures={MONDAY: WHY}))
    assert on(MONDAY) == CalendarDay(MONDAY, DayStatus.CLOSED, None, WHY)


@pytest.mark.parametrize("those", [[], [SATURDAY]])
def test_a_day_off_is_closed_whether_or_not_it_is_ready(those: list[date]) -> None:
    ready(THURSDAY, *those)
    assert on(SATURDAY) == CalendarDay(SATURDAY, DayStatus.CLOSED, None, availability.NO_SERVICE)


def test_a_day_that_is_past_is_over() -> None:
    ready(TODAY - DAY)
    assert on(TODAY - DAY) == CalendarDay(TODAY - DAY, DayStatus.CLOSED, None, availability.PAST)


def test_today_is_over_when_its_last_slot_has_begun() -> None:
    ready(TODAY)
    begins = calendar.instant(an_office(), TODAY, FAMILY.start)
    shown = [month("malang", TODAY, 1, at)[0] for at in (begins - SECOND, begins)]
    assert [day.status for day in shown] == [DayStatus.OPEN, DayStatus.CLOSED]
    assert shown[1].closed == availability.PAST


def test_today_is_full_when_all_that_is_to_come_is_full() -> None:
    ready(TODAY)
    fill(a_slot(FAMILY, TODAY))  # and the first two have begun
    assert on(TODAY).status is DayStatus.FULL


def test_a_calendar_has_a_day_for_each_that_was_asked_for() -> None:
    ready()
    shown = month("malang", TODAY, 31, NOW)
    assert [day.day for day in shown] == [TODAY + n * DAY for n in range(31)]


def test_a_calendar_of_a_month_is_one_call() -> None:
    ready()
    offices.get("malang", NOW)
    with before("*") as calls:
        month("malang", TODAY, 31, NOW)
    assert len(calls) == 1


def test_an_office_that_is_not_there_has_no_calendar() -> None:
    with pytest.raises(NoSuchOffice):
        month("atlantis", TODAY, 1, NOW)
    with pytest.raises(NoSuchOffice):
        availability.day("atlantis", TODAY, NOW)


# ---- a day --------------------------------------------------------------------------------------


def test_a_day_shows_its_slots_in_their_order_with_what_is_left() -> None:
    ready()
    booked(a_slot(DOUBLE), a_member())
    shown = availability.day("malang", THURSDAY, NOW).slots
    assert [(slot.key, slot.capacity, slot.left) for slot in shown] == [
        (a_slot(SINGLE), 1, 1),
        (a_slot(DOUBLE), 2, 1),
        (a_slot(FAMILY), 6, 6),
    ]


def test_a_full_slot_is_shown_with_no_places_left() -> None:
    ready()
    booked(a_slot(SINGLE), a_member())
    assert availability.day("malang", THURSDAY, NOW).slots[0].left == 0


def test_slots_that_have_begun_are_not_shown() -> None:
    ready(TODAY)
    assert [slot.key for slot in availability.day("malang", TODAY, NOW).slots] == [
        a_slot(FAMILY, TODAY)
    ]


@pytest.mark.parametrize("day", [MONDAY, SATURDAY, TODAY - DAY])
def test_a_day_that_is_not_open_shows_no_slots(day: date) -> None:
    ready()
    assert availability.day("malang", day, NOW).slots == []


def test_a_day_is_read_once_a_second_at_most() -> None:
    ready()
    availability.day("malang", THURSDAY, NOW)
    with before("*") as calls:
        availability.day("malang", THURSDAY, NOW + SECOND / 2)
    assert calls == []


def test_a_calendar_is_read_once_a_second_at_most() -> None:
    ready()
    month("malang", THURSDAY, 7, NOW)
    with before("*") as calls:
        month("malang", THURSDAY, 7, NOW + SECOND / 2)
        assert calls == []
        month("malang", THURSDAY, 7, NOW + SECOND)
    assert len(calls) == 1


def test_a_calendar_knows_at_once_what_this_process_has_written() -> None:
    ready()
    month("malang", THURSDAY, 1, NOW)
    day = days.seen("malang", THURSDAY, NOW)
    assert day
    for slot in day.slots:
        days.mark_full(slot)
    assert month("malang", THURSDAY, 1, NOW)[0].status is DayStatus.FULL


def test_a_day_is_read_again_after_a_second() -> None:
    ready()
    availability.day("malang", THURSDAY, NOW)
    with before("*") as calls:
        availability.day("malang", THURSDAY, NOW + SECOND)
    assert len(calls) == 2


# ---- what can be booked -------------------------------------------------------------------------


def test_a_slot_that_can_be_booked_is_found_with_its_office_and_its_window() -> None:
    ready()
    office, day, window = availability.bookable(a_slot(DOUBLE), NOW)
    assert (office.office_id, day.date, window) == ("malang", THURSDAY, DOUBLE)


def test_a_day_that_its_office_has_closed_long_ahead_cannot_be_booked() -> None:
    ready(office=an_office(closures={MONDAY: WHY}))
    with pytest.raises(OfficeClosed) as refused:
        availability.bookable(a_slot(day=MONDAY), NOW)
    assert refused.value.more == {"reason": WHY}


def test_a_day_that_is_not_released_cannot_be_booked() -> None:
    ready()
    with pytest.raises(NotReleased):
        availability.bookable(a_slot(day=MONDAY), NOW)


# ---- alternatives -------------------------------------------------------------------------------


def test_the_same_day_comes_first_and_then_the_days_after_it() -> None:
    ready(THURSDAY, FRIDAY)
    assert offered(a_slot(SINGLE)) == [*slots_of(THURSDAY)[1:], *slots_of(FRIDAY)]


def test_the_slot_that_was_asked_for_is_no_alternative() -> None:
    ready()
    assert a_slot(DOUBLE) not in offered(a_slot(DOUBLE))


def test_there_are_five_alternatives_at_most() -> None:
    ready(THURSDAY, FRIDAY, MONDAY, office=an_office(horizon_days=9))
    assert offered(a_slot(SINGLE)) == [*slots_of(THURSDAY)[1:], *slots_of(FRIDAY)]
    assert len(offered(a_slot(SINGLE))) == ALTERNATIVES


def test_a_day_more_than_a_week_later_is_no_alternative() -> None:
    ready(THURSDAY, THURSDAY + 8 * DAY, office=an_office(horizon_days=20))
    assert offered(a_slot(SINGLE)) == slots_of(THURSDAY)[1:]


def test_a_day_a_week_later_is_an_alternative() -> None:
    week = THURSDAY + 7 * DAY
    ready(THURSDAY, week, office=an_office(horizon_days=20))
    assert offered(a_slot(SINGLE)) == [*slots_of(THURSDAY)[1:], *slots_of(week)]


def test_a_day_before_is_no_alternative() -> None:
    ready(THURSDAY, FRIDAY)
    assert offered(a_slot(SINGLE, FRIDAY)) == slots_of(FRIDAY)[1:]


def test_slots_with_too_few_places_are_no_alternatives() -> None:
    ready()
    assert offered(a_slot(SINGLE), size=2) == [a_slot(DOUBLE), a_slot(FAMILY)]
    assert offered(a_slot(SINGLE), size=3) == [a_slot(FAMILY)]


def test_full_slots_are_no_alternatives() -> None:
    ready()
    fill(a_slot(DOUBLE))
    assert offered(a_slot(SINGLE)) == [a_slot(FAMILY)]


def test_a_full_slot_without_a_hint_is_no_alternative() -> None:
    ready()
    fill(a_slot(DOUBLE))
    days.unmark_full(a_slot(DOUBLE))
    assert offered(a_slot(SINGLE)) == [a_slot(FAMILY)]


def test_days_that_are_closed_or_not_released_are_no_alternatives() -> None:
    ready(THURSDAY, FRIDAY, MONDAY)
    days.add_closure("malang", FRIDAY, WHY, NOW, NOW)
    assert offered(a_slot(SINGLE)) == slots_of(THURSDAY)[1:]


def test_slots_that_have_begun_are_no_alternatives() -> None:
    ready(TODAY)
    assert offered(a_slot(SINGLE, TODAY)) == [a_slot(FAMILY, TODAY)]


def test_offices_nearby_come_last_and_the_nearest_of_them_first() -> None:
    ready()
    ready(office=an_office("far", latitude=-9.0, opening=every_day(SINGLE)))
    ready(office=an_office("near", latitude=-8.0, opening=every_day(SINGLE)))
    assert offered(a_slot(SINGLE)) == [
        *slots_of(THURSDAY)[1:],
        a_slot(SINGLE, office_id="near"),
        a_slot(SINGLE, office_id="far"),
    ]


def test_four_offices_nearby_are_asked_at_most() -> None:
    ready()
    fill(*slots_of(THURSDAY))
    for n in range(1, 6):
        ready(office=an_office(f"n{n}", latitude=-7.94 - n / 10, opening=every_day(SINGLE)))
    assert [slot.office_id for slot in offered(a_slot(SINGLE))] == ["n1", "n2", "n3", "n4"]


def test_where_nothing_is_left_there_are_no_alternatives() -> None:
    ready()
    fill(*slots_of(THURSDAY))
    assert offered(a_slot(SINGLE)) == []


def test_alternatives_are_looked_for_once_in_two_seconds_at_most() -> None:
    ready()
    availability.alternatives(a_slot(), 1, NOW)
    with before("*") as calls:
        availability.alternatives(a_slot(DOUBLE), 1, NOW + SECOND)
    assert calls == []


def test_an_alternative_says_how_many_places_are_left() -> None:
    ready()
    booked(a_slot(FAMILY), a_member())
    [offer] = availability.alternatives(a_slot(SINGLE), 3, NOW)
    assert (offer.key, offer.left, type(offer)) == (a_slot(FAMILY), 5, Slot)


# ---- where offices are --------------------------------------------------------------------------


def test_offices_are_listed_from_the_nearest_with_their_distance() -> None:
    for office_id, latitude in (("far", -9.0), ("here", -7.0), ("near", -8.0)):
        offices.put(office_fields(an_office(office_id, latitude=latitude)))
    found = availability.nearest(-7.0, 112.65, NOW)
    assert [office.office_id for office, _ in found] == ["here", "near", "far"]
    assert [km for _, km in found] == pytest.approx([0, 111.2, 222.4], abs=0.1)

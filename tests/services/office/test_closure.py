"""A closure: its bookings are cancelled, its people are free at once and told once."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.bookings import CancelledBy, Status
from chalicelib.domain.errors import OfficeClosed
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.domain.planning import DayOver, NoHours, NoReason
from chalicelib.services.booking import change
from chalicelib.services.days import availability, release
from chalicelib.services.days.availability import DayStatus
from chalicelib.services.office import closure
from chalicelib.store import bookings, slots
from chalicelib.store.outcomes import Abandoned
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    Registered,
    a_member,
    a_slot,
    an_office,
    booked,
    booking_under,
    day_at,
    every_day,
    ready,
    registered,
    released_days,
    slot_at,
    sms_client,
    texts_to,
)
from tests.wire import Killed, before, dies, kill, refuse
from tests.world import NOW, empty, forget

pytestmark = pytest.mark.usefixtures("aws")

FLOOD = Closure("Banjir", "Flood")
FRIDAY = date(2026, 11, 27)
MONDAY = date(2026, 11, 30)


def close() -> int:
    return closure.declare("malang", THURSDAY, FLOOD, NOW)


def carry_out() -> dict[str, int]:
    return closure.carry_out(NOW, lambda: True)


def close_and_settle() -> None:
    close()
    carry_out()


def notices(who: Registered) -> list[str]:
    return [text for text in texts_to(who.phone) if "tutup" in text]


def test_its_bookings_are_cancelled_by_the_office() -> None:
    released_days()
    made = booked(a_slot(SINGLE), registered())
    assert close() == 1
    assert booking_under(made.code).status is Status.CANCELLED
    assert booking_under(made.code).cancelled_by is CancelledBy.OFFICE


def test_its_people_can_book_another_day_at_once() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    close()
    assert booked(a_slot(SINGLE, FRIDAY), who, "another").status is Status.BOOKED


def test_its_people_are_told_once_however_often_it_runs() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    close()
    assert carry_out()["told"] == 1
    close()
    assert carry_out()["told"] == 0
    assert len(notices(who)) == 1


def test_nobody_can_book_it_any_more() -> None:
    released_days()
    close()
    with pytest.raises(OfficeClosed):
        booked(a_slot(SINGLE), registered())


def test_the_calendar_says_why() -> None:
    released_days()
    close()
    (day,) = availability.month("malang", THURSDAY, 1, NOW)
    assert (day.status, day.closed) == (DayStatus.CLOSED, FLOOD)


def test_a_day_that_is_over_is_not_closed_for_its_people_may_have_booked_anew() -> None:
    ready(THURSDAY, MONDAY)
    who, after = a_member(), NOW + timedelta(days=3)
    old, new = booked(a_slot(), who), booked(a_slot(day=MONDAY), who, "another", now=after)
    with pytest.raises(DayOver):
        closure.declare("malang", THURSDAY, FLOOD, after)
    assert [booking_under(made.code).status for made in (old, new)] == [Status.BOOKED] * 2


def test_a_closure_can_be_declared_before_the_day_is_ready() -> None:
    released_days(an_office(opening=every_day(SINGLE)))
    closure.declare("malang", date(2026, 12, 24), FLOOD, NOW)
    (day,) = availability.month("malang", date(2026, 12, 24), 1, NOW)
    assert (day.status, day.closed) == (DayStatus.CLOSED, FLOOD)


def refused_three_times() -> dict[str, int]:
    """A run in which SNS takes no message."""
    throttled = refuse("Throttling")
    with before("Publish", throttled, throttled, throttled, client=sms_client(attempts=1)):
        return carry_out()


def test_whoever_could_not_be_told_is_not_counted_but_listed_with_the_reason() -> None:
    released_days()
    made = booked(a_slot(SINGLE), registered())
    close()
    assert (refused_three_times()["told"], carry_out()["told"]) == (0, 0)
    (listed,) = closure.unsent("malang", NOW)
    assert (listed.code, listed.notice) == (made.code, Notice.CLOSURE)
    assert (listed.telling.state, listed.telling.reason) == (State.FAILED, "Throttling")


def test_whoever_was_told_is_not_listed() -> None:
    released_days()
    booked(a_slot(SINGLE), registered())
    close_and_settle()
    assert closure.unsent("malang", NOW) == []


def test_whoever_could_not_be_told_can_book_another_day() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    close()
    refused_three_times()
    assert booked(a_slot(SINGLE, FRIDAY), who, "another").status is Status.BOOKED


def test_whoever_could_not_be_told_takes_no_allowance_from_others() -> None:
    released_days()
    people = [registered(number) for number in (1, 2)]
    for who in people:
        booked(a_slot(FAMILY), who)
    close()
    refused_three_times()
    assert closure.carry_out(NOW, lambda: False)["handed_over"] == 0
    assert [len(notices(who)) for who in people] == [0, 1]


def test_its_places_all_come_back_in_the_end() -> None:
    released_days()
    booked(a_slot(DOUBLE), registered())
    close()
    carry_out()
    roster = slots.get(a_slot(DOUBLE))
    assert roster
    assert (roster.left, dict(roster.holds)) == (2, {})


def test_a_claim_that_nobody_confirmed_is_fenced_and_given_back() -> None:
    released_days()
    slots.claim(a_slot(DOUBLE), "NOBODYS00000", 1, 0, NOW)
    assert close() == 0
    assert isinstance(bookings.get("NOBODYS00000"), Abandoned)
    assert carry_out()["given_back"] == 1


def test_a_booking_that_has_moved_to_another_day_stays() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    change.reschedule(made.code, a_slot(SINGLE, FRIDAY), who.account_id, "move", NOW)
    slots.claim(a_slot(SINGLE), made.code, 1, 1, NOW)
    assert close() == 0
    carry_out()
    assert booking_under(made.code).status is Status.BOOKED
    assert notices(who) == []


def test_somebody_who_cancelled_before_is_not_told() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    with before("UpdateItem", kill), pytest.raises(Killed):
        change.cancel(made.code, who.account_id, NOW)
    close()
    assert carry_out()["given_back"] == 1
    assert notices(who) == []


def test_a_run_that_is_killed_at_any_write_is_finished_by_the_next() -> None:
    released_days()
    people = [registered(number) for number in range(1, 4)]
    for who in people:
        booked(a_slot(FAMILY), who)
    for operation in ("UpdateItem", "TransactWriteItems"):
        with before(operation, kill), pytest.raises(Killed):
            close_and_settle()
    close_and_settle()
    assert [len(notices(who)) for who in people] == [1, 1, 1]
    roster = slots.get(a_slot(FAMILY))
    assert roster
    assert (roster.left, dict(roster.holds)) == (6, {})


def test_what_there_is_no_time_for_is_left_to_the_next_run() -> None:
    released_days()
    people = [registered(number) for number in range(1, 4)]
    for who in people:
        booked(a_slot(FAMILY), who)
    close()
    allowed = iter([True])
    first = closure.carry_out(NOW, lambda: next(allowed, False))
    assert (first["told"], first["handed_over"]) == (1, 1)
    assert carry_out()["told"] == 2


def test_a_run_that_is_killed_before_any_write_goes_on_and_tells_nobody_twice() -> None:
    told: list[int] = []
    killed = True
    while killed:
        empty()
        forget()
        ready()
        who = registered(len(told) + 1)
        made = booked(a_slot(FAMILY), who)
        killed = dies(close_and_settle, len(told) + 1)
        close_and_settle()
        close_and_settle()
        told.append(len(notices(who)))
        # Who was not surely told stays on the list, and everybody else's places come back.
        listed = [one.code for one in closure.unsent("malang", NOW)]
        roster = slots.get(a_slot(FAMILY))
        assert roster
        assert (list(roster.holds), roster.left) == (listed, 6 - len(listed))
        assert listed in ([], [made.code])
        assert told[-1] or listed
        assert booking_under(made.code).cancelled_by is CancelledBy.OFFICE
    # Killed between the mark and the message, nobody knows whether it went out: never again.
    assert (max(told), told.count(0)) == (1, 1)
    assert len(told) > 8


def test_the_next_run_of_the_job_alone_finishes_with_a_closed_day() -> None:
    released_days()
    made = booked(a_slot(FAMILY), registered())
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        close()
    assert carry_out() == {"cancelled": 1, "told": 1, "given_back": 1, "handed_over": 0}
    assert booking_under(made.code).cancelled_by is CancelledBy.OFFICE


@pytest.mark.parametrize("why", [Closure("", "Flood"), Closure("Banjir", " \t")])
def test_a_closure_without_a_reason_is_refused(why: Closure) -> None:
    released_days()
    with pytest.raises(NoReason):
        closure.declare("malang", THURSDAY, why, NOW)
    assert day_at().closed is None


# ---- taken back ---------------------------------------------------------------------------------


def take_back(day: date = THURSDAY) -> None:
    closure.take_back("malang", day, NOW)


def test_a_day_that_is_open_again_can_be_booked_and_what_was_cancelled_stays_so() -> None:
    released_days()
    made = booked(a_slot(SINGLE), registered())
    close_and_settle()
    take_back()
    assert booking_under(made.code).status is Status.CANCELLED
    assert booked(a_slot(SINGLE), registered(2), "another").status is Status.BOOKED
    assert carry_out()["cancelled"] == 0


def test_whoever_was_not_told_yet_is_told_the_truth_and_their_place_comes_back() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    close()
    take_back()
    assert carry_out() == {"cancelled": 0, "told": 1, "given_back": 1, "handed_over": 0}
    assert notices(who) == []
    assert f"pemesanan {made.code}" in texts_to(who.phone)[-1]
    assert booked(a_slot(SINGLE), registered(2), "another").status is Status.BOOKED


def test_what_was_given_up_on_a_day_that_is_open_again_comes_back_late_as_ever() -> None:
    late = (timedelta(minutes=5), timedelta(minutes=30))
    released_days(an_office(free_after=late))
    who = registered()
    close()
    take_back()
    made = booked(a_slot(SINGLE), who)
    change.cancel(made.code, who.account_id, NOW)
    assert carry_out()["given_back"] == 0


def test_a_day_that_was_closed_before_it_was_ready_has_its_slots_once_it_is_open() -> None:
    office = an_office()
    ready()
    closure.declare("malang", FRIDAY, FLOOD, NOW)
    take_back(FRIDAY)
    assert day_at(FRIDAY).windows == office.windows(FRIDAY)
    assert booked(a_slot(SINGLE, FRIDAY), registered()).status is Status.BOOKED


def test_an_office_serves_on_a_holiday_if_it_says_so_until_it_closes_again() -> None:
    ready()
    new_year = date(2027, 1, 1)
    take_back(new_year)
    (day,) = availability.month("malang", new_year, 1, NOW)
    assert day.status is DayStatus.NOT_RELEASED
    closure.declare("malang", new_year, FLOOD, NOW)
    (day,) = availability.month("malang", new_year, 1, NOW)
    assert day.closed == FLOOD


def test_a_run_that_is_killed_while_a_day_opens_is_finished_by_open_days() -> None:
    writes, killed = 0, True
    while killed:
        empty()
        forget()
        released_days()
        close_and_settle()
        killed = dies(take_back, writes + 1)
        release.open_days(NOW)
        closed = day_at().closed
        if closed and not writes:
            take_back()  # it died before anything was noted
        assert day_at().closed is None
        assert not any(slot_at(key).closed for key in day_at().slots)
        writes += killed
    assert writes == 8  # the office, each slot twice, and the day


@pytest.mark.parametrize(
    ("day", "refusal"), [(date(2026, 11, 29), NoHours), (date(2026, 11, 23), DayOver)]
)
def test_no_day_without_hours_and_none_that_is_over_is_opened(
    day: date, refusal: type[Exception]
) -> None:
    released_days()
    with pytest.raises(refusal):
        take_back(day)


def test_nobody_books_a_holiday_that_is_far_ahead() -> None:
    released_days()
    with pytest.raises(OfficeClosed):
        booked(a_slot(SINGLE, date(2027, 1, 1)), registered())

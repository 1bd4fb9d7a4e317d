"""The end of a day is a true record of who came."""

from datetime import time, timedelta

import pytest

from chalicelib.domain.boards import Press
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.errors import DayClosed
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Window
from chalicelib.services.desk import close, early_close, walk_in
from chalicelib.store import tellings, visits
from tests.builders import THURSDAY, a_member, a_slot, booked, booking_under
from tests.services.desk.day import (
    EIGHT,
    KEY,
    MINUTE,
    a_booking_of,
    board,
    opened,
    outcome,
    pressed,
    scan,
)

pytestmark = pytest.mark.usefixtures("aws")

LATER = a_slot(Window(time(9), time(10), 4), THURSDAY)
"""In the second window."""

BEFORE, AFTER = EIGHT + 179 * MINUTE, EIGHT + 180 * MINUTE
"""The last window ends at ten; an hour later the job closes the day."""


def test_each_booking_has_the_outcome_that_it_had() -> None:
    opened()
    served, missed, waiting, absent = (a_booking_of(number) for number in range(1, 5))
    for made in (served, missed, waiting):
        scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.FINISH, and_next=True)
    pressed(3, Press.NO_SHOW)
    done = close.close_days(AFTER)
    assert [outcome(one) for one in (served, missed, waiting, absent)] == [
        Outcome.SERVED,
        Outcome.NO_SHOW,
        Outcome.TURNED_AWAY,
        Outcome.ABSENT,
    ]
    assert done == {
        "closed": 3,  # two days before it too, on which nobody was booked
        "open": 0,
        "served": 1,
        "no_show": 1,
        "turned_away": 1,
        "absent": 1,
    }
    assert (board().tickets, board().settled) == ({}, True)
    assert visits.outcomes(KEY) == {
        "A1": Outcome.SERVED,
        "A2": Outcome.NO_SHOW,
        "A3": Outcome.TURNED_AWAY,
    }


def test_a_day_is_closed_in_the_time_of_its_office_and_no_sooner() -> None:
    opened()
    made = a_booking_of(1)
    scan(made)
    close.close_days(BEFORE)
    assert not board().closed
    close.close_days(AFTER)
    assert board().closed


def test_a_second_run_has_nothing_to_do() -> None:
    opened()
    a_booking_of(1)
    close.close_days(AFTER)
    again = close.close_days(AFTER)
    assert not any(again.values())


def test_a_day_to_which_nobody_came_is_closed_all_the_same() -> None:
    opened()
    made = a_booking_of(1)
    close.close_days(AFTER)
    assert outcome(made) is Outcome.ABSENT


def test_whoever_is_at_a_counter_stays_until_they_are_done() -> None:
    opened()
    made = a_booking_of(1)
    scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.SERVE)
    assert close.close_days(AFTER)["open"] == 1
    assert outcome(made) is None
    pressed(3, Press.FINISH, now=AFTER)
    close.close_days(AFTER + 15 * MINUTE)
    assert outcome(made) is Outcome.SERVED


@pytest.mark.parametrize(
    ("last", "truth"), [(Press.SERVE, Outcome.SERVED), (Press.RECALL, Outcome.NO_SHOW)]
)
def test_after_midnight_the_last_press_is_made_for_a_clerk_who_went_home(
    last: Press, truth: Outcome
) -> None:
    opened()
    made = a_booking_of(1)
    scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, last)
    close.close_days(AFTER)
    close.close_days(EIGHT + timedelta(days=1))
    assert outcome(made) is truth


def test_a_supervisor_closes_earlier_and_the_job_records_it() -> None:
    opened()
    made = a_booking_of(1)
    scan(made)
    assert close.close("malang", EIGHT).closed
    close.close_days(EIGHT)
    assert outcome(made) is Outcome.TURNED_AWAY


@pytest.mark.parametrize(
    ("minutes", "truth"), [(9, Outcome.TURNED_AWAY), (10, Outcome.ABSENT), (170, Outcome.ABSENT)]
)
def test_whoever_was_not_late_when_an_office_closed_early_was_not_absent(
    minutes: int, truth: Outcome
) -> None:
    """The first is told to come at 07:55, and late from 08:10 on."""
    opened()
    made = a_booking_of(1)
    close.close("malang", EIGHT + minutes * MINUTE)
    close.close_days(AFTER)
    assert outcome(made) is truth


def test_whoever_was_told_to_come_later_is_late_later() -> None:
    opened()
    made = a_booking_of(1)
    told = booking_under(made.code)._replace(come_at=time(9))
    assert tellings.mark(told, Notice.LATER, EIGHT - 60 * MINUTE)
    close.close("malang", EIGHT + 60 * MINUTE)
    close.close_days(AFTER)
    assert outcome(made) is Outcome.TURNED_AWAY


def test_nobody_books_for_a_day_that_was_closed_early_but_a_retry_finds_its_booking() -> None:
    opened()
    who = a_member()
    made = booked(LATER, who, now=EIGHT)
    close.close("malang", EIGHT)
    with pytest.raises(DayClosed):
        booked(LATER, a_member(2), now=EIGHT)
    assert booked(LATER, who, now=EIGHT).code == made.code


def test_a_day_stays_closed_since_it_was_closed_first() -> None:
    opened()
    close.close("malang", EIGHT)
    close.close("malang", EIGHT + MINUTE)
    assert board().closed_at == EIGHT


def test_what_is_said_before_a_day_is_closed_is_what_then_becomes_of_it() -> None:
    opened()
    _, missed, waiting, _ = (a_booking_of(number) for number in range(1, 5))
    for made in (missed, waiting):
        scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.NO_SHOW)
    booked(LATER, a_member(9))
    walk_in.take(2, "malang", "key", EIGHT, priority=True)
    now = EIGHT + 20 * MINUTE
    told = early_close.look("malang", now)
    assert (told.waiting, told.walk_ins) == ((2, 3), (1, 2))
    close.close("malang", now)
    done = close.close_days(now)
    assert done["turned_away"] == told.waiting[0] - told.walk_ins[0] + told.to_come[0]
    assert done["no_show"] + done["absent"] == told.missed[0]
    assert [told.to_come, told.missed, told.at_counters] == [(2, 2), (2, 2), (0, 0)]
    assert early_close.look("malang", now).waiting == (0, 0)


def test_without_time_the_job_hands_over() -> None:
    opened()
    assert close.close_days(AFTER, more=lambda: False)["handed_over"] == 1

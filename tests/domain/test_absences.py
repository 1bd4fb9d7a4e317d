"""Whoever did not come twice in 90 days cannot book for 30."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.absences import (
    BAR,
    COUNTED,
    OUTCOMES,
    PAUSE,
    Absence,
    Pauses,
    bars,
    counted,
    pauses,
)
from chalicelib.domain.bookings import Outcome
from tests.world import NOW

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def absence(days: float, code: str = "", *, own: bool = True) -> Absence:
    """So many days after `NOW`, of a booking of its own."""
    return Absence(code or f"CODE{days}", NOW + days * DAY, own)


def test_not_coming_counts_and_being_turned_away_does_not() -> None:
    assert {outcome for outcome in Outcome if outcome in OUTCOMES} == {
        Outcome.ABSENT,
        Outcome.NO_SHOW,
    }


def test_one_absence_pauses_nobody() -> None:
    assert pauses([absence(0)], NOW) == Pauses(None, None)


def test_two_pause_for_thirty_days_after_the_second() -> None:
    until = NOW + 10 * DAY + PAUSE
    assert pauses([absence(0), absence(10)], NOW + 10 * DAY) == Pauses(until, until)
    assert pauses([absence(0), absence(10)], until - SECOND).own == until
    assert pauses([absence(0), absence(10)], until) == Pauses(None, None)


def test_one_from_a_place_that_was_drawn_bars_for_ninety_days() -> None:
    drawn, until = absence(0)._replace(drawn=True), NOW + BAR
    assert bars([absence(0)], NOW) == Pauses(None, None)
    assert bars([drawn, absence(1)], until - SECOND) == Pauses(until, until)
    assert bars([drawn, absence(1)], until) == Pauses(None, None)
    assert bars([drawn, absence(2, own=False)._replace(drawn=True)], NOW) == Pauses(
        until + 2 * DAY, until
    )


def test_two_that_are_ninety_days_apart_do_not() -> None:
    second = NOW + COUNTED
    near, far = Absence("B", second - SECOND, True), Absence("B", second, True)
    assert pauses([absence(0), near], second).own
    assert pauses([absence(0), far], second) == Pauses(None, None)


def test_what_a_stranger_booked_never_pauses_the_person_themselves() -> None:
    strangers = [absence(day, own=False) for day in range(5)]
    found = pauses([*strangers, absence(5)], NOW + 5 * DAY)
    assert found == Pauses(NOW + 5 * DAY + PAUSE, None)


def test_strangers_between_two_of_their_own_change_nothing() -> None:
    both = pauses([absence(0), absence(1, own=False), absence(2)], NOW + 2 * DAY)
    assert both.own == NOW + 2 * DAY + PAUSE


def test_a_booking_is_counted_once_however_often_its_day_is_closed() -> None:
    one = absence(0, "SAME")
    twice = counted(counted((), one, NOW), one._replace(at=NOW + SECOND), NOW + SECOND)
    assert twice == (one,)
    assert pauses(twice, NOW + SECOND) == Pauses(None, None)


def test_absences_are_kept_for_as_long_as_a_pause_can_rest_on_them() -> None:
    old, later = absence(0), absence(120)
    assert counted([old], later, NOW + 120 * DAY) == (later,)
    assert counted([old], later, NOW + 120 * DAY - SECOND) == (old, later)


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=7))
def test_what_is_not_kept_changes_no_pause(days: list[tuple[int, bool]]) -> None:
    kept: tuple[Absence, ...] = ()
    every = []
    for number, (day, own) in enumerate(sorted(days)):
        now, one = NOW + day * DAY, absence(day, f"{number}", own=own)
        every.append(one)
        kept = counted(kept, one, now)
        assert pauses(kept, now) == pauses(every, now)

"""On the day itself: whoever would wait long is told to come later, and who was turned away."""

from datetime import time, timedelta
from typing import Any

import pytest

from chalicelib.domain.boards import Press
from chalicelib.domain.bookings import Booking
from chalicelib.domain.notices import Notice, State
from chalicelib.services.desk import close
from chalicelib.services.desk.telling import tell_of_today
from tests.builders import (
    Registered,
    a_slot,
    booked,
    booking_under,
    registered,
    sms_client,
    texts_to,
)
from tests.services.desk.day import EIGHT, MINUTE, board, opened, pressed, scan
from tests.services.desk.day import MORNING as FIRST
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SOON = EIGHT + 2 * MINUTE
"""What is booked is known within a minute."""

SECOND_WINDOW = FIRST._replace(start=time(9), end=time(10))


def always() -> bool:
    return True


def told(who: Registered, words: str) -> list[str]:
    return [text for text in texts_to(who.phone) if words in text]


def a_slow_morning() -> tuple[Registered, Booking]:
    """One counter, half an hour for each person; three wait when somebody is due at 8:55."""
    opened(counters=1, step_minutes=[30])
    people = [registered(number) for number in range(1, 5)]
    for who in people[:3]:
        scan(booked(a_slot(FIRST), who))
    pressed(0, Press.OPEN)
    return people[3], booked(a_slot(SECOND_WINDOW), people[3])


def test_whoever_would_wait_long_is_told_once_to_come_later() -> None:
    who, made = a_slow_morning()
    assert tell_of_today(SOON, always)["sent"] == 1
    assert tell_of_today(EIGHT + 5 * MINUTE, always)["sent"] == 0
    (text,) = told(who, "datanglah")
    stands = booking_under(made.code)
    # Three before them are through at 9:32, 37 minutes after 8:55: 0.7 of that, and 3 less.
    assert stands.come_at == time(9, 15)
    assert "pukul 09.15 WIB" in text
    assert stands.told[Notice.LATER].state is State.SENT


def test_whoever_comes_when_they_were_told_then_keeps_their_place() -> None:
    _, made = a_slow_morning()
    tell_of_today(SOON, always)
    due = EIGHT + 55 * MINUTE
    assert scan(booking_under(made.code), EIGHT + 85 * MINUTE).due == due


def test_whoever_comes_later_still_has_it_no_more() -> None:
    _, made = a_slow_morning()
    tell_of_today(SOON, always)
    now = EIGHT + 91 * MINUTE
    assert scan(booking_under(made.code), now).due == now


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (EIGHT - 51 * MINUTE, 0),
        (EIGHT + 10 * MINUTE, 1),
        (EIGHT + 11 * MINUTE, 0),
    ],
    ids=["106 minutes ahead", "45 minutes ahead", "44 minutes ahead"],
)
def test_nobody_is_told_too_early_or_when_they_are_on_their_way(now: Any, sent: int) -> None:
    a_slow_morning()
    assert tell_of_today(now, always)["sent"] == sent


def test_nobody_is_told_where_the_line_is_short() -> None:
    opened(counters=3)
    scan(booked(a_slot(FIRST), registered(1)))
    booked(a_slot(SECOND_WINDOW), registered(2))
    assert tell_of_today(SOON, always)["sent"] == 0


def test_whoever_is_there_already_is_not_told() -> None:
    who, made = a_slow_morning()
    scan(made, EIGHT)
    tell_of_today(SOON, always)
    assert told(who, "datanglah") == []


def turned_away() -> tuple[Registered, Booking]:
    opened()
    who = registered()
    made = booked(a_slot(FIRST), who)
    scan(made)
    close.close("malang", EIGHT)
    close.close_days(EIGHT)
    return who, made


def test_whoever_was_turned_away_is_told_once() -> None:
    who, _ = turned_away()
    assert tell_of_today(EIGHT, always)["sent"] == 1
    assert board().told
    assert tell_of_today(EIGHT + MINUTE, always)["sent"] == 0
    (text,) = told(who, "sebelum Anda dilayani")
    assert "26-11-2026" in text


def test_a_run_that_is_killed_tells_nobody_twice() -> None:
    who, made = turned_away()
    with before("Publish", kill, client=sms_client(attempts=1)), pytest.raises(Killed):
        tell_of_today(SOON, always)
    assert tell_of_today(EIGHT, always)["sent"] == 0
    assert told(who, "dilayani") == []
    assert booking_under(made.code).told[Notice.TURNED_AWAY].state is State.SENDING


def test_without_time_the_next_run_goes_on() -> None:
    who, _ = turned_away()
    assert tell_of_today(EIGHT, lambda: False)["handed_over"] == 1
    assert not board().told
    assert tell_of_today(EIGHT + timedelta(hours=10), always)["sent"] == 1
    assert len(told(who, "dilayani")) == 1


def test_an_office_to_which_nobody_came_has_nothing_to_tell() -> None:
    opened()
    booked(a_slot(FIRST), registered())
    assert not any(tell_of_today(NOW, always).values())

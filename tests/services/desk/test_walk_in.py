"""A number for somebody without a booking, if they can still be served today."""

from typing import Any

import pytest

from chalicelib.domain.errors import DayClosed, KeyReused, NoCapacity
from chalicelib.services.desk import close, walk_in
from tests.services.desk.day import EIGHT, MINUTE, a_booking_of, board, opened, scan
from tests.world import forget

pytestmark = pytest.mark.usefixtures("aws")


def take(key: str, people: int = 1, *, priority: bool = False, later: float = 0) -> walk_in.WalkIn:
    return walk_in.take(people, "malang", key, EIGHT + later * MINUTE, priority=priority)


def test_numbers_follow_each_other_whoever_takes_them() -> None:
    opened()
    labels = [take("a").ticket.label, take("b", priority=True).ticket.label, take("c").ticket.label]
    assert labels == ["W1", "P2", "W3"]


def test_a_retry_has_the_number_of_the_first_and_is_told_the_same() -> None:
    opened()
    first = take("a")
    again = take("a", later=3)
    assert (again.ticket.label, again.call) == (first.ticket.label, first.call)
    assert board().walk_ins == 1


@pytest.mark.parametrize("other", [{"people": 2}, {"priority": True}])
def test_a_key_that_was_used_for_others_is_refused(other: dict[str, Any]) -> None:
    opened()
    take("a")
    with pytest.raises(KeyReused):
        take("a", **other)
    assert board().walk_ins == 1


def test_no_key_is_kept_as_it_was_sent() -> None:
    opened()
    take("a secret key")
    assert "secret" not in str(board())


def test_who_cannot_be_served_today_is_told_when_to_come() -> None:
    opened(counters=1, step_minutes=[100])
    with pytest.raises(NoCapacity) as refused:
        take("a", people=5)
    assert refused.value.more["come_at"] > EIGHT + 720 * MINUTE


def test_breaks_that_the_office_has_stated_are_no_time_for_anybody() -> None:
    opened(counters=1, step_minutes=[90])
    assert take("a").ticket.label == "W1"
    opened(counters=1, step_minutes=[90], breaks=[{"start": "09:00", "end": "09:30"}])
    forget()
    with pytest.raises(NoCapacity):
        take("b")


def test_a_line_that_is_too_long_is_joined_later() -> None:
    opened(counters=1, step_minutes=[16])
    for number in range(1, 5):
        scan(a_booking_of(number))
    with pytest.raises(NoCapacity) as refused:
        take("a")
    assert EIGHT < refused.value.more["come_at"] < EIGHT + 60 * MINUTE


def test_those_who_should_not_wait_have_a_share_of_the_day() -> None:
    opened(counters=1, step_minutes=[100])
    assert take("a", priority=True).ticket.label == "P1"
    with pytest.raises(NoCapacity):
        take("b", priority=True)


def test_nobody_takes_a_number_on_a_closed_day_nor_after_the_last_window() -> None:
    opened()
    with pytest.raises(NoCapacity):
        take("a", later=120)
    close.close("malang", EIGHT)
    with pytest.raises(DayClosed):
        take("a")

"""A place that was drawn can be declined in time, once in thirty days."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.declines import IN_TIME, cancelled
from chalicelib.domain.persons import DECLINES, Active, Person
from tests.world import NOW

DRAWN = NOW - timedelta(hours=1)
SECOND = timedelta(seconds=1)


def holder(declined_at: datetime | None = None) -> Person:
    active = Active("CODE", "account", NOW + DECLINES, own=True)
    return Person("person", active=active, declined_at=declined_at)


@pytest.mark.parametrize(
    ("drawn_at", "now", "counts"),
    [
        (DRAWN, NOW, False),
        (DRAWN, DRAWN + IN_TIME - SECOND, False),
        (DRAWN, DRAWN + IN_TIME, True),
        (None, NOW, True),
    ],
)
def test_what_is_declined_in_time_does_not_count(
    drawn_at: datetime | None, now: datetime, counts: bool
) -> None:
    after = cancelled(holder(), drawn_at, now)
    assert after.active is None
    assert bool(after.cancellations) is counts
    assert (after.declined_at is None) is counts


@pytest.mark.parametrize(("ago", "counts"), [(DECLINES - SECOND, True), (DECLINES, False)])
def test_whoever_has_declined_lately_has_it_counted(ago: timedelta, counts: bool) -> None:
    after = cancelled(holder(NOW - ago), DRAWN, NOW)
    assert bool(after.cancellations) is counts
    assert after.declined_at == (NOW - ago if counts else NOW)

"""When people are reminded: the evening before, and two hours before, in the office's time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.notices import Notice, due
from tests.builders import an_office

DAY = date(2026, 12, 7)

ZONES = {"Asia/Jakarta": 7, "Asia/Pontianak": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}


def local(day: date, at: time, hours: int) -> datetime:
    return datetime.combine(day, at, UTC) - timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "hours"), ZONES.items())
@pytest.mark.parametrize(
    ("days", "at", "expected"),
    [
        (-1, time(15, 59, 59), None),
        (-1, time(16), Notice.EVENING),
        (-1, time(20, 59, 59), Notice.EVENING),
        (-1, time(21), None),
        (0, time(6, 59, 59), None),
        (0, time(7), Notice.SOON),
        (0, time(8, 59, 59), Notice.SOON),
        (0, time(9), None),
    ],
)
def test_reminders_of_a_slot_at_nine(
    zone: str, hours: int, days: int, at: time, expected: Notice | None
) -> None:
    now = local(DAY + timedelta(days=days), at, hours)
    assert due(an_office(time_zone=zone), DAY, time(9), now) is expected


def test_a_slot_just_after_midnight_is_reminded_of_as_soon() -> None:
    now = local(DAY - timedelta(days=1), time(22, 30), 7)
    assert due(an_office(), DAY, time(0, 15), now) is Notice.SOON

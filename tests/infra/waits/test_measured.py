"""What the visits and the rosters of past days tell of an office."""

from datetime import timedelta

import pytest

from chalicelib.domain.boards import Press
from chalicelib.services.desk import close, walk_in
from infra.waits.measured import LOOKED_AT, measured
from infra.waits.places import Measured
from tests.builders import a_member, a_slot, booked, family_of
from tests.services.desk.day import EIGHT, MINUTE, MORNING, opened, pressed, scan

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)


def test_a_day_tells_who_was_booked_who_came_and_how_long_each_step_took() -> None:
    office = opened(step_minutes=[10, 20])
    family, alone = a_member(1), a_member(2)
    made = booked(a_slot(MORNING), family, applicants=family_of(family, 2))
    booked(a_slot(MORNING), alone)
    scan(made)
    walk_in.take(1, "malang", "key", EIGHT, priority=True)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)  # who should not wait
    pressed(2, Press.SERVE)
    pressed(3, Press.FINISH, now=EIGHT + 6 * MINUTE, and_next=True)  # the family
    pressed(4, Press.SERVE, now=EIGHT + 6 * MINUTE)
    pressed(5, Press.SEND_ON, now=EIGHT + 26 * MINUTE)
    pressed(6, Press.NEXT, now=EIGHT + 30 * MINUTE)
    pressed(7, Press.SERVE, now=EIGHT + 30 * MINUTE)
    pressed(8, Press.FINISH, now=EIGHT + 60 * MINUTE)
    close.close_days(EIGHT + 180 * MINUTE)
    day = Measured(booked=3, came=2, walk_ins=1, served=(3, 2), minutes=(26, 30))
    assert measured(office, EIGHT) == []
    assert measured(office, EIGHT + DAY) == [day]
    assert measured(office, EIGHT + LOOKED_AT + DAY) == []

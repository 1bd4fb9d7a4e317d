"""What an operator may ask of a scheduled function: to run as at another instant, and when not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from app import app
from chalicelib import clock, jobs
from chalicelib.config import settings
from chalicelib.domain.errors import AlreadyBooked
from chalicelib.jobs import StillToCome
from chalicelib.services.booking.reconcile import reconcile
from infra.local import functions
from tests.builders import FAMILY, SINGLE, a_slot, an_office, booked, every_day, released_days
from tests.builders import registered as person

pytestmark = pytest.mark.usefixtures("aws")

LATE = datetime(2199, 1, 1, tzinfo=UTC)
"""A year that was mistyped."""


def run(name: str, at: datetime, again: str = "") -> Any:
    return functions.call(functions.scheduled(app)[name], at, again=again)


def test_a_mistyped_year_forgets_no_visit_that_stands() -> None:
    """With the year 2199 it forgot all standing visits, and one NIK had two bookings."""
    now = clock.now()
    office = an_office(opening=every_day(SINGLE, FAMILY))
    released_days(office, now=now)
    first, second = (
        a_slot(window, office.today(now) + timedelta(days=2)) for window in (SINGLE, FAMILY)
    )
    who = person(1, now)
    booked(first, who, "key", now)
    with pytest.raises(StillToCome, match="reconcile forgets what is over"):
        run("reconcile", LATE)
    with pytest.raises(AlreadyBooked):
        booked(second, who, "another", now)

    run("reconcile", LATE, again="yes")  # the control: what it would have come to
    booked(second, who, "another", now)
    assert reconcile(now)["breaches"] == 1


def test_nobody_can_insist_on_a_deployed_stage() -> None:
    deployed = settings._replace(stage="prod")
    with patch.object(jobs, "settings", deployed), pytest.raises(StillToCome):
        run("reconcile", LATE, again="yes")


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=3650)])
def test_a_job_that_forgets_takes_any_instant_that_has_come(ago: timedelta) -> None:
    released_days(now=clock.now())
    assert run("reconcile", clock.now() - ago)["reconciled"]["breaches"] == 0


@pytest.mark.parametrize("name", ["open_days", "send_reminders", "sweep"])
def test_the_other_jobs_take_any_instant(name: str) -> None:
    run(name, clock.now() + timedelta(days=400))

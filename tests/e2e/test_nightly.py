"""The nightly job, started by hand with an instant that is still to come, over HTTP.

It books at yogyakarta, which no other test uses.
"""

import pytest

from tests.e2e.person import somebody
from tests.machine import Machine
from tests.races.storm import target

pytestmark = pytest.mark.server


def test_a_mistyped_year_forgets_no_visit_that_stands(machine: Machine) -> None:
    wanted = target(machine, "yogyakarta")
    who = somebody(machine)
    code = who.booked(wanted)
    done = machine.beside("infra.local.job", "reconcile", "2199-01-01T17:00:00Z")
    assert done.returncode == 1
    assert "AGAIN=yes" in done.stderr
    assert "Traceback" not in done.stderr
    assert who("GET", f"/v1/bookings/{code}").json["status"] == "booked"
    assert who.book(wanted).problem == "already-booked"

"""What anybody may ask of an office, over HTTP."""

import pytest

from chalicelib.api.offices import LONGEST_CALENDAR
from chalicelib.store import offices
from tests.api.caller import call
from tests.builders import an_office, office_fields

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("horizon", "shown"), [(3, 3), (LONGEST_CALENDAR + 28, LONGEST_CALENDAR)])
def test_a_calendar_is_as_long_as_the_horizon_or_as_an_answer_may_be(
    horizon: int, shown: int
) -> None:
    offices.put(office_fields(an_office(horizon_days=horizon)))
    answer = call("GET", "/v1/offices/malang/calendar")
    assert len(answer.json["days"]) == shown

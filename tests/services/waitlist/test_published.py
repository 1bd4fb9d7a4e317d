"""What everybody may see of the draws of a day."""

from datetime import datetime, time
from unittest.mock import patch

import pytest

from chalicelib.domain.draws import Record, Room
from chalicelib.services.waitlist import published
from chalicelib.store import draws
from chalicelib.store.outcomes import Drawn
from tests.builders import registered
from tests.services.waitlist.asking import AT, FRIDAY, MONDAY, asks, by_lot, drawn

pytestmark = pytest.mark.usefixtures("aws")

SATURDAY = datetime.fromisoformat("2026-11-28T02:00:00Z")


def test_a_day_that_is_over_is_not_looked_for_in_the_draws_since() -> None:
    """Or whoever looks for one more draw of it walks through all that the office has made."""
    by_lot()
    asks(registered())
    drawn()
    of_monday = Record("malang", SATURDAY, (Room(MONDAY, time(8), 1),), 1, "0" * 64, 1)
    assert isinstance(draws.put(of_monday, draws.heads(["malang"])["malang"]), Drawn)
    with patch.object(published, "LOOKED_AT", 1):
        only = published.page("malang", FRIDAY, None, SATURDAY)
        assert only.record
        assert only.record.at == AT
        assert published.page("malang", FRIDAY, only.next, SATURDAY).next is None

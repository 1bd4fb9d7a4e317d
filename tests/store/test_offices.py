"""The offices: stored over what was there, kept a while in the process."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import NoSuchOffice
from chalicelib.domain.offices import Closure, Period
from chalicelib.store import offices
from chalicelib.store.tables.booking import OfficeItem
from tests.builders import THURSDAY, an_office, office_fields
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
CLOSED = Closure("Hari jadi kota", "The city's birthday")


def put(**changed: Any) -> None:
    offices.put(office_fields(an_office(**changed)))


def test_an_office_is_kept_as_it_was_put() -> None:
    office = an_office(
        closures={THURSDAY: CLOSED}, release_by=Period.WEEK, arrival_step=15 * MINUTE
    )
    offices.put(office_fields(office))
    assert offices.get("malang", NOW) == office


def test_an_unknown_office_is_not_there() -> None:
    with pytest.raises(NoSuchOffice) as refused:
        offices.get("malang", NOW)
    assert refused.value.more == {"office_id": "malang"}


def test_all_offices_are_found_by_their_ids() -> None:
    put(office_id="kediri")
    put(office_id="malang")
    assert set(offices.every(NOW)) == {"kediri", "malang"}


def test_an_office_takes_the_place_of_what_was_there() -> None:
    put(horizon_days=3)
    put(horizon_days=7)
    assert offices.get("malang", NOW).horizon_days == 7


def test_an_office_that_is_put_again_keeps_the_closures_it_has() -> None:
    put(closures={THURSDAY: CLOSED})
    put()
    assert offices.get("malang", NOW).closures == {THURSDAY: CLOSED}


def test_a_closure_is_noted_beside_others() -> None:
    put(closures={THURSDAY: CLOSED})
    tomorrow = THURSDAY + timedelta(days=1)
    offices.add_closure("malang", tomorrow, Closure("Banjir", "Flood"))
    closures = offices.get("malang", NOW).closures
    assert closures == {THURSDAY: CLOSED, tomorrow: Closure("Banjir", "Flood")}


def test_an_unknown_office_is_not_made_by_closing_it() -> None:
    with pytest.raises(NoSuchOffice):
        offices.add_closure("malang", THURSDAY, CLOSED)
    assert OfficeItem.fetch("malang") is None


def test_offices_are_read_once_a_minute() -> None:
    put()
    offices.every(NOW)
    with before("Scan") as calls:
        offices.every(NOW + MINUTE - SECOND)
        offices.every(NOW + MINUTE)
    assert len(calls) == 1


def test_a_process_sees_what_it_has_stored_at_once() -> None:
    put()
    offices.every(NOW)
    offices.add_closure("malang", THURSDAY, CLOSED)
    closed = offices.get("malang", NOW).closures
    put(horizon_days=7)
    assert (closed, offices.get("malang", NOW).horizon_days) == ({THURSDAY: CLOSED}, 7)

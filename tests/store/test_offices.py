"""The offices: stored over what was there, kept a while in the process."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import NoSuchOffice, OfficeUnavailable
from chalicelib.domain.office_fields import NotAnOffice
from chalicelib.domain.offices import Closure, Period
from chalicelib.store import offices
from chalicelib.store.tables.booking import OfficeItem
from tests.builders import THURSDAY, an_office, office_fields, spoil, spoil_more
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
CLOSED = Closure("Hari jadi kota", "The city's birthday")


def put(**changed: Any) -> None:
    offices.put(office_fields(an_office(**changed)))


def test_an_office_is_kept_as_it_was_put() -> None:
    office = an_office(closures={THURSDAY: CLOSED}, release_by=Period.WEEK)
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


# ---- what is no office ---------------------------------------------------------------------------


def test_what_is_no_office_is_not_stored() -> None:
    with pytest.raises(NotAnOffice, match=r"^time_zone must be one of Asia/Jakarta"):
        put(time_zone="Asia/Jakrata")
    assert OfficeItem.fetch("malang") is None


def test_a_change_that_makes_an_office_none_is_not_stored() -> None:
    """What is given and what is there are checked together."""
    put(free_after=(5 * MINUTE, 30 * MINUTE))
    with pytest.raises(NotAnOffice, match=r"^free_within_minutes"):
        offices.put({"office_id": "malang", "free_within_minutes": 3})
    assert offices.get("malang", NOW).free_after[1] == 30 * MINUTE


def test_a_part_of_an_office_is_no_new_office() -> None:
    with pytest.raises(NotAnOffice, match=r"^city is missing$"):
        offices.put({"office_id": "malang", "free_within_minutes": 3})


@pytest.mark.parametrize("office_id", ["", None, 5])
def test_an_office_without_an_id_is_refused(office_id: Any) -> None:
    with pytest.raises(NotAnOffice, match=r"^office_id"):
        offices.put({**office_fields(an_office()), "office_id": office_id})


BAD = {
    "a wrong zone": {"time_zone": {"S": "Mars/Olympus"}},
    "a map that is a text": {"opening": {"S": "always"}},
    "a number that is a text": {"horizon_days": {"S": "thirty"}},
    "a name that is a set": {"name": {"SS": ["Malang"]}},
    "a day that is none": {"closures": {"M": {"tomorrow": {"S": "Banjir"}}}},
}


@pytest.mark.parametrize("spoilt", BAD.values(), ids=BAD)
def test_an_office_that_cannot_be_read_is_left_out_and_the_others_are_there(
    spoilt: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    put(office_id="kediri")
    put(office_id="malang")
    spoil_more(**spoilt)
    assert set(offices.every(NOW)) == {"kediri"}
    assert offices.skipped(NOW) == ("malang",)
    with pytest.raises(OfficeUnavailable):
        offices.get("malang", NOW)
    (told,) = caplog.records
    assert (told.message, told.office, told.field) == ("office skipped", "malang", *spoilt)  # type: ignore[attr-defined]


def test_an_office_that_cannot_be_read_is_mended_by_storing_it_again() -> None:
    spoil()
    assert offices.skipped(NOW) == ("malang",)
    put(horizon_days=3)
    assert offices.get("malang", NOW).horizon_days == 3
    assert offices.skipped(NOW) == ()

"""A draw over HTTP, by two runs of which one is killed, behind a database that fails.

It has a machine of its own: an office that gives its places by lot is none of the others' business.
"""

import json
import zlib
from collections.abc import Iterator

import pytest

from tests.e2e.lots import NAME, OFFICE, Lots, dump, played
from tests.leaks.traces import Search

pytestmark = pytest.mark.server

ENTRIES, PLACES = 200, 30


@pytest.fixture(scope="module")
def lots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lots]:
    with played(tmp_path_factory.mktemp("lots"), ENTRIES, PLACES) as found:
        yield found


def test_everybody_who_asked_is_in_the_list(lots: Lots) -> None:
    assert {row[0] for row in lots.draw["list"]} == {one["entry_id"] for one in lots.entries}
    assert len(lots.entries) == ENTRIES


def test_the_results_are_what_the_list_and_its_signature_say(lots: Lots) -> None:
    assert lots.wrong is None
    assert {one[4] for one in lots.draw["results"]} == {"placed"}


def test_exactly_the_places_are_given_and_nobody_has_two(lots: Lots) -> None:
    assert len(lots.stored) == len(lots.plan) == PLACES
    people = [alias["S"] for booking in lots.stored for alias in booking["applicants"]["L"]]
    assert len(set(people)) == PLACES


def test_everybody_who_was_drawn_has_the_very_window(lots: Lots) -> None:
    drawn = sorted(start for _, _, _, start in lots.plan)
    assert sorted(booking["place"]["M"]["start"]["S"] for booking in lots.stored) == drawn


def test_what_is_kept_and_shown_of_it_says_no_name_no_nik_and_no_phone(lots: Lots) -> None:
    kept = dump(lots.machine)
    row = json.dumps(lots.draw["list"][0], separators=(",", ":"))
    assert lots.draw["list_hash"].encode() in b"".join(kept["draws"])
    assert row.encode() in b"".join(kept["draws"]), "pages are read as they were before"
    assert lots.entries[0]["entry_id"].encode() in b"".join(kept["entries"])
    shown = {"what is shown": [json.dumps(lots.draw).encode()]}
    assert Search(lots.secrets)(kept | shown) == set()


def test_a_name_in_a_page_and_a_nik_in_an_entry_would_be_found(lots: Lots) -> None:
    nik = next(one.content for one in lots.secrets if one.what == "NIK, plain").decode()
    page = zlib.compress(json.dumps([[OFFICE, 1, NAME]]).encode())
    key = {"office_id": {"S": OFFICE}}
    planted = {
        "draws": {**key, "draw": {"S": "page#planted"}, "page": {"B": page}},
        "entries": {**key, "entry_id": {"S": "planted"}, "applicants": {"L": [{"S": nik}]}},
    }
    for table, item in planted.items():
        lots.machine.aws("dynamodb").put_item(TableName=f"antrian-paspor-local-{table}", Item=item)
    assert Search(lots.secrets)(dump(lots.machine)) == {
        "name, plain of somebody, in draws",
        "NIK, plain of somebody, in entries",
    }

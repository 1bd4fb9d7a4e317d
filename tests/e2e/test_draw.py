"""A draw over HTTP, by two runs of which one is killed, behind a database that fails.

It has a machine of its own: an office that gives its places by lot is none of the others' business.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.lots import Lots, played
from tests.machine import started

pytestmark = pytest.mark.server

ENTRIES, PLACES = 200, 30


@pytest.fixture(scope="module")
def lots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lots]:
    state: Path = tmp_path_factory.mktemp("lots")
    with started(state, limits="off") as machine:
        yield played(machine, ENTRIES, PLACES)


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


def test_what_is_kept_of_it_names_nobody(lots: Lots) -> None:
    assert lots.draw["list_hash"] in lots.dump
    for who in lots.people:
        assert who.nik not in lots.dump
        assert who.phone not in lots.dump

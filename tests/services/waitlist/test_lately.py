"""What the last draws of an office tell those who are about to ask."""

import pytest

from chalicelib.domain.chances import DRAWS, Chance
from chalicelib.domain.errors import NoSuchOffice
from chalicelib.services.waitlist.lately import Lately, lately
from tests.api.caller import call
from tests.builders import a_member
from tests.services.waitlist.asking import AT, QUARTER, asks, at_eight, by_lot, drawn
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def test_where_there_was_no_draw_nothing_is_known() -> None:
    by_lot()
    assert lately("malang", NOW) == Lately(0, None, [Chance(None, 0, 0)])


def test_a_draw_tells_its_chances_once_it_is_settled() -> None:
    by_lot()
    for n in range(3):
        asks(a_member(n), **at_eight())
    drawn()
    found = lately("malang", AT)
    assert (found.draws, found.since) == (1, AT)
    whole, eight, *_ = found.chances
    assert (whole.entries, whole.won) == (3, 1), "at eight there is one place"
    assert (eight.start, eight.entries) == (at_eight()["windows"][0], 3)
    assert lately("malang", AT - QUARTER).draws == 0, "not before it is made"


def test_only_the_last_eight_draws_are_told() -> None:
    by_lot()
    for n in range(DRAWS + 1):
        at = AT + n * QUARTER
        asks(a_member(n), now=at - QUARTER)
        drawn(at)
    found = lately("malang", AT + DRAWS * QUARTER)
    assert (found.draws, found.since) == (DRAWS, AT + QUARTER)
    assert found.chances[0].entries == DRAWS


def test_an_office_that_is_none_has_no_chances() -> None:
    with pytest.raises(NoSuchOffice):
        lately("nowhere", NOW)


def test_chances_may_be_kept_for_a_minute_and_a_draw_for_a_day_once_it_is_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_lot()
    asks(a_member(1))
    monkeypatch.setattr("chalicelib.clock.now", lambda: AT)
    path = "/v1/offices/malang/days/2026-11-27/draw"
    assert kept(path) == "public, max-age=1"
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.services.waitlist.giving.give", lambda *_: None)
        drawn()
    answer = call("GET", path).json
    assert answer["draws"][0]["state"] == "recorded"
    assert kept(path) == "public, max-age=1"
    drawn()
    assert kept(path) == "public, max-age=86400"
    assert kept(f"{path}?page={answer['next']}") == "public, max-age=1", "one may come there"
    assert kept("/v1/offices/malang/chances") == "public, max-age=60"


def kept(path: str) -> str:
    """How long an answer may be kept."""
    reply = call("GET", path)
    assert reply.status == 200
    return reply.headers["Cache-Control"]

"""Anybody can check a draw, and a draw that is not as it must be is found out."""

import copy
import hashlib
from base64 import b64decode, b64encode
from typing import Any

import pytest

from infra.ops.verify_draw import Draw, check
from tests.api.caller import call
from tests.builders import a_member, family_of
from tests.services.waitlist.asking import AT, asks, by_lot, drawn

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def published(aws: None, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A draw as everybody may see it."""
    by_lot()
    for n in range(14):
        who = a_member(n)
        asks(who, *family_of(who, 1 + n % 3))
    drawn()
    monkeypatch.setattr("chalicelib.clock.now", lambda: AT)
    answer = call("GET", "/v1/offices/malang/days/2026-11-27/draw").json
    assert "next" in answer
    (draw,) = answer["draws"]
    found: Draw = draw
    return found


def test_a_draw_is_as_it_must_be(published: Draw) -> None:
    assert check(published, "malang") is None
    key = hashlib.sha256(b64decode(published["public_key"])).hexdigest()
    assert check(published, "malang", key) is None
    assert {one[4] for one in published["results"]} == {"placed"}


def flipped(signature: str) -> str:
    broken = bytearray(b64decode(signature))
    broken[-1] ^= 1
    return b64encode(bytes(broken)).decode()


def without_a_row(draw: Draw) -> None:
    del draw["list"][3]


def another_room(draw: Draw) -> None:
    draw["rooms"][0][2] += 1


def another_winner(draw: Draw) -> None:
    losers = {row[0] for row in draw["list"]} - {one[0] for one in draw["results"]}
    draw["results"][0][0] = losers.pop()


def a_winner_less(draw: Draw) -> None:
    draw["results"].pop()


def another_signature(draw: Draw) -> None:
    draw["signature"] = flipped(draw["signature"])


def another_instant(draw: Draw) -> None:
    draw["at"] = draw["at"].replace("02:15", "02:30")


@pytest.mark.parametrize(
    "changed",
    [
        without_a_row,
        another_room,
        another_winner,
        a_winner_less,
        another_signature,
        another_instant,
    ],
)
def test_a_draw_that_was_changed_is_found_out(changed: Any, published: Draw) -> None:
    draw = copy.deepcopy(published)
    changed(draw)
    assert check(draw, "malang")


def test_another_office_or_another_key_is_found_out(published: Draw) -> None:
    assert check(published, "batam")
    assert check(published, "malang", "0" * 64)

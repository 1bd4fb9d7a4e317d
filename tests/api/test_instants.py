"""Instants as people read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.api import instants
from chalicelib.api.language import Language

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("id", "1 Januari 2026 pukul 13.05 WIB", "1 Desember 2026 pukul 13.05 WIB"),
        ("en", "1 January 2026, 13:05 WIB", "1 December 2026, 13:05 WIB"),
    ],
)
def test_months_have_their_names(language: Language, first: str, last: str) -> None:
    told = [
        instants.words(datetime(2026, month, 1, 13, 5, tzinfo=JAKARTA), language)
        for month in range(1, 13)
    ]
    assert (told[0], told[-1]) == (first, last)
    assert len(set(told)) == 12


def test_nobody_is_told_a_minute_that_is_too_early() -> None:
    at = datetime(2026, 12, 31, 23, 59, 1, tzinfo=JAKARTA)
    assert instants.words(at, "id") == "1 Januari 2027 pukul 00.00 WIB"


def test_an_instant_without_an_office_says_that_it_is_in_utc() -> None:
    assert instants.words(datetime(2026, 8, 17, 3, tzinfo=UTC), "en") == "17 August 2026, 03:00 UTC"

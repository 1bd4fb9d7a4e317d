"""The command that lists whose data a credential has unsealed."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.store import disclosures
from infra.ops.disclosures import _instant, made_by
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def disclosure(by: str, subject: str, at: datetime) -> disclosures.Disclosure:
    disclosures.record(subject, {subject}, by, "profile", at)
    return disclosures.Disclosure(subject, at, by, "profile", frozenset({subject}))


def test_all_that_a_credential_unsealed_is_listed_in_the_order_of_time() -> None:
    second = disclosure("thief", "b", NOW + SECOND)
    first = disclosure("thief", "a", NOW)
    third = disclosure("thief", "c", NOW + 2 * SECOND)
    assert made_by("thief", NOW, NOW + HOUR) == [first, second, third]


def test_nothing_that_others_unsealed_is_listed() -> None:
    disclosure("owner", "a", NOW)
    disclosure("thief at large", "a", NOW)
    assert made_by("thief", NOW, NOW + HOUR) == []


def test_nothing_before_or_after_the_span_is_listed() -> None:
    disclosure("thief", "before", NOW - timedelta(microseconds=1))
    first = disclosure("thief", "first", NOW)
    last = disclosure("thief", "last", NOW + HOUR - timedelta(microseconds=1))
    disclosure("thief", "after", NOW + HOUR)
    assert made_by("thief", NOW, NOW + HOUR) == [first, last]


def test_what_began_before_the_span_and_may_have_gone_on_in_it_is_listed() -> None:
    """Within an hour only the first time has a row."""
    begun = disclosure("thief", "a", NOW)
    disclosures.record("a", {"a"}, "thief", "profile", NOW + 2 * SECOND)
    assert made_by("thief", NOW + SECOND, NOW + HOUR) == [begun]


def test_many_are_all_found_once() -> None:
    made = [disclosure("thief", f"subject {n}", NOW + n * SECOND) for n in range(100)]
    assert made_by("thief", NOW, NOW + HOUR) == made


def test_it_reports_its_progress(capsys: pytest.CaptureFixture[str]) -> None:
    disclosure("thief", "a", NOW)
    made_by("thief", NOW, NOW + HOUR)
    assert capsys.readouterr().err.splitlines()[-1] == "1 rows read, 1 found"


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T02:00:00", "2026-11-24T02:00:00Z", "2026-11-24T09:00:00+07:00"],
)
def test_an_instant_without_an_offset_is_in_utc(text: str) -> None:
    assert _instant(text) == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert _instant(text).tzinfo is UTC

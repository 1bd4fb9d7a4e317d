"""The record of who saw what, and who did what."""

from datetime import timedelta

import pytest

from chalicelib.store import disclosures
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def test_what_was_seen_is_told_with_whose_it_was() -> None:
    disclosures.record("account", ["one", "other"], "account:account", "family", NOW)
    (seen,) = disclosures.of("account")
    assert seen.whose == {"one", "other"}
    assert (seen.at, seen.by, seen.reason) == (NOW, "account:account", "family")


def test_what_was_done_without_seeing_anybody_is_told_as_well() -> None:
    disclosures.record("account", [], "operator:somebody", "lift-pause: was in hospital", NOW)
    (done,) = disclosures.of("account")
    assert (done.by, done.whose) == ("operator:somebody", frozenset())


def test_the_first_is_told_first() -> None:
    for hours in (2, 1):
        disclosures.record("account", ["one"], f"{hours}", "family", NOW + timedelta(hours=hours))
    assert [one.by for one in disclosures.of("account")] == ["1", "2"]

"""The record of who saw what, and who did what."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.store import disclosures
from chalicelib.store.disclosures import PAGE
from chalicelib.store.tables.people import DisclosureItem
from chalicelib.store.tallies import Tally
from tests.wire import before
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


def test_a_row_of_an_earlier_release_is_told_as_it_was() -> None:
    """It has its instant in its key, and no other."""
    at = NOW + timedelta(minutes=5)
    DisclosureItem("account", f"{disclosures._key(at)}#abc", by="them", reason="why").put()
    assert [one.at for one in disclosures.of("account")] == [at]


# ---- pages ---------------------------------------------------------------------------------------


def seen_for(hours: int) -> None:
    for hour in range(hours):
        disclosures.record("account", ["one"], "them", "family", NOW + timedelta(hours=hour))


@pytest.mark.parametrize("hours", [0, 1, PAGE])
def test_what_fits_into_one_page_has_no_next(hours: int) -> None:
    seen_for(hours)
    only = disclosures.page("account", None)
    assert (len(only.disclosures), only.next) == (hours, None)


def test_pages_follow_one_another_without_a_gap() -> None:
    seen_for(2 * PAGE + 1)
    first = disclosures.page("account", None)
    second = disclosures.page("account", first.next)
    third = disclosures.page("account", second.next)
    assert [len(page.disclosures) for page in (first, second, third)] == [PAGE, PAGE, 1]
    assert third.next is None
    all_pages = [*first.disclosures, *second.disclosures, *third.disclosures]
    assert all_pages == disclosures.of("account")


def test_a_page_of_somebody_else_shows_nobody_else() -> None:
    seen_for(PAGE + 1)
    other = disclosures.page("account", None).next
    assert disclosures.page("another", other).disclosures == []


@pytest.mark.parametrize("cursor", ["A", "_w", "____"])
def test_what_no_page_has_said_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        disclosures.page("account", cursor)


# ---- counted looks -------------------------------------------------------------------------------


def look(most: int = 3, reason: str = "profile") -> bool:
    tally = Tally("looks", most, NOW + timedelta(hours=1))
    return disclosures.record_counted("account", ["one"], "account:account", reason, tally, NOW)


def test_a_look_is_recorded_and_counted_with_one_call() -> None:
    with before("*") as calls:
        assert look()
    assert len(calls) == len(disclosures.of("account")) == 1


def test_a_look_within_the_hour_is_counted_with_one_call_and_adds_no_row() -> None:
    look()
    with before("*") as calls:
        assert look()
    assert len(calls) == len(disclosures.of("account")) == 1
    assert [look(), look()] == [True, False]


def test_another_process_finds_the_row_and_counts_all_the_same() -> None:
    look()
    disclosures._there.clear()
    with before("*") as calls:
        assert look()
    assert (len(calls), len(disclosures.of("account"))) == (2, 1)
    assert [look(), look()] == [True, False]


def test_at_the_limit_nothing_is_recorded() -> None:
    assert look(most=1)
    for known in (False, True):  # by this process, that the tally is full
        assert not look(most=1, reason="family"), known
    assert [one.reason for one in disclosures.of("account")] == ["profile"]

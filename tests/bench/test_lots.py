"""Brokers at an office that draws: the simulation keeps its books; the service's rules decide."""

import pytest

from bench import lots
from bench.brokers import IDENTITIES, ORDERED, PLACES
from bench.lots import HEADS, Case, Month, Places, month
from chalicelib.domain import draws

DAYS, BEFORE = 8, 3
DEMAND = 1.2
ALL_PAY = Case("", DEMAND)
HALF_PAY = Case("", DEMAND, HEADS * ORDERED / IDENTITIES, IDENTITIES - ORDERED)


def played(case: Case, seed: int = 1) -> Month:
    return month(case, seed, DAYS, BEFORE)


def over_heads(*drawn: Places) -> float:
    return sum(each.brokers for each in drawn) / sum(each.by_heads for each in drawn)


@pytest.fixture
def much_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than people give up, so that there is more to see."""
    monkeypatch.setattr(lots, "GIVEN_UP", 0.6)


@pytest.mark.usefixtures("much_comes_back")
def test_brokers_win_hardly_more_than_their_share_of_the_heads() -> None:
    months = [played(ALL_PAY, seed) for seed in range(3)]
    assert 0.7 < over_heads(*(each.release for each in months)) < 1.1
    assert 0.7 < over_heads(*(each.returns for each in months)) < 1.1


def test_who_asks_first_would_win_if_the_service_went_by_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draws, "order", lambda _, rows: list(rows))
    assert over_heads(played(Case("", 1.4)).release) > 1.1


@pytest.mark.usefixtures("much_comes_back")
def test_customers_who_ask_alone_win_what_comes_back_in_ones() -> None:
    assert over_heads(played(ALL_PAY._replace(alone=True)).returns) > 1.5


@pytest.mark.parametrize("case", [ALL_PAY, HALF_PAY])
def test_no_place_is_in_two_names_and_few_are_in_none(case: Case) -> None:
    found = month(case, 1, DAYS, before=0)
    assert 0.8 * DAYS * PLACES < found.brokers + found.people <= DAYS * PLACES


def test_what_straw_men_win_is_nobodys_in_the_end() -> None:
    found = played(HALF_PAY._replace(customers=0))
    assert found.release.brokers > 0
    assert found.brokers <= found.late


def test_one_seed_gives_one_month() -> None:
    one, again, another = (month(ALL_PAY, seed, days=3, before=0) for seed in (1, 1, 2))
    assert one == again != another

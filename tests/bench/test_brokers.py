"""The simulation of brokers keeps its own books, and each rule pulls where it is said to pull."""

import random

import pytest

from bench import brokers
from bench.brokers import (
    BROKERS,
    FAMILIES,
    IDENTITIES,
    INVENTED,
    MEASURES,
    ORDERED,
    PLACES,
    RELATIVES,
    Month,
    Rule,
    Rules,
    Straws,
    freed,
    month,
    release,
)

DAYS = 10
NOTHING: Rules = frozenset()


def run(rules: Rules) -> Month:
    return month(rules, seed=1, days=DAYS)


def taken(rules: Rules) -> int:
    """Places of a release that brokers get who have sold nothing yet."""
    return sum(release(rules, ORDERED, IDENTITIES - ORDERED, random.Random(1)))


def winners(rules: Rules, *, handed_over: bool) -> list[str]:
    rng = random.Random(1)
    return [freed(rules, rng, handed_over=handed_over) for _ in range(2_000)]


@pytest.mark.parametrize("changed", Rule)
def test_every_place_is_in_one_name_in_the_end(changed: Rule) -> None:
    out = run(MEASURES ^ {changed})
    assert out.brokers + out.people == DAYS * PLACES
    assert min(out.brokers, out.people) >= 0


def test_one_seed_gives_one_month() -> None:
    assert run(MEASURES) == run(MEASURES)
    assert run(MEASURES) != month(MEASURES, seed=2, days=DAYS)


def test_without_measures_brokers_get_everything() -> None:
    assert run(NOTHING).brokers == DAYS * PLACES


def test_five_milliseconds_win_as_many_places_as_there_are_niks_and_no_more() -> None:
    assert taken(MEASURES) == IDENTITIES
    assert taken(MEASURES - {Rule.NIK}) > IDENTITIES


def test_a_proof_slows_only_those_who_take_more_than_their_niks_allow() -> None:
    assert taken(MEASURES - {Rule.PROOF}) == taken(MEASURES)
    assert taken(MEASURES - {Rule.NIK}) < taken(MEASURES - {Rule.NIK, Rule.PROOF})


def test_a_hand_over_works_no_more_often_than_chance_if_places_come_back_late() -> None:
    handed = winners(MEASURES, handed_over=True)
    for winner in ("this broker", "a rival", "people"):
        others = winners(MEASURES, handed_over=False).count(winner)
        assert handed.count(winner) == others
    assert handed.count("this broker") / len(handed) == pytest.approx(1 / BROKERS, abs=0.03)


def test_a_hand_over_always_works_if_places_come_back_at_once() -> None:
    assert set(winners(MEASURES - {Rule.DELAY}, handed_over=True)) == {"this broker"}


def test_a_broker_who_has_no_rival_hands_over_whenever_places_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brokers, "BROKERS", 1)
    assert set(winners(MEASURES, handed_over=True)) == {"this broker"}


@pytest.mark.parametrize("rule", [Rule.NIK, Rule.NAMES, Rule.PAUSE])
def test_brokers_get_more_without(rule: Rule) -> None:
    assert run(MEASURES - {rule}).brokers > 1.3 * run(MEASURES).brokers


def test_brokers_get_less_with_a_proof_for_each_person() -> None:
    assert run(MEASURES | {Rule.PROOF_EACH}).brokers < 0.9 * run(MEASURES).brokers


def test_a_pause_ends_what_straw_men_sell() -> None:
    straws = IDENTITIES - ORDERED
    assert run(MEASURES).offered == 2 * straws
    assert run(MEASURES - {Rule.PAUSE}).offered == DAYS * straws


def sold(straws: Straws) -> int:
    """What straw men book in a month on stock, if nobody has ordered."""
    return month(MEASURES, seed=1, ordered=0, straws=straws).offered


def test_whoever_has_an_account_is_paused_after_two_cancellations_and_others_after_one() -> None:
    accounts = FAMILIES.accounts
    assert sold(Straws(accounts)) == 2 * accounts
    assert sold(FAMILIES) == (2 + 4) * accounts


def test_whoever_invents_relatives_sells_no_more_than_an_account_may_add() -> None:
    assert sold(FAMILIES._replace(invented=True)) == (2 + 8) * FAMILIES.accounts


def test_behind_one_network_they_sell_whom_it_may_name_and_behind_many_as_many_as_ever() -> None:
    inventing = Straws(IDENTITIES - ORDERED, RELATIVES, invented=True)
    one, many = (sold(inventing._replace(networks=networks)) for networks in (1, 100))
    assert one == 2 * inventing.accounts + INVENTED * brokers.DAYS + inventing.accounts
    assert many == sold(inventing)


def test_people_get_freed_places_when_nobody_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers, "WATCHED", 10**9)
    assert "people" in winners(MEASURES, handed_over=False)

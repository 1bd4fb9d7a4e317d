"""The office day: its tables say what the documents say of them."""

import pytest

from bench import office_estimates as told
from bench.office_day import (
    BY_TURNS,
    OFFICE,
    ORDERS,
    R_RULES,
    TODAY,
    Policy,
    as_r,
    hours,
    of,
    of_dawn,
    p90s,
    policies,
    used,
)
from bench.office_estimates import KINDS, OURS, Said, at_check_in, board_at, scene, while_waiting
from infra.waits import places
from infra.waits.figures import ENOUGH, quantile
from infra.waits.people import Rules

DAYS = 60
R = Policy("R", BY_TURNS, as_r(), R_RULES)


def test_at_dawn_people_were_there_for_four_hours_and_more() -> None:
    assert of_dawn(DAYS).p50 > 4 * 60


def test_with_r_nine_of_ten_wait_half_an_hour_at_most_on_seven_days_of_ten() -> None:
    found = of(R, DAYS)
    assert found.p90 <= ENOUGH
    assert found.kept >= 0.7
    assert found.served == pytest.approx(155, abs=3)


def test_with_fewer_places_it_is_nine_days_of_ten() -> None:
    assert of(R._replace(windows=as_r(0.85)), DAYS).kept >= 0.9


def test_todays_windows_keep_the_promise_on_few_days() -> None:
    assert of(policies()[0], DAYS).kept < 0.5


@pytest.mark.parametrize("counters", [6, 9, 22])
def test_planned_use_decides(counters: int) -> None:
    use, found = used(counters, places.USE, DAYS)
    assert use <= 0.80
    assert found.p90 <= ENOUGH
    assert used(counters, 0.95, DAYS)[1].p90 > ENOUGH


def test_r_plans_four_fifths_of_its_counters() -> None:
    assert places.use(BY_TURNS, as_r()) == pytest.approx(0.81, abs=0.01)
    assert places.use(OFFICE, hours(TODAY)) == pytest.approx(0.87, abs=0.01)


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[-1]], ids=lambda kind: kind.name)
def test_what_people_are_told_of_their_wait_is_true(kind: Policy) -> None:
    scenes = [scene(kind, seed) for seed in range(10)]
    said = [each[OURS] for one in scenes for each in at_check_in(one)]
    looks = [each for one in scenes for each in while_waiting(one)]
    for these in (said, looks):
        errors = sorted(each.error for each in these)
        assert quantile(errors, 0.5) <= 4
        assert quantile(errors, 0.9) <= 15
        assert sum(each.true for each in these) >= 0.8 * len(these)


def test_the_simpler_estimates_are_worse() -> None:
    scenes = [scene(KINDS[-1], seed) for seed in range(5)]
    said = [each for one in scenes for each in at_check_in(one)]
    off = {name: quantile(sorted(s[name].error for s in said), 0.9) for name in told.ESTIMATORS}
    assert off[OURS] < 0.7 * min(off["position"], off["HOL"], off["LES"])


def test_a_range_that_is_missed_is_not_true() -> None:
    assert Said(minutes=20, was=20).true
    assert not Said(minutes=20, was=33).true
    assert not Said(minutes=20, was=10).true


def test_the_board_knows_those_who_are_there_and_nobody_else() -> None:
    one = scene(Policy("today", OFFICE, hours(TODAY), Rules()), seed=1)
    for now in (7.5 * 60, 9.25 * 60, 11 * 60):
        board = board_at(one, now)
        left = {c.ticket.label for c in one.calls if c.until <= now and c.step == 1}
        came = {ticket.label for ticket in one.day.tickets if ticket.comes <= now}
        assert set(board.tickets) == came - left


def test_the_order_spares_those_who_should_not_wait_and_rewards_nobody_who_comes_early() -> None:
    ordered, first_come = (p90s(order, DAYS) for order in ORDERS[-2:])
    assert ordered["priority"] < 15 < first_come["priority"]
    assert ordered["in time"] < ordered["early"]

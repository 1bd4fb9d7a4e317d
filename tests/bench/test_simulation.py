"""The simulation keeps its own books: nobody is lost, nothing is free."""

from dataclasses import replace

from bench.simulation import DEFAULT, EDGE, PLACES, SLOTS, Outcome, Simulation, Storm

CROWD = Storm(offices=2, users=5_000, span=2, quotas=DEFAULT)
ALL_PLACES = CROWD.offices * SLOTS * PLACES


def run(storm: Storm) -> Outcome:
    return Simulation(storm, seed=1).run()


def test_everybody_wins_or_is_refused_or_gives_up() -> None:
    out = run(CROWD)
    assert len(out.won) + len(out.refused) + out.gave_up == CROWD.users


def test_a_crowd_takes_all_places_and_no_more() -> None:
    assert len(run(CROWD).won) == ALL_PLACES


def test_places_are_left_when_few_come() -> None:
    out = run(replace(CROWD, users=40))
    assert (len(out.won), out.sold_out) == (40, float("inf"))


def test_nobody_is_answered_before_the_edge_has_passed_it_on() -> None:
    out = run(CROWD)
    assert min(out.won + out.refused) > EDGE


def test_a_single_user_meets_no_queue() -> None:
    out = run(Storm(offices=1, users=1, span=1, quotas=DEFAULT))
    assert (out.requests, out.throttled, out.unserved.total(), out.concurrency) == (1, 0, 0, 1)


def test_a_gateway_that_lets_nobody_in_leaves_every_place() -> None:
    out = run(replace(CROWD, quotas=replace(DEFAULT, requests=0, burst=0)))
    assert (len(out.won), out.gave_up, out.throttled) == (0, CROWD.users, out.requests)


def test_never_are_there_more_environments_than_the_quota() -> None:
    assert run(replace(CROWD, quotas=replace(DEFAULT, environments=50))).concurrency == 50


def test_one_seed_gives_one_outcome() -> None:
    assert run(CROWD) == run(CROWD)


def test_the_firewall_blocks_nobody_of_a_crowd_behind_the_addresses_of_carriers() -> None:
    assert run(CROWD).blocked == 0


def test_a_firewall_that_thinks_an_address_is_a_person_blocks_the_crowd() -> None:
    out = run(replace(CROWD, most_of_address=30))
    assert out.blocked > 0.9 * out.requests
    assert out.gave_up > 0.9 * CROWD.users

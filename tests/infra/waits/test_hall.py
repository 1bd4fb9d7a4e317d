"""The simulated hall obeys the order, the breaks, and a formula that is older than it."""

import random
from math import factorial
from statistics import fmean

import pytest

from infra.waits.figures import waited
from infra.waits.hall import Counter, Ticket, played

FIRST, SECOND = frozenset({0}), frozenset({1})
BOTH = FIRST | SECOND


def ticket(label: str, comes: float, *minutes: float, due: float | None = None) -> Ticket:
    return Ticket(label, 1, comes, comes if due is None else due, minutes)


def order(counters: list[Counter], *tickets: Ticket) -> list[tuple[str, int, float]]:
    """Who was called to which counter, and when."""
    return [(call.ticket.label, call.counter, call.at) for call in played(counters, tickets)]


def erlang_c(counters: int, load: float, minutes: float) -> float:
    """The mean wait in M/M/c by A. K. Erlang's formula; ``load`` is in counters' time."""
    terms = [load**n / factorial(n) for n in range(counters + 1)]
    full = terms[-1] * counters / (counters - load)
    return full / (sum(terms[:-1]) + full) * minutes / (counters - load)


@pytest.mark.parametrize(("counters", "use"), [(1, 0.5), (9, 0.8)])
def test_the_mean_wait_is_that_of_the_formula(counters: int, use: float) -> None:
    rng, at, people = random.Random(1), 0.0, list[Ticket]()
    for number in range(80_000):
        at += rng.expovariate(counters * use / 17)
        people.append(ticket(f"{number:06}", at, rng.expovariate(1 / 17)))
    mean = fmean(waited(played([Counter(FIRST, 0)] * counters, people)))
    assert mean == pytest.approx(erlang_c(counters, counters * use, 17), rel=0.08)


def test_the_smallest_due_is_called_first() -> None:
    early, told = ticket("A1", 1, 10, due=60), ticket("A2", 2, 10, due=30)
    calls = order([Counter(FIRST, 5)], early, told)
    assert calls == [("A2", 0, 5), ("A1", 0, 15)]


def test_a_counter_that_is_free_calls_whoever_is_there_though_they_are_early() -> None:
    assert order([Counter(FIRST, 0)], ticket("A1", 1, 10, due=60)) == [("A1", 0, 1)]


def test_whoever_is_sent_on_keeps_their_place_in_the_order() -> None:
    one, other = ticket("A1", 0, 10, 5), ticket("A2", 1, 10, 5)
    calls = order([Counter(BOTH, 0)], one, other)
    assert [label for label, _, _ in calls] == ["A1", "A1", "A2", "A2"]


def test_a_counter_of_one_step_is_taken_before_one_that_can_do_more() -> None:
    calls = order([Counter(BOTH, 0), Counter(FIRST, 0)], ticket("A1", 1, 10, 5))
    assert calls == [("A1", 1, 1), ("A1", 0, 11)]


def test_nobody_is_called_in_a_break_and_nobody_sent_away_for_it() -> None:
    counter = Counter(FIRST, 0, ((10, 30),))
    calls = order([counter], ticket("A1", 5, 20), ticket("A2", 6, 1))
    assert calls == [("A1", 0, 5), ("A2", 0, 55)]


def test_an_idle_counter_has_its_break_in_time() -> None:
    assert order([Counter(FIRST, 0, ((10, 30),))], ticket("A1", 12, 5)) == [("A1", 0, 40)]


def test_a_wait_is_all_the_time_but_the_service_and_counts_for_each_person() -> None:
    pair = ticket("A1", 0, 10, 5)._replace(people=2)
    calls = played([Counter(FIRST, 3), Counter(SECOND, 20)], [pair])
    assert waited(calls) == [10, 10]

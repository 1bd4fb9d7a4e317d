"""The people of a day are as many as are assumed, and the same for one seed."""

import random
from collections import Counter
from datetime import time

import pytest

from chalicelib.domain.offices import Break, Window
from infra.waits import people
from infra.waits.people import Made, Rules, bookings, dawn, made, pauses
from tests.builders import an_office

MORNING = (Window(time(8), time(9), 30), Window(time(9), time(10), 30))
DAY = (*MORNING, Window(time(11), time(12), 30))
BREAKS = (Break(time(11), time(11, 30)), Break(time(11, 30), time(12)))
OFFICE = an_office(counters=9, step_minutes=(6.0, 11.0), breaks=BREAKS)


def days(count: int, rules: Rules = people.AS_PLANNED) -> list[Made]:
    return [made(OFFICE, DAY, seed, rules) for seed in range(count)]


def test_one_seed_gives_one_day() -> None:
    assert made(OFFICE, DAY, 1) == made(OFFICE, DAY, 1) != made(OFFICE, DAY, 2)


def test_every_place_is_booked_and_so_many_come_as_the_office_says() -> None:
    hundred = days(100)
    assert {sum(one.people for one in day.booked) for day in hundred} == {90}
    came = sum(one.people for day in hundred for one in day.tickets if one.label[0] not in "WP")
    assert came / 9_000 == pytest.approx(OFFICE.show_rate, abs=0.02)


def test_so_many_come_without_a_booking_as_the_office_says() -> None:
    kinds = Counter(one.label[0] for day in days(100) for one in day.tickets)
    without = kinds["W"] + kinds["P"]
    assert without / 9_000 == pytest.approx(OFFICE.walk_in_share, abs=0.02)
    assert kinds["P"] / without == pytest.approx(people.PRIORITY, abs=0.05)


def test_a_step_takes_on_the_average_what_the_office_says() -> None:
    tickets = [one for day in days(200) for one in day.tickets]
    heads = sum(one.people for one in tickets)
    for step, minutes in enumerate(OFFICE.step_minutes):
        mean = sum(one.minutes[step] for one in tickets) / heads
        assert mean == pytest.approx(minutes, rel=0.03)


def test_people_are_told_their_turn_in_steps_and_a_step_before() -> None:
    told = [when for _, _, when in bookings(MORNING[1], 1, 5, random.Random(1))]
    assert told[:4] == [535, 535, 535, 540]
    assert told[-1] == 590


def test_in_the_last_window_parties_may_be_kept_small() -> None:
    booked = [one for day in days(50, Rules(last_party=2)) for one in day.booked]
    most = [max(one.people for one in booked if one.label[0] == letter) for letter in "ABC"]
    assert most == [5, 5, 2]


def test_first_come_first_served_knows_no_other_order() -> None:
    assert all(one.due == one.comes for one in days(1, Rules(by_due=False))[0].tickets)


def test_whoever_is_in_time_has_the_told_time_for_a_place_in_the_order() -> None:
    (day,) = days(1)
    told = {one.label: one.told for one in day.booked}
    late = [one for one in day.tickets if one.comes > told.get(one.label, 0) + 15]
    in_time = [one for one in day.tickets if one.label in told and one not in late]
    assert in_time
    assert all(one.due == told[one.label] for one in in_time)
    assert [one.due for one in late if one.label in told] == [
        pytest.approx(one.comes) for one in late if one.label in told
    ]


def test_all_counters_pause_where_nobody_is_served() -> None:
    assert [pauses(OFFICE, DAY, number) for number in (0, 1)] == [[(600, 60)]] * 2


def test_counters_pause_by_turns_where_the_office_serves_all_day() -> None:
    assert [pauses(OFFICE, MORNING, number) for number in (0, 1, 2)] == [
        [(660, 30)], [(690, 30)], [(660, 30)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "steps"),
    [
        (Rules(), {(0,): 2, (1,): 2, (0, 1): 5}),
        (Rules(specialised=True), {(0,): 3, (1,): 6}),
    ],
)
def test_counters_do_one_step_or_all(rules: Rules, steps: dict[tuple[int, ...], int]) -> None:
    found = Counter(tuple(sorted(one.steps)) for one in days(1, rules)[0].counters)
    assert found == steps


def test_at_dawn_people_come_before_the_doors_open() -> None:
    tickets = dawn(OFFICE, DAY, 175, seed=1).tickets
    assert len(tickets) == 175
    assert sum(one.comes < 8 * 60 for one in tickets) > 160

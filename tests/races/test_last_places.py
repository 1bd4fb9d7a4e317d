"""Places are given out to the last one, and not one more, whoever comes at once."""

from collections.abc import Sequence
from functools import partial

import pytest

from tests.machine import Machine, Reply, crowd, new_key, together
from tests.made_up import identity
from tests.races.storm import Target, book, check, storm, target
from tests.races.unlocked import eager, unlocked
from tests.tables import balance

pytestmark = pytest.mark.server


def test_fifty_places_go_to_fifty_of_five_hundred(machine: Machine) -> None:
    wanted = target(machine, "bandung")
    assert wanted.capacity == 50
    replies = storm(machine, wanted, crowd(machine, 500))
    check(replies, wanted)
    assert balance(machine, wanted) == (0, 50, 50)


def test_without_locks_in_the_database_the_same_storm_breaks() -> None:
    with unlocked() as api:
        people = crowd(api, 120, at_once=1)
        targets = [target(api, "bandung", number=number) for number in range(3)]
        with eager():
            storms = [
                (storm(api, wanted, people[40 * n : 40 * n + 40]), wanted)
                for n, wanted in enumerate(targets)
            ]
    assert any(not _holds(replies, wanted) for replies, wanted in storms)


def _holds(replies: Sequence[Reply], wanted: Target) -> bool:
    try:
        check(replies, wanted)
    except AssertionError:
        return False
    return True


def test_one_person_asking_at_twenty_offices_gets_one_place(machine: Machine) -> None:
    (who,) = crowd(machine, 1)
    listed = [one["office_id"] for one in machine.call("GET", "/v1/offices").json["offices"]]
    listed.remove("jakarta-selatan")  # its places go by lot
    targets = [target(machine, office_id, weeks=2) for office_id in listed[:20]]

    replies = together([partial(book, machine, wanted, who, new_key()) for wanted in targets])

    assert sorted(reply.status for reply in replies) == [201] + [409] * 19
    assert {reply.problem for reply in replies if reply.status == 409} == {"already-booked"}
    for wanted, reply in zip(targets, replies, strict=True):
        mine = int(reply.status == 201)
        assert balance(machine, wanted) == (wanted.capacity - mine, mine, mine)


def test_one_key_sent_twenty_times_at_once_is_one_booking_and_one_answer(machine: Machine) -> None:
    (who,) = crowd(machine, 1)
    wanted = target(machine, "semarang")
    key = new_key()

    replies = together([partial(book, machine, wanted, who, key)] * 20)

    assert {reply.status for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert balance(machine, wanted) == (wanted.capacity - 1, 1, 1)


def test_families_and_singles_share_a_slot_to_its_last_place(machine: Machine) -> None:
    wanted = target(machine, "biak")
    people = crowd(machine, 24)
    families = [[who.applicant_id, *_relatives(machine, who.token, 2)] for who in people[:6]]
    groups = families + [[who.applicant_id] for who in people[6:]]

    replies = together(
        [
            partial(
                machine.call,
                "POST",
                "/v1/bookings",
                wanted.body(*group),
                token=who.token,
                key=new_key(),
            )
            for who, group in zip(people, groups, strict=True)
        ]
    )

    booked = [reply.json["places"] for reply in replies if reply.status == 201]
    numbers = sorted(place["queue_number"] for places in booked for place in places)
    assert numbers == list(range(1, len(numbers) + 1))
    left, held, pointing = balance(machine, wanted)
    assert left + held == wanted.capacity
    assert held == pointing == len(numbers)
    assert left == 0


def _relatives(machine: Machine, token: str, count: int) -> list[str]:
    added = []
    for _ in range(count):
        person = identity()
        body = {name: person[name] for name in ("nik", "name", "birth_date", "sex")}
        reply = machine.call("POST", "/v1/me/family", {**body, "relation": "child"}, token=token)
        added.append(reply.json["applicant_id"])
    return added

"""A day of sixty people at the office for trials, over HTTP: booked, checked in, called, served.

The office is open at any hour, so the day can begin now; the machine is this file's own, for at the
end the day is closed.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import pytest

from chalicelib.domain.offices import TRIAL
from infra.local.environment import TABLE_PREFIX
from tests.machine import Api, Applicant, Machine, Reply, crowd, new_key, started, together

pytestmark = pytest.mark.server

BOOKED, WALK_INS, COUNTERS = 18, 42, 6  # in the last hour of a day there are 20 places


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with started(tmp_path_factory.mktemp("day"), limits="off") as running:
        yield running


class Day(NamedTuple):
    """A day that was played: who came, and what everybody was told."""

    people: Sequence[Applicant]
    codes: Sequence[str]
    labels: Sequence[str]
    """What their bookings said that they would be called by."""
    tickets: Sequence[str]
    served: Sequence[str]
    """Tickets, in the order in which counters were through with them."""
    today: Any
    """What anybody could see half-way."""


def staff(machine: Machine, role: str) -> str:
    reply = machine.call("POST", "/_local/staff", {"office_id": TRIAL, "role": role})
    assert reply.status == 201, reply.content
    page = {"kiosk": "/kios", "board": f"/papan?office={TRIAL}"}.get(role, "/meja")
    assert f"{page}#masuk=" in reply.json["link"]
    return str(reply.json["access_token"])


def booked(machine: Api, slot: tuple[str, str], who: Applicant) -> Any:
    date, start = slot
    wish = {
        "office_id": TRIAL,
        "date": date,
        "start": start,
        "service": "new",
        "applicants": [who.applicant_id],
    }
    reply = machine.call("POST", "/v1/bookings", wish, token=who.token, key=new_key())
    assert reply.status == 201, reply.content
    return reply.json


def free_slots(machine: Machine) -> Iterator[tuple[str, str]]:
    """The places of today from now on, one after the other."""
    office = f"/v1/offices/{TRIAL}"
    day = machine.call("GET", f"{office}/calendar").json["days"][0]["date"]
    for slot in machine.call("GET", f"{office}/days/{day}").json["slots"]:
        yield from [(day, slot["start"])] * slot["left"]


def own_check_in(machine: Machine, board: str, who: Applicant, code: str) -> Reply:
    shown = machine.call("GET", "/v1/desk/presence", token=board).json["presence"]
    path = f"/v1/bookings/{code}/check-in"
    return machine.call("POST", path, {"presence": shown}, token=who.token)


def served_at(machine: Machine, clerk: str, counter: str) -> list[str]:
    """What a counter does until nobody waits: whom it has served."""
    path, turn, served = f"/v1/desk/counters/{counter}/presses", 0, []
    turn = machine.call("GET", f"/v1/desk/counters/{counter}", token=clerk).json["turn"]

    def press(what: str, **more: Any) -> Reply:
        body = {"turn": turn, "press": what, **more}
        return machine.call("POST", path, body, token=clerk, key=new_key())

    turn = press("open").json["turn"]
    reply = press("next")
    while reply.status == 200 and "ticket" in reply.json:
        turn, ticket = reply.json["turn"], reply.json["ticket"]
        turn = press("serve").json["turn"]
        reply = press("finish", and_next=True)
        served.append(ticket)
    return served


@pytest.fixture(scope="module")
def day(machine: Machine) -> Day:
    clerk, kiosk, board = (staff(machine, role) for role in ("clerk", "kiosk", "board"))
    people = crowd(machine, BOOKED)
    slots = free_slots(machine)
    made = [booked(machine, next(slots), who) for who in people]
    # Half of them scan at the kiosk, half type what the board shows; some scan again.
    arrivals = [
        partial(machine.call, "POST", "/v1/desk/check-ins", {"qr": one["qr"]}, token=kiosk)
        if n % 2
        else partial(own_check_in, machine, board, people[n], one["code"])
        for n, one in enumerate(made)
    ]
    numbers = [
        partial(
            machine.call,
            "POST",
            "/v1/desk/walk-ins",
            {"service": "new", "people": 1, **({"priority": "elderly"} if n % 4 == 0 else {})},
            token=kiosk,
            key=new_key(),
        )
        for n in range(WALK_INS)
    ]
    came = together([*arrivals, *arrivals[:5], *numbers], at_once=8)
    assert {reply.status for reply in came} == {200, 201}, [r.content for r in came]
    today = machine.call("GET", f"/v1/offices/{TRIAL}/today").json
    counters = [str(n) for n in range(1, COUNTERS + 1)]
    served = together([partial(served_at, machine, clerk, one) for one in counters])
    return Day(
        people,
        [one["code"] for one in made],
        [one["ticket"] for one in made],
        [reply.json["ticket"] for reply in came],
        [ticket for one in served for ticket in one],
        today,
    )


def test_everybody_who_came_has_a_ticket_and_is_served_once(day: Day) -> None:
    assert len(set(day.tickets)) == BOOKED + WALK_INS
    assert sorted(day.served) == sorted(set(day.tickets))


def test_whoever_has_booked_gets_the_ticket_that_the_booking_named(day: Day) -> None:
    assert day.tickets[:BOOKED] == day.labels


def test_anybody_can_see_who_waits_by_their_numbers_and_until_when(day: Day) -> None:
    assert {one["ticket"] for one in day.today["line"]} == set(day.tickets)
    assert all(one["from"] <= one["until"] for one in day.today["line"])
    assert (day.today["status"], day.today["walk_ins"]) == ("open", "open")
    assert day.today["poll_after"] == 5


def test_neither_boards_nor_visits_lead_to_anybody(day: Day, machine: Machine) -> None:
    """All that the database holds of the day: no name, NIK, phone, code or id of a person."""
    machine.job("collect", None)
    found = json.dumps([*rows(machine, "boards"), *rows(machine, "visits")])
    assert TRIAL in found
    secrets = Counter(
        secret
        for who, code in zip(day.people, day.codes, strict=True)
        for secret in (who.nik, who.phone, who.phone[3:], who.applicant_id, who.account_id, code)
        if secret in found
    )
    assert not secrets
    assert "Pemohon" not in found
    assert "elderly" not in found


def rows(machine: Machine, table: str) -> Iterator[Any]:
    pages = machine.aws("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=TABLE_PREFIX + table):
        yield from page["Items"]


def test_the_office_for_trials_is_found_by_its_id_alone(machine: Machine) -> None:
    listed = [o["office_id"] for o in machine.call("GET", "/v1/offices").json["offices"]]
    near = machine.call("GET", "/v1/offices?near=-6.2,106.8").json["offices"]
    assert len(listed) == len(near) == 29
    assert TRIAL not in {*listed, *(one["office_id"] for one in near)}
    assert machine.call("GET", f"/v1/offices/{TRIAL}").status == 200


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"office_id": "nowhere", "role": "clerk"}'])
def test_nobody_is_signed_in_at_an_office_or_in_a_role_that_there_is_not(
    machine: Machine, body: bytes
) -> None:
    assert machine.call("POST", "/_local/staff", body).status == 422
    odd = {"office_id": TRIAL, "role": "minister"}
    assert machine.call("POST", "/_local/staff", odd).status == 422


def test_an_operator_adds_a_board_whose_link_ends_when_it_is_disabled(machine: Machine) -> None:
    added = machine.beside("infra.ops.staff", "add", TRIAL, "board")
    assert added.returncode == 0, added.stderr
    staff_id, link, _ = added.stdout.splitlines()
    page, _, secret = link.partition("#daftar=")
    assert page.endswith(f"/papan?office={TRIAL}")
    opened = machine.call("POST", f"/v1/staff/enrolments/{secret}", {}).json["session"]
    token, told = opened["access_token"], {"refresh_token": opened["refresh_token"]}
    assert machine.call("GET", "/v1/desk/presence", token=token).status == 200
    assert machine.beside("infra.ops.staff", "disable", staff_id).returncode == 0
    assert machine.call("GET", "/v1/desk/presence", token=token).status == 401
    assert machine.call("POST", "/v1/staff/sessions/refresh", told).status == 401


def test_in_the_end_an_absence_is_counted_and_who_was_turned_away_is_told_once(
    day: Day, machine: Machine
) -> None:
    """The last of this file: the office is closed for the day."""
    kiosk, supervisor = staff(machine, "kiosk"), staff(machine, "supervisor")
    absent, waiting = crowd(machine, 2)
    slots = free_slots(machine)
    missed, waits = (booked(machine, next(slots), who) for who in (absent, waiting))
    machine.call("POST", "/v1/desk/check-ins", {"qr": waits["qr"]}, token=kiosk)
    assert machine.call("POST", "/v1/desk/close", {}, token=supervisor).status == 200
    for _ in range(2):
        machine.job("close_days")
        machine.job("send_reminders")
    outcomes = [
        machine.call("GET", f"/v1/bookings/{one['code']}", token=who.token).json["outcome"]
        for one, who in ((missed, absent), (waits, waiting))
    ]
    assert outcomes == ["absent", "turned_away"]
    (counts,) = machine.call("GET", "/v1/me/export", token=absent.token).json["counts"]
    assert [one["own"] for one in counts["absences"]] == [True]
    texts = machine.call("GET", "/_local/sms").json
    assert sum("sebelum Anda dilayani" in sms["text"] for sms in texts) == 1
    tomorrow = machine.call("GET", f"/v1/offices/{TRIAL}/calendar").json["days"][1]["date"]
    assert booked(machine, (tomorrow, "09:00"), waiting)["status"] == "booked"

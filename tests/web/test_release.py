"""A release: phones that wait for it ask for nothing in its second that they could know before."""

from collections import Counter
from statistics import mean

import pytest

from tests.machine import Machine, crowd
from tests.races.storm import target
from tests.web.crowd import Phone, opens_in, wait

pytestmark = pytest.mark.server

OFFICE = "manokwari"
"""Where these tests book, and no others."""

PHONES, LATECOMERS = 40, 5
SECONDS = 9
"""Until the release: enough for Deno to start, and for all phones to prepare."""

MOST = 1.2
"""Requests from the release on, for each that wants a place."""


def asked(phones: list[Phone]) -> float:
    """How much each phone asks from the release on."""
    return mean(len(phone.from_the_release_on) for phone in phones)


def test_at_a_release_each_phone_sends_its_booking_and_nothing_else(machine: Machine) -> None:
    people = crowd(machine, PHONES + LATECOMERS)
    wanted = target(machine, OFFICE)
    opens_at = opens_in(machine, wanted, SECONDS)
    phones = wait(machine, wanted, people[:PHONES], opens_at)
    booked = [phone for phone in phones if phone.code]
    others = [phone for phone in phones if not phone.code]
    assert len(booked) == wanted.capacity < PHONES
    assert {phone.problem for phone in others} == {"slot-full"}
    assert min(phone.alternatives for phone in others) > 0
    sent = Counter(what for phone in phones for what in phone.from_the_release_on)
    assert set(sent) == {"POST /v1/bookings"}
    assert asked(phones) <= MOST
    before = Counter(what for phone in phones for at, what in phone.asked if at < 0)
    assert before["POST /v1/sessions/refresh"] == PHONES, "else there was nothing to know before"
    assert before["POST /v1/bookings"] == 0
    latecomers = wait(machine, wanted, people[PHONES:], opens_at, knowing=False)
    assert asked(latecomers) > MOST, "else this finds nothing"

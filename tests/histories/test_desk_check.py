"""The checker of halls accepts what is right, and what is wrong it rejects by its name."""

from dataclasses import replace

import pytest

from tests.histories.desk_check import Visit, breaches
from tests.histories.desk_clients import Event

A1, A2 = "ANTRIAN:001000000001:PROOF", "ANTRIAN:001000000002:PROOF"


def scan(qr: str, label: str, at: float) -> Event:
    return Event("kiosk", "scan", qr, at, at + 0.1, 200, ticket=label)


def calls(counter: str, label: str, at: float, key: str = "") -> Event:
    name = key or f"call {counter} {at}"
    return Event(counter, "next", name, at, at + 0.1, 200, ticket=label, turn=int(at))


def finishes(counter: str, label: str, at: float) -> Event:
    key = f"finish {counter} {at}"
    return Event(counter, "finish", key, at, at + 0.1, 200, turn=int(at), lets_go=label)


CAME = [scan(A1, "A1", 0), scan(A2, "A2", 0)]
FIRST = [calls("1", "A1", 1), finishes("1", "A1", 5)]
SECOND = [calls("2", "A2", 2), finishes("2", "A2", 4)]
RIGHT = [*CAME, *FIRST, *SECOND]
SERVED = {"A1": Visit("served", 10), "A2": Visit("served", 20)}

LOST = replace(FIRST[0], status=0, ticket="", turn=0)

GOOD = {
    "two are served by two": (RIGHT, SERVED),
    "an answer that was lost, and came": ([*CAME, LOST, *FIRST, *SECOND], SERVED),
    "missed, back and served": (
        [
            *CAME,
            calls("1", "A1", 1),
            Event("1", "no_show", "gone", 2, 2.1, 200, turn=2, lets_go="A1"),
            *SECOND,
            calls("1", "A1", 6),
            finishes("1", "A1", 7),
        ],
        SERVED,
    ),
}

BAD = {
    "called to two counters": (
        "A1 was called to 1 and to 2",
        [*RIGHT, calls("2", "A1", 3)],
        SERVED,
    ),
    "served twice": (
        "A1 was served twice",
        [*RIGHT, *(calls("1", "A1", 6), finishes("1", "A1", 7))],
        SERVED,
    ),
    "lost": ("A2 has left no visit", [*CAME, *FIRST], {"A1": SERVED["A1"]}),
    "recorded wrongly": ("A2 is recorded as served", [*CAME, *FIRST], SERVED),
    "unknown": ("nobody knows them", RIGHT, {**SERVED, "A9": Visit("served", 1)}),
    "passed over": (
        "A2 was called before A1",
        [
            *CAME,
            calls("2", "A2", 1),
            finishes("2", "A2", 2),
            calls("1", "A1", 3),
            finishes("1", "A1", 4),
        ],
        SERVED,
    ),
    "one press, two answers": (
        "next was answered with",
        [*RIGHT, replace(FIRST[0], ticket="A2", turn=9)],
        SERVED,
    ),
    "one ticket for two": (
        "2 people have the ticket A1",
        [*RIGHT, scan(A2 + "X", "A1", 0)],
        SERVED,
    ),
    "refused for no reason": (
        "was refused with counter-changed",
        [*RIGHT, Event("1", "serve", "k", 3, 3.1, 409, "counter-changed")],
        SERVED,
    ),
}


@pytest.mark.parametrize("what", GOOD)
def test_a_right_history_is_accepted(what: str) -> None:
    assert breaches(*GOOD[what]) == []


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_history_is_rejected_by_its_name(what: str) -> None:
    name, history, visits = BAD[what]
    found = breaches(history, visits)
    assert any(name in one for one in found), found

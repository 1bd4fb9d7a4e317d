"""Clients who ask for a place until they know whether they have one."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from http.client import HTTPException
from random import Random

from tests.histories.history import Event
from tests.machine import Api, Applicant, crowd, new_key, together
from tests.races.storm import Target, book

ARRIVAL_SECONDS = 2.0
"""The clients come within so long."""

PATIENCE_SECONDS = 5.0
"""How long a client waits at first; the request that it gave up goes on beside its next one."""

PAUSE_SECONDS = 0.5
"""A client pauses at most so long before it asks again."""

ATTEMPTS = 100
"""A client that has no answer after so many has found a fault."""

TOKENS_SECONDS = 300
"""People are new after so long: their tokens live ten minutes."""


def stormed(
    api: Api,
    wanted: Sequence[Target],
    people: Sequence[Applicant],
    seed: int,
    within: float = ARRIVAL_SECONDS,
) -> list[Event]:
    """Let everybody ask for one of the slots, in turn, to the end. Returns the history.

    The seed says who comes when and how patient each is; threads and faults keep their own dice.
    """
    dice = Random(seed)
    asking = [
        partial(_asked, api, wanted[n % len(wanted)], who, Random(dice.random()), within)
        for n, who in enumerate(people)
    ]
    return [event for events in together(asking) for event in events]


def _asked(api: Api, wanted: Target, who: Applicant, dice: Random, within: float) -> list[Event]:
    key, events = new_key(), list[Event]()
    time.sleep(dice.uniform(0, within))
    while len(events) < ATTEMPTS:
        # Who waits longer each time leaves the queue shorter; else a crowd would never get through.
        patience = min(PATIENCE_SECONDS * 2 ** len(events), api.patience)
        events.append(_once(replace(api, patience=patience), wanted, who, key))
        if events[-1].definite:
            break
        time.sleep(dice.uniform(0, PAUSE_SECONDS))
    return events


def _once(api: Api, wanted: Target, who: Applicant, key: str) -> Event:
    sent_at = time.monotonic()
    try:
        reply = book(api, wanted, who, key)
    except (OSError, HTTPException):
        return Event(who.applicant_id, wanted.slot_id, sent_at, time.monotonic(), 0)
    answered_at = time.monotonic()
    code, number = "", 0
    if reply.status == 201:
        code, number = reply.json["code"], reply.json["places"][0]["queue_number"]
    return Event(
        who.applicant_id,
        wanted.slot_id,
        sent_at,
        answered_at,
        reply.status,
        reply.problem,
        code,
        number,
    )


class People:
    """People without a booking, registered as they are needed; losers come again."""

    def __init__(self, registering: Api) -> None:
        self._registering = registering
        self._free: list[Applicant] = []
        self._since = time.monotonic()

    def take(self, size: int) -> list[Applicant]:
        """So many people who hold no booking."""
        if time.monotonic() - self._since > TOKENS_SECONDS:
            self._free, self._since = [], time.monotonic()
        missing = size - len(self._free)
        if missing > 0:
            self._free += crowd(self._registering, missing)
        taken, self._free = self._free[:size], self._free[size:]
        return taken

    def give_back(self, people: Sequence[Applicant], history: Sequence[Event]) -> None:
        """Those who came away with no booking are free again."""
        refused = {event.client for event in history if event.problem == "slot-full"}
        self._free += [who for who in people if who.applicant_id in refused]

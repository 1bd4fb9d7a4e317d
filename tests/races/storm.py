"""A storm on one slot, and what must be true of its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tests.machine import Api, Applicant, Reply, new_key, together


@dataclass(frozen=True, slots=True)
class Target:
    """A slot that a crowd wants."""

    office_id: str
    date: str
    start: str
    capacity: int

    @property
    def slot_id(self) -> str:
        return f"{self.office_id}#{self.date}#{self.start.replace(':', '')}"

    def body(self, *applicants: str) -> dict[str, object]:
        """The request that books a place here."""
        return {
            "office_id": self.office_id,
            "date": self.date,
            "start": self.start,
            "service": "new",
            "applicants": list(applicants),
        }


def target(api: Api, office_id: str, weeks: int = 1, number: int = 0) -> Target:
    """An untouched slot: the ``number``th of an office's first open day after so many weeks."""
    calendar = api.call("GET", f"/v1/offices/{office_id}/calendar?days=30").json["days"]
    day = next(d for d in calendar[7 * weeks :] if d["status"] == "open")["date"]
    slot = api.call("GET", f"/v1/offices/{office_id}/days/{day}").json["slots"][number]
    return Target(office_id, day, slot["start"], slot["capacity"])


def book(api: Api, wanted: Target, who: Applicant, key: str) -> Reply:
    """One request for one place."""
    return api.call("POST", "/v1/bookings", wanted.body(who.applicant_id), token=who.token, key=key)


def storm(api: Api, wanted: Target, crowd: Sequence[Applicant]) -> list[Reply]:
    """Everybody asks for a place in the same moment."""
    return together([partial(book, api, wanted, who, new_key()) for who in crowd])


def check(replies: Sequence[Reply], wanted: Target) -> None:
    """Exactly the places there are were given out, each once, and all others were told so."""
    booked = [reply.json for reply in replies if reply.status == 201]
    refused = [reply for reply in replies if reply.status != 201]
    numbers = sorted(place["queue_number"] for made in booked for place in made["places"])
    assert len({made["code"] for made in booked}) == len(booked)
    assert numbers == list(range(1, wanted.capacity + 1)), f"{len(numbers)} places given out"
    assert {reply.problem for reply in refused} == {"slot-full"}
    assert all(reply.json["alternatives"] for reply in refused)


SETTLED = timedelta(hours=1)
"""After this nothing of a storm can still be in flight."""

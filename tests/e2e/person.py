"""Somebody with a phone in their hand: signed in, and calling the running service."""

from dataclasses import dataclass
from typing import Any

from tests.machine import Applicant, Machine, Reply, new_key, register
from tests.races.storm import Target


@dataclass
class Person:
    """Somebody who is signed in and calls."""

    machine: Machine
    who: Applicant

    def __call__(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> Reply:
        return self.machine.call(method, path, body, token=self.who.token, key=key)

    @property
    def nik(self) -> str:
        return self.who.nik

    def add(self, nik: str, relation: str = "sibling") -> Reply:
        """Add the person of a NIK to the family."""
        person = {"nik": nik, "name": "Kerabat", "birth_date": "1980-01-01", "sex": "male"}
        return self("POST", "/v1/me/family", {**person, "relation": relation})

    def named(self, nik: str) -> str:
        """The same; returns what the account calls them."""
        added = self.add(nik)
        assert added.status == 201, added.content
        alias: str = added.json["applicant_id"]
        return alias

    def book(self, wanted: Target, *applicants: str) -> Reply:
        """Ask for places, by default one for the holder."""
        body = wanted.body(*(applicants or (self.who.applicant_id,)))
        return self("POST", "/v1/bookings", body, key=new_key())

    def booked(self, wanted: Target, *applicants: str) -> str:
        """The same; returns the code of the booking."""
        made = self.book(wanted, *applicants)
        assert made.status == 201, made.content
        code: str = made.json["code"]
        return code

    def cancel(self, code: str) -> None:
        assert self("DELETE", f"/v1/bookings/{code}").status == 200

    def proof(self) -> str:
        proof: str = self("GET", "/v1/me").json["proof"]
        return proof

    def texts(self) -> list[str]:
        """What came by SMS, the oldest first, without codes."""
        sent = self.machine.call("GET", "/_local/sms").json
        mine = [message["text"] for message in sent if message["phone"] == self.who.phone]
        return [text for text in mine if not text.startswith("Kode ")]


def somebody(machine: Machine, **changed: Any) -> Person:
    """Somebody new who registers."""
    return Person(machine, register(machine, **changed))

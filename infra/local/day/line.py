"""The line of the running service: people check in and counters press over HTTP.

Whom a counter calls, the service decides; who comes when and how long each is served, the hall.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.lines import Class, class_of
from infra.local.day.holders import Unexpected, expected
from infra.local.visitors import Api
from infra.waits.hall import Counter, Ticket

REFUSED = frozenset({"no-capacity", "day-closed"})
"""What people without a booking may be told, and whoever comes to a closed office."""


class ServiceLine:
    """Everybody who comes, and a clerk at each counter."""

    def __init__(
        self, base_url: str, office_id: str, counters: Sequence[Counter], qrs: Mapping[str, str]
    ) -> None:
        """``qrs`` are what the tickets of bookings show, by label."""
        self._counters = counters
        self._qrs = qrs
        self._kiosk, self._clerk = (
            Api(base_url, _signed_in(base_url, office_id, role)) for role in ("kiosk", "clerk")
        )
        self._turns: dict[int, int] = {}
        self._steps: dict[str, int] = {}
        self.taken: dict[str, Ticket] = {}
        """Who was let in, by the label that the service gave them, as they were called by it …"""
        self.refused: list[Ticket] = []
        """… and who was not."""
        self.served_labels: list[str] = []
        """Who has left, in this order."""

    @property
    def here(self) -> int:
        """How many people are there."""
        return sum(one.people for one in self.taken.values()) - self.served_people

    @property
    def served_people(self) -> int:
        return sum(self.taken[label].people for label in self.served_labels)

    def come(self, ticket: Ticket) -> bool:
        if ticket.label in self._qrs:
            answer = self._kiosk("POST", "/v1/desk/check-ins", {"qr": self._qrs[ticket.label]})
        else:
            wish = {"service": "new", "people": ticket.people}
            if class_of(ticket.label) is Class.PRIORITY:
                wish["priority"] = "elderly"
            answer = self._kiosk("POST", "/v1/desk/walk-ins", wish)
        if answer.get("type") in REFUSED:
            self.refused.append(ticket)
            return False
        label = expected(answer, "ticket")
        self.taken[label] = ticket._replace(label=label)
        self._steps[label] = 0
        return True

    def call(self, number: int) -> tuple[Ticket, int] | None:
        if number not in self._turns:
            self._turns[number] = 0
            self._press(number, "open", steps=sorted(self._counters[number].steps))
        called = self._press(number, "next")
        if called.get("type") == "nobody-waiting":
            return None
        label = expected(called, "ticket")
        self._press(number, "serve")
        return self.taken[label], self._steps[label]

    def served(self, number: int, ticket: Ticket, step: int) -> None:
        if step + 1 < len(ticket.minutes):
            self._press(number, "send_on")
            self._steps[ticket.label] += 1
        else:
            self._press(number, "finish")
            self.served_labels.append(ticket.label)

    def _press(self, number: int, what: str, **more: Any) -> dict[str, Any]:
        """A counter as it is after a press, or why it was refused if nobody waits.

        Where a supervisor has changed the counter meanwhile, the clerk looks and presses again;
        raises `Unexpected` where it is as the clerk knows it, and does not take the press.
        """
        path = f"/v1/desk/counters/{number + 1}/presses"
        while True:
            turn = self._turns[number]
            answer = self._clerk("POST", path, {"turn": turn, "press": what, **more})
            if answer.get("type") != "counter-changed" or answer["counter"]["turn"] == turn:
                break
            self._turns[number] = answer["counter"]["turn"]
        if "turn" in answer:
            self._turns[number] = answer["turn"]
        elif answer.get("type") != "nobody-waiting":
            raise Unexpected(what, answer)
        return answer


def supervisor(base_url: str, office_id: str) -> Api:
    return Api(base_url, _signed_in(base_url, office_id, "supervisor"))


def _signed_in(base_url: str, office_id: str, role: str) -> str:
    asked = {"office_id": office_id, "role": role}
    return str(expected(Api(base_url)("POST", "/_local/staff", asked), "access_token"))

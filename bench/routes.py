"""The calls to AWS of each route, in a process that has answered the same before."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench import asked
from bench.calls import COUNTED, OFFICE, let_pass
from bench.oracle import CODE, World, world
from bench.rows import Row

Calls = dict[str, tuple[str, ...]]
"""Of each route, in their order."""


def rows() -> Iterator[Row]:
    for name, calls in counted().items():
        which = ", ".join(f"{n} {call}" for call, n in Counter(calls).items())
        yield Row(f"calls of {name}", len(calls), "calls", f"{COUNTED}, warm: {which or 'none'}")


def counted() -> Calls:
    with world() as here:
        _Evening(here, 1).all()  # warms the process
        here.reset()
        let_pass()
        return _Evening(here, 2).all()


class _Evening:
    """Somebody who asks for everything, each time for other people."""

    def __init__(self, here: World, number: int) -> None:
        self._here, self._number = here, number
        self._calls: Calls = {}

    def all(self) -> Calls:
        holder = self._mine("GET /v1/me", note=", the first of an hour")["applicant_id"]
        self._mine("GET /v1/me")
        self._of_the_family()
        self._of_bookings(holder)
        self._of_codes()
        return self._calls

    def _of_the_family(self) -> None:
        self._mine("GET /v1/me/family", note=", nobody in it")
        relative = {**asked.ktp(asked.nik(100 + self._number)), "relation": "child"}
        child = self._mine("POST /v1/me/family", relative)["applicant_id"]
        self._mine("GET /v1/me/family", note=", one in it, the first of an hour")
        self._mine("GET /v1/me/family", note=", one in it")
        self._mine("DELETE /v1/me/family/{applicant_id}", applicant_id=child)

    def _of_bookings(self, holder: str) -> None:
        calendar = "GET /v1/offices/{office_id}/calendar"
        days = self._ask(calendar, office_id=OFFICE)["days"]
        self._ask(calendar, note=", within a second", office_id=OFFICE)
        day = next(day["date"] for day in days[1:] if day["status"] == "open")
        path = {"office_id": OFFICE, "date": day}
        one, other, *_ = self._ask("GET /v1/offices/{office_id}/days/{date}", **path)["slots"]
        wanted = {**path, "start": one["start"], "service": "new", "applicants": [holder]}
        code = self._mine("POST /v1/bookings", wanted)["code"]
        self._mine("GET /v1/bookings/{code}", code=code)
        to = {"date": day, "start": other["start"]}
        self._mine("POST /v1/bookings/{code}/reschedule", to, code=code)
        self._mine("DELETE /v1/bookings/{code}", code=code)

    def _of_codes(self) -> None:
        phone = asked.phone(self._number)
        wanted = {**asked.ktp(asked.nik(self._number + 200)), "phone": phone, "consent": True}
        begun = self._ask("POST /v1/registrations", wanted)
        proof = "POST /v1/registrations/{registration_id}/verification"
        self._ask(proof, {"code": CODE}, registration_id=begun["registration_id"])
        begun = self._ask("POST /v1/sessions", {"phone": self._here.holders_phone})
        proof = "POST /v1/sessions/{session_id}/verification"
        self._ask(proof, {"code": CODE}, session_id=begun["session_id"])

    def _mine(self, route: str, body: Any = None, note: str = "", **parameters: str) -> Any:
        return self._ask(route, body, note, token=self._here.token(), **parameters)

    def _ask(
        self,
        route: str,
        body: Any = None,
        note: str = "",
        token: str | None = None,
        **parameters: str,
    ) -> Any:
        key = f"key-{self._number}"
        event = asked.event(route, body, self._number, parameters, token=token, key=key)
        answer, calls = self._here.asked(event)
        self._calls[route + note] = calls
        return answer


if __name__ == "__main__":
    for row in rows():
        print(f"{row.name}  {row.value:.0f}  {row.how}", flush=True)

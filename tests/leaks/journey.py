"""A life with the service, for many people at once: all over HTTP, in the order of the calendar."""

import json
import re
import traceback
from collections.abc import Callable, Sequence
from datetime import time, timedelta
from typing import Any
from unittest.mock import patch

from app import app
from chalicelib import clock, jobs
from chalicelib.config import settings
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Closure, Window
from chalicelib.services.office import closure
from infra.local import functions
from tests.api.caller import call, call_from
from tests.builders import TODAY, an_office, every_day, released_days
from tests.leaks.people import Someone
from tests.machine import Reply
from tests.made_up import CODE
from tests.register import register_on
from tests.world import NOW

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

WINDOWS = tuple(Window(time(hour), time(hour + 1), 60) for hour in range(8, 17))
DAYS = [TODAY + n * DAY for n in (1, 2, 3)]
EVENING = NOW + DAY + timedelta(hours=8)
"""Of Wednesday, in Jakarta: those of Thursday are reminded."""

FLOOD = Closure("Banjir", "Flood")
REQUESTS_OF_A_STEP = 8

BY_ADDRESS = {
    ("POST", path)
    for path in ("/v1/registrations", "/v1/sessions", "/v1/me/family", "/v1/me/phone")
}
"""Where it counts from which address somebody calls."""


class Journey:
    """What was told on the way: refusals and faults, letters of jobs that failed, codes, tokens."""

    def __init__(self, text_to: Callable[[str], str]) -> None:
        self.at = NOW
        self.address = ""
        self.refusals: list[bytes] = []
        self.letters: list[bytes] = []
        self.codes: set[tuple[str, str]] = set()
        self.tokens: set[str] = set()
        self.statuses: dict[int, int] = {}
        self.done: dict[str, int] = {}
        self._text_to = text_to
        self._access: dict[int, str] = {}
        self._holder: dict[int, str] = {}
        self._booked: dict[int, str] = {}

    def of(self, people: Sequence[Someone], others: Sequence[Someone]) -> None:
        """All of it. Each has one of ``others`` in the family, whose address becomes theirs."""
        with (
            patch.object(clock, "now", lambda: self.at),
            patch.object(jobs, "settings", settings._replace(sms_per_second=1e9)),
            register_on(),
        ):
            self.survive(lambda: released_days(an_office(opening=every_day(*WINDOWS))))
            for step in (self.register, self.sign_in, self.live, self.book, self.change):
                for someone, other in zip(people, others, strict=True):
                    self.address = someone.address
                    step(someone, other)
                self.at += 3 * MINUTE
            self.job("open_days")
            self.at = EVENING
            self.job("send_reminders")
            self.survive(lambda: closure.declare("malang", DAYS[2], FLOOD, self.at))
            for name in ("send_reminders", "sweep", "reconcile", "open_days"):
                self.at += timedelta(hours=1)
                self.job(name)
            for someone, other in zip(people, others, strict=True):
                self.address = someone.address
                self.leave(someone, other)

    # ---- what one person does --------------------------------------------------------------------

    def register(self, someone: Someone, other: Someone) -> None:
        if someone.number % 7 == 0:
            for wrong in (
                {"nik": int(someone.nik)},
                {"name": someone.name + "\0"},
                {"phone": someone.phone.replace("+62", "+61")},
                {"email": someone.email.replace("@", " ")},
                {"birth_date": f"{someone.birth_date:%d-%m-%Y}"},
                {"sex": someone.name},
                {"consent": False},
                {someone.email: someone.phone},
                {someone.nik: 1},
            ):
                self.ask("POST", "/v1/registrations", {**someone.registration(), **wrong})
            self.ask("POST", "/v1/registrations", f"{{{someone.registration()}".encode())
            self.ask("GET", f"/v1/bookings/{someone.nik}")
        begun = self.ask("POST", "/v1/registrations", someone.registration())
        self.prove("registrations", begun, "registration_id", someone)

    def sign_in(self, someone: Someone, other: Someone) -> None:
        begun = self.ask("POST", "/v1/sessions", {"phone": someone.phone})
        tokens = self.prove("sessions", begun, "session_id", someone)
        if tokens is None:
            return
        again = self.ask("POST", "/v1/sessions/refresh", {"refresh_token": tokens})
        if again.status == 200:
            self.keep(someone, again)
        if someone.number % 9 == 0:
            self.ask("POST", "/v1/sessions", {"phone": someone.phone})

    def prove(self, what: str, begun: Reply, id_: str, someone: Someone) -> str | None:
        """Type in the code, some a wrong one before. The refresh token, if that went well."""
        if begun.status != 202:
            return None
        challenge, found = begun.json[id_], CODE.search(self._text_to(someone.phone))
        if found is None:
            return None
        self.codes.add((challenge, found[1]))
        path = f"/v1/{what}/{challenge}/verification"
        if someone.number % 5 == 0:
            self.ask("POST", path, {"code": f"{(int(found[1]) + 1) % 10**6:06}"})
        proven = self.ask("POST", path, {"code": found[1]})
        if proven.status != 201:
            return None
        self.keep(someone, proven)
        refresh_token: str = proven.json["refresh_token"]
        return refresh_token

    def keep(self, someone: Someone, told: Reply) -> None:
        self._access[someone.number] = told.json["access_token"]
        self.tokens.add(told.json["access_token"].rpartition(".")[2])
        self.tokens.add(told.json["refresh_token"].rpartition(".")[2])

    def live(self, someone: Someone, other: Someone) -> None:
        me = self.mine(someone, "GET", "/v1/me")
        if me.status == 200:
            self._holder[someone.number] = me.json["applicant_id"]
        self.mine(someone, "PATCH", "/v1/me", {"email": other.email})
        self.mine(someone, "POST", "/v1/me/family", {**other.ktp(), "relation": "child"})
        if someone.number % 11 == 0:
            for wrong in ({"nik": other.name}, {"relation": other.name}, {other.name: 1}, {}):
                body = {**other.ktp(), "relation": "child", **wrong}
                self.mine(someone, "POST", "/v1/me/family", body)
            self.mine(someone, "PATCH", "/v1/me", {"name": someone.nik, "email": someone.phone})
            begun = self.ask(
                "POST", "/v1/registrations", {**someone.registration(), "phone": other.phone}
            )
            self.prove("registrations", begun, "registration_id", other._replace(number=-1))
        self.mine(someone, "GET", "/v1/me/family")
        self.move(someone, other)

    def book(self, someone: Someone, other: Someone) -> None:
        holder = self._holder.get(someone.number, "nobody")
        wanted = {**self.slot(someone.number), "service": "new", "applicants": [holder]}
        made = self.mine(someone, "POST", "/v1/bookings", wanted, key=f"key-{someone.number}")
        if made.status == 201:
            self._booked[someone.number] = made.json["code"]
        if someone.number % 13 == 0:
            body = {**wanted, "applicants": [someone.name, someone.nik]}
            self.mine(someone, "POST", "/v1/bookings", body, key=someone.nik)
            self.mine(
                someone, "POST", "/v1/bookings", {**wanted, "office_id": someone.phone}, key="k"
            )

    def move(self, someone: Someone, other: Someone) -> None:
        """Another phone for some: that of the one in their family, or that of somebody else."""
        if someone.number % 30 == 0:
            self.mine(someone, "POST", "/v1/me/phone", {"phone": someone.nik})
            begun = self.mine(someone, "POST", "/v1/me/phone", {"phone": other.phone})
            found = CODE.search(self._text_to(other.phone)) if begun.status == 202 else None
            if found:
                self.codes.add((begun.json["change_id"], found[1]))
                path = f"/v1/me/phone/{begun.json['change_id']}/verification"
                self.mine(someone, "POST", path, {"code": someone.nik})
                self.mine(someone, "POST", path, {"code": found[1]})

    def change(self, someone: Someone, other: Someone) -> None:
        code = self._booked.get(someone.number, "NOTHING")
        asked = self.mine(someone, "GET", "/v1/me/requests")
        for one in asked.json["requests"] if asked.status == 200 else []:
            answer = f"/v1/me/requests/{one['request_id']}"
            self.mine(someone, "POST", answer, {"accept": someone.name})
            self.mine(someone, "POST", answer, {"accept": False})
        if someone.number % 13 == 0:
            self.mine(someone, "POST", f"/v1/bookings/{code}/disown")
        if someone.number % 4 == 1:
            moved = {**self.slot(someone.number + 1)}
            self.mine(someone, "POST", f"/v1/bookings/{code}/reschedule", moved, key="move")
        if someone.number % 4 == 2:
            self.mine(someone, "DELETE", f"/v1/bookings/{code}")
        if someone.number % 4 == 3:
            self.mine(someone, "DELETE", "/v1/me")

    def leave(self, someone: Someone, other: Someone) -> None:
        tokens = self._access.pop(someone.number, "")
        self.mine(someone, "GET", "/v1/me", token=tokens)  # long past its life
        begun = self.ask("POST", "/v1/sessions", {"phone": someone.phone})
        self.prove("sessions", begun, "session_id", someone)
        self.mine(someone, "GET", "/v1/me/export")
        self.mine(someone, "DELETE", "/v1/me")

    def slot(self, number: int) -> dict[str, str]:
        day, window = DAYS[number % len(DAYS)], WINDOWS[number // len(DAYS) % len(WINDOWS)]
        return {"office_id": "malang", "date": day.isoformat(), "start": hhmm(window.start)}

    # ---- how it is asked -------------------------------------------------------------------------

    def mine(
        self, someone: Someone, method: str, path: str, body: Any = None, **more: Any
    ) -> Reply:
        more.setdefault("token", self._access.get(someone.number, ""))
        return self.ask(method, path, body, **more)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        """Ask again while there is a fault; every answer that is none of what was asked is kept."""
        for _ in range(REQUESTS_OF_A_STEP):
            reply = self._call(method, path, body, **more)
            self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
            if reply.status >= 400:
                self.refusals.append(json.dumps(dict(reply.headers)).encode() + reply.content)
            else:
                step = f"{method} {'/'.join(re.findall(r'(?<=/)(?:v1|[a-z]+)(?=/|$)', path))}"
                self.done[step] = self.done.get(step, 0) + 1
            if reply.status < 500:
                break
        return reply

    def _call(self, method: str, path: str, body: Any, **more: Any) -> Reply:
        if (method, path) not in BY_ADDRESS or isinstance(body, bytes):
            return call(method, path, body, **more)
        headers = {"authorization": f"Bearer {more['token']}"} if more.get("token") else {}
        return call_from(self.address, method, path, body, headers)

    def job(self, name: str) -> None:
        scheduled = functions.scheduled(app)[name]
        self.survive(lambda: functions.call(scheduled, self.at, again="yes"))

    def survive(self, do: Callable[[], object]) -> None:
        """Do it again until it succeeds; what Lambda logs of a failure, its letter, is kept."""
        for _ in range(200):
            try:
                done = do()
            except Exception as error:  # noqa: BLE001 (as Lambda does at the edge of a function)
                self.letters.append("".join(traceback.format_exception(error)).encode())
                self.letters.append(json.dumps({"errorMessage": str(error)}).encode())
            else:
                self.letters.append(json.dumps(done).encode())
                return
        raise AssertionError("it never succeeds")

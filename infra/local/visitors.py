"""People who use the service, and the jobs of a day meanwhile: something for dashboards to show.

They come evenly over some time. Two of three want the slot with the fewest places, until it is sold
out, and then take what they are offered instead; some mistype their code, ask for a second place or
for one that is not released, give theirs up or move it.
"""

import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Body = dict[str, Any]
Job = Callable[[str, datetime | None], object]
"""Runs a scheduled function as at an instant, or now."""

AT_ONCE = 8
PATIENCE_SECONDS = 60
CODE = re.compile(r"\b\d{6}\b")


class Slot(NamedTuple):
    office_id: str
    date: str
    start: str


class Unreleased(NamedTuple):
    slot: Slot
    opens_at: str


class Api:
    """The API at a base URL, for one person or for nobody."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self.base_url = base_url
        self.token = token

    def __call__(self, method: str, path: str, body: Body | None = None) -> Body:
        """What is answered, refusals too."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body).encode()
        request = Request(self.base_url + path, content, headers, method=method)  # noqa: S310 (ours)
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 (ours)
                return _read(answer)
        except HTTPError as refused:
            with refused:
                return _read(refused)


def come(base_url: str, job: Job, people: int, seconds: float) -> None:
    """Let so many people come within about so many seconds, and run the jobs in between."""
    api = Api(base_url)
    offers, unreleased = _look_around(api)
    never = threading.Event()  # who waits for it waits all the time given

    def visit(number: int) -> None:
        never.wait(max(began + seconds * number / people - time.monotonic(), 0))
        _Visitor(base_url, number).visit(offers, unreleased)

    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        visits = [pool.submit(visit, number) for number in range(people)]
        jobs = list(_jobs(api, unreleased))
        for n, (name, at) in enumerate(jobs):
            never.wait(max(began + seconds * n / len(jobs) - time.monotonic(), 0))
            job(name, at)
        for one in visits:
            one.result()
    job("send_reminders", _eve(offers[0]))
    job("sweep", None)
    job("reconcile", None)


class _Visitor:
    def __init__(self, base_url: str, number: int) -> None:
        self._api = Api(base_url)
        self._number = number

    def visit(self, offers: list[Slot], unreleased: Unreleased) -> None:
        self._register()
        me = self._api("GET", "/v1/me")["applicant_id"]
        if self._one_in(6):
            self._book(unreleased.slot, me)
        answer = self._book(offers[self._number % len(offers) if self._one_in(3) else 0], me)
        if answer.get("type") == "slot-full" and answer["alternatives"]:
            other = answer["alternatives"][self._number % len(answer["alternatives"])]
            answer = self._book(Slot(other["office_id"], other["date"], other["start"]), me)
        if "code" not in answer:
            return
        path = f"/v1/bookings/{answer['code']}"
        if self._one_in(4):
            self._book(offers[-1], me)
        if self._one_in(5):
            self._api("POST", f"{path}/reschedule", offers[-1]._asdict())
        elif self._one_in(3):
            self._api("DELETE", path)

    def _one_in(self, people: int) -> bool:
        return self._number % people == 0

    def _register(self) -> None:
        who = person()
        begun = self._api("POST", "/v1/registrations", who)
        path = f"/v1/registrations/{begun['registration_id']}"
        with urlopen(f"{self._api.base_url}/_local/sms") as sent:  # noqa: S310 (ours)
            texts = [m["text"] for m in json.load(sent) if m["phone"][3:] == who["phone"][1:]]
        code = CODE.search(texts[-1])
        assert code
        if self._one_in(7):
            self._api("POST", f"{path}/verification", {"code": f"{(int(code[0]) + 1) % 10**6:06}"})
        tokens = self._api("POST", f"{path}/verification", {"code": code[0]})
        assert "access_token" in tokens, tokens
        self._api.token = tokens["access_token"]

    def _book(self, slot: Slot, applicant_id: str) -> Body:
        asked = slot._asdict() | {"service": "new", "applicants": [applicant_id]}
        return self._api("POST", "/v1/bookings", asked)


def _look_around(api: Api) -> tuple[list[Slot], Unreleased]:
    """A slot of each office on the last day released, the scarcest first; and what comes next."""
    found = []
    offices: list[Body] = api("GET", "/v1/offices")["offices"]
    for office in offices:
        office_id = office["office_id"]
        path = f"/v1/offices/{office_id}"
        days = api("GET", f"{path}/calendar?days=45")["days"]
        last = [day["date"] for day in days if day["status"] == "open"][-1]
        coming = next(day for day in days if day["status"] == "not_released")
        slots = api("GET", f"{path}/days/{last}")["slots"]
        left, start = min((slot["left"], slot["start"]) for slot in slots if slot["left"])
        later = Unreleased(Slot(office_id, coming["date"], start), coming["opens_at"])
        found.append((left, Slot(office_id, last, start), later))
    found.sort()
    return [slot for _, slot, _ in found], found[0][2]


def _jobs(api: Api, unreleased: Unreleased) -> Iterator[tuple[str, datetime | None]]:
    """The jobs that run while people come: all day long, and at the midnights until a release."""
    until = datetime.fromisoformat(unreleased.opens_at) + timedelta(hours=2)  # for zones westward
    offices: list[Body] = api("GET", "/v1/offices")["offices"]
    midnights = set()
    for office in offices:
        told = api("GET", f"/v1/offices/{office['office_id']}")["next_release_at"]
        at = datetime.fromisoformat(told)
        while at <= until:
            midnights.add(at)
            at += timedelta(days=1)
    for at in sorted(midnights):
        yield "open_days", at
        yield "sweep", None
        yield "send_reminders", None


def _eve(slot: Slot) -> datetime:
    """When people are reminded, in Jakarta and in every zone east of it."""
    eve = date.fromisoformat(slot.date) - timedelta(days=1)
    return datetime.fromisoformat(f"{eve}T17:00:00+07:00")


def person() -> Body:
    """Somebody new: a KTP that could exist, and a phone that nobody answers."""
    born = date(1960, 1, 1) + timedelta(days=random.randrange(16_000))  # noqa: S311
    return {
        "nik": f"357301{born.day + 40}{born:%m%y}{random.randrange(1, 9999):04}",  # noqa: S311
        "name": "Siti Aminah",
        "birth_date": born.isoformat(),
        "sex": "female",
        "phone": f"0812{random.randrange(10**8):08}",  # noqa: S311
        "consent": True,
    }


def _read(answer: Any) -> Body:
    read: Body = json.loads(answer.read() or b"{}")
    return read

"""People who use the service, and the jobs of a day meanwhile: something for dashboards to show.

They come evenly over some time. All first want the slot with the fewest places, until it is sold
out, and then take what they are offered instead; some mistype their code, ask for a second place or
for one that is not released, give theirs back or move it.
"""

import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Body = dict[str, Any]
Job = Callable[[str, datetime | None], object]
"""Runs a scheduled function as at an instant, or now."""

AT_ONCE = 8
RUNS = 12
"""How often the jobs that run all day do so meanwhile."""

CODE = re.compile(r"\b\d{6}\b")


class Slot(NamedTuple):
    office_id: str
    date: str
    start: str


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
            with urlopen(request) as answer:  # noqa: S310 (ours)
                return _read(answer)
        except HTTPError as refused:
            with refused:
                return _read(refused)


def come(base_url: str, job: Job, people: int, seconds: float) -> None:
    """Let so many people come within about so many seconds, and run the jobs in between."""
    api = Api(base_url)
    wanted, unreleased = _scarcest(api)
    hurry = threading.Event()  # never set: who waits for it waits all the time given

    def visit(number: int) -> None:
        hurry.wait(max(began + seconds * number / people - time.monotonic(), 0))
        _Visitor(base_url, number).visit(wanted, unreleased)

    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        visits = [pool.submit(visit, number) for number in range(people)]
        for turn, (name, at) in enumerate(jobs := list(_jobs(api, wanted))):
            hurry.wait(max(began + seconds * turn / len(jobs) - time.monotonic(), 0))
            job(name, at)
        for one in visits:
            one.result()
    job("send_reminders", _eve(wanted))
    job("sweep", None)


class _Visitor:
    def __init__(self, base_url: str, number: int) -> None:
        self._api = Api(base_url)
        self._number = number

    def visit(self, wanted: Slot, unreleased: Slot) -> None:
        self._register()
        me = self._api("GET", "/v1/me")["applicant_id"]
        if self._one_in(6):
            self._book(unreleased, me)
        answer = self._book(wanted, me)
        if answer.get("type") == "slot-full" and answer["alternatives"]:
            other = answer["alternatives"][self._number % len(answer["alternatives"])]
            answer = self._book(Slot(other["office_id"], other["date"], other["start"]), me)
        if "code" not in answer:
            return
        path = f"/v1/bookings/{answer['code']}"
        if self._one_in(4):
            self._book(wanted, me)
        if self._one_in(5):
            self._move(path, answer)
        elif self._one_in(3):
            self._api("DELETE", path)

    def _one_in(self, people: int) -> bool:
        return self._number % people == 0

    def _register(self) -> None:
        person = _person()
        begun = self._api("POST", "/v1/registrations", person)
        path = f"/v1/registrations/{begun['registration_id']}"
        with urlopen(f"{self._api.base_url}/_local/sms") as sent:  # noqa: S310 (ours)
            texts = [m["text"] for m in json.load(sent) if m["phone"][3:] == person["phone"][1:]]
        code = CODE.search(texts[-1])
        assert code
        if self._one_in(7):
            self._api("POST", f"{path}/verification", {"code": code[0][::-1]})
        tokens = self._api("POST", f"{path}/verification", {"code": code[0]})
        self._api.token = tokens["access_token"]

    def _book(self, slot: Slot, applicant_id: str) -> Body:
        asked = slot._asdict() | {"service": "new", "applicants": [applicant_id]}
        return self._api("POST", "/v1/bookings", asked)

    def _move(self, path: str, booked: Body) -> None:
        day = self._api("GET", f"/v1/offices/{booked['office_id']}/days/{booked['date']}")
        free = [slot["start"] for slot in day["slots"] if slot["left"]]
        if free:
            self._api("POST", f"{path}/reschedule", {"date": booked["date"], "start": free[-1]})


def _scarcest(api: Api) -> tuple[Slot, Slot]:
    """The slot with the fewest places of a day soon, and one of its office that is not released."""
    found = []
    offices: list[Body] = api("GET", "/v1/offices")["offices"]
    for office in offices:
        path = f"/v1/offices/{office['office_id']}"
        days = api("GET", f"{path}/calendar?days=45")["days"]
        soon = next(day["date"] for day in days[2:] if day["status"] == "open")
        later = next(day["date"] for day in days if day["status"] == "not_released")
        for slot in api("GET", f"{path}/days/{soon}")["slots"]:
            if slot["left"]:
                of = office["office_id"], slot["start"]
                found.append((slot["left"], Slot(of[0], soon, of[1]), Slot(of[0], later, of[1])))
    _, wanted, unreleased = min(found)
    return wanted, unreleased


def _jobs(api: Api, wanted: Slot) -> Iterator[tuple[str, datetime | None]]:
    """The jobs that run while people come: all day long, and at the next midnight of each zone."""
    offices: Sequence[Body] = api("GET", "/v1/offices")["offices"]
    releases = {
        api("GET", f"/v1/offices/{office['office_id']}")["next_release_at"] for office in offices
    }
    midnights = iter(sorted(map(datetime.fromisoformat, releases)))
    for run in range(RUNS):
        yield "sweep", None
        yield "send_reminders", None
        yield "open_days", (next(midnights, None) if run % 3 == 1 else None)
    yield "audit", None


def _eve(wanted: Slot) -> datetime:
    """When people are reminded, in Jakarta and in every zone east of it."""
    eve = date.fromisoformat(wanted.date) - timedelta(days=1)
    return datetime.fromisoformat(f"{eve}T17:00:00+07:00")


def _person() -> Body:
    """Somebody new: a KTP that can be, and a phone that nobody answers."""
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

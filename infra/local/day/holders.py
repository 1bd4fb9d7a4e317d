"""The people of a day get accounts and book beforehand, over HTTP, each the places they have."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple, TypeVar
from urllib.request import urlopen

from chalicelib.domain.local_time import hhmm
from chalicelib.domain.offices import Window
from infra.local.visitors import CODE, Api, person
from infra.waits.people import Booked

AT_ONCE = 8
LETTERS = re.compile("[A-Z]+")

T = TypeVar("T")


class Unexpected(Exception):
    """The service has answered what it should not have."""


class Holder(NamedTuple):
    """Somebody with an account and a booking."""

    booked: Booked
    code: str
    qr: str
    refresh_token: str

    def outcome(self, base_url: str) -> str:
        """How their visit has ended, as they read it; they sign in again, as it is long ago."""
        api = Api(base_url)
        again = {"refresh_token": self.refresh_token}
        api.token = expected(api("POST", "/v1/sessions/refresh", again), "access_token")
        return str(expected(api("GET", f"/v1/bookings/{self.code}"), "outcome"))


class _Account(NamedTuple):
    api: Api
    refresh_token: str
    applicants: list[str]


def book(
    base_url: str, office_id: str, day: date, windows: Sequence[Window], booked: Sequence[Booked]
) -> list[Holder]:
    """Book for all of these, who get the queue numbers that they have in the simulation."""
    accounts = dict(zip(booked, _registered(base_url, booked), strict=True))
    by_window = [list(group) for _, group in groupby(booked, lambda one: letters_of(one.label))]
    made = together(
        # One after the other where they share a window: queue numbers are given in this order.
        partial(_book_all, accounts, ones, (office_id, day, window))
        for ones, window in zip(by_window, windows, strict=True)
    )
    return [holder for group in made for holder in group]


def together(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Make all calls, some of them at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda call: call(), calls))


def expected(answer: dict[str, Any], field: str) -> Any:
    """What the service has answered in a field. Raises `Unexpected` if it has refused."""
    if field not in answer:
        raise Unexpected(answer)
    return answer[field]


def letters_of(label: str) -> str:
    """Of the window that a label belongs to."""
    found = LETTERS.match(label)
    assert found
    return found[0]


def _registered(base_url: str, booked: Sequence[Booked]) -> list[_Account]:
    """An account for each booking, with as many people as it is for."""
    api = Api(base_url)
    holders = [person() for _ in booked]
    begun = together(partial(api, "POST", "/v1/registrations", who) for who in holders)
    with urlopen(f"{base_url}/_local/sms") as sent:  # noqa: S310 (ours)
        texts = {sms["phone"]: sms["text"] for sms in json.load(sent)}
    codes = (CODE.findall(texts[f"+62{who['phone'][1:]}"])[0] for who in holders)
    return together(
        partial(_proven, base_url, expected(one, "registration_id"), code, people.people)
        for one, code, people in zip(begun, codes, booked, strict=True)
    )


def _proven(base_url: str, registration_id: str, code: str, people: int) -> _Account:
    api = Api(base_url)
    path = f"/v1/registrations/{registration_id}/verification"
    tokens = api("POST", path, {"code": code})
    api.token = expected(tokens, "access_token")
    applicants = [expected(api("GET", "/v1/me"), "applicant_id")]
    for _ in range(people - 1):
        ktp = {name: person()[name] for name in ("nik", "name", "birth_date", "sex")}
        added = api("POST", "/v1/me/family", {**ktp, "relation": "sibling"})
        applicants.append(expected(added, "applicant_id"))
    return _Account(api, tokens["refresh_token"], applicants)


def _book_all(
    accounts: dict[Booked, _Account], booked: Sequence[Booked], slot: tuple[str, date, Window]
) -> list[Holder]:
    office_id, day, window = slot
    wish = {
        "office_id": office_id,
        "date": day.isoformat(),
        "start": hhmm(window.start),
        "service": "new",
    }
    holders = []
    for one in booked:
        account = accounts[one]
        answer = account.api("POST", "/v1/bookings", {**wish, "applicants": account.applicants})
        first = expected(answer, "places")[0]["queue_number"]
        if one.label != f"{letters_of(one.label)}{first}" or answer["arrive_from"] != _hhmm(
            one.told
        ):
            raise Unexpected(answer)  # the simulation told them something else
        holders.append(Holder(one, answer["code"], answer["qr"], account.refresh_token))
    return holders


def _hhmm(minutes: float) -> str:
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}"

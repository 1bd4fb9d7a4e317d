"""A thousand reminders while SNS throttles, fails and loses answers: nobody gets two."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib import aws as clients
from chalicelib import vault
from chalicelib.config import settings
from chalicelib.domain.bookings import Place, SlotKey
from chalicelib.domain.offices import Window
from chalicelib.services.notices import reminders
from chalicelib.store import records
from chalicelib.store.tables.booking import BookingItem, SlotItem
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import seconds
from tests.builders import a_booking, an_office, every_day, released_days
from tests.world import NOW, forget

PEOPLE = 1000
TOMORROW = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WINDOWS = tuple(Window(time(hour), time(hour + 1), PEOPLE // 10) for hour in range(8, 18))


class Trouble:
    """Before SNS: 5% throttled, 5% failed. After it: 5% of the answers lost."""

    def __init__(self) -> None:
        self.dice = random.Random(7)
        self.met: Counter[str] = Counter()

    def before(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        chance = self.dice.random()
        if chance < 0.05:
            return self._answer(400, "Throttling")
        if chance < 0.10:
            return self._answer(500, "InternalError")
        return None

    def after(self, **_: Any) -> None:
        if self.dice.random() < 0.05:
            self.met["lost"] += 1
            raise ReadTimeoutError(endpoint_url="sns")

    def _answer(self, status: int, code: str) -> tuple[AWSResponse, dict[str, Any]]:
        self.met[code] += 1
        parsed = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("sns", status, {}, None), parsed


@pytest.fixture
def trouble(aws: None) -> Iterator[Trouble]:
    met = Trouble()
    sns = clients.client("sns", region=settings.sms_region, attempts=1)
    sns.meta.events.register_first("before-call.sns.Publish", met.before)
    sns.meta.events.register("after-call.sns.Publish", met.after)
    yield met
    forget()


def test_of_a_thousand_nobody_gets_two_and_all_who_got_none_are_listed(trouble: Trouble) -> None:
    released_days(an_office(opening=every_day(*WINDOWS)))
    book()

    told = Counter[str]()
    for _ in range(3):
        told.update(reminders.remind(EVENING, lambda: True))

    assert min(trouble.met[kind] for kind in ("Throttling", "InternalError", "lost")) > 20
    got = Counter(phone for phone, _ in outbox())
    assert max(got.values()) == 1
    assert len(got) >= 0.99 * PEOPLE
    listed = reminders.unsent("malang", EVENING)
    assert told["sent"] + len(listed) == PEOPLE
    assert {one.telling.state.value for one in listed} <= {"unknown", "failed"}
    assert all(one.telling.reason for one in listed)


def test_a_run_that_is_cut_short_leaves_the_rest_to_the_next(aws: None) -> None:
    released_days(an_office(opening=every_day(*WINDOWS)))
    book(50)
    allowed = iter([True] * 20)
    first = reminders.remind(EVENING, lambda: next(allowed, False))
    assert (first["sent"], first["handed_over"]) == (20, 1)
    second = reminders.remind(EVENING, lambda: True)
    assert (second["sent"], second["handed_over"]) == (30, 0)
    assert max(Counter(phone for phone, _ in outbox()).values()) == 1


def book(size: int = PEOPLE) -> None:
    """Bookings of so many accounts for tomorrow, with a phone each, as requests leave them."""
    rosters: dict[SlotKey, dict[str, Any]] = defaultdict(dict)
    with AccountItem.batch_write() as accounts, BookingItem.batch_write() as stored:
        for number in range(size):
            window = WINDOWS[number % 10]
            slot = SlotKey("malang", TOMORROW, window.start)
            who, code = f"account{number:05}", f"CODE{number:08}"
            sealed = vault.seal(who, {"phone": f"+62812{number:08}"})
            accounts.save(
                AccountItem(
                    who,
                    holder=who,
                    phone=sealed,
                    people={},
                    added={},
                    used_at=0,
                    consented_at=0,
                    created_at=0,
                )
            )
            place = Place(slot, window.end, number // 10 + 1, window.start)
            booking = a_booking(who, code=code, account_id=who, place=place)
            stored.save(BookingItem(**records.fields(booking)))
            rosters[slot][code] = number // 10 + 1
    for slot, numbers in rosters.items():
        holds = dict.fromkeys(numbers, f"1 0 {seconds(NOW)}")
        SlotItem.change(slot.id, actions=[SlotItem.holds.set(holds), SlotItem.numbers.set(numbers)])


def outbox() -> list[tuple[str, str]]:
    sent = sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region].sms_messages.values()
    return [(number, text) for number, text, *_ in sent]

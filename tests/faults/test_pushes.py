"""A day of bookings, seven in ten told by push, while push services, phones and SNS fail.

It has a hundred bookings; ``DAY_OF=1000`` in the environment makes it a day of a thousand.
Of each kind of trouble there is one in twenty: everybody is told or listed, nobody gets two SMS,
and as many SMS go out as the shares say.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unittest import mock

import pytest

from chalicelib import vault
from chalicelib.services.notices import follow, receipts, reminders
from chalicelib.store import bookings, notices
from chalicelib.store.accounts import Subscription
from chalicelib.store.subscriptions import _items
from chalicelib.store.tables.people import AccountItem, NoticeItem
from infra.local.pushes import Service
from tests.builders import an_office, every_day, released_days
from tests.faults.test_reminders import EVENING, WINDOWS, Trouble, book, outbox, trouble
from tests.pushes import ENDPOINT, push_services
from tests.world import NOW

__all__ = ["trouble"]

PEOPLE = int(os.environ.get("DAY_OF", "100"))
SHARE = 0.7
EACH = 0.05
MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""Of Wednesday, in Jakarta."""


@pytest.fixture
def service() -> Iterator[Service]:
    with push_services() as found:
        found.lose = found.lose_answers = EACH
        found.refuse = {"410": EACH, "429": EACH, "503": EACH}
        yield found


class Phones:
    """They show what they are woken for; of one in twenty the receipt is lost, or is late."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.dice = random.Random(3)
        self.woken = 0
        self.seen: Counter[tuple[str, str]] = Counter()
        self.late: list[tuple[str, str]] = []

    def wake(self, now: datetime) -> None:
        """Let all phones that were woken since the last time do what they do."""
        came = self.service.sent()
        fresh, self.woken = came[self.woken :], len(came)
        for one in fresh:
            if not one["lost"]:
                self._show(one["endpoint"].removeprefix(ENDPOINT), now)

    def _show(self, account_id: str, now: datetime) -> None:
        for one in receipts.of_account(account_id, now, unshown=True):
            self.seen[account_id, one.pushed.kind.value] += 1
            chance = self.dice.random()
            if chance < EACH:
                self.late.append((account_id, one.pushed.notice_id))
            elif chance > 2 * EACH:
                receipts.receive(account_id, one.pushed.notice_id, now)

    def say_late(self, now: datetime) -> None:
        """Let the receipts come that were under way for too long."""
        for account_id, notice_id in self.late:
            receipts.receive(account_id, notice_id, now)
        self.late.clear()


def subscribe(size: int, share: float = SHARE) -> set[str]:
    """Let this share of the first so many accounts have a phone that gets messages by push."""
    subscribed = set()
    for number in range(int(size * share)):
        who = f"account{number:05}"
        sealed = vault.seal(f"phone{number}", {"endpoint": ENDPOINT + who})
        items = _items({f"phone{number}": Subscription(sealed, NOW)})
        AccountItem.change(who, actions=[AccountItem.pushes.set(items)])
        subscribed.add(who)
    return subscribed


def a_day(phones: Phones) -> Counter[str]:
    """The evening, and two hours before each window: the job every five minutes."""
    done: Counter[str] = Counter()
    begins = [EVENING, *(MIDNIGHT + timedelta(hours=window.start.hour - 2) for window in WINDOWS)]
    for number, start in enumerate(begins):
        for minutes in range(0, 40 if number == 0 else 20, 5):
            now = start + minutes * MINUTE
            done.update(follow.follow_up(now, lambda: True))
            if minutes < 10:
                done.update(reminders.remind(now, lambda: True))
            phones.wake(now + MINUTE)
        phones.say_late(start + 39 * MINUTE)
        done.update(follow.follow_up(start + 50 * MINUTE, lambda: True))
    return done


class Told(NamedTuple):
    by_sms: Counter[tuple[str, str]]
    by_push: Counter[tuple[str, str]]


def told(phones: Phones) -> Told:
    """How often each account got each reminder."""
    return Told(
        Counter(
            (f"account{int(phone[6:]):05}", "evening" if "besok" in text else "soon")
            for phone, text in outbox()
        ),
        phones.seen,
    )


def everybody(size: int) -> set[tuple[str, str]]:
    return {(f"account{number:05}", kind) for number in range(size) for kind in ("evening", "soon")}


def unsure(size: int) -> set[tuple[str, str]]:
    """The reminders that are not definitely told, as they are marked on bookings."""
    there = bookings.many([f"CODE{number:08}" for number in range(size)])
    return {
        (booking.account_id, notice.value)
        for booking in there.values()
        for notice, telling in booking.told.items()
        if telling.unsure(MIDNIGHT + timedelta(days=1))
    }


def sms_by_the_shares() -> float:
    """SMS of a booking, of which each reminder asks for one unless its phone says that it came."""
    reaches = 1 - 4 * EACH  # not gone, busy, busy otherwise, lost; a lost answer reaches it
    again = 2 * EACH
    shown = reaches / (1 - again) * (1 - 2 * EACH)
    gone = EACH / (1 - again)
    without_soon = gone + (1 - gone) * (1 - shown)
    return 2 * (1 - SHARE) + SHARE * ((1 - shown) + without_soon)


def test_all_are_told_nobody_has_two_sms_and_as_many_go_out_as_the_shares_say(
    trouble: Trouble, service: Service
) -> None:
    released_days(an_office(opening=every_day(*WINDOWS)))
    book(PEOPLE)
    subscribe(PEOPLE)
    phones = Phones(service)

    done = a_day(phones)

    by_sms, by_push = told(phones)
    print(f"{len(by_sms) / PEOPLE:.3f} SMS a booking; by the shares {sms_by_the_shares():.3f}")
    print(f"{len(by_sms.keys() & by_push.keys())} of {2 * PEOPLE} reminders by both; {dict(done)}")
    assert max(by_sms.values()) == 1
    assert everybody(PEOPLE) - by_sms.keys() - by_push.keys() <= unsure(PEOPLE)
    assert len(by_sms.keys() | by_push.keys()) >= 0.99 * 2 * PEOPLE
    twice = len(by_sms.keys() & by_push.keys())
    assert twice <= 2.5 * EACH * SHARE * 2 * PEOPLE  # their receipt was lost, or late
    assert list(notices.due(MIDNIGHT + timedelta(days=2))) == []
    assert abs(len(by_sms) / PEOPLE - sms_by_the_shares()) < 2 / PEOPLE**0.5
    assert min(done[kind] for kind in ("pushed", "shown", "sent", "unknown")) > 0
    answered = Counter(one["answered"] for one in service.sent())
    assert min(answered[status] for status in (201, None, 410, 429, 503)) > 0


SOME = 12


def a_small_day(service: Service) -> Told:
    """The same with a few, all of whom get messages by push."""
    released_days(an_office(opening=every_day(*WINDOWS)))
    book(SOME)
    subscribe(SOME, 1)
    phones = Phones(service)
    a_day(phones)
    return told(phones)


def any_state(*_: object) -> bool:
    return True


def without_the_mark() -> Callable[..., bool]:
    """The SMS asks nobody whether it was shown, or begun before."""

    def begin(pushed: notices.Pushed, now: datetime) -> bool:
        NoticeItem.change(
            pushed.account_id,
            pushed.notice_id,
            actions=[NoticeItem.texted_at.set(int(now.timestamp()))],
        )
        return True

    return begin


def test_control_without_following_up_somebody_is_told_nothing(aws: None, service: Service) -> None:
    with mock.patch.object(follow, "follow_up", return_value={}):
        by_sms, by_push = a_small_day(service)
    assert everybody(SOME) - by_sms.keys() - by_push.keys()


def test_control_without_an_end_somebody_gets_two_sms(aws: None, service: Service) -> None:
    with (
        mock.patch.object(notices, "begin_sms", without_the_mark()),
        mock.patch.object(notices, "end", any_state),
    ):
        by_sms, _ = a_small_day(service)
    assert max(by_sms.values()) > 1


def test_with_all_guards_the_small_day_is_whole(aws: None, service: Service) -> None:
    by_sms, by_push = a_small_day(service)
    assert everybody(SOME) == by_sms.keys() | by_push.keys()
    assert max(by_sms.values()) == 1

"""How fast one account asks for bookings."""

from datetime import timedelta

import pytest

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften
from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
from chalicelib.services.limits import pace
from chalicelib.services.limits.pace import Recent
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)


def ask(times: int, account_id: str = "account") -> None:
    for _ in range(times):
        pace.keep(account_id, NOW)


def test_an_account_asks_so_often_in_a_minute_and_then_waits_for_the_next() -> None:
    ask(BOOKINGS_PER_ACCOUNT.most)
    with pytest.raises(TooOften) as refused:
        pace.keep("account", NOW + 20 * SECOND)
    assert refused.value.more == {"retry_after": 40}
    pace.keep("account", NOW + 60 * SECOND)


def test_an_account_in_a_hurry_holds_back_no_other() -> None:
    ask(BOOKINGS_PER_ACCOUNT.most)
    ask(1, "other")


def test_load_tests_are_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "settings", settings._replace(limited=False))
    ask(2 * BOOKINGS_PER_ACCOUNT.most)


def test_no_call_is_made_to_count() -> None:
    with before("UpdateItem") as updates, before("GetItem") as reads:
        ask(1)
    assert updates == reads == []


# ---- what was seen within the minute ------------------------------------------------------------


def test_every_key_is_counted_by_itself() -> None:
    recent = Recent()
    assert [recent.see(key, NOW) for key in "aab"] == [1, 2, 1]


def test_a_new_minute_begins_at_one() -> None:
    recent = Recent()
    recent.see("a", NOW)
    assert recent.see("a", NOW + timedelta(minutes=1)) == 1


def test_nothing_is_kept_of_the_minute_before() -> None:
    recent = Recent()
    for number in range(100):
        recent.see(number, NOW)
    recent.see("a", NOW + timedelta(minutes=1))
    assert list(recent._seen) == ["a"]

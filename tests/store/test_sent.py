"""The limits on codes: one a minute and five in any 24 hours for one who asks, more to a phone."""

import json
from datetime import datetime, timedelta

import pytest

from chalicelib import aws
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store import sent
from chalicelib.store.tables.limits import SentItem
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def take(*instants: datetime, phone: str = "phone:index") -> None:
    for now in instants:
        sent.take([phone], now, 5, sent.PAUSE)


def five_from(start: datetime) -> list[datetime]:
    """Five instants, an hour apart."""
    return [start + n * HOUR for n in range(5)]


def test_a_code_may_follow_after_a_minute() -> None:
    take(NOW, NOW + MINUTE)


def test_no_code_may_follow_a_second_sooner() -> None:
    take(NOW)
    with pytest.raises(TooSoon) as refused:
        take(NOW + MINUTE - SECOND)
    assert refused.value.more == {"retry_after": 1}


def test_at_once_the_whole_minute_is_to_wait() -> None:
    take(NOW)
    with pytest.raises(TooSoon) as refused:
        take(NOW)
    assert refused.value.more == {"retry_after": 60}


def test_a_refused_code_does_not_start_the_minute_anew() -> None:
    take(NOW)
    with pytest.raises(TooSoon):
        take(NOW + MINUTE / 2)
    take(NOW + MINUTE)


def test_five_codes_may_be_sent_in_a_day() -> None:
    take(*five_from(NOW))


def test_no_sixth_code_may_be_sent_within_24_hours_of_the_first() -> None:
    take(*five_from(NOW))
    with pytest.raises(TooOften) as refused:
        take(NOW + DAY - SECOND)
    assert refused.value.more == {"retry_after": 1}


def test_the_sixth_code_waits_for_the_first_to_be_a_day_old() -> None:
    take(*five_from(NOW))
    with pytest.raises(TooOften) as refused:
        take(NOW + 5 * HOUR)
    assert refused.value.more == {"retry_after": 19 * 3600}


def test_the_sixth_code_may_be_sent_24_hours_after_the_first() -> None:
    take(*five_from(NOW), NOW + DAY)


def test_the_day_slides_and_is_not_that_of_the_calendar() -> None:
    take(*five_from(NOW), NOW + DAY)
    with pytest.raises(TooOften) as refused:
        take(NOW + DAY + MINUTE)
    assert refused.value.more == {"retry_after": 59 * 60}


def test_whoever_comes_too_often_and_too_soon_waits_the_longer_time() -> None:
    take(*five_from(NOW))
    with pytest.raises(TooOften) as refused:
        take(NOW + 4 * HOUR)
    assert refused.value.more == {"retry_after": 20 * 3600}


def test_whoever_may_come_again_today_may_still_have_to_wait_a_minute() -> None:
    *four, _ = five_from(NOW)
    take(*four, NOW + DAY - MINUTE / 2)
    with pytest.raises(TooSoon) as refused:
        take(NOW + DAY)
    assert refused.value.more == {"retry_after": 30}


def test_what_was_sent_is_kept_longer_than_it_counts() -> None:
    take(NOW)
    item = SentItem.fetch("phone:index")
    assert item
    assert item.expires_at > (NOW + DAY).timestamp()


def test_every_phone_has_limits_of_its_own() -> None:
    take(NOW)
    take(NOW, phone="phone:other")


def test_a_code_is_counted_once_though_the_sdk_sends_the_count_twice() -> None:
    def arrive() -> None:
        aws.client("dynamodb").update_item(**json.loads(calls[-1]))

    with before("UpdateItem", arrive) as calls:
        take(NOW)
    take(*five_from(NOW)[1:], NOW + DAY)


def test_without_a_pause_it_is_counted_once_as_well() -> None:
    def arrive() -> None:
        aws.client("dynamodb").update_item(**json.loads(calls[-1]))

    with before("UpdateItem", arrive) as calls:
        sent.take(["phone:index"], NOW, 10)
    assert sent.of("phone:index", NOW) == [NOW]


def test_what_was_given_back_is_not_counted_in_the_minute() -> None:
    take(NOW)
    sent.give_back(["phone:index"], NOW)
    take(NOW + SECOND)


def test_what_was_given_back_is_not_counted_in_the_day() -> None:
    *four, fifth = five_from(NOW)
    take(*four, fifth)
    sent.give_back(["phone:index"], fifth)
    take(fifth + SECOND)


def test_what_was_not_given_back_is_still_counted() -> None:
    *four, fifth = five_from(NOW)
    take(*four, fifth)
    sent.give_back(["phone:index"], fifth)
    take(fifth + SECOND)
    with pytest.raises(TooOften) as refused:
        take(fifth + 2 * MINUTE)
    assert refused.value.more == {"retry_after": 20 * 3600 - 120}


def test_a_giving_back_leaves_a_later_code_counted() -> None:
    take(NOW, NOW + MINUTE)
    sent.give_back(["phone:index"], NOW)
    with pytest.raises(TooSoon):
        take(NOW + MINUTE + SECOND)


def test_nothing_is_given_back_to_an_unknown_phone() -> None:
    sent.give_back(["phone:index"], NOW)
    take(NOW)


# ---- a phone, for which several ask --------------------------------------------------------------


PHONE = "phone:index"


def ten_from(start: datetime) -> list[datetime]:
    """Ten codes to a phone, a minute apart; returns when."""
    instants = [start + n * MINUTE for n in range(10)]
    for now in instants:
        sent.take([PHONE], now, 10)
    return instants


def refused(now: datetime, most: int = 10) -> int:
    """How many seconds a phone has to wait."""
    with pytest.raises(TooOften) as often:
        sent.take([PHONE], now, most)
    seconds: int = often.value.more["retry_after"]
    return seconds


def test_without_a_pause_none_is_to_wait_for() -> None:
    sent.take([PHONE], NOW, 10)
    sent.take([PHONE], NOW, 10)
    assert sent.of(PHONE, NOW) == [NOW, NOW]


def test_a_phone_has_ten_codes_in_any_24_hours() -> None:
    ten_from(NOW)
    assert refused(NOW + HOUR) == 23 * 3600
    assert refused(NOW + DAY - SECOND) == 1
    sent.take([PHONE], NOW + DAY, 10)
    assert refused(NOW + DAY) == 60


def test_five_more_are_in_reserve() -> None:
    ten_from(NOW)
    for number in range(5):
        sent.take([PHONE], NOW + HOUR + number * MINUTE, 15)
    assert refused(NOW + 2 * HOUR, 15) == 22 * 3600


def test_what_was_given_back_is_not_counted_to_the_phone() -> None:
    *_, tenth = ten_from(NOW)
    sent.give_back([PHONE], tenth)
    sent.take([PHONE], NOW + HOUR, 10)
    assert refused(NOW + HOUR) == 23 * 3600


def test_the_last_five_codes_to_a_phone_are_told_the_first_first() -> None:
    assert sent.of(PHONE, NOW) == []
    instants = ten_from(NOW)
    assert sent.of(PHONE, NOW + HOUR) == instants[-5:]


def test_an_item_that_knows_of_five_codes_only_counts_on_from_there() -> None:
    known = {f"before_{number}" for number in range(1, 11)}
    take(*five_from(NOW), phone=PHONE)
    item = SentItem.fetch(PHONE)
    assert item
    SentItem.change(PHONE, actions=[getattr(SentItem, name).remove() for name in known])
    for number in range(5):
        sent.take([PHONE], NOW + 5 * HOUR + number * MINUTE, 10)
    assert refused(NOW + 6 * HOUR) == 18 * 3600


def test_while_the_index_is_rotated_the_first_digest_decides_and_both_are_counted() -> None:
    phone = ["phone:old", "phone:new"]
    for _ in range(10):
        sent.take(phone, NOW, 10)
    with pytest.raises(TooOften):
        sent.take(phone, NOW, 10)
    assert [sent.of(key, NOW) for key in phone] == [[NOW] * 5] * 2
    with pytest.raises(TooOften):
        sent.take(["phone:new"], NOW, 10)
    sent.take(["phone:other", "phone:new"], NOW, 10)

"""The limits on codes to a phone: one a minute, five in any 24 hours."""

import json
from datetime import datetime, timedelta

import pytest

from chalicelib import aws
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store import sent
from chalicelib.store.tables.people import SentItem
from tests.builders import digests
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def take(*instants: datetime, phone: str = "phone:index") -> None:
    for now in instants:
        sent.take(digests(phone), now)


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


def test_what_was_given_back_is_not_counted_in_the_minute() -> None:
    take(NOW)
    sent.give_back(digests("phone:index"), NOW)
    take(NOW + SECOND)


def test_what_was_given_back_is_not_counted_in_the_day() -> None:
    *four, fifth = five_from(NOW)
    take(*four, fifth)
    sent.give_back(digests("phone:index"), fifth)
    take(fifth + SECOND)


def test_what_was_not_given_back_is_still_counted() -> None:
    *four, fifth = five_from(NOW)
    take(*four, fifth)
    sent.give_back(digests("phone:index"), fifth)
    take(fifth + SECOND)
    with pytest.raises(TooOften) as refused:
        take(fifth + 2 * MINUTE)
    assert refused.value.more == {"retry_after": 20 * 3600 - 120}


def test_a_giving_back_leaves_a_later_code_counted() -> None:
    take(NOW, NOW + MINUTE)
    sent.give_back(digests("phone:index"), NOW)
    with pytest.raises(TooSoon):
        take(NOW + MINUTE + SECOND)


def test_nothing_is_given_back_to_an_unknown_phone() -> None:
    sent.give_back(digests("phone:index"), NOW)
    take(NOW)

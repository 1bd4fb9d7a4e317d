"""The limits on codes: one a minute and five in any 24 hours for one who asks, ten to a phone."""

import json
from datetime import datetime, timedelta

import pytest

from chalicelib import aws
from chalicelib.domain.errors import TooOften, TooSoon
from chalicelib.store import sent
from chalicelib.store.outcomes import NotBefore
from chalicelib.store.tables.people import SentItem
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def take(*instants: datetime, phone: str = "phone:index") -> None:
    for now in instants:
        sent.take([phone], now)


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


def by(asker: str, now: datetime, most: int = 10) -> NotBefore | None:
    return sent.take([asker], now, [PHONE], most)


def ten_from(start: datetime) -> list[datetime]:
    """Ten instants, of five for each of two who ask, a minute apart."""
    instants = [start + n * MINUTE for n in range(10)]
    for number, now in enumerate(instants):
        assert by(f"asker:{number // 5}", now) is None
    return instants


def test_one_who_has_had_five_codes_is_in_nobodys_way() -> None:
    for now in five_from(NOW):
        by("asker:stranger", now)
    with pytest.raises(TooOften):
        by("asker:stranger", NOW + 5 * HOUR)
    assert by("asker:owner", NOW + 5 * HOUR) is None


def test_without_telling_who_asks_the_stranger_keeps_the_owner_out() -> None:
    for now in five_from(NOW):
        by("asker:anybody", now)
    with pytest.raises(TooOften):
        by("asker:anybody", NOW + 5 * HOUR)


def test_nobody_waits_a_minute_for_another() -> None:
    assert by("asker:stranger", NOW) is None
    assert by("asker:owner", NOW) is None


def test_a_phone_has_ten_codes_in_24_hours_whoever_asks() -> None:
    ten_from(NOW)
    assert by("asker:2", NOW + HOUR) == NotBefore(NOW + DAY)
    assert by("asker:2", NOW + DAY - SECOND) == NotBefore(NOW + DAY)
    assert by("asker:2", NOW + DAY) is None


def test_what_the_phone_is_refused_is_not_counted_to_who_asks() -> None:
    ten_from(NOW)
    for _ in range(6):
        by("asker:2", NOW + HOUR)
    assert SentItem.fetch("asker:2") is None


def test_five_more_are_in_reserve() -> None:
    ten_from(NOW)
    for number in range(5):
        assert by("asker:2", NOW + HOUR + number * MINUTE, most=15) is None
    assert by("asker:3", NOW + 2 * HOUR, most=15) == NotBefore(NOW + DAY)


def test_what_was_given_back_is_not_counted_to_the_phone() -> None:
    *_, tenth = ten_from(NOW)
    sent.give_back(["asker:1"], tenth, [PHONE])
    assert by("asker:2", NOW + HOUR) is None
    assert by("asker:3", NOW + HOUR) == NotBefore(NOW + DAY)


def test_the_last_five_codes_to_a_phone_are_told_the_first_first() -> None:
    assert sent.of(PHONE, NOW) == []
    instants = ten_from(NOW)
    assert sent.of(PHONE, NOW + HOUR) == instants[-5:]


def test_a_phone_of_before_has_had_what_it_has_had() -> None:
    """An item that knows of five codes only."""
    take(*five_from(NOW), phone=PHONE)
    for number in range(5):
        assert by("asker:1", NOW + 5 * HOUR + number * MINUTE) is None
    assert by("asker:2", NOW + 6 * HOUR) == NotBefore(NOW + DAY)


def test_a_code_is_counted_once_to_both_though_the_sdk_sends_it_twice() -> None:
    def arrive() -> None:
        request = json.loads(calls[-1])
        request.pop("ClientRequestToken", None)
        aws.client("dynamodb").transact_write_items(**request)

    with before("TransactWriteItems", arrive) as calls:
        assert by("asker:1", NOW) is None
    assert sent.of(PHONE, NOW) == sent.of("asker:1", NOW) == [NOW]


def test_while_the_index_is_rotated_the_first_digests_decide_and_all_are_counted() -> None:
    asker, phone = ["asker:old", "asker:new"], ["phone:old", "phone:new"]
    assert sent.take(asker, NOW, phone, 10) is None
    with pytest.raises(TooSoon):
        sent.take(asker, NOW, phone, 10)
    assert [sent.of(key, NOW) for key in (*asker, *phone)] == [[NOW]] * 4
    for number in range(9):
        assert sent.take([f"asker:{number}"], NOW, phone, 10) is None
    assert sent.take(["asker:x", "asker:y"], NOW, phone, 10) == NotBefore(NOW + DAY)

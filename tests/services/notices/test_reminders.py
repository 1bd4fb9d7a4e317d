"""Reminders go to those who hold a place at that time, once each."""

from datetime import UTC, date, datetime

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.notices import Notice, State
from chalicelib.services.booking import change
from chalicelib.services.notices import reminders
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    Registered,
    a_slot,
    booked,
    booking_under,
    family_of,
    registered,
    released_days,
    sms_client,
    texts_to,
)
from tests.wire import Killed, before, kill, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

WEDNESDAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def remind(now: datetime = EVENING) -> dict[str, int]:
    return reminders.remind(now, lambda: True)


def reminded(who: Registered) -> list[str]:
    return [text for text in texts_to(who.phone) if "no. antrean" in text]


def test_everybody_of_tomorrow_is_reminded_once_in_the_evening_and_once_in_the_morning() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE, WEDNESDAY), who)
    for now in (EVENING, EVENING, MORNING, MORNING):
        remind(now)
    assert ["besok" in text for text in reminded(who)] == [True, False]


def test_nobody_is_reminded_of_a_day_that_is_further_off() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    remind()
    assert reminded(who) == []


def test_whoever_has_cancelled_is_not_reminded() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE, WEDNESDAY), who)
    change.cancel(made.code, who.account_id, NOW)
    remind()
    assert reminded(who) == []


def test_whoever_has_moved_is_reminded_of_the_new_time_only() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE, WEDNESDAY), who)
    change.reschedule(made.code, a_slot(DOUBLE, WEDNESDAY), who.account_id, "move", NOW)
    remind()
    (text,) = reminded(who)
    assert "09.00" in text


def test_whoever_moves_after_a_reminder_gets_one_of_the_new_time() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE, WEDNESDAY), who)
    remind()
    change.reschedule(made.code, a_slot(DOUBLE, WEDNESDAY), who.account_id, "move", EVENING)
    remind()
    assert ["08.00" in text for text in reminded(who)] == [True, False]


def test_whoever_cancels_just_before_the_mark_is_not_reminded() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE, WEDNESDAY), who)

    def cancel() -> None:
        change.cancel(made.code, who.account_id, EVENING)

    with before("UpdateItem", cancel):
        remind()
    assert reminded(who) == []


def test_a_family_gets_one_sms_with_all_its_numbers() -> None:
    released_days()
    who = registered()
    booked(a_slot(FAMILY, WEDNESDAY), who, applicants=family_of(who, 3))
    assert remind()["sent"] == 1
    (text,) = reminded(who)
    assert "no. antrean 1-3." in text


def test_what_sns_refuses_three_times_is_failed_and_listed_with_its_reason() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE, WEDNESDAY), who)
    throttled = refuse("Throttling")
    client = sms_client(attempts=1)
    with before("Publish", throttled, throttled, throttled, client=client):
        assert remind()["failed"] == 1
    (listed,) = reminders.unsent("malang", EVENING)
    assert (listed.code, listed.notice) == (made.code, Notice.EVENING)
    assert (listed.telling.state, listed.telling.reason) == (State.FAILED, "Throttling")
    assert remind()["sent"] == 0


def test_what_sns_refuses_once_is_sent_at_the_next_try() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE, WEDNESDAY), who)
    with before("Publish", refuse("Throttling"), client=sms_client(attempts=1)):
        assert remind()["sent"] == 1
    assert len(reminded(who)) == 1
    assert reminders.unsent("malang", EVENING) == []


def test_what_sns_throttles_twice_is_sent_at_the_third_try() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE, WEDNESDAY), who)
    throttled = refuse("Throttling")
    with before("Publish", throttled, throttled, client=sms_client(attempts=1)) as calls:
        assert remind()["sent"] == 1
    assert (len(calls), len(reminded(who))) == (3, 1)


def test_a_message_without_an_answer_is_unknown_and_never_sent_again() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE, WEDNESDAY), who)
    with before("Publish", no_answer, client=sms_client(attempts=1)) as calls:
        assert remind()["unknown"] == 1
        assert remind() == {"sent": 0, "failed": 0, "unknown": 0, "handed_over": 0}
    (listed,) = reminders.unsent("malang", EVENING)
    assert (len(calls), listed.telling.state, listed.telling.reason) == (
        1,
        State.UNKNOWN,
        "ReadTimeoutError",
    )


def test_a_run_that_is_killed_after_its_mark_leaves_it_and_nobody_is_told_twice() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE, WEDNESDAY), who)
    with before("Publish", kill, client=sms_client(attempts=1)), pytest.raises(Killed):
        remind()
    assert remind()["sent"] == 0
    (listed,) = reminders.unsent("malang", EVENING)
    assert (listed.telling.state, reminded(who)) == (State.SENDING, [])


def test_a_run_whose_time_is_up_hands_over_and_the_next_one_goes_on() -> None:
    released_days()
    people = [registered(number) for number in (1, 2, 3)]
    for who in people:
        booked(a_slot(FAMILY, WEDNESDAY), who)
    allowed = iter([True, True])
    first = reminders.remind(EVENING, lambda: next(allowed, False))
    assert (first["sent"], first["handed_over"]) == (2, 1)
    assert (remind()["sent"], [len(reminded(who)) for who in people]) == (1, [1, 1, 1])


def test_a_run_without_an_allowance_marks_nobody() -> None:
    released_days()
    made = booked(a_slot(SINGLE, WEDNESDAY), registered())
    reminders.remind(EVENING, lambda: False)
    assert booking_under(made.code).told == {}


def test_whoever_was_reminded_takes_no_allowance_from_the_next_run() -> None:
    """Asking waits for the pace of SMS, so asking in vain keeps others waiting."""
    released_days()
    booked(a_slot(SINGLE, WEDNESDAY), registered())
    remind()
    assert reminders.remind(EVENING, lambda: False)["handed_over"] == 0


def test_a_throttled_message_is_not_tried_again_when_the_time_is_up() -> None:
    released_days()
    booked(a_slot(SINGLE, WEDNESDAY), registered())
    allowed = iter([True])
    with before("Publish", refuse("Throttling"), client=sms_client(attempts=1)) as calls:
        done = reminders.remind(EVENING, lambda: next(allowed, False))
    assert (done["failed"], len(calls)) == (1, 1)


def no_answer() -> None:
    raise ReadTimeoutError(endpoint_url="https://sns.test")

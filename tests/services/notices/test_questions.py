"""The holder is told that somebody asks for them: once a day at most, and only what is true."""

from datetime import timedelta

import pytest

from chalicelib.domain import texts
from chalicelib.domain.persons import QUESTION
from chalicelib.services.notices.questions import EVERY, tell_holders
from chalicelib.services.people import consent, privacy
from chalicelib.store import disclosures, questions
from tests.builders import (
    Registered,
    a_ktp,
    a_phone,
    added,
    consented,
    person_of,
    registered,
    registered_with,
    sms_client,
    texts_to,
)
from tests.wire import Killed, before, kill, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
NOTHING = {"sent": 0, "failed": 0, "unknown": 0, "handed_over": 0}


def tell(later: timedelta = timedelta(0)) -> dict[str, int]:
    return tell_holders(NOW + later, lambda: True)


def told(who: Registered) -> int:
    return texts_to(who.phone).count(texts.ASKED)


def asked() -> Registered:
    """A holder for whom somebody asks."""
    holder = registered(1)
    added(registered(2), 1)
    return holder


def test_a_holder_is_told_once_that_somebody_asks() -> None:
    holder = asked()
    assert tell() == {**NOTHING, "sent": 1}
    assert tell(2 * EVERY) == NOTHING
    assert told(holder) == 1


def test_a_holder_is_told_that_another_account_says_it_is_they() -> None:
    holder, other = registered(1), registered_with(a_ktp(1), a_phone(2))
    tell()
    assert (told(holder), told(other)) == (1, 0)


def test_a_holder_is_told_once_a_day_at_most_however_many_ask() -> None:
    holder = asked()
    tell()
    for number in (3, 4):
        added(registered(number), 1)
    assert tell(EVERY - SECOND) == NOTHING
    assert tell(EVERY)["sent"] == 1
    assert told(holder) == 2


def test_a_holder_who_has_answered_is_not_told() -> None:
    holder = asked()
    consented(holder)
    assert tell() == NOTHING
    assert (told(holder), questions.waiting()) == (0, [])


def test_a_holder_who_has_refused_is_not_told() -> None:
    holder = asked()
    (request,) = consent.requests(holder.account_id, NOW)
    consent.answer(holder.account_id, request.request_id, NOW, accept=False)
    assert tell() == NOTHING
    assert questions.waiting() == []


def test_a_question_that_has_lapsed_is_not_told() -> None:
    holder = asked()
    assert tell(QUESTION) == NOTHING
    assert (told(holder), questions.waiting()) == (0, [])


def test_nobody_is_told_of_a_person_whom_nobody_holds_any_more() -> None:
    holder = asked()
    privacy.erase(holder.account_id, NOW)
    assert tell() == NOTHING
    assert questions.waiting() == []


def test_a_question_that_comes_as_there_was_nothing_to_tell_is_told_next_time() -> None:
    holder = asked()
    consented(holder)

    def asks() -> None:
        added(registered(3), 1)

    with before("UpdateItem", asks):
        assert tell() == NOTHING
    assert tell()["sent"] == 1


def test_a_run_that_is_killed_after_its_mark_tells_nobody_and_neither_does_the_next() -> None:
    holder = asked()
    with before("Publish", kill, client=sms_client(attempts=1)), pytest.raises(Killed):
        tell()
    assert person_of(holder).told_at == NOW
    assert tell() == NOTHING
    assert told(holder) == 0


def test_of_two_runs_at_once_one_tells() -> None:
    holder = asked()

    def other_run() -> None:
        tell()

    with before("UpdateItem", other_run):
        assert tell() == NOTHING
    assert told(holder) == 1


def test_what_could_not_be_sent_is_counted_and_not_sent_again() -> None:
    holder = asked()
    throttled = refuse("Throttling")
    with before("Publish", throttled, throttled, throttled, client=sms_client(attempts=1)):
        assert tell()["failed"] == 1
    assert tell(2 * EVERY) == NOTHING
    assert told(holder) == 0


def test_a_run_without_a_turn_hands_over_and_marks_nobody() -> None:
    holder = asked()
    assert tell_holders(NOW, lambda: False) == {**NOTHING, "handed_over": 1}
    assert person_of(holder).told_at is None
    assert tell()["sent"] == 1


def test_whoever_was_told_today_takes_no_turn() -> None:
    asked()
    tell()
    added(registered(3), 1)
    assert tell_holders(NOW + SECOND, lambda: False) == NOTHING


def test_the_phone_is_opened_for_it_by_its_function() -> None:
    holder = asked()
    tell()
    record = [(one.by, one.reason) for one in disclosures.of(holder.account_id)]
    assert record == [("function:send_reminders", "question")]

"""Refresh tokens: each follows the last, and only the last is alive."""

from datetime import datetime, timedelta

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.store import sessions
from chalicelib.store.dynamo import Unavailable, transact
from chalicelib.store.outcomes import Dead
from chalicelib.store.sessions import LIFE, LOST_ANSWER, NewSession, Session
from chalicelib.store.tables.people import AccountItem
from tests.wire import Answer, before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)


def start(session_id: str = "id", token: str = "first") -> None:
    transact(sessions.starting(NewSession(session_id, "account", token, NOW)))


def rotate(used: str, new: str, now: datetime) -> Session | Dead:
    return sessions.rotate("id", used, new, NOW, now)


def test_a_token_is_followed_by_the_next() -> None:
    start()
    later = NOW + SECOND
    session = rotate("first", "second", later)
    assert session == Session("id", "account", "second", "first", NOW, later, NOW, later + LIFE)


def test_a_session_is_kept_as_it_was_started() -> None:
    start()
    assert sessions.get("id") == Session("id", "account", "first", None, NOW, NOW, NOW, NOW + LIFE)


def test_a_session_that_was_never_started_is_not_there() -> None:
    assert sessions.get("id") is None


def test_with_the_next_token_is_kept_when_it_was_noted_that_the_account_is_used() -> None:
    start()
    later = NOW + timedelta(days=1)
    sessions.rotate("id", "first", "second", later, later + SECOND)
    session = sessions.get("id")
    assert session
    assert session.noted_at == later


def test_the_next_token_is_followed_too() -> None:
    start()
    rotate("first", "second", NOW)
    assert isinstance(rotate("second", "third", NOW + SECOND), Session)


def test_a_token_that_was_never_given_out_is_not_alive() -> None:
    start()
    assert isinstance(rotate("guessed", "second", NOW), Dead)


def test_a_token_of_another_session_is_not_alive() -> None:
    start()
    start("other", "others")
    assert isinstance(rotate("others", "second", NOW), Dead)


def test_an_unknown_session_has_no_token() -> None:
    assert isinstance(rotate("first", "second", NOW), Dead)


@pytest.mark.parametrize("after", [timedelta(0), SECOND, LOST_ANSWER])
def test_a_token_is_answered_again_while_its_answer_may_be_lost(after: timedelta) -> None:
    start()
    first = rotate("first", "second", NOW)
    assert first
    assert rotate("first", "second", NOW + after) == first


def test_to_answer_again_does_not_put_off_when_a_used_token_is_dead() -> None:
    start()
    rotate("first", "second", NOW)
    rotate("first", "second", NOW + LOST_ANSWER)
    assert isinstance(rotate("first", "second", NOW + LOST_ANSWER + SECOND), Dead)


def test_a_used_token_is_dead_when_its_answer_cannot_be_lost_any_more() -> None:
    start()
    rotate("first", "second", NOW)
    assert isinstance(rotate("first", "second", NOW + LOST_ANSWER + SECOND), Dead)


def test_a_part_of_a_second_is_not_taken_from_the_time_to_ask_again() -> None:
    start()
    late = NOW + timedelta(milliseconds=999)
    rotate("first", "second", late)
    assert isinstance(rotate("first", "second", late + LOST_ANSWER), Session)


def test_a_used_token_is_followed_by_no_other_than_the_one_it_had() -> None:
    start()
    rotate("first", "second", NOW)
    assert isinstance(rotate("first", "another", NOW), Dead)


def test_a_token_two_before_the_last_is_dead_at_once() -> None:
    start()
    rotate("first", "second", NOW)
    rotate("second", "third", NOW)
    assert isinstance(rotate("first", "fourth", NOW), Dead)


def test_a_session_lives_for_thirty_days() -> None:
    start()
    assert timedelta(days=90) == LIFE
    assert isinstance(rotate("first", "second", NOW + LIFE - SECOND), Session)


def test_a_session_is_dead_after_thirty_days() -> None:
    start()
    assert isinstance(rotate("first", "second", NOW + LIFE), Dead)


def test_a_session_lives_for_thirty_days_from_its_last_use() -> None:
    start()
    rotate("first", "second", NOW + LIFE - SECOND)
    assert isinstance(rotate("second", "third", NOW + LIFE + SECOND), Session)


def test_a_session_that_has_ended_has_no_token() -> None:
    start()
    sessions.end("id")
    assert isinstance(rotate("first", "second", NOW), Dead)


def test_a_session_can_end_twice() -> None:
    start()
    sessions.end("id")
    sessions.end("id")


# ---- does it stand ------------------------------------------------------------------------------


def an_account() -> None:
    AccountItem(
        "account",
        holder="holder",
        phone=b"sealed",
        people={},
        added={},
        used_at=0,
        consented_at=0,
        created_at=0,
    ).put()


def test_a_session_of_an_account_stands() -> None:
    start()
    an_account()
    assert sessions.stands("id", "account")


def test_a_session_that_has_ended_does_not_stand() -> None:
    start()
    an_account()
    sessions.end("id")
    assert not sessions.stands("id", "account")


def test_a_session_whose_account_is_not_there_does_not_stand() -> None:
    start()
    assert not sessions.stands("id", "account")


def test_what_is_not_answered_whole_is_no_answer() -> None:
    def half() -> Answer:
        http = AWSResponse("https://aws.test", 200, {}, None)
        return http, {"Responses": {}, "UnprocessedKeys": {"any": {}}}

    with before("BatchGetItem", half), pytest.raises(Unavailable):
        sessions.stands("id", "account")

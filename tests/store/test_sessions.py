"""Refresh tokens: each follows the last, and only the last is alive."""

from datetime import timedelta

import pytest

from chalicelib.store import sessions
from chalicelib.store.sessions import LIFE, LOST_ANSWER, Session
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)


def start() -> None:
    sessions.start("id", "account", "first", NOW)


def test_a_token_is_followed_by_the_next() -> None:
    start()
    later = NOW + SECOND
    session = sessions.rotate("id", "first", "second", later)
    assert session == Session("id", "account", "second", "first", NOW, later, later + LIFE)


def test_the_next_token_is_followed_in_its_turn() -> None:
    start()
    sessions.rotate("id", "first", "second", NOW)
    assert sessions.rotate("id", "second", "third", NOW + SECOND)


def test_a_token_that_was_never_given_out_is_not_alive() -> None:
    start()
    assert sessions.rotate("id", "guessed", "second", NOW) is None


def test_a_token_of_another_session_is_not_alive() -> None:
    start()
    sessions.start("other", "account", "others", NOW)
    assert sessions.rotate("id", "others", "second", NOW) is None


def test_an_unknown_session_has_no_token() -> None:
    assert sessions.rotate("id", "first", "second", NOW) is None


def test_a_token_may_be_used_once_more_while_its_answer_may_be_lost() -> None:
    start()
    sessions.rotate("id", "first", "lost", NOW)
    assert sessions.rotate("id", "first", "second", NOW + LOST_ANSWER)


def test_a_used_token_is_dead_when_its_answer_cannot_be_lost_any_more() -> None:
    start()
    sessions.rotate("id", "first", "second", NOW)
    assert sessions.rotate("id", "first", "third", NOW + LOST_ANSWER + SECOND) is None


def test_the_token_whose_answer_was_lost_is_dead() -> None:
    start()
    sessions.rotate("id", "first", "lost", NOW)
    sessions.rotate("id", "first", "second", NOW + SECOND)
    assert sessions.rotate("id", "lost", "third", NOW + SECOND) is None


def test_a_token_two_before_the_last_is_dead_at_once() -> None:
    start()
    sessions.rotate("id", "first", "second", NOW)
    sessions.rotate("id", "second", "third", NOW)
    assert sessions.rotate("id", "first", "fourth", NOW) is None


def test_a_session_lives_for_thirty_days() -> None:
    start()
    assert timedelta(days=30) == LIFE
    assert sessions.rotate("id", "first", "second", NOW + LIFE - SECOND)


def test_a_session_is_dead_after_thirty_days() -> None:
    start()
    assert sessions.rotate("id", "first", "second", NOW + LIFE) is None


def test_a_session_lives_for_thirty_days_from_its_last_use() -> None:
    start()
    sessions.rotate("id", "first", "second", NOW + LIFE - SECOND)
    assert sessions.rotate("id", "second", "third", NOW + LIFE + SECOND)


def test_a_session_that_has_ended_has_no_token() -> None:
    start()
    sessions.end("id")
    assert sessions.rotate("id", "first", "second", NOW) is None


def test_a_session_can_end_twice() -> None:
    start()
    sessions.end("id")
    sessions.end("id")

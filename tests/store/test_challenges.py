"""Codes that were sent: each tried as often as is safe, for as long as it lives."""

from datetime import timedelta

import pytest

from chalicelib.store import challenges
from chalicelib.store.challenges import Answered, Challenge
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.outcomes import Spent
from chalicelib.store.tables.people import ChallengeItem
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
END = NOW + timedelta(minutes=5)
CHALLENGE = Challenge("id", "session", "phone:index", "key", b"sealed", "mac", 5, END)


def consume(by: str) -> bool:
    """End the challenge for a request; says whether it was the one that did, or had done so."""
    answered = Answered("id", by)
    try:
        transact(challenges.consuming(answered))
    except Unmet as unmet:
        return challenges.ended_by(unmet.items[0] or {}, answered)
    return True


def test_a_challenge_is_kept_as_it_was_put() -> None:
    challenges.put(CHALLENGE)
    assert challenges.get("id", "session", NOW) == CHALLENGE


def test_a_challenge_is_not_there_for_another_purpose() -> None:
    challenges.put(CHALLENGE)
    assert challenges.get("id", "registration", NOW) is None


def test_an_unknown_challenge_is_not_there() -> None:
    assert challenges.get("id", "session", NOW) is None


def test_a_challenge_lives_until_the_second_before_its_end() -> None:
    challenges.put(CHALLENGE)
    alive = challenges.get("id", "session", END - SECOND), challenges.get("id", "session", END)
    assert alive == (CHALLENGE, None)


def test_every_look_costs_a_try() -> None:
    challenges.put(CHALLENGE)
    for left in (4, 3):
        assert challenges.spend_try("id", "session", NOW) == CHALLENGE._replace(tries_left=left)


def test_there_are_as_many_looks_as_tries() -> None:
    challenges.put(CHALLENGE._replace(tries_left=2))
    looks = [type(challenges.spend_try("id", "session", NOW)) for _ in range(3)]
    assert looks == [Challenge, Challenge, Spent]


def test_nobody_gets_a_look_for_another_purpose() -> None:
    challenges.put(CHALLENGE)
    assert isinstance(challenges.spend_try("id", "registration", NOW), Spent)


def test_nobody_gets_a_look_after_the_end() -> None:
    challenges.put(CHALLENGE)
    assert isinstance(challenges.spend_try("id", "session", END), Spent)


def test_nobody_gets_a_look_at_an_unknown_challenge() -> None:
    assert isinstance(challenges.spend_try("id", "session", NOW), Spent)


def test_a_renewed_challenge_has_a_new_code_new_tries_and_a_new_end() -> None:
    challenges.put(CHALLENGE._replace(tries_left=1))
    new = CHALLENGE._replace(code_mac="new", expires_at=END + SECOND)
    assert challenges.renew(new)
    assert challenges.get("id", "session", NOW) == new


def test_a_challenge_that_was_answered_is_not_renewed() -> None:
    challenges.put(CHALLENGE)
    consume("a")
    assert not challenges.renew(CHALLENGE)
    assert challenges.get("id", "session", NOW) is None


def test_a_challenge_is_answered_by_one_caller_only() -> None:
    challenges.put(CHALLENGE)
    assert (consume("a"), consume("b")) == (True, False)


def test_the_caller_who_has_answered_is_told_so_again_for_the_answer_may_be_lost() -> None:
    challenges.put(CHALLENGE)
    assert (consume("a"), consume("a")) == (True, True)


def test_an_unknown_challenge_cannot_be_answered() -> None:
    assert not consume("a")
    assert ChallengeItem.fetch("id") is None


def test_nothing_sealed_is_kept_of_a_challenge_that_was_answered() -> None:
    challenges.put(CHALLENGE)
    consume("a")
    item = ChallengeItem.fetch("id")
    assert item
    assert not item.sealed


def test_a_challenge_that_was_answered_is_not_there() -> None:
    challenges.put(CHALLENGE)
    consume("a")
    assert challenges.get("id", "session", NOW) is None


def test_nobody_gets_a_look_at_a_challenge_that_was_answered() -> None:
    challenges.put(CHALLENGE)
    consume("a")
    assert isinstance(challenges.spend_try("id", "session", NOW), Spent)

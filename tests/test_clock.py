"""A paced allowance comes at an even rate, and ends when the time is up."""

from datetime import UTC, timedelta

import pytest

from chalicelib import clock


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    fake = Time()
    monkeypatch.setattr(clock, "time", fake)
    return fake


def test_the_present_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_twenty_a_second_are_twenty_a_second(time: Time) -> None:
    allowance = clock.PacedAllowance(20, timedelta(seconds=10))
    assert all(allowance() for _ in range(41))
    assert time.now == pytest.approx(102.0)


def test_what_takes_longer_than_a_step_waits_for_nothing(time: Time) -> None:
    allowance = clock.PacedAllowance(20, timedelta(seconds=10))
    allowance()
    time.now += 3
    allowance()
    assert time.now == 103.0


def test_nothing_is_allowed_when_the_time_is_up(time: Time) -> None:
    allowance = clock.PacedAllowance(2, timedelta(seconds=1))
    assert [allowance() for _ in range(4)] == [True, True, False, False]


def test_a_span_lasts_until_it_has_passed(time: Time) -> None:
    more = clock.lasting(timedelta(seconds=5))
    before = more()
    time.now += 5
    assert (before, more()) == (True, False)

"""The measure of what time tells, on times whose answer is known."""

from bench.oracle import auc, samples


def test_what_always_takes_longer_tells_all() -> None:
    assert auc([3, 4], [1, 2]) == 1


def test_what_is_always_quicker_tells_all() -> None:
    assert auc([1, 2], [3, 4]) == 0


def test_what_takes_the_same_time_tells_nothing() -> None:
    assert auc([1, 2, 2], [2, 1, 2]) == 0.5


def test_what_takes_longer_three_times_in_four_tells_that() -> None:
    assert auc([2, 4], [1, 3]) == 0.75


def test_known_and_unknown_phones_are_asked_for_alike() -> None:
    known, unknown = samples(requests=6, warm_up=2)
    assert len(known) + len(unknown) == 6
    assert known
    assert unknown

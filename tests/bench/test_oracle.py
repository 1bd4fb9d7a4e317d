"""The measure of what time tells, on times whose answer is known."""

import pytest

from bench.oracle import QUESTIONS, Sample, auc, samples


def test_what_always_takes_longer_tells_all() -> None:
    assert auc([3, 4], [1, 2]) == 1


def test_what_is_always_quicker_tells_all() -> None:
    assert auc([1, 2], [3, 4]) == 0


def test_what_takes_the_same_time_tells_nothing() -> None:
    assert auc([1, 2, 2], [2, 1, 2]) == 0.5


def test_what_takes_longer_three_times_in_four_tells_that() -> None:
    assert auc([2, 4], [1, 3]) == 0.75


@pytest.fixture(scope="module", params=QUESTIONS)
def sample(request: pytest.FixtureRequest) -> Sample:
    """A few of each: some go before, so that the process is warm."""
    return samples(request.param, requests=8, warm_up=2)


def test_as_many_answers_are_taken_as_were_asked_for(sample: Sample) -> None:
    assert len(sample.known) + len(sample.unknown) == 8
    assert all(sample)


def test_no_answer_tells_by_its_size_who_is_known(sample: Sample) -> None:
    assert len({told.size for each in sample for told in each}) == 1


def test_no_answer_tells_by_the_calls_to_aws_who_is_known(sample: Sample) -> None:
    assert len({told.calls for each in sample for told in each}) == 1


def test_an_answer_takes_time_of_its_own(sample: Sample) -> None:
    assert min(told.seconds for each in sample for told in each) > 0

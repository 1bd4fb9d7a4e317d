"""What a month costs."""

from pathlib import Path

import pytest

from infra import cost

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"


def _bill(offices: int) -> float:
    return sum(line.at_rest + line.in_use for line in cost.lines(offices))


def test_the_document_has_the_table_that_the_program_prints() -> None:
    assert cost.table(18, 126) in OPERATIONS.read_text(encoding="utf-8")


def test_at_rest_a_month_stays_below_a_hundred_dollars() -> None:
    assert sum(line.at_rest for line in cost.lines(126)) < 100


def test_seven_times_the_offices_cost_less_than_seven_times_as_much() -> None:
    assert _bill(126) < 7 * _bill(18)


@pytest.mark.parametrize("offices", [18, 126])
def test_sms_cost_more_than_all_the_rest(offices: int) -> None:
    sms, *others = (line.at_rest + line.in_use for line in cost.lines(offices))
    assert sms > sum(others)

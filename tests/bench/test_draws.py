"""What the bench says of places by lot is counted, and what is on paper follows from that."""

from collections.abc import Mapping

import pytest

from bench.draws import everywhere, rows

FEW, MORE, ENTRIES = 6, 12, 60


def figures(asking: int) -> dict[str, float]:
    return {row.name: row.value for row in rows(asking, ENTRIES)}


@pytest.fixture(scope="module")
def few() -> Mapping[str, float]:
    return figures(FEW)


def test_an_entry_writes_itself_its_index_and_each_of_its_people_once(
    few: Mapping[str, float],
) -> None:
    assert few["write units of an entry"] == 2 * (1 + 1) + 1
    assert few["write units of an entry of a family of five"] == 2 * (1 + 5) + 1
    assert few["calls of an entry"] == few["calls of an entry of a family of five"] == 4


def test_whoever_wins_takes_three_calls_and_whoever_does_not_none(few: Mapping[str, float]) -> None:
    calls = f"calls of a draw of {ENTRIES} entries"
    assert figures(MORE)[calls] - few[calls] == 3 * (MORE - FEW)


def on_paper(waits: float, work: float) -> float:
    """How many times the time that a run has, for so many seconds of calls and of a core."""
    return next(everywhere(waits, work, 20_000)).value


def test_all_offices_take_as_long_as_their_calls_or_as_the_core_that_they_share() -> None:
    assert on_paper(2, 0.01) == pytest.approx(126 / 4 * 2 / 300)
    assert on_paper(2, 1) == pytest.approx(126 * 1 * 1769 / 512 / 300)

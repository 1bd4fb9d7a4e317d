"""How many ask for a day and a window."""

from datetime import date, time, timedelta

from chalicelib.domain.demand import Asked, Demand, of_days, together
from chalicelib.domain.draws import Row

FIRST = date(2026, 11, 30)
DAY = timedelta(days=1)
EIGHT, NINE, TEN = time(8), time(9), time(10)


def row(name: str, people: int, days: int, *windows: time) -> Row:
    """An entry that would take any of so many days, from the first on."""
    return Row(name, people, FIRST, FIRST + (days - 1) * DAY, windows, 0)


ROWS = [row("a", 1, 2), row("b", 3, 1, EIGHT), row("c", 2, 2, NINE, EIGHT), row("d", 1, 9, TEN)]
WINDOWS = {FIRST: [EIGHT, NINE], FIRST + DAY: [NINE], FIRST + 5 * DAY: [EIGHT]}


def test_whoever_would_take_several_days_or_windows_counts_in_each() -> None:
    assert of_days(ROWS, WINDOWS) == [
        Demand(FIRST, Asked(3, 6), {EIGHT: Asked(3, 6), NINE: Asked(2, 3)}),
        Demand(FIRST + DAY, Asked(2, 3), {NINE: Asked(2, 3)}),
    ]


def test_a_window_that_a_day_does_not_have_is_asked_for_by_nobody() -> None:
    assert of_days([row("d", 1, 9, TEN)], WINDOWS) == []


def test_all_together_count_once() -> None:
    assert together(ROWS) == Asked(4, 7)
    assert together([]) == Asked(0, 0)

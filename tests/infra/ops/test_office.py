"""What an operator does to an office: closing and opening a day, of one office or of all."""

from datetime import date, timedelta

import pytest

from chalicelib import clock
from chalicelib.config import settings
from chalicelib.domain import calendar, decrees
from chalicelib.store import offices
from infra.ops import office
from tests.builders import SINGLE, an_office, every_day, office_fields

pytestmark = pytest.mark.usefixtures("aws")

BREAK = ["--id", "Cuti bersama tambahan", "--en", "Additional joint leave"]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setenv("TABLE_PREFIX", settings.table_prefix)
    monkeypatch.setattr("sys.argv", ["office", *arguments])
    office.main()


@pytest.fixture
def day() -> date:
    """A week from now, on which one office serves and another does not."""
    ahead = (clock.now().date() + timedelta(days=n) for n in range(7, 30))
    soon = next(one for one in ahead if decrees.holiday(one) is None)
    offices.put(office_fields(an_office(opening=every_day(SINGLE))))
    closed_then = {n: windows for n, windows in every_day(SINGLE).items() if n != soon.weekday()}
    offices.put(office_fields(an_office("kediri", opening=closed_then)))
    return soon


def serving(day: date) -> list[str]:
    known = offices.every(clock.now()).items()
    return sorted(name for name, one in known if calendar.windows_on(one, day))


def test_a_day_of_all_offices_is_closed_and_opened_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], day: date
) -> None:
    run(monkeypatch, "close", "all", day.isoformat(), *BREAK)
    assert serving(day) == []
    run(monkeypatch, "open", "all", day.isoformat())
    assert serving(day) == ["malang"]
    closed, opened = capsys.readouterr().out.splitlines()
    assert closed.startswith("Closure declared at 2 offices.")
    assert opened.startswith(f"Open at malang on {day}.")


def test_an_office_without_hours_then_is_not_opened(
    monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    with pytest.raises(SystemExit, match="Refused: no-hours"):
        run(monkeypatch, "open", "kediri", day.isoformat())


def test_a_closure_needs_a_reason(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    with pytest.raises(SystemExit, match="Refused: no-reason"):
        run(monkeypatch, "close", "malang", day.isoformat(), "--id", "", "--en", "Flood")
    assert serving(day) == ["malang"]

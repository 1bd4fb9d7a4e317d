"""The command that loads the offices."""

from pathlib import Path

import pytest

from chalicelib.config import settings
from chalicelib.store import offices
from infra.offices import every
from infra.ops.offices import main
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def test_it_stores_every_office_of_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TABLE_PREFIX", settings.table_prefix)
    main()
    assert offices.every(NOW).keys() == {office["office_id"] for office in every()}
    assert capsys.readouterr().out == f"{len(every())} offices stored\n"


def test_without_a_stage_it_wants_a_run_to_work_beside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TABLE_PREFIX", raising=False)
    monkeypatch.setenv("STATE", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match="Nothing runs with STATE="):
        main()
    assert not offices.every(NOW)


def test_every_office_rests_on_fridays_from_half_past_eleven_to_one() -> None:
    for office in every():
        spans = [(window["start"], window["end"]) for window in office["opening"]["fri"]]
        assert ("11:00", "11:30") in spans
        assert not [span for span in spans if span[0] < "13:00" and span[1] > "11:30"]

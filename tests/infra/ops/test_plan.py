"""The command that computes an office's places, and the file that is made by it."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.office_fields import office_of
from chalicelib.domain.offices import Office
from infra import offices
from infra.ops.plan import main, proposal
from infra.waits import places
from infra.waits.places import Measured

OFFICES = {fields["office_id"]: fields for fields in offices.every()}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the file, which the command takes for the file itself."""
    copy = tmp_path / "offices.json"
    copy.write_bytes(offices.FILE.read_bytes())
    monkeypatch.setattr(offices, "FILE", copy)
    return copy


def planned(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["plan", *arguments])
    main()


def office(office_id: str) -> Office:
    return office_of(OFFICES[office_id])


def places_of(office_id: str, day: int) -> int:
    return sum(window.places for window in office(office_id).opening[day])


@pytest.mark.parametrize("office_id", OFFICES)
def test_the_places_in_the_file_are_those_that_the_counters_allow(office_id: str) -> None:
    assert office(office_id).opening == places.opening(office(office_id))


def test_malang_and_jakarta_selatan_are_of_their_size() -> None:
    assert places_of("malang", 0) == pytest.approx(150, abs=10)
    assert places_of("jakarta-selatan", 0) == 400


@pytest.mark.parametrize("office_id", OFFICES)
def test_on_friday_nobody_is_told_to_come_from_half_past_eleven_to_one(office_id: str) -> None:
    assert office(office_id).opening.keys() == {0, 1, 2, 3, 4}
    spans = [(f"{w.start:%H:%M}", f"{w.end:%H:%M}") for w in office(office_id).opening[4]]
    assert ("11:00", "11:30") in spans
    assert not [
        span for span in spans if "11:30" <= span[0] < "13:00" or "11:30" < span[1] < "13:00"
    ]


def test_to_write_again_changes_nothing(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    planned(monkeypatch, "--write")
    assert file.read_text(encoding="utf-8") == before


def test_to_write_puts_places_into_the_windows_that_an_office_states(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    stated: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    stated[0]["counters"] *= 2
    offices.write(stated)
    planned(monkeypatch, "--write")
    (first, *others), (old, *rest) = json.loads(file.read_text(encoding="utf-8")), stated
    assert others == rest
    assert first.keys() == old.keys()
    assert first["opening"]["mon"][0] == {"start": "08:00", "end": "09:00", "places": 53}


def test_an_office_is_printed_with_its_windows_and_the_wait(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("TABLE_PREFIX", raising=False)
    monkeypatch.setenv("STATE", str(tmp_path / "none"))
    planned(monkeypatch, "malang")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["mon tue wed thu", "  08:00-09:00   26 places"]
    assert f"  {places_of('malang', 0)} places, planned use 0.78 of 9 counters" in lines
    assert "fri" in lines
    (wait, _) = (line for line in lines if "minutes of wait" in line)
    assert "p90 within 30 on 9" in wait
    assert lines[-1].startswith("No days are measured. Nothing runs with STATE=")


def test_an_office_that_is_not_in_the_file_is_no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="No such office"):
        planned(monkeypatch, "nowhere")


NINE_DAYS = [Measured(booked=100, came=60, walk_ins=10, served=(70, 70), minutes=(350, 630))] * 9


def test_nothing_is_proposed_before_ten_days_are_measured() -> None:
    assert list(proposal(office("malang"), NINE_DAYS)) == [
        "9 days are measured; from 10 on, places are proposed."
    ]


def test_ten_days_propose_what_follows_from_them_and_leave_the_file_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    first, *rest = proposal(office("malang"), NINE_DAYS + NINE_DAYS[:1])
    assert first.startswith(
        "By the 10 days that are measured: step_minutes [5, 9], show_rate 0.6, walk_in_share 0.1."
    )
    assert rest[:2] == ["mon tue wed thu", "  08:00-09:00   44 places"]
    assert file.read_bytes() == before

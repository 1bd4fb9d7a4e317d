"""CSV that a spreadsheet reads back as it was meant, and never runs."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.spreadsheet import FORMULA, written

ODD = ['a,"b"', "two\nlines", "", "päth", "=1+1", "+62", "-2", "@SUM(A1)", "\tx", "\rx", "＝1"]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", [one for one in ODD if one.startswith(FORMULA)])
def test_a_cell_that_is_a_formula_becomes_text(text: str) -> None:
    assert read(written([[text]])) == [["'" + text]]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2)))
def test_no_cell_begins_a_formula_and_nothing_is_lost(rows: list[list[str]]) -> None:
    found = read(written(rows))
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not [cell for row in found for cell in row if cell.startswith(FORMULA)]


def test_a_number_is_a_number_and_nothing_is_an_empty_cell() -> None:
    assert written([[-1, 2.5, None, "x"]]) == "-1,2.5,,x\r\n"


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="there is no sqlite3 to read it")
def test_another_reader_finds_the_same(tmp_path: Path) -> None:
    rows = [["first", "second"], *([text, str(number)] for number, text in enumerate(ODD))]
    file = tmp_path / "report.csv"
    file.write_text(written(rows), encoding="utf-8", newline="")
    commands = [f".import --csv {file} t", ".mode json", "SELECT first, second FROM t"]
    done = subprocess.run(
        ["sqlite3", ":memory:", *commands], capture_output=True, text=True, check=True
    )
    found = [[row["first"], row["second"]] for row in json.loads(done.stdout)]
    assert found == read(written(rows))[1:]

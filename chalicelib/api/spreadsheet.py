"""Tables as CSV (RFC 4180), which people open in a spreadsheet.

A spreadsheet takes a cell for a formula that begins with one of a few characters, and runs it
(OWASP, "CSV Injection"). Such a cell gets an apostrophe in front, by which it is text.
"""

import csv
import io
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv"

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the wide ones, which some of them take for the same."""

Cell = str | int | float | None


def written(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as CSV; what is None is an empty cell."""
    out = io.StringIO()
    csv.writer(out).writerows([[_harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    """Numbers are no formulas, whatever they begin with."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

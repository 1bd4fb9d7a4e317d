"""How the windows of a day, or of a weekly template, are kept in items."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.offices import Window


def windows_of(items: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    """The windows that were kept, in their order."""
    return tuple(
        Window(parse_hhmm(item["start"]), parse_hhmm(item["end"]), int(item["places"]))
        for item in items
    )


def items_of(windows: Iterable[Window]) -> list[dict[str, Any]]:
    """What is kept of windows."""
    return [{"start": hhmm(w.start), "end": hhmm(w.end), "places": w.places} for w in windows]

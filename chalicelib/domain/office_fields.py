"""An office as ``infra/offices.json`` gives it and its table keeps it: read, and checked.

The same check stands before an office is written and after it is read, so nothing that breaks a
rule gets in, and what somebody has put into the table by hand does no harm to other offices.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import isfinite
from typing import Any

from chalicelib.domain.local_time import parse_hhmm
from chalicelib.domain.offices import ZONE_NAMES, Break, Closure, Office, Period, Window

Fields = Mapping[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MOST_PLACES = 100
"""Places in a window, at most.

DynamoDB charges a write for each KB of the whole slot: 95 bytes, and 42 more for each hold. So 100
places cost the sum of ceil((95 + 42 n) / 1024) for n from 1 to 100: 267 units, 0.3 seconds of the
1,000 that a partition gives in each. It grows with the square of the places: 500 take 5.4 seconds,
for which everybody waits (docs/capacity.md, "One slot").
"""

MOST_COUNTERS = 200
"""Each is called by its number, on a board that every press writes."""

MOST_STEPS = 9

LONGEST_HORIZON = 366
"""Days; each is made ready by itself."""

AN_HOUR = 60
A_DAY = 24 * AN_HOUR

LATEST = 2**35
"""The last instant that is noted, in Unix time; datetime has no year beyond 9999."""

OFFICE_ID = "[A-Za-z0-9_-]{1,64}"
"""It is part of a path, and of a slot's id, where ``#`` divides."""

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME_OF_DAY = "([01][0-9]|2[0-3]):[0-5][0-9]"

REQUIRED = frozenset(
    {
        *("office_id", "name", "city", "province", "time_zone", "latitude", "longitude"),
        *("horizon_days", "release_at", "opening"),
    }
)
KNOWN = REQUIRED | {
    *("release_by", "by_lot", "free_after_minutes", "free_within_minutes"),
    *("arrival_step_minutes", "arrival_lead_minutes", "closures"),
    *("counters", "step_minutes", "breaks", "show_rate", "walk_in_share"),
}


class NotAnOffice(Exception):
    """``field`` says what is wrong, as in ``opening.mon[0].places``, and ``rule`` what it must be.

    Neither repeats the value, so both can be logged.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field} {rule}")
        self.field = field
        self.rule = rule


def check_known(fields: Fields) -> None:
    """Refuse what no office has, as a name that is misspelt. Raises `NotAnOffice`.

    Not where an office is read: a later release may have written more.
    """
    unknown = fields.keys() - KNOWN
    if unknown:
        raise NotAnOffice(min(unknown), f"is none of {', '.join(sorted(KNOWN))}")


def office_of(fields: Fields) -> Office:
    """The office that these fields say. Raises `NotAnOffice`."""
    for name in sorted(REQUIRED - fields.keys()):
        raise NotAnOffice(name, "is missing")
    return Office(
        office_id=_matching(fields["office_id"], "office_id", OFFICE_ID),
        name=_words(fields["name"], "name"),
        city=_words(fields["city"], "city"),
        province=_words(fields["province"], "province"),
        time_zone=_choice(fields["time_zone"], "time_zone", list(ZONE_NAMES)),
        latitude=_degrees(fields["latitude"], "latitude", 90),
        longitude=_degrees(fields["longitude"], "longitude", 180),
        horizon_days=_whole(fields["horizon_days"], "horizon_days", 0, LONGEST_HORIZON),
        release_at=_time(fields["release_at"], "release_at"),
        release_by=Period(
            _choice(fields.get("release_by", Period.DAY.value), "release_by", list(Period))
        ),
        free_after=_free_after(fields),
        by_lot=_yes_or_no(fields.get("by_lot", False), "by_lot"),
        left_lots_at=_left_lots_at(fields),
        opening=_opening(fields["opening"]),
        arrival_step=_minutes(fields, "arrival_step_minutes", "arrival_step", 1),
        arrival_lead=_minutes(fields, "arrival_lead_minutes", "arrival_lead", 0),
        closures=_closures(fields.get("closures", {})),
        served=_served(fields.get("served", [])),
        **_desk(fields),
    )


def _desk(fields: Fields) -> dict[str, Any]:
    """What the office says of its counters, of what it says anything."""
    read: dict[str, Callable[[Any], Any]] = {
        "counters": lambda given: _whole(given, "counters", 1, MOST_COUNTERS),
        "step_minutes": _step_minutes,
        "breaks": _breaks,
        "show_rate": lambda given: _number(given, "show_rate", 0.1, 1),
        "walk_in_share": lambda given: _number(given, "walk_in_share", 0, 1),
    }
    return {name: check(fields[name]) for name, check in read.items() if name in fields}


def _step_minutes(given: Any) -> tuple[float, ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_STEPS:
        raise NotAnOffice("step_minutes", f"must be a list of 1 to {MOST_STEPS} numbers")
    return tuple(_number(one, f"step_minutes[{n}]", 0.5, A_DAY) for n, one in enumerate(given))


def _breaks(given: Any) -> tuple[Break, ...]:
    if not isinstance(given, list):
        raise NotAnOffice("breaks", "must be a list of breaks")
    return tuple(
        Break(*_span(_map(one, f"breaks[{n}]"), f"breaks[{n}]")) for n, one in enumerate(given)
    )


def _free_after(fields: Fields) -> tuple[timedelta, timedelta]:
    least, most = Office._field_defaults["free_after"]
    after = fields.get("free_after_minutes", least // timedelta(minutes=1))
    within = fields.get("free_within_minutes", most // timedelta(minutes=1))
    after = _whole(after, "free_after_minutes", 0, A_DAY)
    within = _whole(within, "free_within_minutes", after, A_DAY)
    return timedelta(minutes=after), timedelta(minutes=within)


def _left_lots_at(fields: Fields) -> datetime | None:
    """No office says so of itself; it is noted in Unix time when it goes back to first come."""
    at = fields.get("left_lots_at")
    whole = None if at is None else _whole(at, "left_lots_at", 0, LATEST)
    return None if whole is None else datetime.fromtimestamp(whole, UTC)


def _minutes(fields: Fields, name: str, of: str, least: int) -> timedelta:
    usual = Office._field_defaults[of] // timedelta(minutes=1)
    return timedelta(minutes=_whole(fields.get(name, usual), name, least, AN_HOUR))


def _opening(given: Any) -> dict[int, tuple[Window, ...]]:
    days = _map(given, "opening")
    return {
        WEEKDAYS.index(_choice(day, "opening", list(WEEKDAYS))): _windows(windows, f"opening.{day}")
        for day, windows in days.items()
    }


def _windows(given: Any, field: str) -> tuple[Window, ...]:
    if not isinstance(given, list):
        raise NotAnOffice(field, "must be a list of windows")
    windows = tuple(_window(one, f"{field}[{n}]") for n, one in enumerate(given))
    for n, (earlier, later) in enumerate(pairwise(windows), 1):
        if later.start < earlier.end:
            raise NotAnOffice(f"{field}[{n}].start", "must not be before the end of the last one")
    return windows


def _window(given: Any, field: str) -> Window:
    fields = _map(given, field)
    if "places" not in fields:
        raise NotAnOffice(f"{field}.places", "is missing")
    places = _whole(fields["places"], f"{field}.places", 1, MOST_PLACES)
    return Window(*_span(fields, field), places)


def _span(fields: Fields, field: str) -> tuple[time, time]:
    for name in ("start", "end"):
        if name not in fields:
            raise NotAnOffice(f"{field}.{name}", "is missing")
    start, end = (_time(fields[name], f"{field}.{name}") for name in ("start", "end"))
    if end <= start:
        raise NotAnOffice(f"{field}.end", "must be after its start")
    return start, end


def _closures(given: Any) -> dict[date, Closure]:
    return dict(_closure(day, words) for day, words in _map(given, "closures").items())


def _closure(day: str, given: Any) -> tuple[date, Closure]:
    words = _map(given, "closures")
    if words.keys() != {"id", "en"}:
        raise NotAnOffice("closures", "must each have words in 'id' and 'en'")
    closure = Closure(*(_words(words[name], f"closures.{name}") for name in ("id", "en")))
    return _date(day, "closures"), closure


def _served(given: Any) -> frozenset[date]:
    if not isinstance(given, list):
        raise NotAnOffice("served", "must be a list of dates")
    return frozenset(_date(day, "served") for day in given)


def _map(given: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise NotAnOffice(field, "must be a map")
    return given


def _words(given: Any, field: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise NotAnOffice(field, "must be a text")
    return given


def _matching(given: Any, field: str, form: str) -> str:
    if not isinstance(given, str) or not re.fullmatch(form, given):
        raise NotAnOffice(field, f"must be of the form {form}")
    return given


def _yes_or_no(given: Any, field: str) -> bool:
    if not isinstance(given, bool):
        raise NotAnOffice(field, "must be true or false")
    return given


def _choice(given: Any, field: str, choices: list[str]) -> str:
    if given not in choices:
        raise NotAnOffice(field, f"must be one of {', '.join(choices)}")
    return str(given)


def _time(given: Any, field: str) -> time:
    return parse_hhmm(_matching(given, field, TIME_OF_DAY))


def _date(given: Any, field: str) -> date:
    try:
        return date.fromisoformat(_matching(given, field, DATE))
    except ValueError:
        raise NotAnOffice(field, "must be by date") from None


def _whole(given: Any, field: str, least: int, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise NotAnOffice(field, f"must be a whole number from {least} to {most}")
    return given


def _number(given: Any, field: str, least: float, most: float) -> float:
    a_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not a_number or not least <= given <= most:
        raise NotAnOffice(field, f"must be a number from {least} to {most}")
    return float(given)


def _degrees(given: Any, field: str, most: int) -> float:
    a_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not a_number or not isfinite(given) or abs(given) > most:
        raise NotAnOffice(field, f"must be degrees from -{most} to {most}")
    return float(given)

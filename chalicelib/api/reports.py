"""What supervisors see of their office's days: how they went, and who is to come.

As in desk.py, the views import their services themselves.
"""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import UNSET, UnsetType, structs

from chalicelib.api import desk_answers, parsing, spreadsheet
from chalicelib.api.answers import Answer, Instant
from chalicelib.api.desk_answers import Counter
from chalicelib.api.responses import Raw
from chalicelib.api.routes import Function, Query, Request, Routes, Who
from chalicelib.domain.errors import Invalid
from chalicelib.domain.lines import LABEL, Class
from chalicelib.store import offices

if TYPE_CHECKING:
    from chalicelib.domain.reports import Report

bp = Routes(__name__, Function.DESK)

DATE = {"type": "string", "format": "date", "pattern": f"^{parsing.DATE}$"}


class Waits(Answer, rename={"class_": "class"}):
    hour: int
    """Of the office's clock, in which these people came."""
    class_: Class
    tickets: int
    wait_p50_minutes: float
    wait_p90_minutes: float


class DayReport(Answer):
    date: date
    waits: list[Waits]
    counters: int
    """How many served somebody."""
    served: int
    missed: int
    turned_away: int
    came: int
    """People with a booking, of those expected."""
    expected: int
    wait_p50_minutes: float | UnsetType = UNSET
    wait_p90_minutes: float | UnsetType = UNSET
    lag_minutes: float | UnsetType = UNSET
    """The longest that somebody was due before they were called."""
    longest_call_minutes: float | UnsetType = UNSET
    """From a call until its people were served."""
    no_show_rate: float | UnsetType = UNSET
    """Once the day is over."""
    estimate_error_p50_minutes: float | UnsetType = UNSET
    """Between when people were told that they would be called, and were."""
    estimate_error_p90_minutes: float | UnsetType = UNSET


class WaitingAt(Answer):
    at: Instant
    tickets: int


class DayAtWork(DayReport, kw_only=True):
    as_of: Instant
    status: Literal["open", "closed"]
    """Whether anybody can still check in."""
    closed_at: Instant | UnsetType = UNSET
    """When it was closed, if it was."""
    waiting: int
    """How many tickets wait now …"""
    waiting_by_quarter: list[WaitingAt]
    """… and waited to be called at each quarter of an hour."""
    at_counters: list[Counter]


class Reports(Answer):
    office_id: str
    days: list[DayReport]


class Expected(Answer):
    ticket: str
    come_at: Instant
    people: int
    came: bool
    """Whether they have checked in, or were entered afterwards."""
    initials: list[str] | UnsetType = UNSET
    """Where they can be told now."""


class Roster(Answer):
    date: date
    bookings: list[Expected]
    next: str | UnsetType = UNSET
    """To be asked for as `after`; not on the last page."""


@bp.on(
    "GET",
    "/v1/desk/day",
    answer=DayAtWork,
    summary="How a day of one's office goes, or went: its waits, its line and its counters",
    refusals=[Invalid],
    query={"date": Query("By default today", DATE)},
    who=Who.SUPERVISOR,
)
def get_day(request: Request) -> DayAtWork:
    from chalicelib.services.desk import press
    from chalicelib.services.desk import report as service

    office = offices.get(request.staff.office_id, request.now)
    found = service.of_day(office.office_id, _day(request), request.now)
    board, closed_at = found.board, found.board.closed_at
    return DayAtWork(
        **structs.asdict(_shown(found.report)),
        as_of=request.now.astimezone(office.zone),
        status="open" if found.serves else "closed",
        closed_at=closed_at.astimezone(office.zone) if closed_at else UNSET,
        waiting=len(board.line()),
        waiting_by_quarter=[WaitingAt(at.astimezone(office.zone), n) for at, n in found.waiting],
        at_counters=[
            desk_answers.counter(press.at(board, office, counter_id), office)
            for counter_id in office.counter_ids
        ],
    )


@bp.on(
    "GET",
    "/v1/desk/report",
    answer=Reports,
    summary="How the days of one's office went, at most 31 of them; with Accept: text/csv as CSV",
    refusals=[Invalid],
    query={
        "from": Query("The first date; by default a week before the last", DATE),
        "to": Query("The last date; by default today", DATE),
    },
    who=Who.SUPERVISOR,
    csv=True,
)
def get_report(request: Request) -> Reports | Raw:
    from chalicelib.services.desk import report as service

    office = offices.get(request.staff.office_id, request.now)
    query, today = request.query, office.today(request.now)
    last = parsing.day("to", query["to"]) if "to" in query else today
    first = parsing.day("from", query["from"]) if "from" in query else last - timedelta(days=6)
    if not 0 <= (last - first).days < service.LONGEST:
        raise Invalid("from", "span")
    found = service.of_days(office.office_id, first, last, request.now)
    if spreadsheet.MEDIA_TYPE not in request.headers.get("accept", "").lower():
        return Reports(office.office_id, [_shown(one) for one in found])
    name = f"{office.office_id}-{first}-{last}.csv"
    return Raw(
        spreadsheet.written([COLUMNS, *(row for one in found for row in _rows(one))]),
        {
            "Content-Type": f"{spreadsheet.MEDIA_TYPE}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@bp.on(
    "GET",
    "/v1/desk/roster",
    answer=Roster,
    summary="Who is to come to one's office on a day, in initials; each look is recorded",
    refusals=[Invalid],
    query={
        "date": Query("By default today", DATE),
        "after": Query(
            "The ticket behind which to go on", {"type": "string", "pattern": f"^{LABEL}$"}
        ),
    },
    who=Who.SUPERVISOR,
)
def get_roster(request: Request) -> Roster:
    from chalicelib.services.desk import roster

    day, after = _day(request), request.query.get("after")
    if after is not None and not re.fullmatch(LABEL, after):
        raise Invalid("after", "type")
    found = roster.page(day, after, request.staff, request.now)
    zone = offices.get(request.staff.office_id, request.now).zone
    shown = [
        Expected(
            one.label,
            one.come_at.astimezone(zone),
            one.size,
            one.came,
            UNSET if one.people is None else one.people,
        )
        for one in found.entries
    ]
    return Roster(day, shown, found.next or UNSET)


def _day(request: Request) -> date:
    if "date" in request.query:
        return parsing.day("date", request.query["date"])
    return offices.get(request.staff.office_id, request.now).today(request.now)


def _shown(one: "Report") -> DayReport:
    return DayReport(
        date=one.day,
        waits=[Waits(*wait) for wait in one.waits],
        counters=one.counters,
        served=one.served,
        missed=one.missed,
        turned_away=one.turned_away,
        came=one.came,
        expected=one.expected,
        wait_p50_minutes=_or_unset(one.wait_p50),
        wait_p90_minutes=_or_unset(one.wait_p90),
        lag_minutes=_or_unset(one.lag),
        longest_call_minutes=_or_unset(one.longest_call),
        no_show_rate=_or_unset(one.no_show_rate),
        estimate_error_p50_minutes=_or_unset(one.estimate_error_p50),
        estimate_error_p90_minutes=_or_unset(one.estimate_error_p90),
    )


def _or_unset(value: float | None) -> float | UnsetType:
    return UNSET if value is None else value


COLUMNS = (
    *("date", "hour", "class", "tickets", "wait_p50_minutes", "wait_p90_minutes"),
    *("lag_minutes", "counters", "longest_call_minutes", "served", "missed", "turned_away"),
    *("came", "expected", "no_show_rate"),
    *("estimate_error_p50_minutes", "estimate_error_p90_minutes"),
)
"""A row of class `all`, without an hour, is the whole day; the others tell its waits alone."""


def _rows(one: "Report") -> list[list[spreadsheet.Cell]]:
    day = one.day.isoformat()
    whole: list[spreadsheet.Cell] = [
        *(day, None, "all", sum(wait.tickets for wait in one.waits), one.wait_p50, one.wait_p90),
        *(one.lag, one.counters, one.longest_call, one.served, one.missed, one.turned_away),
        *(one.came, one.expected, one.no_show_rate),
        *(one.estimate_error_p50, one.estimate_error_p90),
    ]
    rest: list[spreadsheet.Cell] = [None] * (len(COLUMNS) - 6)
    by_hour: list[list[spreadsheet.Cell]] = [
        [day, wait.hour, wait.kind.value, wait.tickets, wait.p50, wait.p90, *rest]
        for wait in one.waits
    ]
    return [whole, *by_hour]

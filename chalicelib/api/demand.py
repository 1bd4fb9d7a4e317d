"""What supervisors see of those who ask by lot at their office: counts, and nobody's name."""

from datetime import date

from msgspec import UNSET, UnsetType

from chalicelib.api.answers import Answer, Instant
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.domain.local_time import hhmm
from chalicelib.store import offices

bp = Routes(__name__, Function.DESK)


class WindowDemand(Answer):
    start: str
    entries: int
    people: int


class DayDemand(Answer):
    date: date
    entries: int
    """That would take a place of the day, in whichever window; each counts on all of its days."""
    people: int
    windows: list[WindowDemand]


class Demand(Answer, kw_only=True):
    by_lot: bool
    """Whether the office gives its places by lot; if not, nobody asks."""
    as_of: Instant | UnsetType = UNSET
    """The last draw: who was placed in it is not counted. Not if there was none yet."""
    entries: int
    people: int
    days: list[DayDemand]
    """Those that somebody asks for."""


@bp.on(
    "GET",
    "/v1/desk/demand",
    answer=Demand,
    summary="How many ask by lot at one's own office, for each day and window",
    who=Who.SUPERVISOR,
)
def get_demand(request: Request) -> Demand:
    from chalicelib.services.waitlist import demand

    office = offices.get(request.staff.office_id, request.now)
    seen = demand.of_office(office.office_id, request.now)
    return Demand(
        by_lot=seen.by_lot,
        as_of=seen.at.astimezone(office.zone) if seen.at else UNSET,
        entries=seen.whole.entries,
        people=seen.whole.people,
        days=[
            DayDemand(
                day,
                *whole,
                [WindowDemand(hhmm(start), *asked) for start, asked in windows.items()],
            )
            for day, whole, windows in seen.days
        ],
    )

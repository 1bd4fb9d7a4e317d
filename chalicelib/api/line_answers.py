"""What goes out of an office's line, to whoever stands in it and to everybody."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.answers import Answer, Instant
from chalicelib.domain.offices import Office

if TYPE_CHECKING:
    from chalicelib.domain.estimates import Range
    from chalicelib.services.desk import check_in, today


class Call(Answer, rename={"from_": "from"}):
    """Between which instants somebody will be called, in most cases."""

    from_: Instant
    until: Instant


class CheckedIn(Answer):
    ticket: str
    state: Literal["waiting", "called", "serving", "missed", "done"]
    due: Instant
    arrival: Literal["new", "here", "back"]
    """Whether they came now, had checked in before, or wait again after a call that they missed."""
    place: int | UnsetType = UNSET
    """In the line, from 1 on; only while they wait."""
    call: Call | UnsetType = UNSET


class Serving(Answer):
    counter: str
    ticket: str
    step: int


class Called(Answer):
    ticket: str
    counter: str
    at: Instant


class InLine(Answer, rename={"from_": "from"}):
    ticket: str
    step: int
    from_: Instant
    until: Instant


class Today(Answer):
    date: date
    as_of: Instant
    status: Literal["open", "closed"]
    lag_minutes: int
    """How long somebody in the line has been due, and here."""
    serving: list[Serving]
    called: list[Called]
    """The last eight tickets that were called, the latest first; a recall is a call again."""
    line: list[InLine]
    walk_ins: Literal["open", "later", "closed"]
    poll_after: Annotated[
        int,
        Meta(
            description="In how many seconds to look again, for whoever shows the whole day: 5 "
            "while anybody may be called, else 60. A phone whose own call is more than ten minutes "
            "away had better look once a minute."
        ),
    ]


def checked_in(one: "check_in.CheckedIn", office: Office) -> CheckedIn:
    return CheckedIn(
        ticket=one.ticket.label,
        state=one.ticket.state.value,
        due=one.ticket.due.astimezone(office.zone),
        place=UNSET if one.place is None else one.place,
        call=UNSET if one.call is None else call(one.call, office),
        arrival=one.arrival.value,
    )


def of_today(one: "today.Today", office: Office) -> Today:
    return Today(
        date=one.day,
        as_of=_second(one.as_of, office),
        status=one.status.value,
        lag_minutes=int(one.lag.total_seconds() // 60),
        serving=[Serving(t.counter or "", t.label, t.step) for t in one.serving],
        called=[Called(c.label, c.counter, c.at.astimezone(office.zone)) for c in one.called],
        line=[
            InLine(w.ticket.label, w.ticket.step, *(_second(at, office) for at in w.call))
            for w in one.line
        ],
        walk_ins=one.walk_ins.value,
        poll_after=int(one.poll_after.total_seconds()),
    )


def call(one: "Range", office: Office) -> Call:
    return Call(*(_second(at, office) for at in one))


def _second(at: datetime, office: Office) -> datetime:
    """An estimate in the office's time, no finer than it is."""
    return at.astimezone(office.zone).replace(microsecond=0)

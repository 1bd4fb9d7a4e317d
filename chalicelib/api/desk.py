"""The desk of an office: people check in, counters call them, supervisors see to both.

Staff and devices call these; the office is the caller's own, so no path names one. The views import
their services themselves: a process that starts in order to book needs none of them.
"""

from datetime import timedelta

from chalicelib.api import desk_answers as answers
from chalicelib.api import desk_requests, line_answers
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.domain.errors import (
    AlreadyCancelled,
    AlreadyLeft,
    CounterBusy,
    CounterChanged,
    DayClosed,
    Invalid,
    KeyReused,
    NobodyWaiting,
    NoCapacity,
    NoSuchBooking,
    NoSuchCounter,
    OtherDay,
    OtherOffice,
    RequestInProgress,
    TooEarly,
)
from chalicelib.domain.offices import Office
from chalicelib.domain.staff import NotAtCounter
from chalicelib.store import offices
from chalicelib.telemetry import Metric, count, log

bp = Routes(__name__, Function.DESK)

CHECK_IN_REFUSALS = (
    NoSuchBooking,
    AlreadyCancelled,
    OtherOffice,
    OtherDay,
    TooEarly,
    AlreadyLeft,
    DayClosed,
)

LONGEST_BREAK = timedelta(hours=12)


@bp.on(
    "POST",
    "/v1/desk/check-ins",
    answer=line_answers.CheckedIn,
    summary="Check in whoever shows the QR of a ticket; a second scan finds the first",
    body=desk_requests.Scan,
    refusals=[Invalid, *CHECK_IN_REFUSALS],
    who=Who.DEVICE,
)
def check_in(request: Request) -> line_answers.CheckedIn:
    from chalicelib.services.desk import check_in as service

    done = service.by_qr(request.body.qr, request.staff.office_id, request.now)
    return line_answers.checked_in(done, _office(request))


@bp.on(
    "POST",
    "/v1/desk/walk-ins",
    answer=answers.WalkIn,
    summary="A number for somebody without a booking, if they can still be served today",
    status=201,
    body=desk_requests.WalkIn,
    refusals=[Invalid, NoCapacity, DayClosed, KeyReused],
    who=Who.DEVICE,
    keyed=True,
)
def take_number(request: Request) -> answers.WalkIn:
    from chalicelib.services.desk import walk_in

    body: desk_requests.WalkIn = request.body
    taken = walk_in.take(
        body.people,
        request.staff.office_id,
        f"{request.staff.staff_id} {request.key}",  # of two kiosks each has keys of its own
        request.now,
        priority=body.priority is not None,
    )
    return answers.walk_in_taken(taken, _office(request))


@bp.on(
    "GET",
    "/v1/desk/presence",
    answer=answers.Presence,
    summary="The digits by which people show that they are at the office; other ones each minute",
    who=Who.BOARD,
)
def get_presence(request: Request) -> answers.Presence:
    from chalicelib.services.desk import presence

    until = presence.until(request.now).astimezone(_office(request).zone)
    return answers.Presence(presence.digits(request.staff.office_id, request.now), until)


@bp.on(
    "GET",
    "/v1/desk/counters",
    answer=answers.Counters,
    summary="The counters of the office, and who is called or served there, without names",
    who=Who.STAFF,
)
def list_counters(request: Request) -> answers.Counters:
    from chalicelib.services.desk import press

    return answers.counters(
        press.look_at_all(request.staff.office_id, request.now), _office(request)
    )


@bp.on(
    "GET",
    "/v1/desk/counters/{counter}",
    answer=answers.Counter,
    summary="A counter, and who is called or served there; each look at their names is recorded",
    refusals=[NoSuchCounter],
    who=Who.STAFF,
)
def get_counter(request: Request, counter: str) -> answers.Counter:
    from chalicelib.services.desk import people, press

    at = press.look(request.staff.office_id, counter, request.now)
    named = people.there(at, request.staff, request.now)
    return answers.counter(at, _office(request), named)


@bp.on(
    "POST",
    "/v1/desk/counters/{counter}/presses",
    answer=answers.Counter,
    summary="Press a button at a counter that is as the clerk saw it; it is done once",
    body=desk_requests.Press,
    refusals=[Invalid, NoSuchCounter, CounterChanged, CounterBusy, NobodyWaiting, KeyReused],
    who=Who.STAFF,
    keyed=True,
)
def press_at(request: Request, counter: str) -> answers.Counter:
    from chalicelib.domain.boards import Press
    from chalicelib.domain.presses import Asked
    from chalicelib.services.desk import press
    from chalicelib.services.desk.walk_in import digest

    body: desk_requests.Press = request.body
    asked = Asked(
        Press(body.press),
        body.turn,
        digest(request.key),
        body.and_next,
        body.step,
        None if body.steps is None else tuple(body.steps),
    )
    office = _office(request)
    try:
        at = press.press(request.staff.office_id, counter, asked, request.now)
    except CounterBusy:
        count(Metric.PRESSES_REFUSED, office=office.office_id, zone=office.zone_name)
        raise
    except CounterChanged as changed:
        count(Metric.PRESSES_REFUSED, office=office.office_id, zone=office.zone_name)
        stands = answers.counter(changed.more["counter"], office)
        raise CounterChanged(counter=stands) from None
    return answers.counter(at, office)


@bp.on(
    "POST",
    "/v1/desk/counters/{counter}/seen",
    answer=answers.Proven,
    summary="The KTP of somebody at the counter was held against them: their account is theirs",
    body=desk_requests.Seen,
    refusals=[Invalid, NoSuchCounter, NotAtCounter, RequestInProgress],
    who=Who.STAFF,
)
def see(request: Request, counter: str) -> answers.Proven:
    from chalicelib.services.desk import people, press
    from chalicelib.services.office import persons

    body: desk_requests.Seen = request.body
    staff = request.staff
    at = press.look(staff.office_id, counter, request.now)
    who = people.themselves(at, body.ticket, body.queue_number, staff, request.now)
    case = persons.Case(staff.credential, f"counter: {body.ticket}")
    try:
        persons.seen_at_counter(who.account_id, who.person_id, case, request.now)
    except (persons.NoSuchPerson, persons.NotTheirs):
        raise NotAtCounter from None
    return answers.Proven(body.queue_number, "seen")


@bp.on(
    "POST",
    "/v1/desk/counters/{counter}/release",
    answer=answers.Counter,
    summary="Put the person at a counter back into the line, with their place, and close it",
    refusals=[NoSuchCounter],
    who=Who.SUPERVISOR,
)
def release(request: Request, counter: str) -> answers.Counter:
    from chalicelib.services.desk import press

    at = press.release(request.staff.office_id, counter, request.now)
    _note(request, "counter released", counter=counter)
    return answers.counter(at, _office(request))


@bp.on(
    "POST",
    "/v1/desk/breaks",
    answer=answers.Counter,
    summary="Say until when nobody is at a counter, so that people are told the right time",
    body=desk_requests.Break,
    refusals=[Invalid, NoSuchCounter],
    who=Who.SUPERVISOR,
)
def take_break(request: Request) -> answers.Counter:
    from chalicelib.services.desk import press

    body: desk_requests.Break = request.body
    if not request.now < body.until <= request.now + LONGEST_BREAK:
        raise Invalid("until", "break")
    at = press.away(request.staff.office_id, body.counter, body.until, request.now)
    _note(request, "break stated", counter=body.counter)
    return answers.counter(at, _office(request))


@bp.on(
    "GET",
    "/v1/desk/close",
    answer=answers.ClosingDay,
    summary="Whom it affects if the day is closed now, and what they are told",
    who=Who.SUPERVISOR,
)
def look_at_close(request: Request) -> answers.ClosingDay:
    from chalicelib.services.desk import early_close

    return answers.closing_day(early_close.look(request.staff.office_id, request.now))


@bp.on(
    "POST",
    "/v1/desk/close",
    answer=answers.ClosedDay,
    summary="Close the day: who waits is turned away, and nobody checks in any more",
    who=Who.SUPERVISOR,
)
def close(request: Request) -> answers.ClosedDay:
    from chalicelib.services.desk import close as service

    board = service.close(request.staff.office_id, request.now)
    _note(request, "day closed", date=board.key.day.isoformat())
    return answers.closed_day(board)


def _office(request: Request) -> Office:
    return offices.get(request.staff.office_id, request.now)


def _note(request: Request, what: str, **about: object) -> None:
    """Which supervisor has done it goes into the log."""
    log.info(what, office=request.staff.office_id, by=request.staff.credential, **about)

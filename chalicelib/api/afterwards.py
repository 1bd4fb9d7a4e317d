"""Who came while an office had no network, entered by its supervisor from the printed roster.

As in desk.py, the view imports its service itself.
"""

from datetime import date

from chalicelib.api import desk_requests
from chalicelib.api.answers import Answer, Instant
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.domain.boards import State
from chalicelib.domain.errors import AlreadyLeft, CounterBusy, DayClosed, Invalid, NoSuchBooking
from chalicelib.domain.local_time import parse_hhmm
from chalicelib.store import offices

bp = Routes(__name__, Function.DESK)


class Arrived(Answer):
    date: date
    ticket: str
    arrived_at: Instant
    state: State


@bp.on(
    "POST",
    "/v1/desk/arrivals",
    answer=Arrived,
    summary="Enter who came while there was no network, today or in the six days before",
    body=desk_requests.Arrival,
    refusals=[Invalid, NoSuchBooking, AlreadyLeft, CounterBusy, DayClosed],
    who=Who.SUPERVISOR,
)
def enter(request: Request) -> Arrived:
    from chalicelib.services.desk import arrivals

    body: desk_requests.Arrival = request.body
    entry = arrivals.Entry(body.date, body.ticket, parse_hhmm(body.arrived_at), body.served)
    done = arrivals.enter(entry, request.staff, request.now)
    zone = offices.get(request.staff.office_id, request.now).zone
    return Arrived(body.date, done.ticket, done.arrived_at.astimezone(zone), done.state)

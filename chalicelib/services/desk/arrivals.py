"""Who came while there was no network: entered from the printed roster, label by label.

While the day is open nothing is done that people and clerks do not do themselves. Whoever still
waits gets the ticket of a check-in at that time; whoever was served by then gets one that is done,
which `collect` keeps as a visit, and which `close_days` reads the outcome from.

Once the day is closed nobody is put on its board any more. Then the outcome is the commit record:
it is noted first, in one transaction with what that counts, and the visit after it. It takes the
place of none, and of what the clock alone has said of whoever had no ticket: `absent`, or
`turned_away` of a day that was closed early. A run that dies in between is entered again. The
outcome of a ticket stays: somebody has seen it.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.domain import calendar, lines
from chalicelib.domain.boards import AT_A_COUNTER, Board, BoardKey, State, Ticket
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.domain.errors import AlreadyLeft, CounterBusy, DayClosed, Invalid, NoSuchBooking
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import check_in, ending, labelled, standing, watch
from chalicelib.store import boards, bookings, days, disclosures, offices, visits
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Changed, Gone, Noted, Stood, Wrote
from chalicelib.telemetry import log

AS_LONG_AS = timedelta(days=6)
"""So long after its day somebody can be entered: while its board is kept."""


class Entry(NamedTuple):
    """A line of the roster, as it was written by hand."""

    day: date
    label: str
    at: time
    """When they came, in the office's time."""
    served: bool
    """Whether they were served; else they wait."""


class Entered(NamedTuple):
    ticket: str
    arrived_at: datetime
    state: State
    """`DONE` of whoever was served."""


def enter(entry: Entry, staff: Staff, now: datetime) -> Entered:
    """Enter that people came. What was entered before is found again.

    Raises `Invalid`, `NoSuchBooking`, `AlreadyLeft`, `CounterBusy` where they are at a counter,
    `DayClosed` where they could only wait.
    """
    office = offices.get(staff.office_id, now)
    today = office.today(now)
    if not today - AS_LONG_AS <= entry.day <= today:
        raise Invalid("date", "week")
    arrived_at = calendar.instant(office, entry.day, entry.at)
    if arrived_at > now:
        raise Invalid("arrived_at", "not-yet")
    key = BoardKey(office.office_id, entry.day)
    booking = _standing(key, entry.label)
    told = calendar.instant(office, entry.day, booking.place.arrive_from)
    waiting = Ticket(
        label=entry.label,
        state=State.WAITING,
        due=lines.due_booked(told, arrived_at, check_in.told_later(booking, office)),
        version=1,
        people=len(booking.remaining),
        arrived_at=arrived_at,
    )
    if not entry.served and entry.day != today:
        raise DayClosed
    if not entry.served:
        board, _ = check_in.put(key, waiting, now)
        ticket = board.tickets[entry.label]
    else:
        ticket = _serve(key, booking, waiting, staff, now)
    log.info(
        "arrival entered", board=key.id, ticket=ticket.label, state=ticket.state, by=staff.staff_id
    )
    return Entered(ticket.label, ticket.arrived_at, ticket.state)


def _standing(key: BoardKey, label: str) -> Booking:
    day = days.between(key.office_id, key.day, key.day).get(key.day)
    found = labelled.booking(key, day.windows, label) if day and not day.closed else None
    if found is None or not found.stands_in(found.slot):
        raise NoSuchBooking
    return found


def _serve(key: BoardKey, booking: Booking, waiting: Ticket, staff: Staff, now: datetime) -> Ticket:
    """The ticket of whoever has been served: on the board while it is open, else beside it."""
    done, board = _done(waiting, now), standing.stands(key)
    for _ in range(standing.TRIES):
        here = board.tickets.get(done.label)
        if here and here.state in AT_A_COUNTER:
            raise CounterBusy
        if (here and here.state is State.DONE) or done.label in board.gone:
            return _left(board, done)
        if board.closed and here is None:
            return _came(board, booking, done, staff, now)
        written = (
            boards.end(key, here, _done(here, now)._replace(version=here.version + 1))
            if here
            else boards.check_in(key, done)
        )
        match written:
            case Wrote(after):
                return after.tickets[done.label]
            case Stood(stood):
                board = stood or standing.stands(key)
    raise Unavailable


def _done(ticket: Ticket, now: datetime) -> Ticket:
    return ticket._replace(state=State.DONE, outcome=Outcome.SERVED, done_at=now)


def _left(board: Board, done: Ticket) -> Ticket:
    """Whoever has left, or is about to. Raises `AlreadyLeft` unless they were served."""
    here = board.tickets.get(done.label)
    outcome = here.outcome if here else visits.outcomes(board.key).get(done.label)
    if outcome is not Outcome.SERVED:
        raise AlreadyLeft
    return here or done


def _came(board: Board, booking: Booking, done: Ticket, staff: Staff, now: datetime) -> Ticket:
    """Note it where the board is closed: nobody can get a ticket on it meanwhile."""
    if booking.outcome is not Outcome.SERVED:
        reason = f"arrival: {board.key.day} {done.label}"
        disclosures.record(booking.account_id, [], staff.credential, reason, now)
        match ending.came(booking, now):
            case Noted():
                zone = offices.get(staff.office_id, now).zone_name
                watch.measure_visit(done, Outcome.SERVED, staff.office_id, zone)
            case Changed():
                raise Unavailable
            case Gone():
                found = bookings.many([booking.code]).get(booking.code)
                if found is None or found.outcome is not Outcome.SERVED:
                    raise AlreadyLeft
    # Of a version below all others: it takes the place of no visit that there is.
    visits.put(board.key, done._replace(version=0))
    return done

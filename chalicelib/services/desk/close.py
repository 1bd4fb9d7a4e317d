"""The end of an office's day: a true record of who came.

The day is closed first, so that nobody can check in while it is looked at. Who still waits is
turned away, which is the office's doing; who missed their call and did not come back has not shown
up; who has a booking, and neither a ticket nor a visit, was absent. Whoever is at a counter stays
until they are done: a later run goes on, and after midnight it presses for the clerks. Where a day
is closed early, whoever was not to be there yet is turned away as well.

Every outcome is noted once, with what it counts (see ending.py); a day is settled when all are.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain import calendar, lines
from chalicelib.domain.boards import Board, BoardKey, Press, State, Ticket
from chalicelib.domain.bookings import Booking, Outcome, SlotKey
from chalicelib.domain.days import Day
from chalicelib.domain.offices import Office
from chalicelib.domain.presses import Asked, decide
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.contained import contained, every_office
from chalicelib.services.desk import collect, ending, standing
from chalicelib.store import boards, bookings, days, offices, slots, visits
from chalicelib.store.outcomes import Changed, Gone, Noted
from chalicelib.telemetry import Metric, count

CLOSES_AFTER = timedelta(hours=1)
"""So long after its last window an office that did not close its day is closed by the job."""

LATE = timedelta(hours=1)
"""So long after its end a day that somebody is still on the board of is told to operations."""

LOOKS_BACK = timedelta(days=6)
"""A day that could not be closed before is closed as long as its board is kept."""

ENDS = {State.WAITING: Outcome.TURNED_AWAY, State.MISSED: Outcome.NO_SHOW}
"""What becomes of tickets when their day is closed."""


def close_days(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Close the days that are over, as long as there is ``more`` time. Says what was recorded."""
    done: Counter[str] = Counter(closed=0, open=0, **{outcome.value: 0 for outcome in Outcome})
    late = 0
    for office, day, board in _over(now, done):
        if not more():
            done["handed_over"] = 1
            break
        with contained(done, board.key.id):
            told = [*_close_day(office, day, board, now)]
            done.update(told)
            is_late = "open" in told and calendar.ends_at(office, day.date) + LATE <= now
            late += is_late and not office.trial
    count(Metric.DAYS_NOT_CLOSED, late)
    return dict(done)


def _over(now: datetime, done: Counter[str]) -> Iterator[tuple[Office, Day, Board]]:
    """The days that are to be closed, with their boards, office by office."""
    for office in every_office(now, done):
        today = office.today(now)
        ready = days.between(office.office_id, today - LOOKS_BACK, today)
        over = {BoardKey(office.office_id, day.date): day for day in ready.values() if day.windows}
        there = {board.key: board for board in (boards.many([*over]) if over else ())}
        for key, day in over.items():
            board = there.get(key, Board(key))
            if board.settled or not (board.closed or _closes_at(office, day) <= now):
                continue
            if key not in there:
                boards.make(key)
            yield office, day, board


def close(office_id: str, now: datetime) -> Board:
    """Close the day of an office now: nobody checks in, and nobody waits, any more."""
    office = offices.get(office_id, now)
    return _end(standing.stands(BoardKey(office_id, office.today(now))), now)


def _end(board: Board, now: datetime) -> Board:
    """Close a board, and end the tickets of those who wait or were missed."""
    board = _closed(board, now)
    for ticket in board.tickets.values():
        if ticket.state in ENDS:
            board = boards.end(board.key, ticket, _ended(ticket, now)).board or board
    return board


def _closed(board: Board, now: datetime) -> Board:
    """The board as it stands once nobody checks in any more."""
    if board.closed:
        return board
    return boards.close(board.key, now).board or board


def _ended(ticket: Ticket, now: datetime) -> Ticket:
    return ticket._replace(
        state=State.DONE,
        outcome=ENDS[ticket.state],
        version=ticket.version + 1,
        done_at=now,
    )


def _closes_at(office: Office, day: Day) -> datetime:
    return calendar.instant(office, day.date, day.windows[-1].end) + CLOSES_AFTER


def _close_day(office: Office, day: Day, board: Board, now: datetime) -> Iterator[str]:
    """Close one day; tells what it has come to, one after the other."""
    if calendar.ends_at(office, day.date) <= now:
        board = _serve_the_last(office, board, now)
    board = collect.keep(_end(board, now), now, office.zone_name)
    left = bool(board.tickets)
    for booking, outcome in outcomes(office, day, board):
        match ending.end(booking, outcome, now):
            case Noted():
                yield outcome.value
            case Changed():
                left = True
            case Gone():
                continue
    if left:
        yield "open"
        return
    boards.settle(board.key)
    yield "closed"


def _serve_the_last(office: Office, board: Board, now: datetime) -> Board:
    """Whoever is at a counter when the day is over was served, or called and not seen."""
    for counter_id, counter in board.counters.items():
        ticket = board.at(counter_id)
        if ticket:
            what = Press.FINISH if ticket.state is State.SERVING else Press.NO_SHOW
            asked = Asked(what, counter.turn, "")
            # Where a clerk has pressed meanwhile, a later run goes on.
            board = (
                boards.press(board.key, decide(board, counter_id, asked, office, now)).board
                or board
            )
    return board


def outcomes(office: Office, day: Day, board: Board) -> Iterator[tuple[Booking, Outcome]]:
    """How the visits of a day's bookings have ended, as far as they have."""
    recorded = visits.outcomes(board.key)
    for slot in slots.rosters([SlotKey(day.office_id, day.date, w.start) for w in day.windows]):
        standing = bookings.many(list(slot.holds)) if slot.holds else {}
        for booking in standing.values():
            if booking.outcome or not booking.stands_in(slot.key):
                continue
            label = lines.label_booked(day.windows, slot.key.start, booking.place.first)
            if label in recorded and label in board.gone:
                yield booking, recorded[label]
            elif label not in board.tickets:
                yield booking, _without_a_ticket(office, booking, board)


def _without_a_ticket(office: Office, booking: Booking, board: Board) -> Outcome:
    """What became of those who have not come: they had until they were late, as at check-in.

    At the office for trials nobody is too early, so they might have come at any time.
    """
    told = booking.come_at or booking.place.arrive_from
    had_until = calendar.instant(office, board.key.day, told) + lines.LATE
    early = board.closed_at is not None and board.closed_at < had_until and not office.trial
    return Outcome.TURNED_AWAY if early else Outcome.ABSENT

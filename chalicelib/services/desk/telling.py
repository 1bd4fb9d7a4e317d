"""What people are told on the day itself: that they need not come yet, or were turned away.

Each at most once, marked on the booking first (see notices/send.py). Whoever is told to come later
keeps their place in the order. A closed day is looked at until all is told, then noted as told.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from chalicelib.domain import estimates, lines
from chalicelib.domain.boards import Board, BoardKey
from chalicelib.domain.bookings import Booking, Outcome, SlotKey
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Office, Window
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained, every_office
from chalicelib.services.desk import forecast
from chalicelib.services.notices.send import tell
from chalicelib.store import boards, bookings, days, slots

AHEAD = (timedelta(minutes=45), timedelta(minutes=105))
"""So long before the time they were told, they have not left home, or can go back …"""

LONG = 20
"""… and are told to come later if they would wait for more minutes than this."""

STEP = timedelta(minutes=5)


def tell_of_today(now: datetime, more: Allowance) -> dict[str, int]:
    """Tell whoever is to be told, as far as there is time; the next run goes on from there."""
    done: Counter[str] = Counter(sent=0, failed=0, unknown=0, handed_over=0)
    known = every_office(now, done)
    keys = [
        BoardKey(office.office_id, office.today(now) - ago)
        for office in known
        for ago in (timedelta(0), timedelta(days=1))
    ]
    there = {board.key: board for board in boards.many(keys)}
    by_id = {office.office_id: office for office in known}
    for board in (there[key] for key in keys if key in there):
        office = by_id[board.key.office_id]
        with contained(done, board.key.id):
            for booking, notice in _due(board, office, now):
                if not more():
                    done["handed_over"] = 1
                    return dict(done)
                state = tell(office, booking, notice, more, now)
                if state:
                    done[state.value] += 1
            if board.settled and not board.told:
                boards.told(board.key)
    return dict(done)


def _due(board: Board, office: Office, now: datetime) -> Iterator[tuple[Booking, Notice]]:
    """Who is to be told what, and has not been."""
    if board.told:
        return
    if board.closed:
        for booking in _turned_away(board):
            yield booking, Notice.TURNED_AWAY
    elif board.key.day == office.today(now):
        for booking in _better_later(board, office, now):
            yield booking, Notice.LATER


def _turned_away(board: Board) -> Iterator[Booking]:
    office_id, day = board.key
    ready = days.between(office_id, day, day).get(day)
    keys = [SlotKey(office_id, day, window.start) for window in ready.windows] if ready else []
    for roster in slots.rosters(keys):
        for booking in bookings.many(list(roster.holds)).values() if roster.holds else ():
            turned_away = booking.outcome is Outcome.TURNED_AWAY
            if turned_away and Notice.TURNED_AWAY not in booking.told:
                yield booking


def _better_later(board: Board, office: Office, now: datetime) -> Iterator[Booking]:
    """The bookings whose people would wait long, with the time at which they should come."""
    ahead = forecast.run(board, office, now, AHEAD)
    come_at = {
        one.label: at
        for one in ahead.expected
        if one.label in ahead.waits
        and (at := _later(office, board.key.day, one.told, now + _minutes(ahead.waits[one.label])))
    }
    if not come_at:
        return
    for label, booking in _booked(board.key, ahead.windows, come_at):
        # Places may have changed since they were told a time, and nobody is asked to come earlier.
        later = come_at[label] > booking.place.arrive_from
        if later and Notice.LATER not in booking.told:
            yield booking._replace(come_at=come_at[label])


def _booked(
    key: BoardKey, windows: Sequence[Window], labels: Collection[str]
) -> Iterator[tuple[str, Booking]]:
    """The bookings that have these labels, and still stand there."""
    read = {label: lines.booked_as(windows, label) for label in labels}
    meant = {
        (SlotKey(*key, window.start), first): label
        for label, (window, first) in ((label, one) for label, one in read.items() if one)
    }
    for roster in slots.rosters(sorted({slot for slot, _ in meant})):
        codes = {
            code: meant[roster.key, hold.first]
            for code, hold in roster.holds.items()
            if (roster.key, hold.first) in meant
        }
        for code, booking in bookings.many(list(codes)).items() if codes else ():
            if booking.stands_in(roster.key):
                yield codes[code], booking


def _later(office: Office, day: date, told: datetime, called: datetime) -> time | None:
    """When to come instead, in the office's time; None if the wait is not so long.

    Early enough for the range that is told of such a wait, in steps of five minutes.
    """
    wait = (called - told) / _minutes(1)
    if wait <= LONG:
        return None
    later = told + (estimates.range_of(wait, told).start - told) // STEP * STEP
    local = later.astimezone(office.zone)
    return local.time() if local.date() == day and later > told else None


def _minutes(many: float) -> timedelta:
    return timedelta(minutes=many)

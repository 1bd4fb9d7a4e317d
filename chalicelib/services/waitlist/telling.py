"""Telling whom a draw has placed: by day, once, marked on the booking before it is sent."""

from collections import Counter
from datetime import datetime, time, timedelta

from chalicelib import keyring
from chalicelib.domain import draws as rules
from chalicelib.domain.bookings import Booking
from chalicelib.domain.draws import Done, Record, Result
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Office
from chalicelib.keyring import Purpose
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained, every_office
from chalicelib.services.notices.send import tell
from chalicelib.store import bookings, draws

FROM, UNTIL = time(7), time(20)
"""In the office's time; whoever wins at night is told in the morning."""

TOLD_WITHIN = timedelta(hours=24)
DRAWS = 200


def tell_winners(now: datetime, more: Allowance) -> dict[str, int]:
    """Tell everybody who was placed and was not told; says how many."""
    done: Counter[str] = Counter(told=0, handed_over=0)
    for office in every_office(now, done):
        if not (office.by_lot or office.left_lots_at) or not by_day(office, now):
            continue
        with contained(done, office.office_id):
            for record in draws.after(office.office_id, now - TOLD_WITHIN, now, DRAWS):
                if record.results is None or record.told:
                    continue
                if not tell_of(office, record, more, now, done):
                    return dict(done)
                draws.mark_told(record)
    return dict(done)


def by_day(office: Office, now: datetime) -> bool:
    """Whether people of an office are told of draws now."""
    return FROM <= now.astimezone(office.zone).time() < UNTIL


def tell_of(
    office: Office, record: Record, more: Allowance, now: datetime, done: Counter[str]
) -> bool:
    """Tell those whom one draw has placed. False if there is no time for all of them."""
    for result in record.results or ():
        booking = _placed(record, result)
        if booking is None or Notice.WON in booking.told:
            continue
        if not more():
            done["handed_over"] = 1
            return False
        if tell(office, booking, Notice.WON, more, now) is not None:
            done["told"] += 1
    return True


def _placed(record: Record, result: Result) -> Booking | None:
    """The booking that a line has led to; the first of its codes that is one."""
    if result.done is not Done.PLACED:
        return None
    for code in rules.codes(keyring.derived(Purpose.BOOKING), record.at, result.line.entry_id):
        found = bookings.get(code)
        if isinstance(found, Booking):
            return found
    return None

"""How the visit of a booking has ended, and what that is for its people, in one transaction.

Who did not come, or missed their call, has it counted with the outcome, and is barred from draws
with their account if the place was drawn. So it is counted once, however often a day is closed and
whatever else is written at the same time. Who was turned away is
free to book again at once: it was the office's doing.
"""

from collections.abc import Container
from datetime import datetime

from chalicelib.domain import absences, persons
from chalicelib.domain.bookings import Booking, Outcome, Status
from chalicelib.domain.persons import Person
from chalicelib.services import aliases, bars
from chalicelib.store import applicants, bookings, counts
from chalicelib.store.dynamo import Item
from chalicelib.store.outcomes import Changed, Gone, Noted

TRIES = 4

WITHOUT_A_TICKET = frozenset({None, Outcome.ABSENT, Outcome.TURNED_AWAY})
"""What is noted, or not yet, of people whom nobody has seen."""


def end(booking: Booking, outcome: Outcome, now: datetime) -> Noted | Changed | Gone:
    """Note an outcome. `Gone` if there is one, or the booking stands no more.

    `Changed` if others have changed the booking or its people each time: a later run goes on.
    """
    return _note(booking, outcome, {None}, now)


def came(booking: Booking, now: datetime) -> Noted | Changed | Gone:
    """Note that people without a ticket were served, also where it was noted that they had been
    absent, or turned away because their day was closed early.

    What was counted of them is taken back with it; a place that they have booked since is theirs.
    `Gone` if the booking has any other outcome, or stands no more; `Changed` as of `end`.
    """
    return _note(booking, Outcome.SERVED, WITHOUT_A_TICKET, now)


def _note(
    booking: Booking, outcome: Outcome, instead_of: Container[Outcome | None], now: datetime
) -> Noted | Changed | Gone:
    for _ in range(TRIES):
        if booking.status is not Status.BOOKED or booking.outcome not in instead_of:
            return Gone()
        if bookings.end(booking, outcome, _for_people(booking, outcome, now)):
            return Noted()
        found = bookings.many([booking.code])
        if booking.code not in found:
            return Gone()
        booking = found[booking.code]
    return Changed()


def _for_people(booking: Booking, outcome: Outcome, now: datetime) -> list[Item]:
    """What is written of those who have not left a booking.

    Nothing if they were served, unless it was counted that they were not.
    """
    if outcome is Outcome.SERVED and booking.outcome is None:
        return []
    there = applicants.many(aliases.people_of(booking).values()).values()
    code, account_id, drawn = booking.code, booking.account_id, booking.drawn_at is not None
    if outcome in absences.OUTCOMES:
        absent = (
            counts.counting(one, persons.absent(one, code, now, drawn=drawn)) for one in there
        )
        return [*absent, *(bars.barring(account_id, code, now) if drawn else [])]
    if outcome is Outcome.SERVED:
        came = (
            counts.counting(one, persons.came(one, code, now))
            for one in there
            if any(absence.code == code for absence in one.absences)
        )
        return [*came, *(bars.taking_back(account_id, code) if drawn else [])]
    return [
        applicants.freeing(one.person_id, booking.code) for one in there if _holds(one, booking)
    ]


def _holds(person: Person, booking: Booking) -> bool:
    return person.active is not None and person.active.code == booking.code

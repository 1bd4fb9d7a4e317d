"""How the visit of a booking has ended, and what that is for its people, in one transaction.

Who did not come, or missed their call, has it counted with the outcome. So it is counted once,
however often a day is closed and whatever else is written at the same time. Who was turned away is
free to book again at once: it was the office's doing.
"""

from datetime import datetime

from chalicelib.domain import absences, persons
from chalicelib.domain.bookings import Booking, Outcome, Status
from chalicelib.domain.persons import Person
from chalicelib.services import aliases
from chalicelib.store import applicants, bookings, counts
from chalicelib.store.dynamo import Item
from chalicelib.store.outcomes import Changed, Gone, Noted

TRIES = 4


def end(booking: Booking, outcome: Outcome, now: datetime) -> Noted | Changed | Gone:
    """Note an outcome. `Gone` if there is one, or the booking stands no more.

    `Changed` if others have changed the booking or its people each time: a later run goes on.
    """
    for _ in range(TRIES):
        if booking.status is not Status.BOOKED or booking.outcome:
            return Gone()
        if bookings.end(booking, outcome, _for_people(booking, outcome, now)):
            return Noted()
        found = bookings.many([booking.code])
        if booking.code not in found:
            return Gone()
        booking = found[booking.code]
    return Changed()


def _for_people(booking: Booking, outcome: Outcome, now: datetime) -> list[Item]:
    """What is written of those who have not left a booking; nothing if they were served."""
    if outcome is Outcome.SERVED:
        return []
    there = applicants.many(aliases.people_of(booking).values()).values()
    if outcome in absences.OUTCOMES:
        return [counts.missing(one, persons.absent(one, booking.code, now)) for one in there]
    return [
        applicants.freeing(one.person_id, booking.code) for one in there if _holds(one, booking)
    ]


def _holds(person: Person, booking: Booking) -> bool:
    return person.active is not None and person.active.code == booking.code

"""Retention: what is kept of a visit, a count or a person goes when its time is over.

DynamoDB deletes items that have expired by itself. A person outlives their visits, so what has had
its time is taken out of their item here, once a night; and whom nobody names any more is erased.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from chalicelib.domain.calendar import EXPIRY, RETENTION
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.persons import Person
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.contained import skip
from chalicelib.store import applicants, counts, families


def forget(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Take out of persons what is over, as long as there is ``more`` time. Says how much it was."""
    done: Counter[str] = Counter(
        visits_forgotten=0,
        cancellations_forgotten=0,
        absences_forgotten=0,
        declines_forgotten=0,
        codes_forgotten=0,
        persons_forgotten=0,
    )
    for person in applicants.with_something_over(now, now - RETENTION + EXPIRY):
        if not more():
            done["handed_over"] = 1
            break
        if isinstance(person, Unreadable):
            skip(done, person, "retention")
            continue
        done.update(_forget(person, now))
    return dict(done)


def _forget(person: Person, now: datetime) -> Iterator[str]:
    active = person.active
    visited = active is not None and active.until <= now - RETENTION + EXPIRY
    if active and visited and applicants.free(person.person_id, active.code):
        yield "visits_forgotten"
    paused = person.paused_until is not None and person.paused_until <= now
    if paused and counts.forget_cancellations(person.person_id, now):
        yield "cancellations_forgotten"
    if counts.forget_absences(person, now):
        yield "absences_forgotten"
    if person.declined_at and counts.forget_decline(person.person_id, now):
        yield "declines_forgotten"
    if applicants.forget_codes(person, now):
        yield "codes_forgotten"
    if person.forgettable(now) and families.forget_person(person, now):
        yield "persons_forgotten"

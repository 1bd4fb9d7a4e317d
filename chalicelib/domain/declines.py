"""Declining a place that was drawn: in a day, and once in 30, it is no cancellation."""

from datetime import datetime, timedelta

from chalicelib.domain.persons import DECLINES, Person, counted

IN_TIME = timedelta(hours=24)
"""So long after the draw a win can be declined."""


def cancelled(person: Person, drawn_at: datetime | None, now: datetime) -> Person:
    """The person after the booking that they hold was cancelled by an applicant.

    It counts, unless the place was drawn (``drawn_at``) a while ago and is declined in time.
    """
    in_time = drawn_at is not None and now < drawn_at + IN_TIME
    lately = person.declined_at is not None and person.declined_at > now - DECLINES
    if in_time and not lately:
        return person._replace(active=None, declined_at=now)
    return counted(person, now)

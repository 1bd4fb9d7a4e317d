"""Retention: what is kept of a visit or a cancellation goes when its time is over.

DynamoDB deletes items that have expired by itself. An applicant outlives their visits, so the last
one is taken out of their item here, once a night, and cancellations that no longer count.
"""

from datetime import datetime

from chalicelib.domain.calendar import EXPIRY, RETENTION
from chalicelib.services.allowance import Allowance, always
from chalicelib.store import applicants


def forget_visits(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Take out of applicants what is over, as long as there is ``more`` time. Says of how many."""
    forgotten = 0
    for who, code in applicants.engaged_until(now - RETENTION + EXPIRY):
        if not more():
            return {"visits_forgotten": forgotten, "handed_over": 1}
        forgotten += applicants.free(who, code)
    return {"visits_forgotten": forgotten}


def forget_cancellations(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Take out of applicants the cancellations of which none counts. Says of how many."""
    forgotten = 0
    for who in applicants.past_pausing(now):
        if not more():
            return {"cancellations_forgotten": forgotten, "handed_over": 1}
        forgotten += applicants.forget_cancellations(who, now)
    return {"cancellations_forgotten": forgotten}

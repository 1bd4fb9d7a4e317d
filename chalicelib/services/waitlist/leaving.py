"""An office that goes back to first come: whoever waits there waits no more, and is told once.

Whom its last draw has placed has won: nothing ends before that draw is settled. An entry ends
together with the marks of its people, and says from then on that its account is to be told; that is
taken away before the SMS is sent, so nobody is told twice, whatever dies. All of it is done by day,
when people can be told: an office that draws again before the morning has ended nobody's waiting.
"""

from collections import Counter
from datetime import datetime

from chalicelib.domain import texts
from chalicelib.domain.draws import Entry, EntryStatus
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.offices import Office
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained, every_office, skip
from chalicelib.services.notices.by_sms import BY, text
from chalicelib.services.waitlist.ask import marked
from chalicelib.services.waitlist.telling import TOLD_WITHIN, by_day
from chalicelib.store import draws, entries, offices
from chalicelib.telemetry import Metric, count

KIND = "no_draws"


def leave(now: datetime, more: Allowance) -> dict[str, int]:
    """End what waits where no places are drawn any more, as far as there is time; says how much."""
    done: Counter[str] = Counter(ended=0, told=0, handed_over=0)
    for office in every_office(now, done):
        if office.left_lots_at is None:
            continue
        with contained(done, office.office_id):
            if not _leave(offices.read(office.office_id), more, now, done):
                done["handed_over"] = 1
                break
    return dict(done)


def _leave(office: Office, more: Allowance, now: datetime, done: Counter[str]) -> bool:
    """False if there was no time for all of them."""
    if office.by_lot or office.left_lots_at is None or not by_day(office, now):
        return True
    head = draws.heads([office.office_id]).get(office.office_id)
    if head and not head.settled:
        return True
    left = False
    for entry in entries.left_over(office.office_id):
        if isinstance(entry, Unreadable):
            skip(done, entry, office.office_id)
            continue
        if not entry.to_tell and not entry.waits(now):
            continue
        left = True
        if not more():
            return False
        ended = entry.to_tell or _ended(entry, done)
        if ended and entries.telling(entry):
            outcome = text(entry.account_id, texts.no_draws(office), BY, KIND, more, now)
            count(Metric.SMS, kind=KIND, result=outcome.state.value)
            done["told"] += 1
    if not left and now >= office.left_lots_at + TOLD_WITHIN:  # its winners have been told as well
        offices.has_left_lots(office.office_id)
    return True


def _ended(entry: Entry, done: Counter[str]) -> bool:
    """End an entry. Says whether its account is to be told: not if it was over before."""
    asking = marked(entry)
    whole = len(asking) == len(entry.applicants)
    ended = entries.end(entry.entry_id, EntryStatus.ENDED, asking, to_tell=whole)
    done["ended"] += ended
    return ended and whole

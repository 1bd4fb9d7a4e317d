"""Each minute: make the draws that are due, and go on with those that are not settled."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain import calendar
from chalicelib.domain.draws import Head, last_draw
from chalicelib.domain.errors import OfficeUnavailable, Unreadable
from chalicelib.domain.offices import Office
from chalicelib.services.contained import every_office, skip
from chalicelib.services.waitlist.draw import carry_out_head, draw
from chalicelib.store import days, draws
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import Metric, log, measure

OFFICES = 4
"""Offices that are seen to at a time."""

TRIED_FOR = timedelta(minutes=4)
"""So long a draw is begun after its instant; from five minutes on everybody has what came back."""


def draw_all(now: datetime) -> dict[str, int]:
    """Draw at every office in draw mode. Says what came of it.

    An office that has left the mode finishes what it has begun. One that fails holds up no other.
    """
    done: Counter[str] = Counter(offices=0, lines=0, settled=0, failed=0)
    known = every_office(now, done)
    heads = draws.heads([office.office_id for office in known])
    due = [office for office in known if office.by_lot or _unsettled(heads.get(office.office_id))]
    with ThreadPoolExecutor(OFFICES) as pool:
        made = pool.map(lambda one: _contained(one, heads.get(one.office_id), now), due)
        for office, found in zip(due, made, strict=True):
            if isinstance(found, Unreadable):
                skip(done, found, office.office_id)
            else:
                done.update(found)
    waits = [now - head.at for head in heads.values() if not head.settled]
    if waits:
        measure(Metric.DRAW_UNSETTLED, max(waits))
    return dict(done)


def _contained(office: Office, head: Head | None, now: datetime) -> dict[str, int] | Unreadable:
    try:
        return {"offices": 1, **_office(office, head, now)}
    except Unreadable as fault:
        return fault
    except (Unavailable, OfficeUnavailable, BotoCoreError, ClientError):
        log.error("draw failed", office=office.office_id)
        return {"failed": 1}


def _office(office: Office, head: Head | None, now: datetime) -> dict[str, int]:
    if not office.by_lot:
        return carry_out_head(office, now)
    at = last_draw(_releases(office, now), now)
    if now - at < TRIED_FOR or (head and head.at == at):
        return draw(office, at, now)
    return carry_out_head(office, now) if _unsettled(head) else {}


def _releases(office: Office, now: datetime) -> Sequence[datetime]:
    first, last = calendar.upcoming(office, now)
    return [day.opens_at for day in days.between(office.office_id, first, last).values()]


def _unsettled(head: Head | None) -> bool:
    return head is not None and not head.settled

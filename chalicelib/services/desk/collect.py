"""Who is done leaves the board: their visit is kept first, then that very ticket is dropped.

The board is its own outbox. A run that dies in between does both again: a visit is overwritten by
nothing but a newer version of it, and a ticket that was taken back since it was read stays.
"""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.domain.boards import Board, BoardKey, State
from chalicelib.services.allowance import Allowance, always
from chalicelib.store import boards, offices, visits
from chalicelib.store.outcomes import Wrote
from chalicelib.telemetry import Metric, count

SETTLED = timedelta(seconds=60)
"""So long a clerk can take back what they pressed."""

NOT_AFTER = timedelta(days=1)
"""Where a day has passed midnight, its last people may still be served."""


def collect(now: datetime, more: Allowance = always) -> dict[str, int]:
    """Go over the boards of today, as long as there is ``more`` time. Says what was kept."""
    known = offices.in_rotation(now)
    keys = [
        BoardKey(office.office_id, office.today(now - ago))
        for ago in (timedelta(0), NOT_AFTER)
        for office in known
    ]
    done = Counter(visits=0)
    for board in boards.many(keys):
        if not more():
            done["handed_over"] = 1
            break
        after = keep(board, now - SETTLED)
        done["visits"] += len(after.gone) - len(board.gone)
    return dict(done)


def keep(board: Board, before: datetime) -> Board:
    """Keep the visits of those on a board who were done by then, and drop their tickets."""
    after = board
    for ticket in board.tickets.values():
        if ticket.state is State.DONE and ticket.done_at and ticket.done_at <= before:
            visits.put(board.key, ticket)
            dropped = boards.drop(board.key, ticket)
            after = dropped.board or after
            if isinstance(dropped, Wrote) and ticket.outcome:
                office_id = board.key.office_id
                count(Metric.VISITS, office=office_id, outcome=ticket.outcome.value)
    return after

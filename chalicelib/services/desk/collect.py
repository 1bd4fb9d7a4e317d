"""Who is done leaves the board: their visit is kept first, then that very ticket is dropped.

The board is its own outbox. A run that dies in between does both again: a visit is overwritten by
nothing but a newer version of it, and a ticket that was taken back since it was read stays.
"""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.domain.boards import Board, BoardKey, State
from chalicelib.services.allowance import Allowance, always
from chalicelib.services.desk import watch
from chalicelib.store import boards, offices, visits
from chalicelib.store.outcomes import Wrote

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
    zones = {office.office_id: office.zone_name for office in known}
    every = boards.weighed(keys)
    watch.measure_boards(every, zones, now)
    for board, _ in every:
        if not more():
            done["handed_over"] = 1
            break
        after = keep(board, now - SETTLED, zones[board.key.office_id])
        done["visits"] += len(after.gone) - len(board.gone)
    return dict(done)


def keep(board: Board, before: datetime, zone: str) -> Board:
    """Keep the visits of those on a board who were done by then, and drop their tickets."""
    after = board
    for ticket in board.tickets.values():
        if ticket.state is State.DONE and ticket.done_at and ticket.done_at <= before:
            visits.put(board.key, ticket)
            dropped = boards.drop(board.key, ticket, after.calls_without(ticket))
            after = dropped.board or after
            if isinstance(dropped, Wrote) and ticket.outcome:
                watch.measure_visit(ticket, ticket.outcome, board.key.office_id, zone)
    return after

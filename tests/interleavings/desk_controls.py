"""The guards of an office's day, each taken away: a promise must then be found broken."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from chalicelib.domain import presses
from chalicelib.services.desk import close, collect, press, walk_in
from chalicelib.services.notices import send
from chalicelib.store import boards, bookings, visits
from tests.interleavings.desk import EVENING
from tests.interleavings.desk_ghost import Watched
from tests.interleavings.desk_scenarios import SCENES
from tests.interleavings.explore import Found
from tests.interleavings.identity_controls import rewritten


def _reads_may_lag() -> AbstractContextManager[Any]:
    """Boards are read as they stood a moment ago, and the walk tries both."""

    @contextmanager
    def removed() -> Iterator[None]:
        read = boards.get
        with (
            mock.patch.object(Watched, "stale", True),
            mock.patch.object(boards, "get", lambda key: read(key, consistent=False)),
        ):
            yield

    return removed()


def _closed_last() -> AbstractContextManager[Any]:
    """The day is closed when all has been looked at, and not before."""

    @contextmanager
    def removed() -> Iterator[None]:
        settle = boards.settle

        def late(key: Any) -> None:
            boards.close(key, EVENING)
            settle(key)

        with (
            mock.patch.object(close, "_closed", lambda board, now: board),
            mock.patch.object(boards, "settle", late),
        ):
            yield

    return removed()


@dataclass(frozen=True, slots=True)
class Guard:
    removed: Callable[[], AbstractContextManager[Any]]
    found_in: str
    """The title of a scene in which it is missed."""


GUARDS: Mapping[str, Guard] = {
    "turn: a counter's write says which turn of the counter its clerk saw": Guard(
        rewritten(boards._at_turn, ('["turn"] == seen.turn', ".exists()")),
        "a clerk leaves, a press of theirs comes late",
    ),
    "waiting: a call takes a ticket only while it is waiting": Guard(
        rewritten(boards._still_waits, ('["state"] == State.WAITING.value', '["state"].exists()')),
        "two counters, two people, somebody with an earlier time checks in",
    ),
    "once: a check-in puts a ticket only where none is": Guard(
        rewritten(boards.check_in, ("\n        & BoardItem.tickets[label].does_not_exist()", "")),
        "the scan of somebody who is done, and the collector",
    ),
    "gone: a check-in is refused for a label that has left for good": Guard(
        rewritten(boards.check_in, ("        & ~BoardItem.gone.contains(label)\n", "")),
        "the scan of somebody who is done, and the collector",
    ),
    "key: a turn that went by is my own earlier try only if it carries my key": Guard(
        rewritten(
            press._mine,
            (" or counter.key != asked.key", ""),
            ("if counter.did and counter.did.press is not asked.press:", "if False:"),
        ),
        "two tabs of one counter: finish against no-show, another counter",
    ),
    "replay: a press that finds its own key answers with what that press did": Guard(
        rewritten(
            press.press,
            (
                "            return at(board, office, counter_id)\n        if counter.turn",
                "            asked = asked._replace(turn=counter.turn)\n        if counter.turn",
            ),
        ),
        "finish-and-next twice with one key, another counter",
    ),
    "raise: every write of a counter raises its turn, not only a call": Guard(
        rewritten(
            presses._change,
            ("turn=before.turn + 1", "turn=before.turn + (calls is not None or before.turn == 0)"),
        ),
        "two tabs of one counter: finish against no-show, another counter",
    ),
    "fresh: a press reads the board consistently": Guard(
        _reads_may_lag, "two counters, two people, somebody with an earlier time checks in"
    ),
    "rejoin_v: coming back after a no-show names the version that was missed": Guard(
        rewritten(
            boards.come_back,
            ("_is(before, State.MISSED)", "BoardItem.tickets[before.label].exists()"),
        ),
        "two scans after a no-show while a counter calls",
    ),
    "undo_named: undo names the version of the ticket that it takes back": Guard(
        rewritten(
            boards.press,
            ("_version(change.takes_back)", "BoardItem.tickets[change.takes_back.label].exists()"),
        ),
        "a no-show by mistake and undo against the person's own scan and a call",
    ),
    "named_drop: collect drops the very version that it has copied": Guard(
        rewritten(
            boards.drop, ("_is(ticket, State.DONE)", "BoardItem.tickets[ticket.label].exists()")
        ),
        "finish by mistake and undo against the collector",
    ),
    "visit_first: collect writes the visit before it drops the ticket": Guard(
        rewritten(
            collect.keep,
            ("            visits.put(board.key, ticket)\n", ""),
            (
                "            after = dropped.board or after\n",
                "            after = dropped.board or after\n"
                "            visits.put(board.key, ticket)\n",
            ),
        ),
        "one QR scanned twice while its holder is served and collected",
    ),
    "visit_v: a visit is overwritten by a newer version only": Guard(
        rewritten(
            visits.put,
            (
                "item.put(VisitItem.board_id.does_not_exist() | (VisitItem.v < ticket.version))",
                "item.put()",
            ),
        ),
        "finished too early, undone, finished again, two collectors",
    ),
    "walkin_seq: a walk-in's number is taken on condition that it still is the next one": Guard(
        rewritten(
            boards.walk_in,
            (
                "BoardItem.closed.does_not_exist() & (BoardItem.walkins == number - 1)",
                "BoardItem.closed.does_not_exist()",
            ),
        ),
        "a walk-in twice with one key, another walk-in",
    ),
    "walkin_key: a walk-in's retry finds the ticket of its own key": Guard(
        rewritten(walk_in.take, ("        if mine:\n", "        if False:\n")),
        "a walk-in twice with one key, another walk-in",
    ),
    "closing: no check-in on a closed board": Guard(
        rewritten(
            boards.check_in,
            ("BoardItem.closed.does_not_exist()\n        & ", ""),
        ),
        "the day is closed while somebody checks in",
    ),
    "close_first: the day is closed before the absent are counted": Guard(
        _closed_last, "the day is closed while somebody checks in"
    ),
    "counted_with: an absence is counted in the transaction that notes the outcome": Guard(
        rewritten(
            bookings.end,
            (
                "        transact(noted, *people)\n",
                "        transact(noted)\n        for one in people:\n            transact(one)\n",
            ),
        ),
        "the day is closed while somebody checks in",
    ),
    "entered_as_read: whoever is entered has the ticket ended that was read": Guard(
        rewritten(
            boards.end,
            (
                "_becoming(before, after), _is(before, before.state)",
                "_becoming(before, after), None",
            ),
        ),
        "somebody who waits is entered as served while they are called",
    ),
    "entered_counts: what was counted of the absent is taken back with the outcome": Guard(
        rewritten(
            bookings.end,
            (
                "        transact(noted, *people)\n",
                "        transact(noted)\n        for one in people:\n            transact(one)\n",
            ),
        ),
        "the day is closed while somebody is entered",
    ),
    "tell_first: a notice is marked on the booking before it is sent": Guard(
        rewritten(
            send.tell,
            (
                "    if not tellings.mark(booking, notice, now, state, begun):\n",
                "    if not [tellings.mark(booking, notice, now, state, begun)]:\n",
            ),
        ),
        "two runs tell one person",
    ),
}


def walked_without(guard: str) -> Found:
    """What is found without a guard, where it is missed."""
    control = GUARDS[guard]
    (scene,) = (one for one in SCENES if one.title == control.found_in)
    with control.removed():
        return scene.explore(crashes=1)

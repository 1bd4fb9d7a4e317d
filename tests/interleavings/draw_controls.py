"""The guards of places by lot, each taken away: a promise must then be found broken."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from chalicelib.domain import bookings, draws
from chalicelib.domain.chances import Chance
from chalicelib.services.days import availability
from chalicelib.services.notices import send
from chalicelib.services.waitlist import draw, giving
from chalicelib.store import applicants, asking, entries
from chalicelib.store import draws as store
from chalicelib.store.dynamo import connection
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.waitlist import EntryItem
from tests.interleavings.controls import HOLD, _no_abandoned_record, without
from tests.interleavings.draw_scenarios import LOTS
from tests.interleavings.explore import Found
from tests.interleavings.identity_controls import both, rewritten

Removal = Callable[[], AbstractContextManager[Any]]


def _first_come_leaves_the_mark() -> AbstractContextManager[Any]:
    *holding, removal = applicants.HOLDING
    assert "asking" in str(removal)
    leaving = ApplicantItem.prepared(actions=holding, condition=applicants.FREE)
    return mock.patch.object(applicants, "ENGAGE", leaving)


def _anybody_asks() -> AbstractContextManager[Any]:
    whoever = ApplicantItem.prepared(
        actions=[ApplicantItem.asking.set({"M": "$asking"})],
        # `$now` is asked about as well, or it would have no place to stand in.
        condition=ApplicantItem.links["$account_id"].exists()
        & (ApplicantItem.version <= {"N": "$now"}),
    )
    return mock.patch.object(asking, "ASK", whoever)


def _everybody_has_them_with_the_draw() -> AbstractContextManager[Any]:
    return mock.patch.object(bookings, "PUBLIC_LATER", timedelta(0))


@contextmanager
def _losses_are_counted() -> Iterator[None]:
    """Each that is not in the plan is counted by a write, when the plan has been carried out."""
    settle = store.settle

    def counting(
        record: draws.Record, results: Sequence[draws.Result], chances: Sequence[Chance]
    ) -> None:
        placed = {result.line.entry_id for result in results}
        for row in store.page(record, 0):
            if row.entry_id not in placed:
                connection.dispatch("UpdateItem", _more(row.entry_id))
        settle(record, results, chances)

    with mock.patch.object(store, "settle", counting):
        yield


def _more(entry_id: str) -> dict[str, Any]:
    return {
        "TableName": EntryItem.Meta.table_name,
        "Key": {"office_id": {"S": draws.office_of(entry_id)}, "entry_id": {"S": entry_id}},
        "UpdateExpression": "ADD lost :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }


@dataclass(frozen=True, slots=True)
class Guard:
    removed: Removal
    found_in: str
    """The title of a scenario in which it is missed."""
    late: bool = False
    """Whether that takes a call that lands late."""


FREE_OF_BOOKINGS = r"\(attribute_not_exists \(#active\) OR #active\.#until <= :\d+\)"

GUARDS: Mapping[str, Guard] = {
    "record: a run carries out the plan of the record that stands, not of what it has read": Guard(
        both(
            rewritten(draw._recorded, ("return stands", "return record")),
            rewritten(
                store.sign,
                ("condition=DrawItem.list_hash == record.list_hash", "condition=None"),
                (
                    "    return _record(DrawItem.from_raw_data(new))\n",
                    "    return record._replace(signature=signature)\n",
                ),
            ),
        ),
        "two draws at once, two ask for one place, the first withdraws",
    ),
    "chain: a draw is recorded only when the one before it is settled": Guard(
        both(
            rewritten(
                draw.draw,
                ("if head and not head.settled and head.at != at:", "if False:"),
            ),
            rewritten(
                store.put,
                (
                    "(DrawItem.at == seconds(seen.at)) & (DrawItem.settled == True)",
                    "(DrawItem.at == seconds(seen.at))",
                ),
            ),
        ),
        "the draw before is late: both at once",
    ),
    "seen: a draw is recorded only onto the head that stood before list and rooms were read": Guard(
        rewritten(
            store.put,
            (
                "condition=DrawItem.at.does_not_exist()\n",
                "condition=DrawItem.at.does_not_exist() | (DrawItem.settled == True)\n",
            ),
            (
                "(DrawItem.at == seconds(seen.at)) & (DrawItem.settled == True)",
                "(DrawItem.settled == True)",
            ),
        ),
        "the draw before is late, each draws another first",
    ),
    "settled: a draw is called settled only when its plan has been carried out": Guard(
        rewritten(
            draw._carry_out,
            (
                "    results = giving.give(",
                "    store.settle(record, [], [])\n    results = giving.give(",
            ),
        ),
        "the draw before is late: both at once",
    ),
    "cutoff: the list takes only entries made before the instant of the draw": Guard(
        rewritten(
            draws.takes_part,
            ("entry.made_at <= at - CUTOFF and entry.waits(at)", "entry.waits(at)"),
        ),
        "two draws, somebody asks meanwhile",
    ),
    "asking: a win is confirmed only for people whose mark names this entry": Guard(
        without(r" AND #asking\.#entry = :\d+", ""),
        "a draw, the sweep and a withdrawal",
    ),
    "applicant: a booking is confirmed only for people without one": Guard(
        without(FREE_OF_BOOKINGS, "attribute_exists (#links)"),
        "a late draw, first come elsewhere and cancelled again",
    ),
    "supersede: a booking by first come takes the mark away, whosever entry it is": Guard(
        _first_come_leaves_the_mark,
        "a late draw, first come elsewhere and cancelled again",
    ),
    "ask_free: an entry is put only for people without a booking who ask nowhere else": Guard(
        _anybody_asks, "a draw, and one person asks by two entries"
    ),
    "withdraw: withdrawing is refused when the marks do not name the entry any more": Guard(
        both(
            rewritten(
                entries.end,
                ("condition=EntryItem.status == EntryStatus.WAITING.value", "condition=None"),
            ),
            rewritten(
                asking.asking_no_more,
                ('condition=ApplicantItem.asking["entry"] == entry', "condition=None"),
            ),
        ),
        "a draw, the sweep and a withdrawal",
    ),
    "draw_code: the codes of a win are derived from entry and draw": Guard(
        rewritten(draws.codes, ('f"draw {told_at(at)}"', '"draw"')),
        "a win that was swept is won in the next draw",
    ),
    "next_code: a win whose code the sweep has abandoned goes on under the next": Guard(
        rewritten(
            giving._give,
            (
                "            case Abandoned():\n"
                "                # Not left to the sweep: the next code could need the very "
                "places.\n"
                "                holds.give_back_later(line.slot, code, claim.hold, now)\n",
                "            case Abandoned():\n"
                "                holds.give_back_later(line.slot, code, claim.hold, now)\n"
                "                return Done.NO_PLACE\n",
            ),
        ),
        "two draws and the sweep",
    ),
    "further: where the place is held under a later code of the win, that is gone on with": Guard(
        rewritten(giving._claim, ("if any(other in found.holds for other in later):", "if False:")),
        "two draws and the sweep",
    ),
    "fence: before a hold without a booking is released, ABANDONED is put under its code": Guard(
        _no_abandoned_record, "a draw, the sweep and a withdrawal"
    ),
    "hold: a claim finds its own hold": Guard(
        without(rf"attribute_not_exists \({HOLD}\)", "attribute_exists (#left)"),
        "a draw, and one person asks by two entries",
    ),
    "capacity: a claim takes only what is left": Guard(
        without(r"#left >= :\d+", "attribute_exists (#left)"),
        "a draw and a claim at the boundary",
    ),
    "closed: no claim in a closed slot": Guard(
        without(r"attribute_not_exists \(#closed\)", "attribute_exists (#left)"),
        "a draw and a closure",
    ),
    "clock: the public's claim has its own instant in its condition": Guard(
        both(
            without(r"#opens_at <= :\d+", "attribute_exists (#left)"),
            rewritten(
                availability.bookable,
                ("shut = _shut(office, slot.day, ready, now)", "shut = None"),
            ),
        ),
        "two draws and a claim before the boundary",
    ),
    "takeover: a draw takes a dead hold over in one write, it does not release it first": Guard(
        rewritten(
            giving._claim,
            (
                "        if found.left + sum",
                "        for dead, hold in over.items():\n"
                "            holds.give_back(line.slot, dead, hold)\n"
                "        if found.left + sum",
            ),
        ),
        "a freed place: two draws and everybody",
    ),
    "early: where a planned place is gone, a dead hold that is not due is taken over": Guard(
        rewritten(
            giving._dead,
            ("if hold.free_at)", "if hold.free_at and hold.due(slot.opens_at))"),
        ),
        "two draws and the sweep",
    ),
    "grace: everybody may give back a dead hold a while after the draw could have it": Guard(
        _everybody_has_them_with_the_draw, "a freed place: two draws and everybody"
    ),
    "tell_first: an SMS is marked on the booking before it is sent": Guard(
        rewritten(
            send.tell,
            (
                "    if not tellings.mark(booking, notice, now, state, begun):\n"
                "        return None\n",
                "",
            ),
        ),
        "two runs tell the winner, who cancels",
    ),
    "lost: how often one has lost is reckoned from the calendar, not counted by writes": Guard(
        _losses_are_counted,
        "two draws at once, two ask for one place, the second withdraws",
    ),
    "gone: a person is erased only if they neither hold a booking nor ask": Guard(
        rewritten(
            applicants._as_read,
            (
                "    if read.active is None:\n"
                "        condition &= ApplicantItem.active.does_not_exist()\n"
                "    else:",
                "    if read.active is not None:",
            ),
            ("    if read.asking is None:", "    if read.asking is None and False:"),
            (
                '["entry"] == read.asking.entry',
                ".does_not_exist() | ApplicantItem.version.exists()",
            ),
        ),
        "two draws and an erasure",
    ),
}


def walked_without(guard: str) -> Found:
    """What is found without a guard, where it is missed."""
    control = GUARDS[guard]
    (lot,) = (one for one in LOTS if one.title == control.found_in)
    with control.removed():
        return lot.explore(crashes=1 - control.late, timeouts=int(control.late))

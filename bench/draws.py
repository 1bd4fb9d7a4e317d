"""Places by lot: what an entry costs, what a draw costs, and draws at all offices, on paper.

What grows with who asks (the list is read, kept and read again) is counted by itself for 20,000
entries; the rest on a draw of all the places of a day. Time is reckoned at ten milliseconds a call,
slots side by side as in the service, and with the part of a core that a function of its memory has.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, timedelta
from time import process_time
from typing import Any, NamedTuple

from bench.calls import COUNTED, DAY, FORMULA, NOW, OFFICE, Meter, metered, table
from bench.jobs import CALL_SECONDS, NATION
from bench.people import named
from bench.rows import Row
from infra.stack.alarms import CONFIG

ENTRIES = 20_000
ASKING = 330
"""For the 300 places of a day."""

OF_A_LINE = 3
"""Calls: whether its account is barred, the claim, the confirmation."""

AT = NOW + timedelta(minutes=15)
FUNCTION = CONFIG["lambda_functions"]["draw"]
CORE = FUNCTION["lambda_memory_size"] / 1_769
"""Of a core: "at 1,769 MB, a function has the equivalent of one vCPU" (AWS Lambda, memory)."""


class Cost(NamedTuple):
    calls: int
    write_units: int
    read_units: float

    def grown(self, few: "Cost", many: "Cost") -> "Cost":
        """With ``many`` in the place of ``few``."""
        return Cost(
            self.calls + many.calls - few.calls,
            self.write_units + many.write_units - few.write_units,
            self.read_units + many.read_units - few.read_units,
        )


def rows(asking: int = ASKING, entries: int = ENTRIES) -> Iterator[Row]:
    with metered(by_lot=True) as meter:
        yield from _entries(meter)
        for number in range(asking):
            _ask(f"one {number}")
        few = _list(meter)
        draw, lines, deepest = _draw(meter)
        _copy(entries)
        many = _list(meter)
        work, plan, hashes = _work()
    draw = draw.grown(few, many)
    name = f"a draw of {entries:,} entries"
    yield from _told(name, draw, f"; {lines} lines; the list counted by itself")
    yield from _told(f"the list of {entries:,} entries", many, "; it is read, kept, and read again")
    yield Row(
        f"order and plan of {entries:,} entries",
        plan / hashes,
        "x its HMACs",
        f"{plan:.2f} s of a core; one HMAC for each lot alone {hashes:.2f} s",
    )
    waits = (draw.calls - OF_A_LINE * (lines - deepest)) * CALL_SECONDS
    seconds = waits + work / CORE
    how = f"{waits:.1f} s of calls at 10 ms, {work:.2f} s of a core, of which it has {CORE:.2f}"
    yield Row(f"time of {name}", seconds, "s", how)
    yield from everywhere(waits, work, entries)


def everywhere(waits: float, work: float, entries: int) -> Iterator[Row]:
    """Draws at all offices, each of so many seconds of calls and so many of a core."""
    from chalicelib.services.waitlist.rounds import OFFICES

    busy = NATION * work / CORE
    run = max(busy, NATION / OFFICES * waits)
    yield Row(
        f"time of draws of {entries:,} entries at {NATION} offices",
        run / FUNCTION["lambda_timeout"],
        "x its limit",
        f"{run:.0f} s: {OFFICES} at a time, {NATION / OFFICES * waits:.0f} s of calls; "
        f"{busy:.0f} s of its part of a core, which they share",
    )
    yield Row(
        f"entries that can be drawn at each of {NATION} offices at once",
        FUNCTION["lambda_timeout"] / run * entries,
        "entries",
        "in the five minutes that a run has, after which everybody has what came back",
    )


def _entries(meter: Meter) -> Iterator[Row]:
    _ask("warm")
    for people, name in ((1, "an entry"), (5, "an entry of a family of five")):
        meter.since()
        yield from _told(name, _cost(meter, name, people), "")


def _cost(meter: Meter, who: str, people: int) -> Cost:
    from chalicelib.services.waitlist import ask

    wish = _wish(*(named(who, f"{who} {n}", NOW) for n in range(people)))
    meter.since()
    ask.ask(wish, who, "key", NOW)
    return _taken(meter)


def _ask(who: str) -> None:
    from chalicelib.services.waitlist import ask

    ask.ask(_wish(named(who, who, NOW)), who, "key", NOW)


def _wish(*applicants: str) -> Any:
    from chalicelib.domain.bookings import Service
    from chalicelib.services.waitlist.ask import Wish

    return Wish(OFFICE, DAY, DAY, (), Service.NEW, applicants, None)


def _taken(meter: Meter) -> Cost:
    writes, reads = meter.write_units, meter.read_units
    return Cost(len(meter.since()), writes, reads)


def _told(name: str, cost: Cost, besides: str) -> Iterator[Row]:
    yield Row(f"calls of {name}", cost.calls, "calls", COUNTED + besides)
    yield Row(f"write units of {name}", cost.write_units, "WCU", FORMULA + besides)
    yield Row(f"read units of {name}", cost.read_units, "RCU", FORMULA + besides)


def _draw(meter: Meter) -> tuple[Cost, int, int]:
    """What a draw costs; how many lines it has, and how many of one slot."""
    from chalicelib.domain.draws import Done
    from chalicelib.services.waitlist import draw
    from chalicelib.store import draws, offices

    meter.since()
    draw.draw(offices.get(OFFICE, AT), AT, AT, lanes=1)
    cost = _taken(meter)
    record = draws.get(OFFICE, AT)
    assert record
    assert record.results
    assert {result.done for result in record.results} == {Done.PLACED}
    slots = [result.line.slot for result in record.results]
    return cost, len(slots), max(map(slots.count, slots))


def _list(meter: Meter) -> Cost:
    """What grows with who asks: the entries are read, their list is kept and read once more."""
    from chalicelib.domain.draws import Record
    from chalicelib.store import draws

    meter.since()
    rows = _rows()
    record = Record(
        OFFICE, AT + timedelta(days=1), (), len(rows), "hash", -(-len(rows) // draws.ROWS)
    )
    draws.put_list(record, rows)
    read = [row for number in range(record.pages) for row in draws.page(record, number)]
    assert read == rows
    return _taken(meter)


def _rows() -> list[Any]:
    from chalicelib.domain import draws
    from chalicelib.domain.draws import Entry
    from chalicelib.store import entries

    waiting = [one for one in entries.waiting(OFFICE) if isinstance(one, Entry)]
    return sorted(draws.row(one, AT, _drawn()) for one in waiting)


def _drawn() -> dict[date, Any]:
    """As many days as an office has at a time, all drawn before anybody asked."""
    return {DAY + timedelta(days=n): NOW - timedelta(days=1) for n in range(60)}


def _copy(entries: int) -> None:
    """Let so many ask in all, put there without a call."""
    from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict

    from bench.history import Past
    from chalicelib.store.tables.waitlist import EntryItem

    office = DynamoType({"S": OFFICE})
    kept = table(EntryItem.Meta.table_name).items[office]
    pattern = {**next(iter(kept.values())).attrs, "status": DynamoType({"S": "waiting"})}
    pattern.pop("booking", None)
    for number in range(entries - len(_rows())):
        digits = hashlib.sha256(str(number).encode()).hexdigest()[:20]
        entry_id = DynamoType({"S": f"{OFFICE}-{digits}"})
        item = Past(office, entry_id, {})
        item.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
        dict.update(item.attrs, {**pattern, "entry_id": entry_id})
        kept[entry_id] = item


def _work() -> tuple[float, float, float]:
    """Seconds of a core: all that a draw does with its list, order and plan of it, their HMACs.

    Everybody has as many lots as one may.
    """
    from chalicelib.domain import draws
    from chalicelib.domain.draws import MOST_LOTS, Room
    from chalicelib.domain.local_time import parse_hhmm
    from chalicelib.store import draws as store
    from chalicelib.store import entries
    from chalicelib.store.tables.waitlist import EntryItem

    signature = bytes(256)
    rooms = [Room(DAY, parse_hhmm(f"{9 + n:02}:00"), 50) for n in range(6)]
    kept = table(EntryItem.Meta.table_name).items.values()
    items = [item.to_json()["Attributes"] for some in kept for item in some.values()]
    answer = json.dumps(items)
    drawn = _drawn()
    began = process_time()
    read = [entries._entry(EntryItem.from_raw_data(raw)) for raw in json.loads(answer)]  # noqa: SLF001
    rows = sorted(draws.row(one, AT, drawn) for one in read if draws.takes_part(one, AT))
    rows = [row._replace(lost=MOST_LOTS) for row in rows]
    draws.list_hash(rooms, rows)
    packed = store._packed([draws.told_row(row) for row in rows])  # noqa: SLF001
    told = store._unpacked(packed)  # noqa: SLF001
    draws.list_hash(rooms, [store._row(one) for one in told])  # noqa: SLF001
    planning = process_time()
    lines = draws.plan(OFFICE, signature, rows, rooms)
    planned = process_time()
    assert len(lines) == min(len(rows), 300)
    messages = [f"{row.entry_id}#{n}".encode() for row in rows for n in range(MOST_LOTS)]
    hashing = process_time()
    for message in messages:
        hmac.digest(signature[:32], message, "sha256")
    return planned - began, planned - planning, process_time() - hashing

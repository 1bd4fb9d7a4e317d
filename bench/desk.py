"""What an office's day costs: a look at it, a press, a check-in, by how large the board is.

A board of a day of so many tickets, at its fullest: one in seven waits, every counter serves
somebody, and all the others have left.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.calls import COUNTED, FORMULA, NOW, OFFICE, Meter, metered
from bench.rows import Row

MINUTE = timedelta(minutes=1)
SIZES = {175: 9, 600: 30, 2000: 100}
"""{tickets of a day: counters}"""

QUICK = 4
"""So many of the last eight who were called have left already."""


def rows() -> Iterator[Row]:
    with metered(counters=max(SIZES.values()), step_minutes=[18]) as meter:
        yield from _looks(meter)
        yield from _arrivals(meter)
        for tickets, counters in SIZES.items():
            yield from _presses(meter, tickets, counters)


def _looks(meter: Meter) -> Iterator[Row]:
    from chalicelib.services.desk import today

    fill(175, 9)
    today.today(OFFICE, NOW)
    meter.since()
    today.today(OFFICE, NOW + MINUTE / 100)
    yield Row("calls per look at today, warm", len(meter.calls), "calls", COUNTED)
    meter.since()
    today.today(OFFICE, NOW + MINUTE / 30)
    how = "one read of the board, at most once a second in a process"
    yield Row("calls per look at today, a second later", len(meter.calls), "calls", how)
    yield Row("read units per look at today", meter.read_units, "RCU", f"of 175 tickets, {FORMULA}")


def _arrivals(meter: Meter) -> Iterator[Row]:
    from chalicelib.services.desk import walk_in

    fill(175, 9, waiting=0)
    meter.since()
    walk_in.take(1, OFFICE, "key", NOW, priority=True)
    yield Row("calls per walk-in, warm", len(meter.calls), "calls", COUNTED)


def _presses(meter: Meter, tickets: int, counters: int) -> Iterator[Row]:
    from chalicelib.domain.boards import BoardKey, Press
    from chalicelib.domain.presses import Asked
    from chalicelib.services.desk import press
    from chalicelib.services.desk.walk_in import digest

    size = fill(tickets, counters)
    meter.since()
    asked = Asked(Press.FINISH, 9, digest("a key"), and_next=True)
    at = press.press(OFFICE, "1", asked, NOW)
    assert at.ticket
    if tickets == min(SIZES):
        yield Row("calls per press, warm", len(meter.calls), "calls", "a read and a write")
    how = f"finish and next, a board of {size / 1024:.1f} KB; {FORMULA}"
    yield Row(f"write units per press, {tickets} tickets", meter.write_units, "WCU", how)
    yield Row(f"read units per press, {tickets} tickets", meter.read_units, "RCU", how)
    assert BoardKey(OFFICE, NOW.date())


def fill(tickets: int, counters: int, waiting: int | None = None) -> int:
    """Put a board of today in the place of what is there; returns its bytes."""
    from bench.calls import Key, stored
    from chalicelib.domain.boards import BoardKey, Counter, Did, Press, State, Ticket
    from chalicelib.services.desk.walk_in import digest
    from chalicelib.store.board_items import counter_fields, ticket_fields
    from chalicelib.store.notation import size
    from chalicelib.store.tables.desk import BoardItem

    key = BoardKey(OFFICE, NOW.date())
    labels = [f"{letter}{n}" for letter in "ABCDEF" for n in range(1, tickets // 6 + 2)][:tickets]
    names = [str(n) for n in range(1, counters + 1)]
    waits = tickets // 7 if waiting is None else waiting
    came = NOW - 30 * MINUTE
    there: dict[str, Ticket] = {}
    for label, name in zip(labels, names, strict=False):
        at = _minutes_ago(5)
        there[label] = Ticket(
            *(label, State.SERVING, came, 4, 1, came),
            counter=name,
            called_at=at,
            served_at=at,
        )
    for label in labels[counters : counters + waits]:
        there[label] = Ticket(label, State.WAITING, NOW, 1, 1, came)
    left = labels[counters + waits :]
    stations = {
        name: Counter(
            *(9, True, (0,), label, digest(name), Did(Press.SERVE, label, 4)),
            served=tickets // counters,
            minutes=17.5 * (tickets // counters),
        )
        for name, label in zip(names, labels, strict=False)
    }
    BoardItem(
        key.id,
        tickets={label: ticket_fields(one) for label, one in there.items()},
        counters={name: counter_fields(one) for name, one in stations.items()},
        gone=set(left),
        calls=[[label, names[-1], int(NOW.timestamp())] for label in left[:QUICK]],
        pace={"0": 17.5},
        expires_at=int(NOW.timestamp()),
    ).put()
    return size(stored(Key(BoardItem.Meta.table_name, (key.id,))))


def _minutes_ago(minutes: float) -> datetime:
    return NOW - minutes * MINUTE

"""Places by lot, as actors: people ask and withdraw, jobs draw, everybody else goes on as ever.

The office has two windows, A and B, on one day. Its places are drawn at `FIRST` and everybody's at
`OPENS`; at `SECOND` it draws what has come back since then, which is everybody's at `FREED`. An
account names everybody; who asks by an entry is said by their letters.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from unittest import mock

from chalicelib.domain import draws as rules
from chalicelib.domain.bookings import Service, SlotKey
from chalicelib.domain.bookings import code as code_of
from chalicelib.domain.draws import Entry, Record
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offices import Closure, Office, Window
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change, sweep
from chalicelib.services.booking.book import Wanted
from chalicelib.services.notices import send
from chalicelib.services.office import closure
from chalicelib.services.people import family
from chalicelib.services.waitlist import ask, draw, telling
from chalicelib.services.waitlist.ask import Wish
from chalicelib.store import bookings, days, draws, offices, slots
from chalicelib.store.dynamo import Unavailable
from tests.builders import MINUTE, an_office, every_day, office_fields
from tests.interleavings.desk import Doing
from tests.interleavings.draw_ghost import GHOST, Watched
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import SECRET, Act, Again, Outcome, alone, isolated
from tests.interleavings.outside import Kms
from tests.interleavings.people import added, alias, opened

OFFICE = "malang"
DAY = date(2026, 11, 30)
A, B = SlotKey(OFFICE, DAY, time(8)), SlotKey(OFFICE, DAY, time(9))
SLOTS = {"A": A, "B": B}
FIRST = datetime.fromisoformat("2026-11-26T16:50:00Z")
OPENS = FIRST + 10 * MINUTE
SECOND = OPENS + 15 * MINUTE
FREED = SECOND + 5 * MINUTE
BEFORE = FIRST - 60 * MINUTE
"""When entries were made that were there from the beginning."""

ACCOUNT, OTHER = "account", "another account"
PEOPLE = {ACCOUNT: "wxyz", OTHER: "vq"}
"""Whom accounts name, besides their holders."""

SPARE = "q"
"""Somebody who books in the end, to see that everybody can."""


@contextmanager
def draws_apart() -> Iterator[None]:
    """The services cut off from all but the database."""
    reader = send._Reader(ACCOUNT, [1], None)
    with isolated(), mock.patch.object(send, "_readers", return_value=[reader]):
        yield


def office() -> Office:
    return an_office(OFFICE, by_lot=True, opening=every_day(*windows(1, 1)))


def windows(a: int, b: int) -> tuple[Window, Window]:
    return Window(A.start, B.start, a), Window(B.start, time(10), b)


def aside(call: Call) -> bool:
    """Reads that may lag, and the pages of a list, which are what their names say."""
    names = [call.arguments.get("Item", {}), call.arguments.get("Key", {})]
    page = any(name.get("draw", {}).get("S", "").startswith("page#") for name in names)
    return call.may_lag or (page and not call.writes)


# ---- the world ---------------------------------------------------------------------------------


def world(a: int = 1, b: int = 0, asking: str = "", then: Sequence[Act] = ()) -> Database:
    """An office of so many places, and entries as in ``e:x:A f:yz:AB``; ``then`` something more.

    What is done until then is not looked at.
    """

    def build() -> Outcome:
        offices.put(office_fields(office()))
        there = [window for window in windows(a, b) if window.places]
        for window in there:
            slots.create(SlotKey(OFFICE, DAY, window.start), window, OPENS, by_lot=True)
        days.create(OFFICE, DAY, OPENS, there, None, BEFORE, by_lot=True)
        for account_id, people in PEOPLE.items():
            opened(account_id, f"holder of {account_id}")
            for who in people:
                added(account_id, who)
        return ("built",)

    database, _ = alone(Watched.of({}), build)
    told = [one.split(":") for one in asking.split()]
    first: list[Act] = [asks(key, people, where, BEFORE) for key, people, where in told]
    for n, act in enumerate([*first, *then]):
        database, outcome = alone(database, act, f"before, {n}")
        assert outcome[0] not in ("refused", "fault", "unavailable"), outcome
    return Watched.of({key: item for key, item in database.items.items() if key != GHOST})


def drawn_first(database: Database, *whom: tuple[str, datetime]) -> Database:
    """The same database; lists are signed so that these are first in these draws."""
    lists = []
    for key, at in whom:
        after, _ = alone(database, draws_at(at))
        lists.append((entry(key), record_in(after, at)))
    for salt in range(1000):
        Kms.salt = str(salt).encode()
        if all(_first(*one) == wanted for wanted, one in lists):
            return database
    raise AssertionError("no order is like that")


def record_in(database: Database, at: datetime) -> tuple[Record, list[rules.Row]]:
    """The record of a draw, with its list."""

    def read() -> Outcome:
        record = draws.get(OFFICE, at)
        return ("read", record, draws.page(record, 0) if record else [])

    _, found = alone(database, read)
    return found[1], found[2]


def signature(record: Record) -> bytes:
    message = rules.message(OFFICE, record.at, record.list_hash)
    signed: bytes = Kms().sign(Message=message, KeyId="")["Signature"]
    return signed


def _first(record: Record, rows: list[rules.Row]) -> str:
    return rules.order(signature(record), rows)[0].entry_id


def entry(key: str) -> str:
    """The id of the entry under a key."""
    return rules.entry_id(SECRET, OFFICE, ACCOUNT, key)


def codes(key: str, at: datetime = FIRST) -> list[str]:
    """Of what an entry wins in a draw."""
    return rules.codes(SECRET, at, entry(key))


def code(key: str, account_id: str = ACCOUNT) -> str:
    """Of a booking by first come."""
    return code_of(SECRET, account_id, key, 0)


def account_of(who: str) -> str:
    return next(account_id for account_id, people in PEOPLE.items() if who in people)


# ---- what is done ------------------------------------------------------------------------------


def asked(request: Callable[[], Outcome]) -> Outcome:
    """What came of a request; it is sent again where no definite answer came."""
    try:
        return request()
    except Refusal as refusal:
        return ("refused", refusal.slug)
    except Unavailable as none:
        raise Again from none
    except Exception as fault:  # noqa: BLE001 (a service must not fail)
        return ("fault", repr(fault))


def draws_at(at: datetime, now: datetime | None = None) -> Doing:
    return Doing(_draws_at, (at, now or at))


def _draws_at(at: datetime, now: datetime) -> Outcome:
    return asked(lambda: ("drawn", str(draw.draw(office(), at, now, lanes=1)["settled"])))


def asks(key: str, people: str, where: str, at: datetime = FIRST) -> Doing:
    return Doing(_asks, (key, people, where, at))


def _asks(key: str, people: str, where: str, at: datetime) -> Outcome:
    those = tuple(alias(ACCOUNT, who) for who in people)
    starts = tuple(SLOTS[name].start for name in where)
    wish = Wish(OFFICE, DAY, DAY, starts, Service.NEW, those, None)

    def request() -> Outcome:
        made: Entry = ask.ask(wish, ACCOUNT, key, at)
        return ("asked", made.entry_id)

    return asked(request)


def withdraws(key: str, at: datetime = FIRST) -> Doing:
    return Doing(_withdraws, (key, at))


def _withdraws(key: str, at: datetime) -> Outcome:
    def request() -> Outcome:
        return ("withdrawn", ask.withdraw(entry(key), ACCOUNT, at).entry_id)

    return asked(request)


def tidies(key: str) -> Doing:
    """Somebody meets the entry, and ends it if it is over."""
    return Doing(_tidies, (entry(key),))


def _tidies(entry_id: str) -> Outcome:
    return asked(lambda: ("met", ask.tidy(entry_id, FIRST)))


def books(key: str, who: str, where: str = "A", at: datetime = OPENS) -> Doing:
    return Doing(_books, (key, who, where, at))


def _books(key: str, who: str, where: str, at: datetime) -> Outcome:
    account_id = account_of(who)
    wanted = Wanted(SLOTS[where], Service.NEW, (alias(account_id, who),))

    def request() -> Outcome:
        return ("granted", booking.book(wanted, account_id, key, at).code, where, at)

    return asked(request)


def cancels(code: str, at: datetime = OPENS, account_id: str = ACCOUNT) -> Doing:
    return Doing(_cancels, (code, at, account_id))


def _cancels(code: str, at: datetime, account_id: str) -> Outcome:
    return asked(lambda: ("cancelled", change.cancel(code, account_id, at).code))


def takes_out(who: str, at: datetime = FIRST) -> Doing:
    return Doing(_takes_out, (who, at))


def _takes_out(who: str, at: datetime) -> Outcome:
    def request() -> Outcome:
        family.remove(ACCOUNT, alias(ACCOUNT, who), at)
        return ("removed", who)

    return asked(request)


def closes(at: datetime = FIRST) -> Doing:
    return Doing(_closes, (at,))


def _closes(at: datetime) -> Outcome:
    why = Closure("Banjir", "Flood")
    return asked(lambda: ("closed", closure.declare(OFFICE, DAY, why, at)))


def settles_closure(at: datetime) -> Doing:
    return Doing(_settles_closure, (at,))


def _settles_closure(at: datetime) -> Outcome:
    return asked(lambda: ("settled", str(closure.carry_out(at, lambda: True))))


def sweeps(at: datetime = FIRST + MINUTE) -> Doing:
    return Doing(_sweeps, (at,))


def _sweeps(at: datetime) -> Outcome:
    return asked(lambda: ("swept", str(sweep.sweep(at)["breaches"])))


def tells(at: datetime = FIRST) -> Doing:
    """Whom the draw has placed is told."""
    return Doing(_tells, (at,))


def _tells(at: datetime) -> Outcome:
    def request() -> Outcome:
        record = draws.get(OFFICE, at)
        done = dict.fromkeys(("told", "handed_over"), 0)
        assert record
        telling.tell_of(office(), record, lambda: True, at, done)  # type: ignore[arg-type]
        return ("told",)

    return asked(request)


def abandons(key: str) -> Doing:
    """The sweep has met all codes of what an entry has won in the first draw."""
    return Doing(_abandons, (key,))


def _abandons(key: str) -> Outcome:
    for one in codes(key):
        bookings.abandon(one, FIRST)
    return ("abandoned",)

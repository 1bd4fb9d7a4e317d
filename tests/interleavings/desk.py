"""An office's day, as actors: people scan, clerks press, supervisors free, jobs collect and close.

The office has one window, in which A1, A2, A3 … are booked; A1 was told to come first, but for A9,
who was told to come before everybody. Counters that are there have been opened, so they are at
turn 1. Whoever presses says in the key of the press whom they have before them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

from chalicelib.domain import bookings as rules
from chalicelib.domain.boards import BoardKey, Press
from chalicelib.domain.bookings import Booking, Hold, Place, Service, SlotKey, Status
from chalicelib.domain.errors import Refusal
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Window
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import Role, Staff
from chalicelib.services.desk import arrivals, check_in, close, collect, press, walk_in
from chalicelib.services.notices import send
from chalicelib.store import boards, bookings, days, offices, records, slots
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.tables.booking import BookingItem, SlotItem
from tests.builders import an_office, office_fields
from tests.interleavings.desk_ghost import Watched
from tests.interleavings.dynamodb import Database
from tests.interleavings.explore import SECRET, Act, Outcome, alone, isolated
from tests.interleavings.people import alias, opened
from tests.interleavings.scenarios import SENT_AGAIN
from tests.world import NOW

OFFICE = "malang"
DAY = date(2026, 11, 24)
KEY = BoardKey(OFFICE, DAY)
SLOT = SlotKey(OFFICE, DAY, time(8))
WINDOW = Window(time(8), time(16), 40)
TOLD = {1: time(9, 10), 2: time(9, 20), 3: time(9, 30), 9: time(9, 5)}
"""When whose booking was told to come; it is nine o'clock."""

ACCOUNT = "account"
READER = send._Reader(ACCOUNT, [1], None)
SOON = NOW + timedelta(minutes=5)
"""When the collector runs, for whom all that is done was done long ago."""
EVENING = datetime.combine(DAY, time(18), an_office().zone)
SUPERVISOR = "9"
"""The counter at which everybody is served in the end."""


@contextmanager
def desk_apart() -> Iterator[None]:
    """The services cut off from all but the database."""
    with isolated(), mock.patch.object(send, "_readers", return_value=[READER]):
        yield


def code(label: str) -> str:
    """Of the booking that has a label."""
    return f"CODE{label:0>8}"


# ---- the world ---------------------------------------------------------------------------------


def world(
    booked: str = "",
    counters: str = "12",
    steps: int = 1,
    here: str | None = None,
    then: Sequence[Act] = (),
) -> Database:
    """The bookings of these numbers, of whom those ``here`` have checked in: all, by default.

    With two steps, counter 1 does the first and counter 2 the second.
    """

    def build() -> Outcome:
        minutes = [5] * steps
        office = an_office(opening={}, counters=9, step_minutes=minutes)
        offices.put(office_fields(office) | {"counters": 9, "step_minutes": minutes})
        days.create(OFFICE, DAY, NOW, [WINDOW], None, NOW)
        slots.create(SLOT, WINDOW, NOW)
        opened(ACCOUNT, "h")
        boards.make(KEY)
        for number in map(int, booked):
            put_booking(number)
        return ("built",)

    database, _ = alone(Watched.of({}), build)
    opening = [opens(c, (n,) if steps > 1 else None) for n, c in enumerate(counters)]
    arriving = [scan(f"A{number}") for number in (booked if here is None else here)]
    before: list[Act] = [*opening, *arriving, *then]
    for n, act in enumerate(before):
        database, outcome = alone(database, act, f"before, {n}")
        assert outcome[0] in ("ok", "in", "called", "several", "done"), outcome
    return database


def put_booking(number: int) -> None:
    place = Place(SLOT, WINDOW.end, number, TOLD[number])
    booking = Booking(
        code=code(f"A{number}"),
        account_id=ACCOUNT,
        applicants=(alias(ACCOUNT, "h"),),
        service=Service.NEW,
        status=Status.BOOKED,
        version=1,
        place=place,
        fingerprint="",
        created_at=NOW,
    )
    BookingItem(**records.fields(booking)).put()
    hold = slots._text(Hold(0, 1, 0, NOW))
    SlotItem.change(
        SLOT.id,
        actions=[
            SlotItem.holds[booking.code].set(hold),
            SlotItem.numbers[booking.code].set(number),
        ],
    )


# ---- what is done ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody does something; whoever gets no definite answer sends the same request again."""

    do: Callable[..., Outcome]
    args: tuple[Any, ...]

    def __call__(self) -> Outcome:
        return self.do(*self.args)

    def __str__(self) -> str:
        return " ".join([self.do.__name__.strip("_"), *map(str, self.args)])


def asked(request: Callable[[], Outcome]) -> Outcome:
    for _ in range(SENT_AGAIN):
        try:
            return request()
        except Refusal as refusal:
            return ("refused", refusal.slug)
        except Unavailable:
            continue
        except Exception as fault:  # noqa: BLE001 (a service must not fail)
            return ("fault", repr(fault))
    return ("unavailable",)


def scan(label: str, minutes: int = 0) -> Doing:
    """The QR of a booking at the kiosk, so many minutes from now."""
    return Doing(_scan, (label, minutes))


def _scan(label: str, minutes: int) -> Outcome:
    qr = rules.ticket_payload(SECRET, code(label))
    at = NOW + timedelta(minutes=minutes)
    return asked(lambda: ("in", check_in.by_qr(qr, OFFICE, at).ticket.label))


def entered(label: str) -> Doing:
    """A supervisor enters that people came at nine and were served, of whom no machine knew."""
    return Doing(_entered, (label,))


def _entered(label: str) -> Outcome:
    entry = arrivals.Entry(DAY, label, time(9), served=True)
    staff = Staff("supervisor", OFFICE, Role.SUPERVISOR)
    return asked(lambda: ("entered", arrivals.enter(entry, staff, EVENING).ticket))


def walks_in(key: str, minutes: int = 0) -> Doing:
    return Doing(_walks_in, (key, minutes))


def _walks_in(key: str, minutes: int) -> Outcome:
    at = NOW + timedelta(minutes=minutes)
    return asked(lambda: ("in", walk_in.take(1, OFFICE, key, at, priority=False).ticket.label))


def pressed(
    counter: str,
    turn: int,
    key: str,
    what: Press,
    sees: str = "",
    *,
    and_next: bool = False,
    steps: tuple[int, ...] | None = None,
) -> Outcome:
    """One press of a clerk who sees somebody, or nobody, before them."""
    wish = Asked(what, turn, f"{key}:{sees}", and_next, None, steps)

    def request() -> Outcome:
        at = press.press(OFFICE, counter, wish, NOW)
        calls = what is Press.NEXT or and_next
        whom = at.counter.ticket if calls else sees
        return ("called" if calls else "ok", what.value, whom, counter, at.counter.turn, wish.key)

    return asked(request)


def opens(counter: str, steps: tuple[int, ...] | None = None) -> Doing:
    return Doing(_opens, (counter, steps))


def _opens(counter: str, steps: tuple[int, ...] | None) -> Outcome:
    return pressed(counter, 0, f"open {counter}", Press.OPEN, steps=steps)


def next_(counter: str, turn: int, key: str, leaving: Press | None = None, sees: str = "") -> Doing:
    """Call the next person, and let go of whom one has before one."""
    return Doing(_next, (counter, turn, key, leaving, sees))


def _next(counter: str, turn: int, key: str, leaving: Press | None, sees: str) -> Outcome:
    return pressed(counter, turn, key, leaving or Press.NEXT, sees, and_next=leaving is not None)


def presses(
    counter: str,
    turn: int,
    key: str,
    what: Press,
    sees: str = "",
    steps: tuple[int, ...] | None = None,
) -> Doing:
    return Doing(_presses, (counter, turn, key, what, sees, steps))


def _presses(
    counter: str, turn: int, key: str, what: Press, sees: str, steps: tuple[int, ...] | None
) -> Outcome:
    return pressed(counter, turn, key, what, sees, steps=steps)


def shift(counter: str, turn: int, key: str, *then: Press) -> Doing:
    """A clerk who calls the next person and goes on with them, as long as it is granted."""
    return Doing(_shift, (counter, turn, key, then))


def _shift(counter: str, turn: int, key: str, then: tuple[Press, ...]) -> Outcome:
    said = [pressed(counter, turn, key, Press.NEXT)]
    for n, what in enumerate(then):
        if said[-1][0] not in ("called", "ok"):
            break
        whom, now = said[0][2], said[-1][4]
        said.append(pressed(counter, now, f"{key}{n}", what, whom))
    return ("several", *said)


def slip(counter: str, turn: int, key: str, wrong: Press, right: Press, sees: str) -> Doing:
    """A clerk's finger slips: the wrong press, undo, the right one."""
    return Doing(_slip, (counter, turn, key, wrong, right, sees))


def _slip(counter: str, turn: int, key: str, wrong: Press, right: Press, sees: str) -> Outcome:
    said: list[Outcome] = []
    for n, what in enumerate((wrong, Press.UNDO, right)):
        said.append(pressed(counter, turn + n, f"{key}{n}", what, sees))
        if said[-1][0] != "ok":
            break
    return ("several", *said)


def releases(counter: str) -> Doing:
    """A supervisor takes a person back from a counter that does not answer."""
    return Doing(_releases, (counter,))


def _releases(counter: str) -> Outcome:
    return asked(lambda: ("done", press.release(OFFICE, counter, NOW).counter_id))


def collects() -> Doing:
    return Doing(_collects, ())


def _collects() -> Outcome:
    return asked(lambda: ("done", collect.collect(SOON)["visits"]))


def closes() -> Doing:
    return Doing(_closes, ())


def _closes() -> Outcome:
    return asked(lambda: ("done", close.close_days(EVENING)["closed"]))


def tells(label: str) -> Doing:
    return Doing(_tells, (label,))


def _tells(label: str) -> Outcome:
    def request() -> Outcome:
        office, booking = offices.get(OFFICE, NOW), bookings.get(code(label))
        assert isinstance(booking, Booking)
        return ("done", str(send.tell(office, booking, Notice.SOON, lambda: True, NOW)))

    return asked(request)

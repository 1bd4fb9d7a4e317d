"""What grows with the service: its offices, the days that are open, the bookings of its past.

Every figure is counted, none is timed: calls, the units DynamoDB would charge, the bytes of the
answer, and the bytecodes that the client runs, without those of the emulator. A growth is the worst
of these, from the first size to any other.

Nothing that people ask, and no job, may grow with the past by more than a tenth, but for
`reconcile`, which reads all bookings once a night. What lists offices or days grows with these. A
process reads all offices once a minute, and what else it shows once a second.
"""

import math
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any, NamedTuple

from bench.calls import NOW, OFFICE, Meter, cool, let_pass, metered
from bench.people import named
from bench.rows import Row
from bench.work import counted, unseen

OFFICES = (1, 18, 126)
DAYS = (1, 30, 90)
PAST = (0, 1_000, 10_000, 100_000)
USUAL_OFFICES, USUAL_DAYS = 1, 30

TOMORROW = NOW.date() + timedelta(days=1)
JOBS = ("open_days", "send_reminders", "sweep", "reconcile")
HOLDER, OTHERS = "holder-0", 9_999
FULL_PAGE = 50
"""Past bookings that the account has in any case, so that every list is as long."""


class Cost(NamedTuple):
    """What one request, or one run of a job, costs."""

    calls: int
    read_units: float
    write_units: int
    answer_bytes: int
    bytecodes: int

    def over(self, other: "Cost") -> float:
        """How many times the other it is, by the worst of its figures; from nothing, infinitely."""
        return max(
            mine / theirs if theirs else math.inf if mine else 1.0
            for mine, theirs in zip(self, other, strict=True)
        )


class World(NamedTuple):
    """How large the service is."""

    offices: int = USUAL_OFFICES
    days: int = USUAL_DAYS
    own: int = 0
    """Past bookings of the account that asks, and of its holder."""
    others: int = 0
    """Past bookings of other people, at the same office."""


Ask = Callable[[], Any]


def rows(past: Sequence[int] = PAST) -> Iterator[Row]:
    usual = costs(World())
    # `reconcile` reads the same table, whosever the bookings are.
    own = [usual if n == 0 else costs(World(own=n), without=["reconcile"]) for n in past]
    others = [usual if n == 0 else costs(World(others=n)) for n in past]
    offices = [usual if n == USUAL_OFFICES else costs(World(offices=n), JOBS) for n in OFFICES]
    ahead = [usual if n == USUAL_DAYS else costs(World(days=n), JOBS) for n in DAYS]
    yield from _growth(own, f"from {past[0]:,} to {past[-1]:,} past bookings of one's own")
    yield from _growth(others, f"from {past[0]:,} to {past[-1]:,} past bookings of others")
    yield from _growth(offices, f"from {OFFICES[0]} to {OFFICES[-1]} offices")
    yield from _growth(ahead, f"from {DAYS[0]} to {DAYS[-1]} days ahead")


def _growth(worlds: Sequence[Mapping[str, Cost]], span: str) -> Iterator[Row]:
    for name in worlds[-1]:
        sizes = [world[name] for world in worlds]
        figures = zip(Cost._fields, zip(*sizes, strict=True), strict=True)
        how = "; ".join(f"{what.replace('_', ' ')} {_short(each)}" for what, each in figures)
        yield Row(f"growth of {name} {span}", growth(sizes), "x", how)


def growth(sizes: Sequence[Cost]) -> float:
    """The worst growth from the first of these to any other."""
    return max(cost.over(sizes[0]) for cost in sizes)


def _short(figures: Sequence[float]) -> str:
    """A figure at each size, or once if it is always the same."""
    told = [f"{figure:g}" if figure < 10**6 else f"{figure:,.0f}" for figure in figures]
    return told[0] if len(set(told)) == 1 else ", ".join(told)


def costs(world: World, without: Collection[str] = ()) -> dict[str, Cost]:
    """What everything costs there; the jobs go over all offices and days, whatever they find."""
    print(f"  {world}", file=sys.stderr)
    with large(world) as meter:
        return {name: cost(meter, ask) for name, ask in asks().items() if name not in without}


def cost(meter: Meter, ask: Ask) -> Cost:
    """What it costs to ask once more, with the JSON of the answer."""
    import msgspec

    msgspec.json.encode(ask())  # warms the process
    meter.since()
    with counted() as work:
        content = msgspec.json.encode(ask())
    return Cost(len(meter.calls), meter.read_units, meter.write_units, len(content), work.bytecodes)


@contextmanager
def large(world: World) -> Iterator[Meter]:
    """The tables of such a world."""
    with metered(horizon_days=world.days) as meter:
        from moto.core.models import botocore_stubber

        from bench import history
        from chalicelib import aws
        from chalicelib.store import offices
        from infra.offices import every

        def emulator(event_name: str, request: Any, **_: Any) -> Any:
            with unseen():
                return botocore_stubber(event_name, request)

        aws.session().unregister("before-send", botocore_stubber)
        aws.session().register("before-send", emulator)
        aws._client.cache_clear()  # noqa: SLF001 (a client takes over what its session has)
        pattern = next(office for office in every() if office["office_id"] == OFFICE)
        for number in range(1, world.offices):
            offices.put({**pattern, "office_id": f"office-{number:03}"})
        history.add(world.others, "other", OTHERS)
        history.add(FULL_PAGE + world.own, "holder")
        yield meter


def asks() -> dict[str, Ask]:
    """What is asked, by its name; the second time that it is asked is the one that counts."""
    from chalicelib.api import answers, problems, shown
    from chalicelib.api import bookings as bookings_api
    from chalicelib.api import offices as offices_api
    from chalicelib.api.routes import Request
    from chalicelib.api.tokens import Caller
    from chalicelib.domain.bookings import Service, SlotKey
    from chalicelib.domain.errors import SlotFull
    from chalicelib.services.allowance import always
    from chalicelib.services.booking import book as booking
    from chalicelib.services.booking import mine, reconcile, sweep
    from chalicelib.services.booking.book import Wanted
    from chalicelib.services.days import release
    from chalicelib.services.notices import questions, reminders
    from chalicelib.services.office import closure
    from chalicelib.services.people import retention
    from chalicelib.store import days, slots

    free, full = (SlotKey(OFFICE, TOMORROW, time(hour)) for hour in (9, 13))
    for number in range(10):
        slots.claim(full, f"CLAIM{number}", 5, 0, NOW)
    days.mark_full(full)
    over = {"code": "holder-00000001", "account_id": HOLDER, "until": int(NOW.timestamp()) - 1}
    called = {who: named(who, who, NOW, active=over) for who in ("first", "today", HOLDER)}
    now_at_ten = SlotKey(OFFICE, NOW.date(), time(10))
    booking.book(Wanted(now_at_ten, Service.NEW, (called["today"],)), "today", "key", NOW)
    people = iter(("first", HOLDER))

    def book() -> answers.BookingAnswer:
        who = next(people)
        wanted = Wanted(free, Service.NEW, (called[who],))
        return shown.booking(mine.as_maker(booking.book(wanted, who, f"key of {who}", NOW)))

    def sold_out() -> Any:
        try:
            booking.book(Wanted(full, Service.NEW, (called[HOLDER],)), HOLDER, "another key", NOW)
        except SlotFull as refusal:
            return problems.body(refusal.slug, "id", **refusal.more)
        raise AssertionError("there was a place")

    def after(forget: Callable[[], None], ask: Ask) -> Ask:
        def anew() -> Any:
            forget()
            return ask()

        return anew

    def call(**query: str) -> Request:
        return Request(NOW, "id", None, query, "", Caller(HOLDER, "session"), {}, {})

    return {
        "a booking": book,
        "a sold-out answer, warm": sold_out,
        "a sold-out answer, a moment later": after(let_pass, sold_out),
        "the list of offices, read anew": after(cool, lambda: offices_api.list_offices(call())),
        "an office's 30 days": after(
            let_pass, lambda: offices_api.get_calendar(call(days="30"), OFFICE)
        ),
        "a day's slots": after(
            let_pass, lambda: offices_api.get_day(call(), OFFICE, str(TOMORROW))
        ),
        "an account's bookings": lambda: bookings_api.list_bookings(call()),
        "open_days": lambda: release.open_days(NOW),
        "send_reminders": lambda: (
            closure.carry_out(NOW, always),
            reminders.remind(NOW, always),
            questions.tell_holders(NOW, always),
        ),
        "sweep": lambda: sweep.sweep(NOW),
        "reconcile": lambda: (retention.forget(NOW), reconcile.reconcile(NOW)),
    }

"""Who does what at the same time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from chalicelib.domain import bookings as rules
from chalicelib.domain.bookings import Booking, Service, SlotKey
from chalicelib.domain.errors import Refusal
from chalicelib.domain.offices import Closure, Window
from chalicelib.domain.people import Relation
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change, reconcile, sweep
from chalicelib.services.booking.book import Wanted
from chalicelib.services.office import capacity, closure
from chalicelib.services.people import family, privacy
from chalicelib.store import days, offices, slots
from chalicelib.store.dynamo import Unavailable
from tests.builders import AT_ONCE, MINUTE, THURSDAY, an_office, office_fields
from tests.interleavings.dynamodb import Database
from tests.interleavings.explore import (
    SECRET,
    Act,
    Aside,
    Found,
    Outcome,
    alone,
    explore,
    offices_aside,
    reads_aside,
)
from tests.interleavings.people import added, alias, first_alias, ktp, opened
from tests.interleavings.promises import LATER, finally_, in_a_family
from tests.world import NOW

ACCOUNT, HOLDER = "account", "h"
OTHER, OTHER_HOLDER = "other account", "other holder"
A = SlotKey("malang", THURSDAY, time(8))
B = SlotKey("malang", THURSDAY, time(9))
SENT_AGAIN = 2


def world(
    a: int = 1,
    b: int = 1,
    people: str = "xy",
    booked: str = "",
    free_after: tuple[timedelta, timedelta] = AT_ONCE,
) -> Database:
    """An office with slots of ``a`` and ``b`` places; ``booked`` has one in A under the key "o".

    The account names ``people`` besides its holder; whom nobody holds has one cancellation.
    """
    windows = {key: Window(key.start, time(key.start.hour + 1), n) for key, n in ((A, a), (B, b))}

    def build() -> Outcome:
        offices.put(office_fields(an_office(opening={}, free_after=free_after)))
        days.create("malang", THURSDAY, NOW, list(windows.values()), None, NOW)
        for key, window in windows.items():
            slots.create(key, window, NOW)
        opened(ACCOUNT, HOLDER)
        for who in people:
            added(ACCOUNT, who)
        return ("built",)

    database, _ = alone(Database.of({}), build)
    if booked:
        database, outcome = alone(database, book("o", booked))
        assert outcome[0] == "granted", outcome
    return database


def delayed() -> Database:
    """Places that are given up come back after a minute, `LATER`."""
    return world(booked="x", free_after=(MINUTE, MINUTE))


def two_families(shared: str = "") -> Database:
    """The same, and another account, of its holder and of whom it ``shared``."""

    def build() -> Outcome:
        opened(OTHER, OTHER_HOLDER)
        for who in shared:
            added(OTHER, who)
        return ("built",)

    database, outcome = alone(world(), build)
    assert outcome == ("built",)
    return database


# ---- actors --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for."""

    what: str
    key: str = ""
    people: str = ""
    slot: SlotKey | None = None


def asking(asked: Asked, request: Callable[[], Outcome]) -> Act:
    """A client: whoever gets no definite answer sends the whole request again."""

    def act() -> Outcome:
        for _ in range(SENT_AGAIN):
            try:
                return request()
            except Refusal as refusal:
                return ("refused", asked, refusal.slug)
            except Unavailable:
                continue
            except Exception as fault:  # noqa: BLE001 (a service must not fail)
                return ("fault", f"{asked}: {fault!r}")
        return ("unavailable", asked)

    return act


def booking_granted(asked: Asked, made: Booking) -> Outcome:
    return ("granted", asked, made.code, made.slot.id, made.place.first)


def book(key: str, people: str, slot: SlotKey = A, now: datetime = NOW, added_by: str = "") -> Act:
    """``added_by`` is the actor that adds the one person who is booked for."""
    asked = Asked("a booking", key, people, slot)
    called = [first_alias(ACCOUNT, added_by)] if added_by else [alias(ACCOUNT, p) for p in people]
    wanted = Wanted(slot, Service.NEW, tuple(called))
    return asking(asked, lambda: booking_granted(asked, booking.book(wanted, ACCOUNT, key, now)))


def cancel(code: str) -> Act:
    asked = Asked("a cancellation")
    return asking(asked, lambda: ("cancelled", change.cancel(code, ACCOUNT, NOW).code))


def reschedule(code: str, to: SlotKey = B, key: str = "move") -> Act:
    asked = Asked("a move", key, code, to)
    return asking(
        asked, lambda: booking_granted(asked, change.reschedule(code, to, ACCOUNT, key, NOW))
    )


def job(name: str, run: Callable[[], Mapping[str, int]]) -> Act:
    """A job, which may not raise an alarm, for all is well."""

    def watched() -> Outcome:
        alarms = run().get("breaches", 0)
        return ("fault", f"an alarm of {name}") if alarms else ("done", name)

    return asking(Asked(name), watched)


def swept() -> Act:
    return job("the sweep", lambda: sweep.sweep(LATER))


def reconciled() -> Act:
    return job("reconciling", lambda: reconcile.reconcile(LATER))


def settle() -> Act:
    return job("the settling", lambda: closure.carry_out(NOW, lambda: True))


def close() -> Act:
    why = Closure("Banjir", "Flood")
    return asking(
        Asked("a closure"), lambda: ("closed", closure.declare("malang", THURSDAY, why, NOW))
    )


def set_places(places: int) -> Act:
    return asking(Asked("other places"), lambda: ("set", capacity.set_places(A, places)))


def take_out(who: str, account_id: str = ACCOUNT) -> Act:
    def request() -> Outcome:
        family.remove(account_id, alias(account_id, who), NOW)
        return ("removed", who)

    return asking(Asked("taking out"), request)


def add(who: str, account_id: str = ACCOUNT) -> Act:
    def request() -> Outcome:
        return ("added", family.add(account_id, ktp(who), Relation.CHILD, NOW).alias)

    return asking(Asked("adding"), request)


def erase() -> Act:
    def request() -> Outcome:
        privacy.erase(ACCOUNT, NOW)
        return ("erased", ACCOUNT)

    return asking(Asked("erasure"), request)


def code_of(key: str) -> str:
    return rules.code(SECRET, ACCOUNT, key, 0)


# ---- scenarios -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scenario:
    title: str
    database: Callable[[], Database]
    actors: Callable[[], Mapping[str, Act]]
    small: bool = False
    """Whether it is walked through with a call that times out by default too."""
    large: bool = False
    """Whether it is left to ``python -m tests.interleavings``."""
    undone: bool = False
    """Whether somebody may cancel what was promised."""
    aside: Aside = reads_aside

    def __str__(self) -> str:
        return self.title

    def explore(
        self,
        *,
        crashes: int = 1,
        timeouts: int = 0,
        limit: int = 10**9,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Found:
        return explore(
            self.database(),
            self.actors(),
            in_a_family,
            finally_(undone=self.undone),
            crashes=crashes,
            timeouts=timeouts,
            aside=self.aside,
            limit=limit,
            progress=progress,
        )


O = code_of("o")  # noqa: E741 (the booking that was there before)

SCENARIOS = (
    Scenario(
        "two want the last place",
        world,
        lambda: {"x": book("k", "x"), "y": book("l", "y")},
        small=True,
    ),
    Scenario(
        "two want the last place while the sweep runs",
        world,
        lambda: {"x": book("k", "x"), "y": book("l", "y"), "the sweep": swept()},
    ),
    Scenario(
        "a request and its retry",
        world,
        lambda: {"x": book("k", "x"), "the retry": book("k", "x")},
        small=True,
    ),
    Scenario(
        "a request and its retry while the sweep runs",
        world,
        lambda: {"x": book("k", "x"), "the retry": book("k", "x"), "the sweep": swept()},
    ),
    Scenario(
        "one key for two bodies",
        world,
        lambda: {"x": book("k", "x"), "y": book("k", "y")},
        small=True,
    ),
    Scenario(
        "one key for two slots while the sweep runs",
        world,
        lambda: {"in A": book("k", "x"), "in B": book("k", "x", B), "the sweep": swept()},
        large=True,
    ),
    Scenario(
        "one key for a family and for one of it, who has a booking",
        lambda: world(4, 1, "xyz", "x"),
        lambda: {
            "the family": book("k", "xyz"),
            "the one": book("k", "x"),
            "the sweep": swept(),
        },
    ),
    Scenario(
        "a family that may not, its retry, and one of it under the same key",
        lambda: world(4, 1, "xyz", "x"),
        lambda: {
            "the family": book("k", "xyz"),
            "its retry": book("k", "xyz"),
            "the one": book("k", "x"),
        },
        large=True,
    ),
    Scenario(
        "one person wants two slots",
        world,
        lambda: {"in A": book("k", "x"), "in B": book("l", "x", B)},
        small=True,
    ),
    Scenario(
        "one person wants two slots while the sweep runs",
        world,
        lambda: {"in A": book("k", "x"), "in B": book("l", "x", B), "the sweep": swept()},
        large=True,
    ),
    Scenario(
        "a booking that may not be, and its retry",
        lambda: world(2, 1, "x", "x"),
        lambda: {"x": book("k", "x"), "the retry": book("k", "x")},
    ),
    Scenario(
        "a booking that may not be, its retry, and what stood in its way is cancelled",
        lambda: world(2, 1, booked=HOLDER),
        lambda: {
            "h": book("k", HOLDER),
            "the retry": book("k", HOLDER),
            "the other": cancel(O),
        },
        undone=True,
        aside=offices_aside,
        large=True,
    ),
    Scenario(
        "a family and a single want three places",
        lambda: world(3, 1, "xyzw"),
        lambda: {"the family": book("k", "xyz"), "the single": book("l", "w")},
        small=True,
    ),
    Scenario(
        "two families share a member",
        lambda: world(4, 1, "xyz"),
        lambda: {"one": book("k", "xy"), "the other": book("l", "yz"), "the sweep": swept()},
        large=True,
    ),
    Scenario(
        "a cancellation and a stranger",
        lambda: world(booked="x"),
        lambda: {"x": cancel(O), "y": book("k", "y")},
        small=True,
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a cancellation and a stranger while the sweep runs",
        lambda: world(booked="x"),
        lambda: {"x": cancel(O), "y": book("k", "y"), "the sweep": swept()},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a cancellation twice and a stranger",
        lambda: world(booked="x"),
        lambda: {"x": cancel(O), "x again": cancel(O), "y": book("k", "y")},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a place comes back after a while, and two want it",
        delayed,
        lambda: {"x": cancel(O), "y": book("k", "y", now=LATER), "the sweep": swept()},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a cancellation, its retry and the late retry of its booking, where places come back late",
        delayed,
        lambda: {"x": cancel(O), "x again": cancel(O), "the retry": book("o", "x")},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a move and a stranger, where places come back late",
        delayed,
        lambda: {"x": reschedule(O), "y": book("k", "y", now=LATER), "the sweep": swept()},
        aside=offices_aside,
    ),
    Scenario(
        "a move and the sweep",
        lambda: world(booked="x"),
        lambda: {"x": reschedule(O), "the sweep": swept()},
        small=True,
    ),
    Scenario(
        "a move and a stranger while the sweep runs",
        lambda: world(booked="x"),
        lambda: {"x": reschedule(O), "y": book("k", "y"), "the sweep": swept()},
        aside=offices_aside,
    ),
    Scenario(
        "a move and its retry",
        lambda: world(booked="x"),
        lambda: {"x": reschedule(O), "the retry": reschedule(O)},
        small=True,
    ),
    Scenario(
        "a move and its retry while the sweep runs",
        lambda: world(booked="x"),
        lambda: {"x": reschedule(O), "the retry": reschedule(O), "the sweep": swept()},
        large=True,
    ),
    Scenario(
        "two moves of one booking under two keys while the sweep runs",
        lambda: world(booked="x"),
        lambda: {
            "x": reschedule(O),
            "x elsewhere": reschedule(O, B, "other"),
            "the sweep": swept(),
        },
        large=True,
    ),
    Scenario(
        "a cancellation and a move",
        lambda: world(booked="x"),
        lambda: {"x": cancel(O), "x too": reschedule(O)},
        small=True,
        undone=True,
    ),
    Scenario(
        "a cancellation, a move and a stranger",
        lambda: world(booked="x"),
        lambda: {"x": cancel(O), "x too": reschedule(O), "y": book("k", "y", B)},
        undone=True,
    ),
    Scenario(
        "the late retry of a booking that moves",
        lambda: world(booked="x"),
        lambda: {"the retry": book("o", "x"), "x": reschedule(O)},
        small=True,
    ),
    Scenario(
        "the late retry of a booking that moves while the sweep runs",
        lambda: world(booked="x"),
        lambda: {"the retry": book("o", "x"), "x": reschedule(O), "the sweep": swept()},
    ),
    Scenario(
        "the key of a booking that moves, used anew for where it goes",
        lambda: world(1, 2, booked="x"),
        lambda: {"the key": book("o", "x", B), "x": reschedule(O), "the sweep": swept()},
    ),
    Scenario(
        "the late retry of a booking that is cancelled, and a stranger",
        lambda: world(booked="x"),
        lambda: {"the retry": book("o", "x"), "x": cancel(O), "y": book("k", "y")},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "two sweeps and a booking",
        world,
        lambda: {"one": swept(), "the other": swept(), "x": book("k", "x")},
    ),
    Scenario(
        "a closure and a booking",
        world,
        lambda: {"the office": close(), "x": book("k", "x")},
        small=True,
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a closure and a move into that day",
        lambda: world(booked="x"),
        lambda: {"the office": close(), "x": reschedule(O)},
        small=True,
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a closure, a settling of it and a booking",
        world,
        lambda: {"the office": close(), "the job": settle(), "x": book("k", "x")},
        undone=True,
        aside=offices_aside,
    ),
    Scenario(
        "a closure, a settling of it and a sweep that had begun before",
        lambda: world(booked="x"),
        lambda: {"the office": close(), "the job": settle(), "the sweep": swept()},
        undone=True,
    ),
    Scenario(
        "a closure and the late retry of a booking there",
        lambda: world(booked="x"),
        lambda: {"the office": close(), "the retry": book("o", "x")},
        small=True,
        undone=True,
    ),
    Scenario(
        "a closure, a settling of it and the late retry of a booking there",
        lambda: world(booked="x"),
        lambda: {"the office": close(), "the job": settle(), "the retry": book("o", "x")},
        undone=True,
    ),
    Scenario(
        "a closure and a cancellation there",
        lambda: world(booked="x"),
        lambda: {"the office": close(), "x": cancel(O), "the job": settle()},
        undone=True,
    ),
    Scenario(
        "reconciling, a cancellation, a move and a stranger",
        lambda: world(booked="x"),
        lambda: {
            "reconciling": reconciled(),
            "x": cancel(O),
            "x too": reschedule(O),
            "y": book("k", "y"),
        },
        undone=True,
        large=True,
    ),
    Scenario(
        "reconciling and a booking while the sweep runs",
        world,
        lambda: {"reconciling": reconciled(), "x": book("k", "x"), "the sweep": swept()},
        large=True,
    ),
    Scenario(
        "places are taken away while two want them",
        lambda: world(2),
        lambda: {"the office": set_places(1), "x": book("k", "x"), "y": book("l", "y")},
    ),
    Scenario(
        "places are added and taken away while one is given back",
        lambda: world(booked="x"),
        lambda: {"the office": set_places(3), "the office too": set_places(2), "x": cancel(O)},
        undone=True,
    ),
    Scenario(
        "a person is taken out while being booked for",
        lambda: world(2),
        lambda: {"x and y": book("k", "xy"), "y": take_out("y")},
        small=True,
    ),
    Scenario(
        "an account is erased while it books",
        world,
        lambda: {"x": book("k", "x"), "the account": erase()},
        small=True,
    ),
    Scenario(
        "an account is erased while it adds a person and books for them",
        world,
        lambda: {
            "z": add("z"),
            "the account": erase(),
            "the booking": book("k", "z", added_by="z"),
        },
    ),
    Scenario(
        "a person is taken out while another family adds them",
        two_families,
        lambda: {"x": take_out("x"), "the other family": add("x", OTHER)},
        small=True,
    ),
    Scenario(
        "both families of a person take them out",
        lambda: two_families("x"),
        lambda: {"x": take_out("x"), "x too": take_out("x", OTHER)},
        small=True,
    ),
    Scenario(
        "an account is erased while another family adds one of its people",
        two_families,
        lambda: {"the account": erase(), "the other family": add("x", OTHER)},
        small=True,
    ),
)

"""A notice by push, as actors: runs of the job tell and follow up, a phone says that it has shown
it, its people cancel, a supervisor calls them. What the push service does is left out: whether the
phone is woken is whether there is a receipt.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from unittest import mock

from chalicelib.domain.bookings import Booking, CancelledBy, Place, Service, SlotKey, Status
from chalicelib.domain.notices import Notice, Telling
from chalicelib.push import Answer, Result
from chalicelib.services.notices import by_push, by_sms, follow, receipts, send
from chalicelib.store import accounts, bookings, notices, offices, records, tellings
from chalicelib.store import calls as phone_calls
from chalicelib.store.accounts import Subscription
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.tables.people import NoticeItem
from tests.builders import an_office, office_fields
from tests.interleavings.desk import Doing, asked
from tests.interleavings.desk_ghost import Watched, remembered
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import Found, Outcome, again, alone, explore, isolated, reads_aside
from tests.interleavings.identity_controls import rewritten
from tests.interleavings.people import alias, opened
from tests.interleavings.promises import rows
from tests.world import NOW

ACCOUNT, CODE, KIND = "account", "CODE0000000A", Notice.EVENING
NOTICE_ID = f"{CODE}-{KIND.value}"
PLACE = Place(SlotKey("malang", date(2026, 11, 25), time(8)), time(16), 1, time(8))
EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OVER = EVENING + KIND.patience
LATER = OVER + follow.KILLED
DEVICE = {"phone": Subscription(b"sealed", NOW)}
PHONE = "+6281200000001"


@contextmanager
def pushes_apart() -> Iterator[None]:
    """The services cut off from all but the database and SNS."""

    def reader(_: Booking) -> list[send._Reader]:
        account = accounts.get(ACCOUNT)
        return [send._Reader(ACCOUNT, [1], account and account._replace(pushes=DEVICE))]

    unsealed = {ACCOUNT: {"phone": PHONE}}
    with (
        isolated(),
        mock.patch.object(send, "_readers", reader),
        mock.patch.object(by_push, "_woken", return_value=[Answer(Result.ACCEPTED)]),
        mock.patch.object(by_sms, "unseal", return_value=unsealed),
    ):
        yield


# ---- what is done --------------------------------------------------------------------------------


def tells() -> Doing:
    return Doing(_tells, ())


def _tells() -> Outcome:
    def request() -> Outcome:
        booking = bookings.get(CODE)
        assert isinstance(booking, Booking)
        office = offices.get("malang", EVENING)
        return ("told", str(send.tell(office, booking, KIND, lambda: True, EVENING)))

    return asked(request)


def follows(at: datetime = OVER) -> Doing:
    return Doing(_follows, (at,))


def _follows(at: datetime) -> Outcome:
    return asked(lambda: ("followed", str(follow.follow_up(at, lambda: True))))


def shows() -> Doing:
    return Doing(_shows, ())


def _shows() -> Outcome:
    def request() -> Outcome:
        receipts.receive(ACCOUNT, NOTICE_ID, OVER)
        return ("shown",)

    return asked(request)


def cancels() -> Doing:
    return Doing(_cancels, ())


def _cancels() -> Outcome:
    def request() -> Outcome:
        booking = bookings.get(CODE)
        assert isinstance(booking, Booking)
        return ("cancelled", str(bookings.cancel_uncounted(booking, [], CancelledBy.OPERATOR, NOW)))

    return asked(request)


def calls(at: datetime = LATER) -> Doing:
    return Doing(_calls, (at,))


def _calls(at: datetime) -> Outcome:
    def request() -> Outcome:
        booking = bookings.get(CODE)
        assert isinstance(booking, Booking)
        noted = not booking.told[KIND].state.sure and phone_calls.note(booking, [KIND], "staff", at)
        return ("called", str(noted))

    return asked(request)


def world(*before: Doing) -> Database:
    def build() -> Outcome:
        offices.put(office_fields(an_office()))
        opened(ACCOUNT, "h")
        booking = Booking(
            code=CODE,
            account_id=ACCOUNT,
            applicants=(alias(ACCOUNT, "h"),),
            service=Service.NEW,
            status=Status.BOOKED,
            version=1,
            place=PLACE,
            fingerprint="",
            created_at=NOW,
        )
        BookingItem(**records.fields(booking)).put()
        return ("built",)

    database, _ = alone(Watched.of({}), build)
    for n, act in enumerate(before):
        database, outcome = alone(database, act, f"before, {n}")
        assert outcome[0] in ("told", "shown", "followed", "called"), outcome
    return database


@dataclass(frozen=True, slots=True)
class Scene:
    title: str
    before: Sequence[Doing]
    doings: Sequence[Doing]

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
            world(*self.before),
            {f"{n} {doing}": doing for n, doing in enumerate(self.doings)},
            always,
            finally_,
            crashes=crashes,
            timeouts=timeouts,
            aside=reads_aside,
            limit=limit,
            progress=progress,
        )


SCENES = (
    Scene("a receipt while the SMS is due", [tells()], [follows(), shows()]),
    Scene("two runs follow up", [tells()], [follows(), follows()]),
    Scene("two runs and a receipt", [tells()], [follows(), follows(), shows()]),
    Scene("a receipt that comes twice", [tells(), shows()], [follows(), shows()]),
    Scene("two runs tell, and one follows up", [], [tells(), tells(), follows()]),
    Scene("cancelled while the SMS is due", [tells()], [follows(), cancels(), shows()]),
    Scene("called while the SMS is due", [tells()], [follows(), calls(), shows()]),
    Scene("called before the SMS is due", [tells(), calls(EVENING)], [follows(), shows()]),
    Scene("a run that was cut off, and the next", [tells()], [follows(), follows(LATER)]),
)


# ---- what must hold ------------------------------------------------------------------------------


def sms(database: Database) -> int:
    sent: dict[str, int] = remembered(database)["sms"]
    return sum(sent.values())


def always(database: Database) -> str | None:
    """At every instant: never two SMS, and none after a call or a receipt that was in time."""
    if sms(database) > 1:
        return "two SMS"
    item = rows(database, NoticeItem, "notice_id").get(NOTICE_ID)
    if item and item["state"] == "shown" and sms(database):
        return "an SMS for what a phone has shown"
    telling = rows(database, BookingItem, "code")[CODE].get(KIND.value)
    called_at = telling["at"] if telling and telling["state"] == "called" else None
    if called_at is not None and item and item.get("texted_at", 0) > called_at:
        return "an SMS to people who have been called"
    return None


HEALING = [follows(LATER), follows(LATER + follow.KILLED), follows(LATER + 3 * follow.KILLED)]


def finally_(database: Database, outcomes: Sequence[Outcome], late: Collection[Call]) -> str | None:
    """In the end, when the next runs have been, and what was late has landed: all is known."""
    for n, run in enumerate(HEALING):
        database, _ = again(database, run, f"in the end, {n}")
    for call in late:
        database = database.call(call)[0]
        database, _ = again(database, HEALING[-1], "after all")
    if faults := [outcome for outcome in outcomes if outcome[0] == "fault"]:
        return f"a fault: {faults}"
    telling = rows(database, BookingItem, "code")[CODE].get(KIND.value, {})
    if ("called", "True") in outcomes and telling["state"] != "called":
        return f"they were called, and it is noted as {telling}"
    return always(database) or next(_unknown(database), None)


def _unknown(database: Database) -> Iterator[str]:
    booking = rows(database, BookingItem, "code")[CODE]
    item = rows(database, NoticeItem, "notice_id").get(NOTICE_ID)
    if item and "under_way" in item:
        yield f"it is under way for ever: {item}"
    telling = booking.get(KIND.value)
    if telling is None or booking["status"] != "booked":
        return
    state = telling["state"]
    if state not in ("sent", "shown", "unknown", "failed", "called"):
        yield f"nobody knows what has come of it: {telling}"
    if state == "sent" and sms(database) != 1:
        yield "it is noted as sent, and no SMS went out"
    if state == "shown" and not (item and "shown_at" in item):
        yield "it is noted as shown, and no phone has said so"


# ---- the guards ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guard:
    removed: Callable[[], AbstractContextManager[Any]]
    found_in: str


def _marked_before_it_is_begun() -> AbstractContextManager[Any]:
    """The mark, and then what goes by push, by two writes."""
    mark = tellings.mark

    def apart(booking: Any, notice: Any, now: Any, state: Any, by_push: Any = ()) -> bool:
        marked = mark(booking, notice, now, state, ())
        for _, begun in by_push if marked else ():
            NoticeItem.from_raw_data(begun["Put"]["Item"]).put()
        return marked

    return mock.patch.object(tellings, "mark", apart)


PUSHED_STILL = "            condition=NoticeItem.state == State.PUSHED.value,\n"

GUARDS = {
    "an SMS is begun only for what was not shown, nor begun": Guard(
        rewritten(notices.begin_sms, (PUSHED_STILL, "")), "two runs follow up"
    ),
    "a receipt counts only until the SMS is begun": Guard(
        rewritten(notices.receive, (PUSHED_STILL, "")), "a receipt while the SMS is due"
    ),
    "the SMS is noted before it is sent": Guard(
        rewritten(
            follow._outcome,
            (
                "    if office is None or not notices.begin_sms(pushed, now):\n",
                "    if office is None:\n",
            ),
        ),
        "a run that was cut off, and the next",
    ),
    "no SMS is begun for people who have been called": Guard(
        rewritten(follow._called, ("    return telling", "    return False and telling")),
        "called before the SMS is due",
    ),
    "a call is the last word on the booking": Guard(
        rewritten(
            Telling.settled,
            ("    if self.state is State.CALLED:\n", "    if False:\n"),
        ),
        "called while the SMS is due",
    ),
    "the mark begins the push, all or nothing": Guard(
        _marked_before_it_is_begun, "two runs tell, and one follows up"
    ),
    "what came of it is noted on the booking first": Guard(
        rewritten(
            follow._settle,
            (
                "    kind = pushed.kind\n",
                "    kind = pushed.kind\n    notices.end(pushed, outcome.state)\n",
            ),
        ),
        "a receipt while the SMS is due",
    ),
    "what was begun and never finished is known for it": Guard(
        rewritten(
            follow._outcome,
            (
                'return Outcome(State.UNKNOWN, "killed") if killed else None',
                "return None",
            ),
        ),
        "a receipt while the SMS is due",
    ),
}


def walked_without(guard: str) -> Found:
    """What is found without a guard, where it is missed."""
    control = GUARDS[guard]
    (scene,) = (one for one in SCENES if one.title == control.found_in)
    with control.removed():
        return scene.explore(crashes=1)

"""What must hold, read from the bare items: at every instant, and at the end when all is healed."""

from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any

from chalicelib.services.booking import sweep
from chalicelib.services.office import closure
from chalicelib.services.people import retention
from chalicelib.store.dynamo import Table
from chalicelib.store.tables.booking import ApplicantItem, BookingItem, DayItem, SlotItem
from chalicelib.store.tables.people import AccountItem, ErasedItem, IdentityItem
from chalicelib.vault import Index
from tests.interleavings.dynamodb import Call, Database, Value
from tests.interleavings.explore import Act, Outcome, again
from tests.interleavings.outside import Kms
from tests.interleavings.people import meant, phone_of
from tests.world import NOW

LATER = NOW + timedelta(minutes=1)
"""When the sweep doubts every hold that was made at `NOW`."""

Rows = dict[str, dict[str, Any]]


def always(database: Database) -> str | None:
    """The first promise that is broken at this instant."""
    return next(broken_now(database), None)


def in_a_family(database: Database) -> str | None:
    """The same, where everybody who is named may be booked for."""
    return next(chain(broken_now(database), _broken_family(database)), None)


def broken_now(database: Database) -> Iterator[str]:
    """What may not be so at any instant."""
    slots, found = rows(database, SlotItem, "slot_id"), made(database)
    bookings = {code: b for code, b in found.items() if b["status"] == "booked"}
    for slot_id, slot in slots.items():
        held = sum(places_of(hold) for hold in slot["holds"].values())
        if slot["left"] + held != slot["capacity"]:
            yield f"{slot_id}: {slot['left']} left and {held} held of {slot['capacity']}"
        here = [b for b in bookings.values() if slot_of(b) == slot_id]
        promised = sum(len(b["place"]["positions"]) for b in here)
        if promised > slot["capacity"]:
            yield f"{slot_id} is oversold: {promised} promised of {slot['capacity']}"
        if slot["left"] < 0 or slot["holds"].keys() != slot["numbers"].keys():
            yield f"{slot_id} is not what a slot can be: {slot}"
        numbers = Counter(
            first + n
            for b in found.values()
            for there, first, places in _places_of(b)
            for n in range(places)
            if there == slot_id
        )
        if any(times > 1 for times in numbers.values()):
            yield f"{slot_id}: a queue number was given twice"
    for code, booking in bookings.items():
        slot = slots[slot_of(booking)]
        hold = slot["holds"].get(code)
        if hold is None or places_of(hold) != len(booking["place"]["positions"]):
            yield f"booking {code} has no place in {slot_of(booking)}"
        elif slot["numbers"][code] != booking["place"]["first"]:
            yield f"booking {code} has another number than its hold"
    for code, booking in found.items():
        if _untold(booking) and code not in slots[slot_of(booking)]["holds"]:
            yield f"people of {code} were not surely told of a closure, and are not listed"
    yield from _broken_people(database, bookings)


def _broken_people(database: Database, bookings: Rows) -> Iterator[str]:
    people = rows(database, ApplicantItem, "applicant_id")
    accounts = rows(database, AccountItem, "account_id")
    named = {(a, meant(a, called)) for a, one in accounts.items() for called in one["people"]}
    there = {code: set(people_in(booking)) for code, booking in bookings.items()}
    for code, those in there.items():
        if not those:
            yield f"{code} is a booking of nobody"
        if bookings[code]["account_id"] not in accounts:
            yield f"{code} is nobody's to cancel"
        for who in those:
            if people.get(who, {}).get("active", {}).get("code") != code:
                yield f"{who} does not hold the booking {code} that names them"
    for who, person in people.items():
        code = person.get("active", {}).get("code")
        if code and who not in there.get(code, ()):
            yield f"{who} is locked out by {code}"
        for account_id in person["links"]:
            if (account_id, who) not in named:
                yield f"{who} is linked to {account_id}, which does not name them"
        if sum(link["may"] and link["relation"] == "self" for link in person["links"].values()) > 1:
            yield f"{who} has two holders"
    found = rows(database, IdentityItem, "index")
    known = {one["applicant_id"] for one in found.values() if "applicant_id" in one}
    for who in known ^ people.keys():
        yield f"{who} has a NIK or an item, but not both"
    yield from _broken_phones(accounts, found)
    for gone in rows(database, ErasedItem, "erased_id").keys() & (people.keys() | accounts.keys()):
        yield f"{gone} is erased, and there"


def _broken_phones(accounts: Rows, found: Rows) -> Iterator[str]:
    """An account has a phone that opens it, or none."""
    opens = {index: one["account_id"] for index, one in found.items() if "account_id" in one}
    phones = {a: phone_index(one["phone"]) for a, one in accounts.items() if "phone" in one}
    for account_id, index in phones.items():
        if opens.get(index) != account_id:
            yield f"{account_id} has a phone that opens {opens.get(index)}"
    for index, account_id in opens.items():
        if phones.get(account_id) != index:
            yield f"{index} opens {account_id}, whose phone it is not"


def _broken_family(database: Database) -> Iterator[str]:
    """What holds where nobody refuses, disowns or is displaced."""
    people = rows(database, ApplicantItem, "applicant_id")
    for account_id, account in rows(database, AccountItem, "account_id").items():
        for called in account["people"]:
            link = people.get(meant(account_id, called), {}).get("links", {}).get(account_id)
            if not link or not link["may"]:
                yield f"{account_id} names {called}, and may not book for them"


def phone_index(sealed: bytes) -> str:
    """Under what the index has a phone that was sealed for an account."""
    message = f"{Index.PHONE}:{phone_of(sealed)}".encode()
    made = Kms().generate_mac(Message=message, KeyId="")["Mac"]
    return f"{Index.PHONE}:" + urlsafe_b64encode(made).decode().rstrip("=")


def people_in(booking: dict[str, Any]) -> list[str]:
    """The persons who have not left a booking."""
    left = booking.get("out", ())
    account_id, named = booking["account_id"], enumerate(booking["applicants"])
    return [meant(account_id, called) for n, called in named if n not in left]


def healed(database: Database, now: datetime = LATER + timedelta(minutes=1)) -> Database:
    """The database when the jobs have gone over it twice, undisturbed, and a night has passed."""
    for job in (*_jobs(now) * 2, _night(now)):
        database, _ = again(database, job)
    return database


@cache
def _jobs(now: datetime) -> tuple[Act, Act]:
    return (
        lambda: ("swept", sweep.sweep(now)),
        lambda: ("settled", closure.carry_out(now, lambda: True)),
    )


@cache
def _night(now: datetime) -> Act:
    return lambda: ("forgotten", retention.forget(now))


def finally_(
    *, undone: bool
) -> Callable[[Database, Sequence[Outcome], Collection[Call]], str | None]:
    """The judge of an end; ``undone`` says that a booking may have been cancelled by somebody."""
    known: dict[Database, tuple[Database, str | None]] = {}

    def heal(database: Database) -> tuple[Database, str | None]:
        if database not in known:
            after = healed(database)
            broken = chain(
                broken_now(database), broken_now(after), unhealed(after), kept_for_nothing(after)
            )
            known[database] = after, next(broken, None)
        return known[database]

    def judge(
        database: Database, outcomes: Sequence[Outcome], late: Collection[Call]
    ) -> str | None:
        after, broken = heal(database)
        for call in late:  # so late that the jobs have run already
            after, again = heal(after.call(call)[0])
            broken = broken or again
        return broken or next(_unkept(after, outcomes, undone=undone), None)

    return judge


def unhealed(database: Database) -> Iterator[str]:
    """What the jobs should have mended."""
    slots, bookings = rows(database, SlotItem, "slot_id"), active(database)
    kept = {code: booking for code, booking in made(database).items() if _untold(booking)}
    for slot_id, slot in slots.items():
        for code in slot["holds"]:
            holder = bookings.get(code) or kept.get(code)
            if holder is None or slot_of(holder) != slot_id:
                yield f"{slot_id}: the hold {code} is no promise, and stays"
    for code, booking in kept.items():
        if "closure" not in booking:
            yield f"the office has cancelled {code}, and nobody has begun to tell its people"
    for day in rows(database, DayItem, "date").values():
        if "closed" in day:
            if any(slot_of(b).split("#")[1] == day["date"] for b in bookings.values()):
                yield "a booking is active on a closed day"
            continue
        here = {s[-4:]: slot for s, slot in slots.items() if s.split("#")[1] == day["date"]}
        full = {start for start, slot in here.items() if slot["left"] == 0}
        hinted = {start.replace(":", "") for start in day.get("full", ())}
        if full != hinted:
            yield f"{full or 'nothing'} is full, and {hinted or 'nothing'} hinted"


def kept_for_nothing(database: Database) -> Iterator[str]:
    """Persons who are still there when a night has passed."""
    counts = ("links", "active", "asking", "paused_until")
    for who, person in rows(database, ApplicantItem, "applicant_id").items():
        if not any(person.get(one) for one in counts):
            yield f"{who} is kept, and nobody names them, and nothing counts"


PASSING = frozenset({"request-in-progress", "idempotency-key-spent"})
"""Refusals that ask to be asked again."""


def _unkept(database: Database, outcomes: Sequence[Outcome], *, undone: bool) -> Iterator[str]:
    """Answers that the database does not bear out."""
    bookings = made(database)
    granted: dict[Any, Outcome] = {}
    for outcome in outcomes:
        kind, asked, *more = outcome
        if kind == "fault":
            yield f"a service failed: {asked}"
        if kind != "granted":
            continue
        code, slot_id, first = more
        booking = bookings.get(code)
        if booking is None:
            yield f"{outcome} was said and is not kept"
        elif booking["status"] == "cancelled" and not undone:
            yield f"{outcome} was said, and nobody cancelled it"
        elif (slot_id, first) not in {place[:2] for place in _places_of(booking)}:
            yield f"{outcome} was said, and another place is stored"
        first_said = granted.setdefault((asked.what, asked.key), outcome)
        if first_said != outcome:
            yield f"one key was answered in two ways: {outcome} and {first_said}"
    for outcome in outcomes:
        if outcome[0] == "refused":
            asked = outcome[1]
            yield from _unlike(bookings, outcome, granted.get((asked.what, asked.key)))


def _unlike(bookings: Rows, refused: Outcome, granted: Outcome | None) -> Iterator[str]:
    """A refusal beside a grant of the very same request that was not true at any time."""
    _, asked, why = refused
    if granted is None or granted[1] != asked or why in PASSING:
        return
    booking = bookings[granted[2]]
    left = booking["status"] == "cancelled" or slot_of(booking) != granted[3]
    others = (b for code, b in bookings.items() if code != granted[2])
    was_engaged = any(b["status"] == "cancelled" for b in others)
    excuses = {"slot-full": left, "office-closed": left, "already-booked": was_engaged}
    if not excuses.get(why):
        yield f"{asked} was granted, and refused as {why}"


def _untold(booking: dict[str, Any]) -> bool:
    """Whether the office has cancelled it, and its people were not surely told."""
    state = booking.get("closure", {}).get("state")
    return booking.get("cancelled_by") == "office" and state != "sent"


def _places_of(booking: dict[str, Any]) -> set[tuple[str, int, int]]:
    """Where it stands and has stood: the slot, the first number, how many places."""
    places = [booking["place"]]
    if "move" in booking:
        places.append(booking["move"]["before"])
    return {(slot_of({"place": p}), int(p["first"]), len(p["positions"])) for p in places}


def places_of(hold: str) -> int:
    """How many places a hold is for."""
    return int(hold.split()[0])


def slot_of(booking: dict[str, Any]) -> str:
    place = booking["place"]
    return f"{place['office_id']}#{place['date']}#{place['start'].replace(':', '')}"


def made(database: Database) -> Rows:
    """The bookings, cancelled ones too."""
    found = rows(database, BookingItem, "code")
    return {code: booking for code, booking in found.items() if booking["status"] != "abandoned"}


def active(database: Database) -> Rows:
    return {code: b for code, b in made(database).items() if b["status"] == "booked"}


def rows(database: Database, table: type[Table], key: str) -> Rows:
    """The items of a table in plain values, by their key."""
    name = table.Meta.table_name
    found = (plain({"M": item}) for item in database.table(name))
    return {row[key]: row for row in found}


def plain(value: Value) -> Any:
    ((kind, content),) = value.items()
    if kind == "M":
        return {name: plain(member) for name, member in content.items()}
    if kind == "L":
        return [plain(member) for member in content]
    return int(Decimal(content)) if kind == "N" and "." not in content else content

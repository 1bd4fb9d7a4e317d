"""What must hold of people, whatever happens: at every instant, and in the end."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from chalicelib import vault
from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from chalicelib.store.tables.people import AccountItem, ErasedItem, IdentityItem
from chalicelib.vault import Index
from tests.interleavings import identity, identity_offices
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import Act, Outcome, again
from tests.interleavings.identity import NEW_PHONE, Z
from tests.interleavings.identity_ghost import (
    SEEN,
    WINDOW,
    clock_of,
    holder_of,
    nik_of,
    own_pause,
    remembered,
)
from tests.interleavings.people import ktp, meant
from tests.interleavings.promises import (
    Rows,
    broken_now,
    kept_for_nothing,
    made,
    people_in,
    rows,
    unhealed,
)

LONG_AFTER = 200
"""Days after which nothing counts any more."""

Judge = Callable[[Database, Sequence[Outcome], Collection[Call]], str | None]


def always(database: Database) -> str | None:
    """The first promise that is broken at this instant."""
    return next(chain(_never_done(database), broken_now(database), _broken_links(database)), None)


def _never_done(database: Database) -> Iterator[str]:
    if remembered(database)["bad"]:
        yield remembered(database)["bad"]


def _broken_links(database: Database) -> Iterator[str]:
    ghost = remembered(database)
    for person in people(database).values():
        nik, asking = name_of(person), person.get("asking")
        if asking and not person["links"].get(asking["account_id"], {}).get("may"):
            yield f"{nik} is asked for by {asking['account_id']}, which may not"
        for account, link in person["links"].items():
            consented = f"{nik_of(person)} {account}" in ghost["yes"]
            if link["given"] and link["may"] and link["relation"] != "self" and not consented:
                yield f"{account} may book for {nik} by a consent that nobody gives"
    paused = {nik_of(one): one.get("paused_until", 0) for one in people(database).values()}
    for nik, times in ghost["cancelled"].items():
        until = times[-1][0] + WINDOW
        if until > max(clock_of(database), paused.get(nik, 0)):
            yield f"a cancellation of {_names()[nik]} was forgotten"
    for code, booking in rows(database, BookingItem, "code").items():
        for position in booking.get("out", ()):
            who = meant(booking["account_id"], booking["applicants"][position])
            if f"{code} {who}" not in ghost["left"]:
                yield f"{code} has lost somebody who did not disown it"


def finally_(owners: Mapping[str, str]) -> Judge:
    """The judge of an end; ``owners`` are the accounts of whom a NIK truly belongs to."""
    known: dict[Database, tuple[Database, str | None]] = {}

    def heal(database: Database) -> tuple[Database, str | None]:
        if database not in known:
            after = _swept(database)
            broken = chain(
                _never_done(database),
                broken_now(after),
                unhealed(after),
                _kept_out(after),
                _not_restored(after, owners),
                _never_back(after),
                _kept_for_ever(after),
            )
            known[database] = after, next(broken, None)
        return known[database]

    def judge(
        database: Database, outcomes: Sequence[Outcome], late: Collection[Call]
    ) -> str | None:
        after, broken = heal(database)
        for call in late:  # so late that the jobs have run already
            after, more = heal(after.call(call)[0])
            broken = broken or more or always(after)
        return broken or next(_unkept(after, outcomes), None)

    return judge


def _swept(database: Database) -> Database:
    """When the jobs have gone over it twice, and a night has passed."""
    jobs = (identity_offices.sweep(), identity_offices.settle(), identity_offices.compare())
    for job in jobs * 2:
        database = done(database, job)[0]
    return database


def done(database: Database, act: Act) -> tuple[Database, Outcome]:
    return again(database, act, "in the end")


def _kept_out(database: Database) -> Iterator[str]:
    """Holders whom anything but what they did themselves keeps from booking."""
    accounts = rows(database, AccountItem, "account_id")
    for person in people(database).values():
        holder = holder_of(person)
        if holder in accounts:
            yield from _kept_from_booking(database, holder, person)


def _kept_from_booking(database: Database, account: str, person: dict[str, Any]) -> Iterator[str]:
    name, now = name_of(person), clock_of(database)
    active = person.get("active", {})
    if active.get("until", 0) > now:
        if active["account_id"] == account:
            return
        database, said = done(database, identity.disown_one(account, name, active["code"]))
        if said[0] != "disowned":
            yield f"{account} cannot leave {active['code']}: {said}"
    database, said = done(database, identity.book(f"z-{name}", account, name, Z))
    yield from _never_done(database)
    times = remembered(database)["cancelled"].get(nik_of(person), [])
    paused = said[:2] == ("refused", "cancelled-too-often") and own_pause(times, now)
    if said[0] != "booked" and not paused:
        yield f"{name} is kept from booking: {said}"


def _not_restored(database: Database, owners: Mapping[str, str]) -> Iterator[str]:
    """Owners to whom it does not help that an office sees their KTP."""
    for name, account in owners.items():
        person = _named(database, name)
        if not person or account not in person["links"]:
            continue
        if account not in rows(database, AccountItem, "account_id"):
            continue
        after, said = done(database, identity_offices.clerk(name, account))
        person = _named(after, name)
        if holder_of(person) != account:
            yield f"{account} was seen and does not hold {name}: {said}"
        elif person:
            yield from _kept_from_booking(after, account, person)


def _never_back(database: Database) -> Iterator[str]:
    """Holders whose phone is somebody else's, and who cannot come back by another phone."""
    there = people(database)
    for account, item in rows(database, AccountItem, "account_id").items():
        person = there.get(meant(account, item["holder"]))
        if "phone" in item or person is None or holder_of(person) != account:
            continue
        if person["links"][account]["proof"] >= SEEN or person.get("guarded"):
            continue
        name, back = name_of(person), f"{account}'"
        after, _ = done(database, _proves(back))
        after, said = done(after, identity.register(back, name, NEW_PHONE))
        if holder_of(_named(after, name)) in (None, account):
            yield f"{name} cannot come back by another phone: {said}"


def _kept_for_ever(database: Database) -> Iterator[str]:
    database, _ = done(database, identity_offices.clock(LONG_AFTER))
    yield from kept_for_nothing(done(database, identity_offices.nightly())[0])


def _unkept(database: Database, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Answers that the database does not bear out."""
    bookings, accounts = made(database), rows(database, AccountItem, "account_id")
    erased = rows(database, ErasedItem, "erased_id")
    for said in outcomes:
        match said:
            case ("fault", what):
                yield f"a service failed: {what}"
            case ("booked", code) if code not in bookings:
                yield f"{said} was promised"
            case ("cancelled", code) if bookings[code]["status"] != "cancelled":
                yield f"{said} was promised"
            case ("disowned", code, name):
                if _still_in(database, bookings[code], name):
                    yield f"{said} was promised"
            case ("erased", account) if account in accounts or _leads_to(database, account):
                yield f"{said} was promised"
            case ("registered", account) if account not in accounts.keys() | erased.keys():
                yield f"{said} was promised"


def _still_in(database: Database, booking: dict[str, Any], name: str) -> bool:
    """Whether somebody who has left is in a booking, or whoever made it may book for them."""
    person = _named(database, name)
    if person is None:
        return False
    maker = booking["account_id"]
    link = person["links"].get(maker)
    wanted = f"{nik_of(person)} {maker}" in remembered(database)["yes"]
    in_it = booking["status"] == "booked" and person["applicant_id"] in people_in(booking)
    return in_it or bool(
        link and link["relation"] != "self" and holder_of(person) and link["may"] and not wanted
    )


def _leads_to(database: Database, account: str) -> bool:
    indexes = rows(database, IdentityItem, "index").values()
    by_phone = any(one.get("account_id") == account for one in indexes)
    return by_phone or any(account in person["links"] for person in people(database).values())


def people(database: Database) -> Rows:
    return rows(database, ApplicantItem, "applicant_id")


def _named(database: Database, name: str) -> dict[str, Any] | None:
    found = people(database).values()
    return next((person for person in found if name_of(person) == name), None)


def name_of(person: dict[str, Any]) -> str:
    return _names()[nik_of(person)]


@cache
def _names() -> dict[str, str]:
    """The persons by what their NIK is found under."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {vault.digest(Index.NIK, ktp(one).nik.digits).text: one for one in letters}


@cache
def _proves(challenge_id: str) -> Act:
    return lambda: identity.prove(challenge_id)

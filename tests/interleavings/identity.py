"""Who people are, as actors: they register, name each other, consent, disown; offices see KTPs.

Persons have one capital letter, accounts a small one; "h" is the account of H. What an account
calls a person is worked out by whoever acts, as a client knows it from before. A code by SMS was
typed in already where an actor begins (see `identity_apart`). The clock is an item of the
database, which everybody reads when they begin.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from secrets import token_hex
from typing import Any
from unittest import mock

from chalicelib import vault
from chalicelib.domain import aliases
from chalicelib.domain import bookings as rules
from chalicelib.domain.bookings import Service, SlotKey
from chalicelib.domain.errors import Refusal
from chalicelib.domain.notices import State
from chalicelib.domain.offices import Window
from chalicelib.domain.passkeys import Passkey
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Person
from chalicelib.identity import Answer
from chalicelib.services import passkeys
from chalicelib.services.booking import book as booking
from chalicelib.services.booking import change
from chalicelib.services.booking import disown as disowning
from chalicelib.services.booking.book import Wanted
from chalicelib.services.notices.by_sms import Outcome as Sent
from chalicelib.services.office import persons as desk
from chalicelib.services.people import (
    consent,
    family,
    phones,
    privacy,
    registration,
)
from chalicelib.services.sign_in import by_passkey, codes, sessions
from chalicelib.store import accounts, applicants, challenges, days, offices, slots
from chalicelib.store import passkeys as kept_passkeys
from chalicelib.store.challenges import Answered, Challenge
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.tables.people import AccountItem, DisclosureItem, IdentityItem
from chalicelib.store.times import seconds
from chalicelib.vault import Index
from tests.builders import AT_ONCE, an_office, office_fields
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import SECRET, Outcome, alone, isolated
from tests.interleavings.identity_ghost import Watched
from tests.interleavings.people import ktp
from tests.interleavings.scenarios import SENT_AGAIN
from tests.world import NOW

DAY = date(2027, 2, 25)
"""Far enough for all that time does to people before it."""
A = SlotKey("malang", DAY, time(8))
B = SlotKey("malang", DAY, time(9))
Z = SlotKey("malang", DAY + timedelta(days=1), time(8))
"""Where it is tried, in the end, whether somebody can book."""
HOLDERS = "fghmnoqrswxy"
"""The accounts that may come to be; each has one code to register with."""
NEW_PHONE = "a new phone"
KEY = Passkey(b"key", b"public", 0)
"""What a device signs with is right, if it is asked."""


@contextmanager
def identity_apart() -> Iterator[None]:
    """The services cut off from all but the database; codes are right, and texts go nowhere."""

    def check(challenge_id: str, *_: Any) -> Challenge:
        phone = challenge_id.partition(" ")[2]
        found = vault.digest(Index.PHONE, phone)
        return Challenge(challenge_id, "", found.text, found.key, b"", "", 1, NOW)

    with (
        isolated(),
        mock.patch.object(codes, "check", check),
        mock.patch.object(passkeys, "credential_id", return_value=KEY.credential_id),
        mock.patch.object(passkeys, "used", lambda *_: _[2].sign_count + 1),
        mock.patch.object(desk, "text", return_value=Sent(State.SENT)),
    ):
        yield


def aside(call: Call) -> bool:
    """Reads that may lag, and the record of who saw what, which nobody reads here."""
    return call.may_lag or call.arguments.get("TableName") == DisclosureItem.Meta.table_name


# ---- the world ---------------------------------------------------------------------------------


def world(a: int = 4, b: int = 4) -> Database:
    """An office with slots of so many places, and nobody yet."""

    def build() -> Outcome:
        office = an_office(opening={}, free_after=AT_ONCE, horizon_days=365)
        offices.put(office_fields(office))
        for day, windows in ((DAY, ((A, a), (B, b))), (Z.day, ((Z, 9),))):
            opening = [Window(k.start, time(k.start.hour + 1), n) for k, n in windows]
            days.create("malang", day, NOW, opening, None, NOW)
            for window in opening:
                slots.create(SlotKey("malang", day, window.start), window, NOW)
        TallyItem("clock", taken=seconds(NOW), expires_at=0).put()
        for code in (*HOLDERS, "h changes", "x changes", "to-sign-in ph"):
            prove(code)
        return ("built",)

    return alone(Watched.of({}), build)[0]


def prove(challenge_id: str) -> Outcome:
    """A code that somebody has typed in."""
    challenges.put(Challenge(challenge_id, "registration", "none", "", b"", "", 1, NOW))
    return ("proven",)


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody does something; whoever gets no definite answer sends the whole request again."""

    do: Callable[..., Outcome]
    args: tuple[Any, ...]

    def __call__(self) -> Outcome:
        for _ in range(SENT_AGAIN):
            try:
                return self.do(now(), *self.args)
            except Refusal as refusal:
                return ("refused", refusal.slug, *self.args)
            except Unavailable:
                continue
            except Exception as fault:  # noqa: BLE001 (a service must not fail)
                return ("fault", f"{self}: {fault!r}")
        return ("unavailable",)

    def __str__(self) -> str:
        return " ".join([self.do.__name__.strip("_"), *map(str, self.args)])


def did(database: Database, *doings: Doing) -> Database:
    """The database after these, one after the other."""
    for n, doing in enumerate(doings):
        database, outcome = alone(database, doing, f"before, {n} {doing}")
        assert outcome[0] not in ("fault", "refused"), (str(doing), outcome)
    return database


def now() -> datetime:
    """What the clock shows."""
    item = TallyItem.fetch("clock", consistent=False)
    assert item
    return datetime.fromtimestamp(item.taken, UTC)


def person(name: str) -> str:
    """The id of the person of this name; of nobody if nothing is known of them."""
    index = vault.digest(Index.NIK, ktp(name).nik.digits).text
    item = IdentityItem.fetch(index, consistent=False)
    return item.applicant_id if item else aliases.new_id(name.encode() * aliases.PERSON_BYTES)


def called(account: str, name: str) -> str:
    """What an account calls a person."""
    who = person(name)
    item = AccountItem.fetch(account, consistent=False)
    for one in item.people.as_dict() if item else ():
        if aliases.person_of(SECRET, account, one) == who:
            return str(one)
    return aliases.alias(SECRET, account, who, bytes(aliases.NONCE_BYTES))


def code(account: str, key: str) -> str:
    """The code of what this account books first under a key."""
    return rules.code(SECRET, account, key, 0)


# ---- what people do ------------------------------------------------------------------------------


def register(account: str, name: str, phone: str) -> Doing:
    return Doing(_register, (account, name, phone))


def _register(now: datetime, account: str, name: str, phone: str) -> Outcome:
    kept = ktp(name)
    applicant = registration._Applicant(
        account_id=account,
        ktp=kept,
        register=Answer.OFF,
        phone=phone,
        nik=vault.digests(Index.NIK, kept.nik.digits),
        phone_digests=vault.digests(Index.PHONE, phone),
        consented_at=now,
    )
    made = registration.open_account(applicant, Answered(account, token_hex(8)), now)
    return ("registered", made.signed_in.account_id)


def add(account: str, name: str) -> Doing:
    return Doing(_add, (account, name))


def _add(now: datetime, account: str, name: str) -> Outcome:
    family.add(account, ktp(name), Relation.CHILD, now)
    return ("added", account, name)


def remove(account: str, name: str) -> Doing:
    return Doing(_remove, (account, name))


def _remove(now: datetime, account: str, name: str) -> Outcome:
    family.remove(account, called(account, name), now)
    return ("removed", account, name)


def erase(account: str) -> Doing:
    return Doing(_erase, (account,))


def _erase(now: datetime, account: str) -> Outcome:
    privacy.erase(account, now)
    return ("erased", account)


def answer(account: str, name: str, other: str, yes: bool) -> Doing:
    return Doing(_answer, (account, name, other, yes))


def _answer(now: datetime, account: str, name: str, other: str, yes: bool) -> Outcome:
    request = consent._request_id(Person(person(name)), other)
    consent.answer(account, request, now, accept=yes)
    return ("answered",)


def book(key: str, account: str, names: str, slot: SlotKey = A, entry: str = "") -> Doing:
    """Each of ``names`` is a person; an ``entry`` is one in a draw that has won."""
    return Doing(_book, (key, account, names, slot, entry))


def _book(now: datetime, key: str, account: str, names: str, slot: SlotKey, entry: str) -> Outcome:
    wanted = Wanted(slot, Service.NEW, tuple(called(account, name) for name in names))
    if not entry:
        made = booking.book(wanted, account, key, now)
        return ("booked", made.code)
    with _for_whom_asks(entry):
        try:
            made = booking.book(wanted, account, key, now)
        except Refusal:
            for name in names:
                _unmark(entry, person(name))
            raise
    return ("booked", made.code)


def _unmark(entry: str, person_id: str) -> None:
    asks = ApplicantItem.asking["entry"] == entry
    try:
        ApplicantItem.change(person_id, actions=[ApplicantItem.asking.remove()], condition=asks)
    except Unmet:
        return


@contextmanager
def _for_whom_asks(entry: str) -> Iterator[None]:
    """A booking needs that its people still ask by this entry."""
    engaging = applicants.engaging

    def asking(*given: Any) -> dict[str, Any]:
        update = engaging(*given)["Update"]
        return {
            "Update": {
                **update,
                "ConditionExpression": f"{update['ConditionExpression']} AND #asks.#entry = :entry",
                "ExpressionAttributeNames": {
                    **update["ExpressionAttributeNames"],
                    "#asks": "asking",
                    "#entry": "entry",
                },
                "ExpressionAttributeValues": {
                    **update["ExpressionAttributeValues"],
                    ":entry": {"S": entry},
                },
            }
        }

    with mock.patch.object(applicants, "engaging", asking):
        yield


def cancel(account: str, key: str) -> Doing:
    return cancel_one(account, code(account, key))


def cancel_one(account: str, booked: str) -> Doing:
    """By the booking's own code."""
    return Doing(_cancel, (account, booked))


def _cancel(now: datetime, account: str, booked: str) -> Outcome:
    return ("cancelled", change.cancel(booked, account, now).code)


def disown(account: str, name: str, by: str, key: str) -> Doing:
    return disown_one(account, name, code(by, key))


def disown_one(account: str, name: str, booked: str) -> Doing:
    """By the booking's own code."""
    return Doing(_disown, (account, name, booked))


def _disown(now: datetime, account: str, name: str, booked: str) -> Outcome:
    return ("disowned", disowning.disown(booked, account, now).booking.code, name)


def reschedule(account: str, key: str) -> Doing:
    return reschedule_one(account, code(account, key))


def reschedule_one(account: str, booked: str) -> Doing:
    """By the booking's own code: to B."""
    return Doing(_reschedule, (account, booked))


def _reschedule(now: datetime, account: str, booked: str) -> Outcome:
    change.reschedule(booked, B, account, "a move", now)
    return ("moved",)


def sign_in(phone: str) -> Doing:
    return Doing(_sign_in, (phone,))


def _sign_in(now: datetime, phone: str) -> Outcome:
    """H, who is asked who they are if the account was idle."""
    challenge_id, kept = f"to-sign-in {phone}", ktp("H")
    told = sessions.Identity(kept.birth_date, kept.nik.digits[-4:])
    return ("signed in", sessions.verify(challenge_id, "a code", now, told).account_id)


def keep_passkey(account: str) -> Doing:
    return Doing(_keep_passkey, (account,))


def _keep_passkey(now: datetime, account: str) -> Outcome:
    read = accounts.get(account)
    assert read
    return ("kept", str(kept_passkeys.add(read, KEY, now)))


def sign_in_by_passkey(account: str) -> Doing:
    return Doing(_sign_in_by_passkey, (account,))


def _sign_in_by_passkey(now: datetime, account: str) -> Outcome:
    return ("signed in", by_passkey._by(account, {}, b"", now).account_id)


def change_phone(account: str, phone: str) -> Doing:
    return Doing(_change_phone, (account, phone))


def _change_phone(now: datetime, account: str, phone: str) -> Outcome:
    answered = Answered(f"{account} changes", token_hex(8))
    phones.change(account, phone, vault.digests(Index.PHONE, phone), answered, now)
    return ("changed", account)

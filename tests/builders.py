"""Small things that many tests need: offices, people, accounts, released slots, what was sent."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from unittest.mock import patch

from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib import aws, clock, vault
from chalicelib.config import settings
from chalicelib.domain import calendar
from chalicelib.domain.aliases import PERSON_BYTES, new_id
from chalicelib.domain.bookings import Booking, Place, Service, Slot, SlotKey, Status
from chalicelib.domain.days import Day
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.office_fields import WEEKDAYS
from chalicelib.domain.offices import Office, Window
from chalicelib.domain.people import Digest, Digests, Ktp, NationalId, Phone, Relation, Sex
from chalicelib.domain.persons import Link, Person, Proof, settle
from chalicelib.services import aliases
from chalicelib.services.booking import book
from chalicelib.services.booking.book import Wanted
from chalicelib.services.days import release
from chalicelib.services.people import consent, family, registration
from chalicelib.services.sign_in.sessions import SignedIn
from chalicelib.store import accounts, applicants, bookings, days, offices, slots
from chalicelib.store.dynamo import transact
from chalicelib.store.tables.booking import OfficeItem
from chalicelib.telemetry import Metric
from tests.made_up import CODE, nik
from tests.world import NOW

TODAY = date(2026, 11, 24)
"""In Jakarta at `NOW`."""

THURSDAY = date(2026, 11, 26)
"""A day whose places are released, and can still be given up."""

SINGLE = Window(time(8), time(9), 1)
DOUBLE = Window(time(9), time(10), 2)
FAMILY = Window(time(13), time(14), 6)
WINDOWS = (SINGLE, DOUBLE, FAMILY)


MINUTE = timedelta(minutes=1)

AT_ONCE = (timedelta(0), timedelta(0))
"""When places come back in an office that has no brokers."""


def an_office(office_id: str = "malang", **changed: Any) -> Office:
    """An office in Jakarta's time that serves on weekdays and releases three days ahead."""
    standard = Office(
        office_id=office_id,
        name=f"Kantor Imigrasi {office_id.title()}",
        city=office_id.title(),
        province="Jawa Timur",
        time_zone="Asia/Jakarta",
        latitude=-7.94,
        longitude=112.65,
        horizon_days=3,
        release_at=time(0),
        opening=weekdays(*WINDOWS),
        closures={},
        free_after=AT_ONCE,
    )
    return standard._replace(**changed)


def weekdays(*windows: Window) -> dict[int, tuple[Window, ...]]:
    """The same windows from Monday to Friday."""
    return dict.fromkeys(range(5), windows)


def every_day(*windows: Window) -> dict[int, tuple[Window, ...]]:
    """The same windows on all seven days."""
    return dict.fromkeys(range(7), windows)


def office_fields(office: Office) -> dict[str, Any]:
    """An office in the form of ``infra/offices.json``."""
    return {
        "office_id": office.office_id,
        "name": office.name,
        "city": office.city,
        "province": office.province,
        "time_zone": office.time_zone,
        "latitude": office.latitude,
        "longitude": office.longitude,
        "horizon_days": office.horizon_days,
        "release_at": hhmm(office.release_at),
        "release_by": office.release_by.value,
        "by_lot": office.by_lot,
        "free_after_minutes": office.free_after[0] // MINUTE,
        "free_within_minutes": office.free_after[1] // MINUTE,
        "arrival_step_minutes": office.arrival_step // MINUTE,
        "arrival_lead_minutes": office.arrival_lead // MINUTE,
        "opening": {
            WEEKDAYS[day]: [
                {"start": hhmm(w.start), "end": hhmm(w.end), "places": w.places} for w in windows
            ]
            for day, windows in office.opening.items()
        },
        "counters": office.counters,
        "step_minutes": list(office.step_minutes),
        "breaks": [{"start": hhmm(one.start), "end": hhmm(one.end)} for one in office.breaks],
        "show_rate": office.show_rate,
        "walk_in_share": office.walk_in_share,
        "closures": {
            day.isoformat(): {"id": closure.id, "en": closure.en}
            for day, closure in office.closures.items()
        },
    }


def spoil(office_id: str = "malang", **raw: Any) -> None:
    """Let what is kept of an office be these fields and no others, in DynamoDB's notation."""
    item = {"office_id": {"S": office_id}, **raw}
    aws.client("dynamodb").put_item(TableName=OfficeItem.Meta.table_name, Item=item)
    offices._kept.clear()


def spoil_more(office_id: str = "malang", **raw: Any) -> None:
    """Let these fields of what is kept of an office be others, in DynamoDB's notation."""
    spoil(**{**OfficeItem.raw_item(office_id), **raw, "office_id": office_id})


def released_days(*given: Office, now: datetime = NOW) -> None:
    """Store offices, by default `an_office`, and make ready what is due."""
    for office in given or (an_office(),):
        offices.put(office_fields(office))
    release.open_days(now)


def ready(*those: date, office: Office | None = None) -> None:
    """Store one office, by default `an_office`, and make these days ready, by default Thursday."""
    office = office or an_office()
    offices.put(office_fields(office))
    for day in those or (THURSDAY,):
        opens_at, windows = calendar.opens_at(office, day), office.windows(day)
        for window in windows:
            slots.create(a_slot(window, day, office.office_id), window, opens_at)
        days.create(office.office_id, day, opens_at, windows, None, opens_at)


def an_open_slot() -> SlotKey:
    """A slot that can be booked now, and be given up."""
    office = an_office(opening=every_day(FAMILY))
    released_days(office, now=clock.now())
    return a_slot(FAMILY, office.today(clock.now()) + timedelta(days=2))


def a_wish(slot: SlotKey, *applicants: str) -> dict[str, Any]:
    """The body of a request for a booking."""
    return {
        "office_id": slot.office_id,
        "date": slot.day.isoformat(),
        "start": hhmm(slot.start),
        "service": "new",
        "applicants": list(applicants),
    }


def a_registration(number: int = 1, **changed: Any) -> dict[str, Any]:
    """The body of a registration of `a_ktp`."""
    ktp = a_ktp(number)
    return {
        "nik": ktp.nik.digits,
        "name": ktp.name,
        "birth_date": ktp.birth_date.isoformat(),
        "sex": ktp.sex,
        "phone": a_phone(number).number,
        "consent": True,
        **changed,
    }


def a_slot(window: Window = SINGLE, day: date = THURSDAY, office_id: str = "malang") -> SlotKey:
    """Which slot a window is on a day of an office."""
    return SlotKey(office_id, day, window.start)


def a_place(slot: SlotKey | None = None, first: int = 1) -> Place:
    """A place in a slot of an hour's length."""
    slot = slot or a_slot()
    return Place(slot, slot.start.replace(hour=slot.start.hour + 1), first, slot.start)


def a_booking(*applicants: str, **changed: Any) -> Booking:
    """A booking that stands, for these people or just one, each of whom has a number."""
    standard = Booking(
        code="0123456789AB",
        account_id="account",
        applicants=applicants or ("holder",),
        service=Service.NEW,
        status=Status.BOOKED,
        version=1,
        place=a_place(),
        fingerprint="fingerprint",
        created_at=NOW,
    )
    booking = standard._replace(**changed)
    if booking.place.positions == Place._field_defaults["positions"]:
        everybody = tuple(range(len(booking.applicants)))
        booking = booking._replace(place=booking.place._replace(positions=everybody))
    return booking


def a_ktp(number: int = 1, **changed: Any) -> Ktp:
    """A person's KTP for every number; it agrees with its NIK."""
    digits = nik(number)
    born = date(1900 + int(digits[10:12]), int(digits[8:10]), int(digits[6:8]))
    ktp = Ktp(NationalId(digits), f"Pemohon {number}", born, Sex.MALE)
    return ktp._replace(**changed)


def a_phone(number: int = 1) -> Phone:
    """A phone of its own for every number."""
    return Phone(f"+62812{number:08}")


def digests(text: str) -> Digests:
    """What a NIK or a phone is claimed under while the index has one key."""
    return (Digest(text, "key"),)


KEY_A = settings.index_key
KEY_B = f"{KEY_A}-b"
"""The keys of the index: there is one of them, or both while it goes from one to the other."""


def index_keys(first: str, second: str = "") -> AbstractContextManager[Any]:
    """What is done in the block is done by a process that has these keys for its index."""
    other = settings._replace(index_key=first, second_index_key=second)
    return patch.object(vault, "settings", other)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account, as far as bookings know them."""

    account_id: str
    applicant_id: str
    """What the account calls them."""

    @property
    def person_id(self) -> str:
        return person_id_of(self.account_id, self.applicant_id)


@dataclass(frozen=True, slots=True)
class Registered(Member):
    """Somebody with an account, signed in."""

    ktp: Ktp
    phone: Phone
    signed_in: SignedIn
    proof: Proof


def registered(number: int = 1, now: datetime = NOW, **changed: Any) -> Registered:
    """Register the person of this number and prove their phone."""
    return registered_with(a_ktp(number, **changed), a_phone(number), now)


def registered_with(ktp: Ktp, phone: Phone, now: datetime = NOW) -> Registered:
    """Register somebody with a phone, and prove it."""
    sent = registration.register(ktp, phone, now)
    made = registration.verify(sent.challenge_id, code_sent_to(phone), now)
    account = accounts.get(made.signed_in.account_id)
    assert account
    return Registered(account.account_id, account.holder, ktp, phone, made.signed_in, made.proof)


def added(
    who: Member, number: int = 2, relation: Relation = Relation.CHILD, now: datetime = NOW
) -> Member:
    """The person of this number, once they are in the family of an account."""
    return Member(who.account_id, family.add(who.account_id, a_ktp(number), relation, now).alias)


def consented(who: Member, now: datetime = NOW) -> None:
    """Let a holder consent to whatever they are asked."""
    for asked in consent.requests(who.account_id, now):
        consent.answer(who.account_id, asked.request_id, now, accept=True)


def a_member(number: int = 1) -> Member:
    """Somebody who holds their own NIK: quicker than `registered`, and without a phone."""
    account_id = f"account-{number}"
    return Member(account_id, named(account_id, f"applicant-{number}", Relation.SELF))


def family_of(who: Member, size: int) -> tuple[str, ...]:
    """``who`` and relatives whom nobody holds, ``size`` in all."""
    relatives = (f"relative {n} of {who.account_id}" for n in range(2, size + 1))
    return who.applicant_id, *(named(who.account_id, name) for name in relatives)


def named(account_id: str, name: str, relation: Relation = Relation.CHILD) -> str:
    """Let an account name the person of this name; returns what it calls them."""
    read = applicants.get(person_id(name))
    proof = Proof.HELD if relation is Relation.SELF else Proof.CLAIMED
    links = {**read.links, account_id: Link(relation, NOW, proof)}
    transact(applicants.linking(read, settle(read, links, NOW), digests(f"nik:{name}")))
    return aliases.new(account_id, read.person_id)


def person_id(name: str) -> str:
    """A person's id of its own for every name."""
    return new_id(sha256(name.encode()).digest()[:PERSON_BYTES])


def person_id_of(account_id: str, alias: str) -> str:
    """The person whom an account calls so."""
    found = aliases.person_of(account_id, alias)
    assert found
    return found


def person_of(who: Member) -> Person:
    """A person as they are in their table."""
    return applicants.get(who.person_id)


def sms_client(attempts: int = 2) -> Any:
    """The client that codes are sent with; reminders go by the one of a single attempt."""
    return aws.client("sns", region=settings.sms_region, attempts=attempts)


def texts_to(phone: Phone) -> list[str]:
    """The messages that went to a phone, oldest first."""
    sent = sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region].sms_messages.values()
    return [text for number, text in sent if number == phone.number]


def code_sent_to(phone: Phone) -> str:
    """The code in the last message to a phone."""
    found = CODE.search(texts_to(phone)[-1])
    assert found
    return found[1]


def another(code: str) -> str:
    """A code of the same form that is not ``code``."""
    return f"{(int(code) + 1) % 10**6:06}"


def wanted(slot: SlotKey, *applicants: str, service: Service = Service.NEW) -> Wanted:
    return Wanted(slot, service, applicants)


def booked(
    slot: SlotKey,
    who: Member,
    key: str = "key",
    now: datetime = NOW,
    applicants: Sequence[str] = (),
) -> Booking:
    """Book places in a slot, by default one for the holder of the account."""
    people = applicants or (who.applicant_id,)
    return book.book(wanted(slot, *people), who.account_id, key, now)


def booking_under(code: str) -> Booking:
    """The booking that stands under a code."""
    booking = bookings.get(code)
    assert isinstance(booking, Booking)
    return booking


def slot_at(key: SlotKey) -> Slot:
    """A slot as it stands."""
    slot = slots.get(key)
    assert slot
    return slot


def day_at(day: date = THURSDAY, office_id: str = "malang") -> Day:
    """A day that has been made ready, as it stands."""
    return days.between(office_id, day, day)[day]


def logged(out: str) -> list[dict[str, Any]]:
    """The lines of the log in what was printed."""
    return [json.loads(line) for line in out.splitlines() if line.startswith('{"level"')]


def measured(out: str, metric: Metric) -> list[dict[str, Any]]:
    """What was printed of a metric: its value under ``value``, and its dimensions."""
    lines = [json.loads(line) for line in out.splitlines() if line.startswith('{"_aws"')]
    return [
        {"value": line.pop(metric.value)[0]} | {k: v for k, v in line.items() if k != "_aws"}
        for line in lines
        if metric.value in line
    ]

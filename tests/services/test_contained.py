"""One bad item harms nobody else: every job leaves it out, says so, and does the rest."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.config import GRACE
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.errors import OfficeUnavailable, SlotFull, Unreadable
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.services.booking import book, change
from chalicelib.services.booking.reconcile import reconcile
from chalicelib.services.booking.sweep import DOUBTED, sweep
from chalicelib.services.days import availability, release
from chalicelib.services.notices import questions, reminders
from chalicelib.services.office import closure
from chalicelib.services.people import confirmation, retention
from chalicelib.store import bookings, days, slots
from chalicelib.store.dynamo import Table
from chalicelib.store.tables.booking import ApplicantItem, BookingItem, DayItem, SlotItem
from chalicelib.store.tables.people import AccountItem
from tests.builders import (
    FAMILY,
    SINGLE,
    Registered,
    a_slot,
    added,
    an_office,
    booked,
    booking_under,
    registered,
    released_days,
    slot_at,
    spoil_more,
    texts_to,
    wanted,
)
from tests.register import register_on
from tests.world import NOW, forget

pytestmark = pytest.mark.usefixtures("aws")

WEDNESDAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
GOOD, BAD = (SlotKey(office_id, WEDNESDAY, FAMILY.start) for office_id in ("malang", "kediri"))


def damage(table: type[Table], name: str, value: dict[str, Any], **key: str) -> None:
    """Let one value of an item be another, in DynamoDB's notation."""
    aws.client("dynamodb").update_item(
        TableName=table.Meta.table_name,
        Key={part: {"S": text} for part, text in key.items()},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )
    forget()


def a_wrong_zone() -> None:
    spoil_more("kediri", time_zone={"S": "Mars/Olympus"})


def a_broken_day() -> None:
    damage(DayItem, "slots", {"S": "none"}, office_id="kediri", date=WEDNESDAY.isoformat())


def a_broken_slot() -> None:
    damage(SlotItem, "left", {"S": "none"}, slot_id=BAD.id)


def a_slot_with_a_broken_hold() -> None:
    damage(SlotItem, "holds", {"M": {"0123456789AB": {"S": "?"}}}, slot_id=BAD.id)


def a_broken_booking() -> None:
    (code,) = slot_at(BAD).holds
    damage(BookingItem, "place", {"M": {"date": {"S": "2026-11-25"}}}, code=code)


FAULTS = [a_wrong_zone, a_broken_day, a_broken_slot, a_slot_with_a_broken_hold, a_broken_booking]
each_fault = pytest.mark.parametrize("break_it", FAULTS, ids=lambda fault: fault.__name__)


@pytest.fixture
def people() -> list[Registered]:
    """One with a booking at a good office, one at an office that something happens to."""
    released_days(an_office(), an_office("kediri"))
    there = [registered(1), registered(2)]
    booked(GOOD, there[0], "key")
    booked(BAD, there[1], "key")
    return there


def reminded(who: Registered) -> bool:
    return any("no. antrean" in text for text in texts_to(who.phone))


@each_fault
def test_the_others_are_reminded(people: list[Registered], break_it: Callable[[], None]) -> None:
    break_it()
    done = reminders.remind(EVENING, lambda: True)
    assert (done["sent"], done["skipped"]) == (1, 1)
    assert reminded(people[0])


@each_fault
def test_the_others_are_swept(people: list[Registered], break_it: Callable[[], None]) -> None:
    slots.claim(GOOD, "0123456789AB", 1, 0, NOW)
    break_it()
    done = sweep(NOW + GRACE)
    assert (done["holds_swept"], done["skipped"]) == (1, 1)


@each_fault
def test_the_others_are_compared(people: list[Registered], break_it: Callable[[], None]) -> None:
    slots.claim(GOOD, "0123456789AB", 1, 0, NOW)
    break_it()
    done = reconcile(NOW + 2 * DOUBTED)
    assert (done["holds_swept"], done["breaches"]) == (1, 0)
    assert done["skipped"] >= 1


@each_fault
def test_days_of_the_others_are_made_ready(
    people: list[Registered], break_it: Callable[[], None]
) -> None:
    break_it()
    done = release.open_days(NOW + timedelta(days=1))
    assert days.between("malang", date(2026, 11, 27), date(2026, 11, 29))
    assert done.get("skipped", 0) == (break_it in (a_wrong_zone, a_broken_day))


@each_fault
def test_the_others_are_told_of_a_closure(
    people: list[Registered], break_it: Callable[[], None]
) -> None:
    for office_id in ("malang", "kediri"):
        days.add_closure(office_id, WEDNESDAY, Closure("Banjir", "Flood"), NOW, NOW)
        slots.close(SlotKey(office_id, WEDNESDAY, FAMILY.start))
    break_it()
    done = closure.carry_out(NOW, lambda: True)
    assert (done["cancelled"], done["told"], done["skipped"]) == (1, 1, 1)
    assert any("tutup" in text for text in texts_to(people[0].phone))


@each_fault
def test_the_bookings_of_the_others_are_made_and_cancelled(
    people: list[Registered], break_it: Callable[[], None]
) -> None:
    break_it()
    made = booked(GOOD, registered(3), "key")
    assert booking_under(made.code) == made
    change.cancel(made.code, made.account_id, NOW)


def test_a_neighbour_that_cannot_be_read_is_offered_to_nobody(people: list[Registered]) -> None:
    full = a_slot(SINGLE, WEDNESDAY)
    booked(full, registered(3), "key")
    a_broken_day()
    with pytest.raises(SlotFull) as refused:
        booked(full, registered(4), "key")
    assert {offer.key.office_id for offer in refused.value.more["alternatives"]} == {"malang"}


def test_at_an_office_that_cannot_be_read_the_answer_says_so_and_nothing_is_left(
    people: list[Registered],
) -> None:
    who, (code,) = people[1], slot_at(BAD).holds
    a_wrong_zone()
    before_it = slot_at(BAD)
    with pytest.raises(OfficeUnavailable):
        booked(BAD, registered(3), "key")
    with pytest.raises(OfficeUnavailable):
        change.reschedule(
            code, SlotKey("kediri", WEDNESDAY, SINGLE.start), who.account_id, "k", NOW
        )
    with pytest.raises(OfficeUnavailable):
        change.cancel(code, who.account_id, NOW)
    with pytest.raises(OfficeUnavailable):
        availability.month("kediri", WEDNESDAY, 1, NOW)
    assert slot_at(BAD) == before_it
    assert booking_under(code).stands_in(BAD)


def test_whoever_was_refused_there_books_elsewhere(people: list[Registered]) -> None:
    a_wrong_zone()
    who = registered(3)
    with suppress(OfficeUnavailable):
        book.book(wanted(BAD, who.applicant_id), who.account_id, "key", NOW)
    assert booked(GOOD, who, "another").place.slot == GOOD


# ---- people --------------------------------------------------------------------------------------


def test_a_person_who_cannot_be_read_keeps_nobody_from_being_forgotten(
    people: list[Registered],
) -> None:
    damage(ApplicantItem, "version", {"S": "?"}, applicant_id=people[0].person_id)
    done = retention.forget(NOW + timedelta(days=90), lambda: True)
    assert (done["visits_forgotten"], done["skipped"]) == (1, 1)


def test_a_person_who_cannot_be_read_keeps_nobody_from_being_asked() -> None:
    asking, holders = registered(1), [registered(2), registered(3)]
    for number in (2, 3):
        added(asking, number)
    damage(ApplicantItem, "links", {"S": "?"}, applicant_id=holders[0].person_id)
    done = questions.tell_holders(NOW, lambda: True)
    assert (done["sent"], done["skipped"]) == (1, 1)


def test_a_person_who_cannot_be_read_keeps_the_register_from_nobody() -> None:
    first, second = registered(1), registered(2)
    for who in (first, second):
        ApplicantItem.change(who.person_id, actions=[ApplicantItem.to_confirm.set("yes")])
    damage(ApplicantItem, "links", {"S": "?"}, applicant_id=first.person_id)
    with register_on():
        done = confirmation.ask_again(NOW, lambda: True)
    assert (done["match"], done["skipped"]) == (1, 1)


def test_an_account_that_cannot_be_unsealed_is_not_told_and_the_others_are(
    people: list[Registered],
) -> None:
    third = registered(3)
    booked(GOOD, third, "key")
    damage(AccountItem, "phone", {"B": b"not sealed by us"}, account_id=people[0].account_id)
    done = reminders.remind(EVENING, lambda: True)
    assert (done["sent"], done["failed"]) == (2, 1)
    told = next(b for b in bookings.many(list(slot_at(GOOD).holds)).values() if b.told)
    assert {State.FAILED, State.SENT} >= {told.told[Notice.EVENING].state}
    assert "unreadable" in {one.telling.reason for one in reminders.unsent("malang", EVENING)}


def test_what_cannot_be_read_is_known_by_its_table_and_key(people: list[Registered]) -> None:
    a_broken_slot()
    with pytest.raises(Unreadable) as fault:
        slots.get(BAD)
    assert (fault.value.place, fault.value.key) == (SlotItem.Meta.table_name, BAD.id)

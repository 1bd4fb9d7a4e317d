"""The rights of the person: to see all that is held, and to have it erased."""

from datetime import timedelta

import pytest

from chalicelib.domain.bookings import CANCELLATIONS, CancelledBy
from chalicelib.domain.calendar import ends_at
from chalicelib.domain.errors import (
    BookingActive,
    NoSuchAccount,
    NoSuchApplicant,
)
from chalicelib.domain.people import Relation
from chalicelib.services.booking import change
from chalicelib.services.people import privacy, profile, registration
from chalicelib.services.sign_in import sessions
from chalicelib.store.sessions import LIFE
from chalicelib.store.tables.booking import (
    ApplicantItem,
    BookingItem,
    DayItem,
    OfficeItem,
    SlotItem,
)
from chalicelib.store.tables.people import (
    DisclosureItem,
    ErasedItem,
    IdentityItem,
    SentItem,
    SessionItem,
    TallyItem,
)
from infra.stack.tables import TABLES
from tests.builders import (
    DOUBLE,
    SINGLE,
    THURSDAY,
    a_ktp,
    a_phone,
    a_slot,
    an_office,
    booked,
    code_sent_to,
    registered,
    released_days,
)
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE


def kept(text: str) -> bool:
    """Whether a text is in any table."""
    return any(
        text in str(item.to_simple_dict(force=True)) for table in TABLES for item in table.scan()
    )


# ---- export -------------------------------------------------------------------------------------


def test_an_export_holds_the_account_and_its_family() -> None:
    who = registered(email="budi@example.id")
    child = profile.add(who.account_id, a_ktp(2), Relation.CHILD)
    held = privacy.export(who.account_id, NOW)
    assert (held.profile.holder.person, held.profile.phone) == (who.person, who.phone.number)
    assert held.family == [child]


def test_an_export_holds_all_bookings() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert [b.code for b in privacy.export(who.account_id, NOW).bookings] == [made.code]


def test_an_export_holds_who_unsealed_the_data_and_itself_too() -> None:
    who = registered()
    profile.me(who.account_id, NOW)
    reasons = [(o.at, o.reason) for o in privacy.export(who.account_id, LATER).disclosures]
    assert reasons == [(NOW, "profile"), (LATER, "profile")]


def test_an_export_holds_what_became_of_a_booking() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", LATER)
    change.cancel(made.code, who.account_id, LATER)
    (held,) = privacy.export(who.account_id, NOW).bookings
    assert held.move
    assert (held.created_at, held.move.before, held.cancelled_by) == (
        NOW,
        made.place,
        CancelledBy.APPLICANT,
    )


def test_an_export_holds_until_when_somebody_is_paused() -> None:
    released_days()
    who = registered()
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), who, key=key).code, who.account_id, NOW)
    until = NOW + CANCELLATIONS
    assert privacy.export(who.account_id, NOW).pauses == {who.applicant_id: until}
    assert privacy.export(who.account_id, until).pauses == {}


def test_an_export_holds_no_pause_of_somebody_who_has_cancelled_once() -> None:
    released_days()
    who = registered()
    change.cancel(booked(a_slot(SINGLE), who).code, who.account_id, NOW)
    assert privacy.export(who.account_id, NOW).pauses == {}


def test_an_export_holds_when_consent_was_given() -> None:
    person, phone = a_ktp(), a_phone()
    sent = registration.register(person, phone, NOW)
    signed_in = registration.verify(sent.challenge_id, code_sent_to(phone), LATER)
    held = privacy.export(signed_in.account_id, LATER).profile
    assert (held.consented_at, held.created_at) == (NOW, LATER)


def test_an_export_holds_when_somebody_was_signed_in_and_when_codes_were_sent() -> None:
    who = registered()
    again = sessions.ask(who.phone, LATER)
    sessions.verify(again.challenge_id, code_sent_to(who.phone), LATER)
    sessions.refresh(who.signed_in.refresh_token, LATER)
    held = privacy.export(who.account_id, LATER)
    assert [(s.started_at, s.rotated_at, s.expires_at) for s in held.sessions] == [
        (NOW, LATER, LATER + LIFE),
        (LATER, LATER, LATER + LIFE),
    ]
    assert held.codes_sent == [NOW, LATER]


def test_an_export_leaves_out_sessions_and_codes_whose_time_is_over() -> None:
    who = registered()
    held = privacy.export(who.account_id, NOW + LIFE)
    assert (held.sessions, held.codes_sent) == ([], [])


def test_nothing_is_exported_of_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        privacy.export("gone", NOW)


# ---- erasure ------------------------------------------------------------------------------------


def test_an_erased_account_is_gone() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    with pytest.raises(NoSuchAccount):
        profile.me(who.account_id, NOW)


def test_an_account_is_erased_once() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    with pytest.raises(NoSuchAccount):
        privacy.erase(who.account_id, NOW)


def test_no_sealed_data_of_an_erased_account_is_kept() -> None:
    who = registered()
    profile.add(who.account_id, a_ktp(2), Relation.CHILD)
    privacy.erase(who.account_id, NOW)
    assert not kept("sealed")


def test_phone_and_nik_of_an_erased_account_may_register_again() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    anew = registered(now=LATER)
    assert anew.account_id != who.account_id


def test_a_nik_that_nobody_else_names_is_free_and_becomes_somebody_new() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    assert registered(now=LATER).applicant_id != who.applicant_id


def test_a_nik_in_another_family_stays_one_applicant_so_that_nobody_books_twice() -> None:
    who, relative = registered(1), registered(2)
    profile.add(relative.account_id, who.person, Relation.SIBLING)
    privacy.erase(who.account_id, NOW)
    assert registered(now=LATER).applicant_id == who.applicant_id


def test_an_account_with_an_active_booking_is_not_erased() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    with pytest.raises(BookingActive):
        privacy.erase(who.account_id, NOW)
    assert profile.me(who.account_id, NOW)


def test_an_account_is_erased_after_the_cancellation() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    change.cancel(made.code, who.account_id, NOW)
    privacy.erase(who.account_id, NOW)
    assert kept(made.code)


def test_an_account_is_erased_when_the_day_of_its_booking_is_past() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    privacy.erase(who.account_id, ends_at(an_office(), THURSDAY))
    with pytest.raises(NoSuchAccount):
        profile.me(who.account_id, NOW)


def test_nothing_of_an_erased_family_is_kept_but_counts_evidence_and_the_limits_on_sms() -> None:
    released_days()
    who = registered()
    child = profile.add(who.account_id, a_ktp(2), Relation.CHILD)
    made = booked(a_slot(DOUBLE), who, applicants=[who.applicant_id, child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    sessions.ask(who.phone, LATER)
    privacy.erase(who.account_id, LATER)
    left = {
        table
        for table in TABLES
        for item in table.scan()
        if table not in (OfficeItem, DayItem, SlotItem)
    }
    assert left == {BookingItem, DisclosureItem, SentItem, TallyItem, ErasedItem}
    assert not kept(who.phone.number)
    assert {item.erased_id for item in ErasedItem.scan()} == {
        who.account_id,
        who.applicant_id,
        child.applicant_id,
    }


def test_whoever_is_named_by_another_family_stays_there_and_only_there() -> None:
    one, other = registered(1), registered(2)
    shared = profile.add(one.account_id, a_ktp(3), Relation.CHILD)
    profile.add(other.account_id, a_ktp(3), Relation.CHILD)
    privacy.erase(one.account_id, LATER)
    assert [one.applicant_id for one in profile.family(other.account_id, LATER)] == [
        shared.applicant_id
    ]
    assert ApplicantItem.get(shared.applicant_id).accounts == {other.account_id}
    assert shared.applicant_id not in {item.erased_id for item in ErasedItem.scan()}


def test_an_erasure_that_died_before_it_ended_the_sessions_ends_them_when_asked_again() -> None:
    who = registered()
    with before("Query", kill), pytest.raises(Killed):
        privacy.erase(who.account_id, NOW)
    assert list(SessionItem.scan())
    with pytest.raises(NoSuchAccount):
        privacy.erase(who.account_id, NOW)
    assert not list(SessionItem.scan())


def test_an_erasure_that_fails_is_not_remembered() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    with pytest.raises(BookingActive):
        privacy.erase(who.account_id, NOW)
    assert not list(ErasedItem.scan())


def test_a_person_taken_out_of_the_only_family_that_named_them_is_erased() -> None:
    who = registered()
    child = profile.add(who.account_id, a_ktp(2), Relation.CHILD)
    profile.remove(who.account_id, child.applicant_id, NOW)
    assert [item.applicant_id for item in ApplicantItem.scan()] == [who.applicant_id]
    assert child.applicant_id not in {item.applicant_id for item in IdentityItem.scan()}
    assert [item.erased_id for item in ErasedItem.scan()] == [child.applicant_id]
    assert registered(2).applicant_id != child.applicant_id


def test_an_erased_account_books_for_nobody() -> None:
    released_days()
    who = registered()
    privacy.erase(who.account_id, NOW)
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), who)

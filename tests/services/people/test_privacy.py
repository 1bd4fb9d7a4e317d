"""The rights of the person: to see all that is held, and to have it erased."""

from datetime import timedelta

import pytest

from chalicelib.domain.bookings import CancelledBy
from chalicelib.domain.calendar import ends_at
from chalicelib.domain.errors import (
    BookingActive,
    CancelledTooOften,
    NoSuchAccount,
    NoSuchApplicant,
)
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.persons import CANCELLATIONS, Cancellation
from chalicelib.services.booking import change, disown
from chalicelib.services.people import family, privacy, profile, registration
from chalicelib.services.people.privacy import Counts
from chalicelib.services.sign_in import sessions
from chalicelib.store import applicants
from chalicelib.store.dynamo import Table
from chalicelib.store.sessions import LIFE
from chalicelib.store.tables.booking import (
    ApplicantItem,
    BookingItem,
    DayItem,
    OfficeItem,
    SlotItem,
)
from chalicelib.store.tables.limits import SentItem, TallyItem
from chalicelib.store.tables.people import DisclosureItem, ErasedItem, IdentityItem, SessionItem
from infra.stack.tables import TABLES
from tests.builders import (
    DOUBLE,
    SINGLE,
    THURSDAY,
    Member,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    an_office,
    booked,
    code_sent_to,
    consented,
    person_of,
    registered,
    registered_with,
    released_days,
)
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE


def kept(text: str) -> bool:
    """Whether a text lies in any table."""
    return any(
        text in str(item.to_simple_dict(force=True)) for table in TABLES for item in table.scan()
    )


# ---- export -------------------------------------------------------------------------------------


def test_an_export_holds_the_account_and_its_family() -> None:
    who = registered(email="budi@example.id")
    child = family.add(who.account_id, a_ktp(2), Relation.CHILD, NOW)
    held = privacy.export(who.account_id, NOW)
    assert (held.profile.holder.ktp, held.profile.phone) == (who.ktp, who.phone.number)
    assert held.family == [child]


def test_an_export_holds_all_bookings() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert [seen.booking.code for seen in privacy.export(who.account_id, NOW).bookings] == [
        made.code
    ]


def test_an_export_holds_who_opened_the_data_and_this_very_time_too() -> None:
    who = registered()
    profile.me(who.account_id, NOW)
    next_hour = NOW + timedelta(hours=1)
    held = privacy.export(who.account_id, next_hour)
    reasons = [(o.at, o.reason) for o in held.trail.disclosures]
    assert reasons == [(NOW, "profile"), (next_hour, "profile")]


def test_an_export_holds_what_became_of_a_booking() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", LATER)
    change.cancel(made.code, who.account_id, LATER)
    (seen,) = privacy.export(who.account_id, NOW).bookings
    held = seen.booking
    assert held.move
    assert (held.created_at, held.move.before, held.cancelled_by) == (
        NOW,
        made.place,
        CancelledBy.APPLICANT,
    )


def test_an_export_holds_what_is_counted_and_until_when_it_pauses_whom() -> None:
    released_days()
    who = registered()
    for key, now in (("once", NOW), ("twice", LATER)):
        change.cancel(booked(a_slot(SINGLE), who, key=key).code, who.account_id, now)
    (counts,) = privacy.export(who.account_id, NOW).counts.values()
    until = LATER + CANCELLATIONS
    assert counts.cancellations == (Cancellation(NOW, own=True), Cancellation(LATER, own=True))
    assert (counts.paused_until, counts.paused_own_until) == (until, until)


def test_an_export_holds_what_is_counted_of_the_family_by_what_the_account_calls_them() -> None:
    released_days()
    who = registered()
    child = added(who)
    made = booked(a_slot(SINGLE), who, applicants=[child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    (counted,) = privacy.export(who.account_id, NOW).counts.items()
    assert counted == (
        child.applicant_id,
        Counts((Cancellation(NOW, own=False),), (), NOW + CANCELLATIONS, None),
    )


def test_an_export_tells_nothing_that_is_counted_of_whom_one_only_asks() -> None:
    """Else whoever knows a NIK and a name would learn on which days somebody did not come."""
    released_days()
    who, stranger = registered(1), registered(2)
    asking = added(stranger, 1, Relation.SIBLING)
    change.cancel(booked(a_slot(SINGLE), who).code, who.account_id, NOW)
    assert privacy.export(stranger.account_id, NOW).counts == {}
    consented(who)
    assert privacy.export(stranger.account_id, NOW).counts.keys() == {asking.applicant_id}


def test_an_export_holds_no_counts_of_whom_nothing_is_counted() -> None:
    who = registered()
    added(who)
    assert privacy.export(who.account_id, NOW).counts == {}


def test_an_export_holds_what_others_booked_for_the_holder_and_what_the_holder_has_left() -> None:
    released_days()
    mother, daughter = registered(1), registered(2)
    named = added(mother, 2)
    consented(daughter)
    first = booked(a_slot(SINGLE), mother, applicants=[named.applicant_id])
    disown.disown(first.code, daughter.account_id, LATER)
    again = added_anew(mother, named)
    consented(daughter)
    second = booked(a_slot(DOUBLE), mother, "again", LATER, [again.applicant_id])
    held = privacy.export(daughter.account_id, LATER).bookings
    assert [(one.booking.code, one.left, one.made_by_me) for one in held] == [
        (second.code, False, False),
        (first.code, True, False),
    ]


def added_anew(who: Registered, former: Member) -> Member:
    """Somebody whom an account has taken out and added again."""
    family.remove(who.account_id, former.applicant_id, LATER)
    return added(who, 2, now=LATER)


def test_an_export_holds_which_accounts_name_the_holder_but_not_whose_they_are() -> None:
    holder, relative = registered(1), registered(2)
    asking = added(relative, 1, Relation.SPOUSE)
    held = privacy.export(holder.account_id, NOW)
    assert [(link.relation, link.at, link.may) for link in held.named_by] == [
        (Relation.SPOUSE, NOW, False)
    ]
    told = str(held)
    for hidden in (relative.account_id, asking.applicant_id, holder.person_id):
        assert hidden not in told


def test_an_account_that_only_claims_to_be_somebody_sees_not_who_names_them() -> None:
    registered(1)
    added(registered(2), 1)
    other = registered_with(a_ktp(1), a_phone(3))
    assert privacy.export(other.account_id, NOW).named_by == []


def test_an_export_of_an_account_without_a_phone_is_whole_but_for_the_phone() -> None:
    who, later = registered(email="budi@example.id"), NOW + IDLE
    registered_with(a_ktp(2), who.phone, later)
    held = privacy.export(who.account_id, later)
    assert (held.profile.holder.ktp, held.profile.phone, held.codes_sent) == (who.ktp, None, [])


def test_an_export_holds_when_consent_was_given() -> None:
    person, phone = a_ktp(), a_phone()
    sent = registration.register(person, phone, NOW)
    made = registration.verify(sent.challenge_id, code_sent_to(phone), LATER)
    held = privacy.export(made.signed_in.account_id, LATER).profile
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
    family.add(who.account_id, a_ktp(2), Relation.CHILD, NOW)
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
    assert registered(now=LATER).person_id != who.person_id


def test_a_nik_in_another_family_stays_one_person_so_that_no_booking_is_had_twice() -> None:
    who, relative = registered(1), registered(2)
    added(relative, 1, Relation.SIBLING)
    privacy.erase(who.account_id, NOW)
    assert registered(now=LATER).person_id == who.person_id


def test_whoever_is_left_without_a_holder_is_booked_by_those_who_name_them() -> None:
    released_days()
    who, relative = registered(1), registered(2)
    named = added(relative, 1, Relation.SIBLING)
    privacy.erase(who.account_id, NOW)
    assert booked(a_slot(SINGLE), relative, applicants=[named.applicant_id])


def test_an_account_that_claimed_to_be_somebody_inherits_when_the_holder_erases() -> None:
    holder, other = registered(), registered_with(a_ktp(), a_phone(2))
    privacy.erase(holder.account_id, NOW)
    assert person_of(other).holder == other.account_id


def test_somebody_of_whom_a_cancellation_counts_stays_without_a_name_and_is_found_by_nik() -> None:
    released_days()
    who = registered()
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), who, key=key).code, who.account_id, NOW)
    privacy.erase(who.account_id, LATER)
    left = applicants.get(who.person_id)
    assert (left.links, len(left.cancellations)) == ({}, 2)
    again = registered(now=LATER)
    assert again.person_id == who.person_id
    with pytest.raises(CancelledTooOften):
        booked(a_slot(SINGLE), again, "again", LATER)


def test_somebody_of_whom_a_visit_counts_stays_until_nothing_counts() -> None:
    released_days()
    who, relative = registered(1), registered(2)
    named = added(relative, 1, Relation.SIBLING)
    consented(who)
    booked(a_slot(SINGLE), relative, applicants=[named.applicant_id])
    privacy.erase(who.account_id, NOW)
    assert applicants.get(who.person_id).active
    assert who.person_id not in {item.erased_id for item in ErasedItem.scan()}


def test_an_account_without_a_phone_is_erased_and_the_phone_opens_whose_it_is() -> None:
    who, later = registered(), NOW + IDLE
    newcomer = registered_with(a_ktp(2), who.phone, later)
    privacy.erase(who.account_id, later)
    sent = sessions.ask(who.phone, later + MINUTE)
    code = code_sent_to(who.phone)
    assert sessions.verify(sent.challenge_id, code, later + MINUTE).account_id == (
        newcomer.account_id
    )


def test_an_account_that_loses_its_phone_meanwhile_is_erased_all_the_same() -> None:
    who, later = registered(), NOW + IDLE
    newcomers: list[Registered] = []

    def taken() -> None:
        newcomers.append(registered_with(a_ktp(2), who.phone, later))

    with before("TransactWriteItems", taken):
        privacy.erase(who.account_id, later)
    (newcomer,) = newcomers
    assert profile.me(newcomer.account_id, later).phone == who.phone.number
    with pytest.raises(NoSuchAccount):
        profile.me(who.account_id, later)


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


def left_over() -> set[type[Table]]:
    """The tables in which anything lies but offices, days and slots."""
    return {
        table
        for table in TABLES
        for item in table.scan()
        if table not in (OfficeItem, DayItem, SlotItem)
    }


def test_nothing_of_an_erased_family_is_kept_but_evidence_and_the_limits_on_sms() -> None:
    who = registered()
    child = added(who)
    sessions.ask(who.phone, LATER)
    privacy.erase(who.account_id, LATER)
    assert left_over() == {DisclosureItem, SentItem, TallyItem, ErasedItem}
    assert not kept(who.phone.number)
    assert {item.erased_id for item in ErasedItem.scan()} == {
        who.account_id,
        who.person_id,
        child.person_id,
    }


def test_of_a_family_that_has_cancelled_counts_are_kept_and_nobody_is_named() -> None:
    released_days()
    who = registered()
    child = added(who)
    made = booked(a_slot(DOUBLE), who, applicants=[who.applicant_id, child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    privacy.erase(who.account_id, LATER)
    counts = {ApplicantItem, IdentityItem, BookingItem}
    assert left_over() == counts | {DisclosureItem, SentItem, TallyItem, ErasedItem}
    assert not kept("sealed")
    persons = [applicants.get(one.person_id) for one in (who, child)]
    assert [person.links for person in persons] == [{}, {}]
    assert {item.erased_id for item in ErasedItem.scan()} == {who.account_id}


def test_who_is_named_by_another_family_stays_there_and_only_there() -> None:
    one, other = registered(1), registered(2)
    added(one, 3)
    shared = added(other, 3)
    privacy.erase(one.account_id, LATER)
    assert [one.alias for one in family.of(other.account_id, LATER)] == [shared.applicant_id]
    assert set(person_of(shared).links) == {other.account_id}
    assert shared.person_id not in {item.erased_id for item in ErasedItem.scan()}


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
    child = added(who)
    family.remove(who.account_id, child.applicant_id, NOW)
    assert [item.applicant_id for item in ApplicantItem.scan()] == [who.person_id]
    assert child.person_id not in {item.applicant_id for item in IdentityItem.scan()}
    assert [item.erased_id for item in ErasedItem.scan()] == [child.person_id]
    assert registered(2).person_id != child.person_id


def test_an_erased_account_books_for_nobody() -> None:
    released_days()
    who = registered()
    privacy.erase(who.account_id, NOW)
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), who)

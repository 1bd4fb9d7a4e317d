"""The rights of the person: to see all that is held, and to have it erased."""

from datetime import timedelta

import pytest

from chalicelib.domain.calendar import ends_at
from chalicelib.domain.errors import (
    BookingActive,
    NoSuchAccount,
    NoSuchApplicant,
)
from chalicelib.domain.people import Relation
from chalicelib.services import changes, privacy, profile
from infra.tables import TABLES
from tests.builders import (
    SINGLE,
    THURSDAY,
    a_person,
    a_slot,
    an_office,
    booked,
    opened,
    registered,
)
from tests.conftest import NOW

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
    child = profile.add(who.account_id, a_person(2), Relation.CHILD)
    held = privacy.export(who.account_id, NOW)
    assert (held.profile.holder.person, held.profile.phone) == (who.person, who.phone.number)
    assert held.family == [child]


def test_an_export_holds_all_bookings() -> None:
    opened()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert [b.code for b in privacy.export(who.account_id, NOW).bookings] == [made.code]


def test_an_export_holds_who_opened_the_data_and_this_very_time_too() -> None:
    who = registered()
    profile.me(who.account_id, NOW)
    reasons = [(o.at, o.reason) for o in privacy.export(who.account_id, LATER).openings]
    assert reasons == [(NOW, "profile"), (LATER, "profile")]


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
    profile.add(who.account_id, a_person(2), Relation.CHILD)
    privacy.erase(who.account_id, NOW)
    assert not kept("sealed")


def test_phone_and_nik_of_an_erased_account_may_register_again() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    anew = registered(now=LATER)
    assert anew.account_id != who.account_id


def test_a_nik_is_the_same_applicant_after_an_erasure_so_that_no_booking_is_had_twice() -> None:
    who = registered()
    privacy.erase(who.account_id, NOW)
    assert registered(now=LATER).applicant_id == who.applicant_id


def test_an_account_with_an_active_booking_is_not_erased() -> None:
    opened()
    who = registered()
    booked(a_slot(SINGLE), who)
    with pytest.raises(BookingActive):
        privacy.erase(who.account_id, NOW)
    assert profile.me(who.account_id, NOW)


def test_an_account_is_erased_after_the_cancellation() -> None:
    opened()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    changes.cancel(made.code, who.account_id, NOW)
    privacy.erase(who.account_id, NOW)
    assert kept(made.code)


def test_an_account_is_erased_when_the_day_of_its_booking_is_past() -> None:
    opened()
    who = registered()
    booked(a_slot(SINGLE), who)
    privacy.erase(who.account_id, ends_at(an_office(), THURSDAY))
    with pytest.raises(NoSuchAccount):
        profile.me(who.account_id, NOW)


def test_an_erased_account_books_for_nobody() -> None:
    opened()
    who = registered()
    privacy.erase(who.account_id, NOW)
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), who)

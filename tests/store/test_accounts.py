"""Accounts: each phone and each NIK once, a family of five, and an erasure that leaves nothing."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.domain.people import FAMILY_LIMIT, Relation
from chalicelib.store import accounts, applicants, bookings, identities
from chalicelib.store.accounts import Account, Member
from chalicelib.store.dynamo import transact
from chalicelib.store.identities import NOBODY, Identity
from chalicelib.store.outcomes import (
    Added,
    AtLimit,
    Booked,
    Changed,
    Confirmed,
    Gone,
    Parted,
    Present,
)
from tests.builders import a_booking, digests
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

LATER = NOW + timedelta(days=3)
SELF = Member(b"sealed holder", Relation.SELF, check_at_counter=False)
CHILD = Member(b"sealed child", Relation.CHILD, check_at_counter=True)


def an_account(account_id: str = "account", holder: str = "holder") -> Account:
    return Account(account_id, holder, b"sealed phone", {holder: SELF}, NOW, NOW)


def created(account_id: str = "account", holder: str = "holder") -> Account:
    """An account that is open, with a phone and a NIK of its own."""
    account = an_account(account_id, holder)
    assert accounts.create(account, digests(f"phone:{account_id}"), digests(f"nik:{holder}"))
    return account


def add(who: str, account_id: str = "account") -> Added | Present | AtLimit | Gone | Changed:
    known = identities.get(f"nik:{who}").applicant_id is not None
    return accounts.add_member(account_id, who, CHILD, digests(f"nik:{who}"), known=known)


def people(account_id: str = "account") -> set[str]:
    account = accounts.get(account_id)
    return set(account.people) if account else set()


def book(*who: str, account_id: str = "account", code: str = "CODE") -> bool:
    """Book for people of an account. Says whether that could be done."""
    booking = a_booking(*who, code=code, account_id=account_id)
    return isinstance(bookings.confirm(booking, LATER, NOW), Confirmed)


# ---- created ------------------------------------------------------------------------------------


def test_an_account_is_kept_as_it_was_opened() -> None:
    account = created()
    assert accounts.get("account") == account


def test_an_account_that_was_never_opened_is_not_there() -> None:
    assert accounts.get("account") is None


def test_an_account_is_found_by_its_phone_and_its_nik() -> None:
    created()
    found = identities.get("phone:account"), identities.get("nik:holder")
    assert found == (Identity(None, "account"), Identity("holder", "account"))


def test_nobody_is_found_by_an_unknown_phone() -> None:
    assert identities.get("phone:account") == NOBODY


def test_an_account_may_book_for_its_holder() -> None:
    created()
    assert book("holder")


def test_a_phone_opens_one_account() -> None:
    created()
    assert not accounts.create(
        an_account("other", "stranger"), digests("phone:account"), digests("nik:stranger")
    )
    assert (people("other"), identities.get("nik:stranger")) == (set(), NOBODY)


def test_a_nik_opens_one_account() -> None:
    created()
    assert not accounts.create(
        an_account("other", "stranger"), digests("phone:other"), digests("nik:holder")
    )
    assert (people("other"), identities.get("phone:other")) == (set(), NOBODY)


def test_a_nik_known_as_another_applicant_opens_no_account() -> None:
    created()
    add("child")
    assert not accounts.create(
        an_account("other", "stranger"), digests("phone:other"), digests("nik:child")
    )


def test_a_member_of_a_family_may_open_an_account_as_the_same_applicant() -> None:
    created()
    add("child")
    assert accounts.create(
        an_account("other", "child"), digests("phone:other"), digests("nik:child"), known=True
    )
    assert identities.get("nik:child") == Identity("child", "other")


# ---- family -------------------------------------------------------------------------------------


def test_a_person_is_added_to_an_account() -> None:
    created()
    assert isinstance(add("child"), Added)
    account = accounts.get("account")
    assert account
    assert account.people == {"holder": SELF, "child": CHILD}


def test_an_account_may_book_for_a_person_it_has_added() -> None:
    created()
    add("child")
    assert book("child")


def test_an_account_takes_five_people() -> None:
    created()
    added = [type(add(f"member {number}")) for number in range(2, FAMILY_LIMIT + 1)]
    assert added == [Added] * (FAMILY_LIMIT - 1)


def test_an_account_takes_no_sixth_person() -> None:
    created()
    for number in range(2, FAMILY_LIMIT + 1):
        add(f"member {number}")
    assert isinstance(add("member 6"), AtLimit)
    assert len(people()) == FAMILY_LIMIT == 5


def test_a_person_is_added_once() -> None:
    created()
    add("child")
    assert isinstance(add("child"), Present)


def test_nobody_is_added_to_an_account_that_is_gone() -> None:
    assert isinstance(add("child"), Gone)
    assert (identities.get("nik:child"), book("child")) == (NOBODY, False)


def test_nobody_is_added_as_an_applicant_of_another_nik() -> None:
    created()
    add("child")
    refused = accounts.add_member("account", "changeling", CHILD, digests("nik:child"))
    assert isinstance(refused, Changed)


def test_one_person_may_be_in_two_families() -> None:
    created()
    created("other", "stranger")
    assert isinstance(add("child"), Added)
    assert isinstance(add("child", "other"), Added)


def test_a_person_is_taken_out() -> None:
    created()
    add("child")
    assert isinstance(accounts.remove_member("account", "child", NOW), Parted)
    assert people() == {"holder"}


def test_an_account_may_not_book_for_a_person_it_has_taken_out() -> None:
    created()
    add("child")
    accounts.remove_member("account", "child", NOW)
    assert not book("child")


def test_a_person_who_was_taken_out_stays_in_other_families() -> None:
    created()
    created("other", "stranger")
    add("child")
    add("child", "other")
    accounts.remove_member("account", "child", NOW)
    assert book("child", account_id="other")


def test_the_holder_cannot_be_taken_out() -> None:
    created()
    assert isinstance(accounts.remove_member("account", "holder", NOW), Changed)
    assert people() == {"holder"}


def test_whoever_is_not_there_cannot_be_taken_out() -> None:
    created()
    assert isinstance(accounts.remove_member("account", "child", NOW), Changed)


def test_whoever_is_booked_cannot_be_taken_out() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(accounts.remove_member("account", "child", NOW), Booked)
    assert people() == {"holder", "child"}


def test_whoever_was_booked_can_be_taken_out_when_the_day_is_past() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(accounts.remove_member("account", "child", LATER), Parted)


def test_whoever_is_booked_by_another_account_can_be_taken_out() -> None:
    created()
    created("other", "stranger")
    add("child")
    add("child", "other")
    book("child", account_id="other")
    assert isinstance(accounts.remove_member("account", "child", NOW), Parted)


def test_a_correction_replaces_what_is_sealed() -> None:
    created()
    new = Member(b"corrected", Relation.SELF, check_at_counter=False)
    assert accounts.replace_member("account", "holder", SELF, new)
    account = accounts.get("account")
    assert account
    assert account.people == {"holder": new}


def test_a_correction_of_what_has_changed_since_is_refused() -> None:
    created()
    new = Member(b"corrected", Relation.SELF, check_at_counter=False)
    assert not accounts.replace_member("account", "holder", CHILD, new)


# ---- erasure ------------------------------------------------------------------------------------


def erase(account_id: str = "account") -> Parted | Booked | Changed:
    account = accounts.get(account_id)
    assert account
    return accounts.erase(account, digests(f"phone:{account_id}"), NOW)


def test_an_erased_account_is_gone() -> None:
    created()
    assert isinstance(erase(), Parted)
    assert accounts.get("account") is None


def test_an_erased_account_is_found_by_nothing() -> None:
    created()
    erase()
    found = identities.get("phone:account"), identities.get("nik:holder")
    assert found == (NOBODY, NOBODY)


def test_an_erased_account_may_book_for_nobody() -> None:
    created()
    add("child")
    erase()
    assert (book("holder"), book("child", code="OTHER")) == (False, False)


def test_an_account_with_an_active_booking_is_not_erased() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(erase(), Booked)
    assert people() == {"holder", "child"}


def test_an_account_is_erased_although_another_has_booked_for_its_people() -> None:
    created()
    created("other", "stranger")
    transact(applicants.joining("holder", "other", digests("nik:holder")))
    book("holder", account_id="other")
    assert isinstance(erase(), Parted)


@pytest.mark.parametrize(
    "change", [partial(add, "new"), partial(accounts.remove_member, "account", "child", NOW)]
)
def test_an_account_whose_people_have_changed_since_it_was_read_is_not_erased(
    change: Callable[[], object],
) -> None:
    created()
    add("child")
    read = accounts.get("account")
    assert read
    change()
    assert isinstance(accounts.erase(read, digests("phone:account"), NOW), Changed)
    assert accounts.get("account")


def test_phone_and_nik_of_an_erased_account_may_open_another() -> None:
    created()
    erase()
    assert accounts.create(
        an_account("new", "holder"), digests("phone:account"), digests("nik:holder")
    )

"""What an account may see: its own bookings, and of those that name its holder their own place."""

from datetime import timedelta

import pytest

from chalicelib.domain.bookings import Booking, CancelledBy
from chalicelib.domain.errors import AlreadyCancelled, NoSuchBooking
from chalicelib.services.booking import change, disown, mine
from chalicelib.services.office import persons
from chalicelib.services.office.persons import Case
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    Member,
    a_ktp,
    a_member,
    a_phone,
    a_slot,
    added,
    booked,
    consented,
    family_of,
    ready,
    registered,
    registered_with,
    released_days,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)


def booked_by_mother() -> tuple[Member, Member, Booking]:
    """A booking that somebody made for themselves and for a daughter of an own account."""
    released_days()
    mother, daughter = registered(1), registered(2)
    named = added(mother, 2)
    consented(daughter)
    people = [mother.applicant_id, named.applicant_id]
    return mother, daughter, booked(a_slot(FAMILY), mother, "ours", applicants=people)


def codes(account_id: str) -> list[str]:
    return [one.booking.code for one in mine.page(account_id, None, NOW).seen]


# ---- one ----------------------------------------------------------------------------------------


def test_the_maker_of_a_booking_sees_all_its_numbers() -> None:
    ready()
    who = a_member()
    family = family_of(who, 3)
    made = booked(a_slot(FAMILY), who, applicants=family)
    seen = mine.seen(made.code, who.account_id, NOW)
    assert (dict(seen.numbers), seen.made_by_me) == (
        dict(zip(family, (1, 2, 3), strict=True)),
        True,
    )


def test_whoever_is_named_by_another_account_sees_their_own_number_alone() -> None:
    _, daughter, made = booked_by_mother()
    seen = mine.seen(made.code, daughter.account_id, NOW)
    assert dict(seen.numbers) == {daughter.applicant_id: 2}
    assert (seen.made_by_me, seen.left) == (False, False)


def test_a_booking_that_does_not_name_somebody_is_not_there_for_them() -> None:
    _, _, made = booked_by_mother()
    with pytest.raises(NoSuchBooking):
        mine.seen(made.code, registered(3).account_id, NOW)
    with pytest.raises(NoSuchBooking):
        mine.seen("0123456789AB", registered(4).account_id, NOW)


def test_an_account_that_only_claims_to_be_somebody_sees_nothing_of_theirs() -> None:
    _, _, made = booked_by_mother()
    other = registered_with(a_ktp(2), a_phone(3))
    with pytest.raises(NoSuchBooking):
        mine.seen(made.code, other.account_id, NOW)
    assert codes(other.account_id) == []


def test_somebody_in_it_is_no_owner_of_a_booking_that_others_made() -> None:
    _, daughter, made = booked_by_mother()
    with pytest.raises(NoSuchBooking):
        mine.own(made.code, daughter.account_id, NOW)
    with pytest.raises(NoSuchBooking):
        change.cancel(made.code, daughter.account_id, NOW)


def test_a_ticket_is_for_a_booking_that_stands_and_for_everybody_in_it() -> None:
    mother, daughter, made = booked_by_mother()
    for who in (mother, daughter):
        assert mine.valid(made.code, who.account_id, NOW).booking.code == made.code
    change.cancel(made.code, mother.account_id, NOW)
    for who in (mother, daughter):
        with pytest.raises(AlreadyCancelled):
            mine.valid(made.code, who.account_id, NOW)


def test_a_booking_that_somebody_has_left_is_not_there_for_them() -> None:
    mother, daughter, made = booked_by_mother()
    disown.disown(made.code, daughter.account_id, NOW)
    with pytest.raises(NoSuchBooking):
        mine.seen(made.code, daughter.account_id, NOW)
    assert list(mine.seen(made.code, mother.account_id, NOW).numbers.values()) == [1]


def test_a_moved_booking_is_seen_in_its_new_place_by_everybody() -> None:
    mother, daughter, made = booked_by_mother()
    change.reschedule(made.code, a_slot(DOUBLE), mother.account_id, "move", LATER)
    seen = mine.seen(made.code, daughter.account_id, NOW)
    assert (seen.booking.slot, list(seen.numbers.values())) == (a_slot(DOUBLE), [2])


# ---- the list -----------------------------------------------------------------------------------


def test_a_list_has_ones_own_bookings_and_those_that_others_made() -> None:
    mother, daughter, made = booked_by_mother()
    child = added(daughter, 3)
    own = booked(a_slot(SINGLE), daughter, "own", LATER, [child.applicant_id])
    assert codes(daughter.account_id) == [own.code, made.code]
    assert codes(mother.account_id) == [made.code]


def test_a_list_leaves_out_what_the_holder_has_left_and_an_export_does_not() -> None:
    _, daughter, made = booked_by_mother()
    disown.disown(made.code, daughter.account_id, NOW)
    assert codes(daughter.account_id) == []
    (kept,) = mine.all_of(daughter.account_id, NOW)
    assert (kept.booking.code, kept.left, dict(kept.numbers)) == (made.code, True, {})


def test_a_list_keeps_a_booking_that_others_made_and_cancelled() -> None:
    mother, daughter, made = booked_by_mother()
    change.cancel(made.code, mother.account_id, NOW)
    assert codes(daughter.account_id) == [made.code]


def test_a_booking_is_in_a_list_once_though_its_maker_is_in_it() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert codes(who.account_id) == [made.code]


def test_a_list_comes_in_pages_and_what_others_made_is_among_them_by_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mine, "PAGE", 2)
    _, daughter, made = booked_by_mother()
    child = added(daughter, 3)
    own = []
    for n in (-2, -1, 1, 2):
        at = NOW + n * SECOND
        one = booked(a_slot(SINGLE), daughter, f"own {n}", at, [child.applicant_id])
        change.cancel_for(one.code, CancelledBy.OPERATOR, at)
        own.append(one.code)
    first = mine.page(daughter.account_id, None, NOW)
    second = mine.page(daughter.account_id, first.next, NOW)
    assert [one.booking.code for one in first.seen] == [own[3], own[2]]
    assert [one.booking.code for one in second.seen] == [made.code, own[1], own[0]]
    assert (first.next, second.next) == (own[2], None)


def test_every_booking_is_on_one_page_wherever_it_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mine, "PAGE", 1)
    _, daughter, made = booked_by_mother()
    child = added(daughter, 3)
    for n in (-1, 0, 1):
        at = NOW + n * SECOND
        one = booked(a_slot(SINGLE), daughter, f"own {n}", at, [child.applicant_id])
        change.cancel_for(one.code, CancelledBy.OPERATOR, at)
    listed: list[str] = []
    after = None
    while True:
        page = mine.page(daughter.account_id, after, NOW)
        listed += [one.booking.code for one in page.seen]
        after = page.next
        if after is None:
            break
    assert len(listed) == len(set(listed)) == 4
    assert made.code in listed


def test_a_list_goes_on_after_nothing_but_ones_own_booking() -> None:
    _, daughter, made = booked_by_mother()
    for after in (made.code, "0123456789AB"):
        with pytest.raises(NoSuchBooking):
            mine.page(daughter.account_id, after, NOW)


def test_whoever_is_displaced_sees_what_they_made_and_not_what_others_made_for_the_person() -> None:
    _, squatter, made = booked_by_mother()
    own = booked(a_slot(SINGLE), squatter, "own", applicants=[added(squatter, 3).applicant_id])
    owner = registered_with(a_ktp(2), a_phone(4))
    persons.seen(a_ktp(2).nik, a_phone(4), Case("operator:x", "test"), NOW)
    assert codes(squatter.account_id) == [own.code]
    assert codes(owner.account_id) == [made.code]

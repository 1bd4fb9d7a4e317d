"""An account and its people, as its owner sees and changes them."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    FamilyFull,
    NoSuchAccount,
    NoSuchApplicant,
    RequestInProgress,
)
from chalicelib.domain.people import Relation, Sex
from chalicelib.services.booking import change
from chalicelib.services.people import privacy, profile
from chalicelib.services.people.profile import Relative
from chalicelib.store import disclosures
from tests.builders import (
    SINGLE,
    Registered,
    a_ktp,
    a_slot,
    booked,
    registered,
    released_days,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)


def add(who: Registered, number: int = 2, relation: Relation = Relation.CHILD) -> Relative:
    """Add the person of this number to a family."""
    return profile.add(who.account_id, a_ktp(number), relation)


def names(who: Registered) -> set[str]:
    return {relative.person.name for relative in profile.family(who.account_id, NOW)}


# ---- the holder ---------------------------------------------------------------------------------


def test_an_account_is_shown_with_its_phone_and_its_holder() -> None:
    who = registered()
    me = profile.me(who.account_id, NOW)
    assert (me.account_id, me.phone, me.created_at) == (who.account_id, who.phone.number, NOW)
    assert me.holder == Relative(who.applicant_id, a_ktp(), Relation.SELF, check_at_counter=False)


def test_an_account_that_is_gone_is_not_shown() -> None:
    with pytest.raises(NoSuchAccount):
        profile.me("gone", NOW)


def test_a_name_is_corrected() -> None:
    who = registered()
    profile.correct(who.account_id, "Budi Santoso", None, NOW)
    person = profile.me(who.account_id, NOW).holder.person
    assert person == a_ktp(name="Budi Santoso")


def test_an_address_is_corrected() -> None:
    who = registered()
    profile.correct(who.account_id, None, "budi@example.id", NOW)
    person = profile.me(who.account_id, NOW).holder.person
    assert person == a_ktp(email="budi@example.id")


def test_an_address_is_removed_by_an_empty_one_and_kept_by_none() -> None:
    who = registered()
    profile.correct(who.account_id, None, "budi@example.id", NOW)
    for empty, left in ((None, "budi@example.id"), ("", None)):
        told = profile.correct(who.account_id, None, empty, NOW)
        assert told == profile.me(who.account_id, NOW)
        assert told.holder.person.email == left


def test_a_birth_date_and_a_sex_are_corrected_and_the_counter_looks_if_the_nik_says_other() -> None:
    who = registered()
    born = who.person.birth_date + timedelta(days=1)
    told = profile.correct(who.account_id, None, None, NOW, birth_date=born, sex=Sex.FEMALE)
    assert told.holder.person == who.person._replace(birth_date=born, sex=Sex.FEMALE)
    assert (who.person.check_at_counter, told.holder.check_at_counter) == (False, True)
    assert profile.me(who.account_id, NOW).holder == told.holder


def test_a_correction_answers_with_the_account_as_it_now_is() -> None:
    who = registered()
    told = profile.correct(who.account_id, "Budi Santoso", "budi@example.id", NOW)
    assert told == profile.me(who.account_id, NOW)


def test_a_correction_keeps_what_another_has_corrected_meanwhile() -> None:
    who = registered()

    def overtake() -> None:
        profile.correct(who.account_id, None, "budi@example.id", NOW)

    with before("UpdateItem", overtake):
        profile.correct(who.account_id, "Budi Santoso", None, NOW)
    person = profile.me(who.account_id, NOW).holder.person
    assert person == a_ktp(name="Budi Santoso", email="budi@example.id")


def test_a_correction_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    who = registered()
    addresses = (f"budi{number}@example.id" for number in range(profile.LOOKS_AT_AN_ACCOUNT))

    def overtake() -> None:
        profile.correct(who.account_id, None, next(addresses), NOW)

    with (
        before("UpdateItem", *[overtake] * profile.LOOKS_AT_AN_ACCOUNT),
        pytest.raises(RequestInProgress),
    ):
        profile.correct(who.account_id, "Budi Santoso", None, NOW)


def test_nobody_corrects_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        profile.correct("gone", "Budi Santoso", None, NOW)


# ---- the family ---------------------------------------------------------------------------------


def test_a_person_who_is_added_is_in_the_family() -> None:
    who = registered()
    child = add(who)
    assert (child.person, child.relation) == (a_ktp(2), Relation.CHILD)
    assert profile.family(who.account_id, NOW) == [child]


def test_the_holder_is_not_in_the_list_of_the_family() -> None:
    assert profile.family(registered().account_id, NOW) == []


def test_a_family_is_listed_by_age() -> None:
    who = registered()
    born = a_ktp().birth_date
    for number, years in ((2, 3), (3, 1), (4, 2)):
        person = a_ktp(number, birth_date=born.replace(year=born.year + years))
        profile.add(who.account_id, person, Relation.CHILD)
    years_of_birth = [r.person.birth_date.year for r in profile.family(who.account_id, NOW)]
    assert years_of_birth == sorted(years_of_birth)


def test_a_person_whose_nik_differs_is_flagged_for_the_counter() -> None:
    who = registered()
    person = a_ktp(2)._replace(birth_date=a_ktp().birth_date.replace(year=1979))
    profile.add(who.account_id, person, Relation.CHILD)
    assert [r.check_at_counter for r in profile.family(who.account_id, NOW)] == [True]


def test_there_may_be_four_besides_the_holder() -> None:
    who = registered()
    for number in range(2, 6):
        add(who, number)
    assert len(names(who)) == 4


def test_there_may_be_no_fifth_besides_the_holder() -> None:
    who = registered()
    for number in range(2, 6):
        add(who, number)
    with pytest.raises(FamilyFull):
        add(who, 6)


def test_a_nik_is_in_a_family_once() -> None:
    who = registered()
    add(who)
    with pytest.raises(AlreadyInFamily):
        add(who, relation=Relation.SIBLING)


def test_the_holder_cannot_be_added_to_their_own_family() -> None:
    with pytest.raises(AlreadyInFamily):
        add(registered(), 1)


def test_a_nik_is_the_same_applicant_in_two_families() -> None:
    child = add(registered(1), 3)
    assert add(registered(2), 3).applicant_id == child.applicant_id


def test_what_one_family_calls_a_person_is_not_shown_to_another() -> None:
    one, other = registered(1), registered(2)
    add(one, 3)
    profile.add(other.account_id, a_ktp(3, name="Nama Lain"), Relation.SIBLING)
    assert (names(one), names(other)) == ({a_ktp(3).name}, {"Nama Lain"})


def test_two_families_that_add_one_nik_at_once_name_one_applicant() -> None:
    one, other = registered(1), registered(2)
    overtaken: list[Relative] = []
    with before("TransactWriteItems", lambda: overtaken.append(add(other, 3))):
        child = add(one, 3)
    assert overtaken[0].applicant_id == child.applicant_id


def test_nobody_is_added_to_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        profile.add("gone", a_ktp(), Relation.CHILD)


def test_a_person_is_taken_out_of_the_family() -> None:
    who = registered()
    profile.remove(who.account_id, add(who).applicant_id, NOW)
    assert profile.family(who.account_id, NOW) == []


def test_a_person_who_was_taken_out_may_be_added_again_and_is_somebody_new() -> None:
    who = registered()
    child = add(who)
    profile.remove(who.account_id, child.applicant_id, NOW)
    again = add(who)
    assert again.applicant_id != child.applicant_id
    assert profile.family(who.account_id, NOW) == [again]


def test_a_person_who_was_taken_out_of_one_of_two_families_is_the_same_applicant() -> None:
    one, other = registered(1), registered(2)
    child = add(one, 3)
    add(other, 3)
    profile.remove(one.account_id, child.applicant_id, NOW)
    assert add(one, 3).applicant_id == child.applicant_id


def test_nobody_comes_back_under_the_id_of_somebody_erased_meanwhile() -> None:
    one, other = registered(1), registered(2)
    child = add(other, 3)

    def erased() -> None:
        profile.remove(other.account_id, child.applicant_id, NOW)

    with before("TransactWriteItems", erased):
        added = add(one, 3)
    assert added.applicant_id != child.applicant_id
    assert profile.family(one.account_id, NOW) == [added]


def test_a_person_whom_another_family_adds_meanwhile_is_taken_out_and_stays_there() -> None:
    one, other = registered(1), registered(2)
    child = add(one, 3)

    def added() -> None:
        add(other, 3)

    with before("TransactWriteItems", added):
        profile.remove(one.account_id, child.applicant_id, NOW)
    assert (profile.family(one.account_id, NOW), names(other)) == ([], {child.person.name})
    assert add(one, 3).applicant_id == child.applicant_id


@pytest.mark.parametrize("applicant_id", ["unknown", "people", "a.b", "#0"])
def test_whoever_is_not_in_the_family_cannot_be_taken_out(applicant_id: str) -> None:
    who = registered()
    with pytest.raises(NoSuchApplicant):
        profile.remove(who.account_id, applicant_id, NOW)


def test_the_holder_cannot_be_taken_out() -> None:
    who = registered()
    with pytest.raises(NoSuchApplicant):
        profile.remove(who.account_id, who.applicant_id, NOW)


def test_whoever_is_booked_cannot_be_taken_out() -> None:
    released_days()
    who = registered()
    child = add(who).applicant_id
    booked(a_slot(SINGLE), who, applicants=[child])
    with pytest.raises(BookingActive):
        profile.remove(who.account_id, child, NOW)


def test_whoever_was_booked_can_be_taken_out_after_the_cancellation() -> None:
    released_days()
    who = registered()
    child = add(who).applicant_id
    made = booked(a_slot(SINGLE), who, applicants=[child])
    change.cancel(made.code, who.account_id, NOW)
    profile.remove(who.account_id, child, NOW)
    assert profile.family(who.account_id, NOW) == []


# ---- the record of disclosures -----------------------------------------------------------------


def test_every_look_at_the_data_is_recorded() -> None:
    who = registered()
    add(who)
    profile.me(who.account_id, NOW)
    profile.family(who.account_id, NOW + MINUTE)
    seen = [(o.at, o.by, o.reason) for o in disclosures.of(who.account_id)]
    owner = f"account:{who.account_id}"
    assert seen == [(NOW, owner, "profile"), (NOW + MINUTE, owner, "family")]


def test_a_look_at_no_family_unseals_nothing() -> None:
    who = registered()
    profile.family(who.account_id, NOW)
    assert disclosures.of(who.account_id) == []


def test_an_account_erased_meanwhile_is_not_corrected() -> None:
    who = registered()

    def erase() -> None:
        privacy.erase(who.account_id, NOW)

    with before("UpdateItem", erase), pytest.raises(NoSuchAccount):
        profile.correct(who.account_id, "Budi Santoso", None, NOW)

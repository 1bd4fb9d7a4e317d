"""The relatives of an account: who is in a family, and for whom it may book."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    CancelledTooOften,
    ConsentNeeded,
    FamilyFull,
    NoSuchAccount,
    NoSuchApplicant,
    RequestInProgress,
    TooOften,
)
from chalicelib.domain.people import ADDITIONS, ADDITIONS_SPAN, Relation
from chalicelib.domain.persons import LINKS, QUESTION, Link, settle
from chalicelib.services.booking import change
from chalicelib.services.people import consent, family
from chalicelib.services.people.family import Consent, Relative
from chalicelib.store import applicants, disclosures, questions
from tests.builders import (
    DOUBLE,
    SINGLE,
    Member,
    Registered,
    a_ktp,
    a_slot,
    added,
    booked,
    consented,
    person_of,
    registered,
    released_days,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)


def add(who: Registered, number: int = 2, relation: Relation = Relation.CHILD) -> Relative:
    """Add the person of this number to a family."""
    return family.add(who.account_id, a_ktp(number), relation, NOW)


def remove(who: Member) -> None:
    """Take somebody out of the family that calls them so."""
    family.remove(who.account_id, who.applicant_id, NOW)


def names(who: Registered) -> set[str]:
    return {relative.ktp.name for relative in family.of(who.account_id, NOW)}


def consents(who: Registered) -> list[Consent]:
    return [relative.consent for relative in family.of(who.account_id, NOW)]


# ---- who is in it -------------------------------------------------------------------------------


def test_a_person_who_is_added_is_in_the_family() -> None:
    who = registered()
    child = add(who)
    assert (child.ktp, child.relation) == (a_ktp(2), Relation.CHILD)
    assert family.of(who.account_id, NOW) == [child]


def test_the_holder_is_not_in_the_list_of_the_family() -> None:
    assert family.of(registered().account_id, NOW) == []


def test_there_is_no_family_of_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        family.of("gone", NOW)


def test_a_family_is_listed_by_age() -> None:
    who = registered()
    born = a_ktp().birth_date
    for number, years in ((2, 3), (3, 1), (4, 2)):
        ktp = a_ktp(number, birth_date=born.replace(year=born.year + years))
        family.add(who.account_id, ktp, Relation.CHILD, NOW)
    years_of_birth = [r.ktp.birth_date.year for r in family.of(who.account_id, NOW)]
    assert years_of_birth == sorted(years_of_birth)


def test_a_person_whose_nik_differs_is_flagged_for_the_counter() -> None:
    who = registered()
    ktp = a_ktp(2)._replace(birth_date=a_ktp().birth_date.replace(year=1979))
    family.add(who.account_id, ktp, Relation.CHILD, NOW)
    assert [r.check_at_counter for r in family.of(who.account_id, NOW)] == [True]


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


def test_an_account_adds_eight_people_in_thirty_days_and_is_told_when_it_may_add_again() -> None:
    who = registered()
    for number in range(ADDITIONS):
        remove(added(who, 2 + number))
    late = NOW + ADDITIONS_SPAN - 5 * SECOND
    with pytest.raises(TooOften) as refused:
        added(who, now=late)
    assert refused.value.more == {"retry_after": 5}
    assert added(who, now=NOW + ADDITIONS_SPAN)


def test_an_addition_that_is_refused_does_not_count() -> None:
    who = registered()
    add(who)
    for _ in range(ADDITIONS):
        with pytest.raises(AlreadyInFamily):
            add(who)
    assert add(who, 3)


def test_what_one_family_calls_a_person_is_not_shown_to_another() -> None:
    one, other = registered(1), registered(2)
    add(one, 3)
    family.add(other.account_id, a_ktp(3, name="Nama Lain"), Relation.SIBLING, NOW)
    assert (names(one), names(other)) == ({a_ktp(3).name}, {"Nama Lain"})


def test_nobody_is_added_to_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        family.add("gone", a_ktp(), Relation.CHILD, NOW)


def test_an_addition_reads_as_much_for_a_nik_that_nobody_knows() -> None:
    """Or whoever adds somebody could tell by the time it takes whether they are known."""
    who, other = registered(1), registered(2)
    added(other, 4)
    counts = []
    for number in (3, 4):
        with before("GetItem") as reads, before("TransactWriteItems") as writes:
            add(who, number)
        counts.append((len(reads), len(writes)))
    assert counts == [(2, 1)] * 2


# ---- one person ---------------------------------------------------------------------------------


def test_a_nik_is_the_same_person_in_two_families_and_neither_can_tell() -> None:
    one, other = added(registered(1), 3), added(registered(2), 3)
    assert one.person_id == other.person_id
    assert one.applicant_id != other.applicant_id


def test_what_one_account_calls_a_person_leads_another_to_nobody() -> None:
    released_days()
    one, other = registered(1), registered(2)
    child = added(one, 3)
    added(other, 3)
    with pytest.raises(NoSuchApplicant):
        booked(a_slot(SINGLE), other, applicants=[child.applicant_id])


def test_two_families_that_add_one_nik_at_once_name_one_person() -> None:
    one, other = registered(1), registered(2)
    overtaken: list[Member] = []
    with before("TransactWriteItems", lambda: overtaken.append(added(other, 3))):
        child = added(one, 3)
    assert overtaken[0].person_id == child.person_id
    assert set(person_of(child).links) == {one.account_id, other.account_id}


def test_a_person_who_was_taken_out_of_one_of_two_families_is_the_same_person() -> None:
    one, other = registered(1), registered(2)
    child = added(one, 3)
    added(other, 3)
    remove(child)
    assert added(one, 3).person_id == child.person_id


def test_nobody_comes_back_under_the_id_of_somebody_erased_meanwhile() -> None:
    one, other = registered(1), registered(2)
    child = added(other, 3)
    with before("TransactWriteItems", lambda: remove(child)):
        again = added(one, 3)
    assert again.person_id != child.person_id
    assert names(one) == {a_ktp(3).name}


def test_a_person_whom_another_family_adds_meanwhile_is_taken_out_and_stays_there() -> None:
    one, other = registered(1), registered(2)
    child = added(one, 3)

    def adds() -> None:
        added(other, 3)

    with before("TransactWriteItems", adds):
        remove(child)
    assert (family.of(one.account_id, NOW), names(other)) == ([], {a_ktp(3).name})
    assert added(one, 3).person_id == child.person_id


def test_an_addition_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    child = added(registered(1), 3)
    late, others = registered(2), iter(range(family.READS))

    def overtake() -> None:
        read = person_of(child)
        links = {**read.links, f"account-{next(others)}": Link(Relation.CHILD, NOW)}
        assert applicants.link(read, settle(read, links, NOW))

    acts = [overtake] * family.READS
    with before("TransactWriteItems", *acts), pytest.raises(RequestInProgress):
        added(late, 3)
    assert added(late, 3).person_id == child.person_id


# ---- taken out ----------------------------------------------------------------------------------


def test_a_person_is_taken_out_of_the_family() -> None:
    who = registered()
    remove(added(who))
    assert family.of(who.account_id, NOW) == []


def test_a_person_who_was_taken_out_may_be_added_again_under_another_id() -> None:
    who = registered()
    child = added(who)
    remove(child)
    again = add(who)
    assert again.alias != child.applicant_id
    assert family.of(who.account_id, NOW) == [again]


def test_a_person_who_was_taken_out_and_added_again_keeps_the_pause() -> None:
    released_days()
    who = registered()
    child = added(who)
    made = booked(a_slot(SINGLE), who, applicants=[child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    remove(child)
    again = added(who)
    assert again.person_id == child.person_id
    with pytest.raises(CancelledTooOften):
        booked(a_slot(DOUBLE), who, "again", applicants=[again.applicant_id])


def test_a_person_who_was_taken_out_and_of_whom_nothing_counts_is_somebody_new() -> None:
    who = registered()
    child = added(who)
    remove(child)
    assert added(who).person_id != child.person_id


@pytest.mark.parametrize("alias", ["unknown", "people", "a.b", "#0", "A" * 27])
def test_who_is_not_in_the_family_cannot_be_taken_out(alias: str) -> None:
    who = registered()
    with pytest.raises(NoSuchApplicant):
        family.remove(who.account_id, alias, NOW)


def test_the_holder_cannot_be_taken_out() -> None:
    with pytest.raises(NoSuchApplicant):
        remove(registered())


def test_who_is_booked_cannot_be_taken_out() -> None:
    released_days()
    who = registered()
    child = added(who)
    booked(a_slot(SINGLE), who, applicants=[child.applicant_id])
    with pytest.raises(BookingActive):
        remove(child)


def test_who_was_booked_can_be_taken_out_after_the_cancellation() -> None:
    released_days()
    who = registered()
    child = added(who)
    made = booked(a_slot(SINGLE), who, applicants=[child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    remove(child)
    assert family.of(who.account_id, NOW) == []


# ---- consent ------------------------------------------------------------------------------------


def test_a_relative_whom_nobody_holds_is_booked_without_a_question() -> None:
    released_days()
    who = registered()
    child = add(who)
    assert child.consent is Consent.NOT_NEEDED
    assert booked(a_slot(SINGLE), who, applicants=[child.alias])


def test_a_relative_who_has_an_account_is_asked_and_not_booked_until_they_consent() -> None:
    released_days()
    who, relative = registered(1), registered(2)
    asked = add(who, 2)
    assert (asked.consent, consents(who)) == (Consent.ASKED, [Consent.ASKED])
    with pytest.raises(ConsentNeeded) as refused:
        booked(a_slot(SINGLE), who, applicants=[asked.alias])
    assert refused.value.more == {"applicant_id": asked.alias}
    consented(relative)
    assert consents(who) == [Consent.GIVEN]
    assert booked(a_slot(SINGLE), who, "again", applicants=[asked.alias])


def test_a_relative_who_registers_later_is_asked_from_then_on() -> None:
    who = registered()
    child = added(who)
    relative = registered(2)
    assert relative.person_id == child.person_id
    assert consents(who) == [Consent.ASKED]
    assert [one.relation for one in consent.requests(relative.account_id, NOW)] == [Relation.CHILD]


def test_the_holder_is_to_be_told_that_somebody_asks() -> None:
    relative = registered(2)
    added(registered(1), 2)
    assert questions.waiting() == [relative.person_id]


def test_nobody_is_to_be_told_of_an_addition_of_somebody_whom_nobody_holds() -> None:
    added(registered(1), 2)
    assert questions.waiting() == []


def test_whoever_was_refused_may_ask_again_after_taking_them_out() -> None:
    who, relative = registered(1), registered(2)
    asks = added(who, 2)
    (asked,) = consent.requests(relative.account_id, NOW)
    consent.answer(relative.account_id, asked.request_id, NOW, accept=False)
    assert consents(who) == [Consent.ASKED]
    remove(asks)
    assert added(who, 2).person_id == relative.person_id
    assert len(consent.requests(relative.account_id, NOW)) == 1


def test_a_new_question_takes_the_room_of_the_oldest_and_of_those_that_have_lapsed() -> None:
    relative = registered(2)
    asking = [f"account-{n}" for n in range(LINKS - 1)]
    for account_id in asking:
        read = person_of(relative)
        link = Link(Relation.CHILD, NOW)
        assert applicants.link(read, settle(read, {**read.links, account_id: link}, NOW))
    assert len(person_of(relative).links) == LINKS
    who, another = registered(1), registered(3)
    added(who, 2)
    assert len(person_of(relative).links) == LINKS
    added(another, 2, now=NOW + QUESTION)
    assert set(person_of(relative).links) == {relative.account_id, another.account_id}


# ---- the record of disclosures -------------------------------------------------------------------


def test_a_look_at_the_family_is_recorded() -> None:
    who = registered()
    add(who)
    family.of(who.account_id, LATER)
    seen = [(o.at, o.by, o.reason) for o in disclosures.of(who.account_id)]
    assert seen == [(LATER, f"account:{who.account_id}", "family")]


def test_a_look_at_no_family_opens_nothing() -> None:
    who = registered()
    family.of(who.account_id, NOW)
    assert disclosures.of(who.account_id) == []


def test_the_holder_never_learns_what_others_call_them() -> None:
    relative = registered(2)
    ktp = a_ktp(2, name="Nama Karangan")
    family.add(registered(1).account_id, ktp, Relation.SPOUSE, NOW)
    (asked,) = consent.requests(relative.account_id, NOW)
    assert "Karangan" not in str(asked)
    assert asked.relation is Relation.SPOUSE

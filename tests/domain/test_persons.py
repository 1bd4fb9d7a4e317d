"""Who holds a person, who may book for them, and what is counted: pure functions of the links."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.people import Relation
from chalicelib.domain.persons import (
    CANCELLATIONS,
    LINKS,
    QUESTION,
    Active,
    Cancellation,
    Link,
    Pause,
    Person,
    Proof,
    Settled,
    counted,
    settle,
    with_room,
)
from tests.world import NOW

DAY = timedelta(days=1)


def oneself(proof: int = Proof.HELD) -> Link:
    return Link(Relation.SELF, NOW, proof)


def relative(*, given: bool = False) -> Link:
    return Link(Relation.CHILD, NOW, given=given)


def person(links: Mapping[str, Link], **known: Any) -> Person:
    """Somebody with these links, settled; whoever holds them was there before the others."""
    themselves = {account: link for account, link in links.items() if link.itself}
    held = settle(Person("person")._replace(**known), themselves, NOW).person
    return settle(held._replace(version=known.get("version", 0)), links, NOW).person


def booked(own: bool) -> Active:
    return Active("CODE", "mother", NOW + DAY, own)


# ---- who holds, who may --------------------------------------------------------------------------


def test_whom_nobody_holds_is_booked_by_whoever_names_them_and_it_is_not_their_own_doing() -> None:
    who = person({"mother": relative()})
    assert who.holder is None
    assert (who.links["mother"].may, who.links["mother"].firm) == (True, False)


def test_whoever_proves_their_phone_holds_their_nik_and_the_others_have_to_ask() -> None:
    who = person({"mother": relative(), "son": oneself()})
    assert who.holder == "son"
    assert (who.links["son"].may, who.links["son"].firm) == (True, True)
    assert (who.links["mother"].may, who.links["mother"].firm) == (False, False)


def test_a_new_holder_is_asked_by_others_from_then_on_however_long_they_have_named_them() -> None:
    who = person({"mother": relative()})
    later = NOW + QUESTION + DAY
    who = settle(who, {**who.links, "son": oneself()}, later).person
    assert who.questions(later).keys() == {"mother"}
    assert who.links["mother"].at == later


def test_a_question_is_not_asked_anew_while_the_holder_stays() -> None:
    who = person({"son": oneself(), "mother": relative()})
    who = settle(who, {**who.links, "broker": relative()}, NOW + DAY).person
    assert who.links["mother"].at == NOW


def test_what_the_holder_allows_is_their_own_doing() -> None:
    held = person({"son": oneself()})
    who = settle(held, {**held.links, "mother": relative(given=True)}, NOW).person
    assert (who.links["mother"].may, who.links["mother"].firm) == (True, True)


def test_a_claim_holds_nobody() -> None:
    who = person({"son": oneself(Proof.CLAIMED), "mother": relative()})
    assert who.holder is None
    assert who.links["mother"].may


@pytest.mark.parametrize("proof", [Proof.HELD, Proof.CONFIRMED, Proof.SEEN])
def test_of_equal_proofs_the_present_holder_stays(proof: Proof) -> None:
    held = person({"z": oneself(proof)})
    settled = settle(held, {**held.links, "a": oneself(proof), "zz": oneself(proof)}, NOW)
    assert (settled.person.holder, settled.displaced) == ("z", None)


@pytest.mark.parametrize(
    ("weak", "strong"), [(Proof.HELD, Proof.CONFIRMED), (Proof.CONFIRMED, Proof.SEEN), (3, 4)]
)
def test_a_stronger_proof_displaces_the_holder(weak: int, strong: int) -> None:
    held = person({"squatter": oneself(weak)})
    settled = settle(held, {**held.links, "owner": oneself(strong)}, NOW)
    assert (settled.person.holder, settled.displaced) == ("owner", "squatter")
    assert not settled.person.links["squatter"].may


def test_a_displaced_holder_takes_all_consents_along() -> None:
    held = person({"squatter": oneself(), "broker": relative(given=True)})
    who = settle(held, {**held.links, "owner": oneself(Proof.SEEN)}, NOW).person
    assert not who.links["broker"].given
    assert not who.links["broker"].may


def test_a_holder_who_leaves_takes_all_consents_along() -> None:
    held = person({"son": oneself(), "mother": relative(given=True)})
    who = settle(held, {"mother": held.links["mother"]}, NOW).person
    assert not who.links["mother"].given
    assert (who.links["mother"].may, who.links["mother"].firm) == (True, False)


def test_what_a_displaced_holder_did_counts_as_the_doing_of_others() -> None:
    held = person(
        {"squatter": oneself()},
        cancellations=(Cancellation(NOW, own=True),),
        paused_until=NOW + DAY,
        paused_own_until=NOW + DAY,
        active=booked(own=True),
    )
    who = settle(held, {**held.links, "owner": oneself(Proof.SEEN)}, NOW).person
    assert who.cancellations == (Cancellation(NOW, own=False),)
    assert who.active == booked(own=False)
    assert (who.paused_until, who.paused_own_until) == (NOW + DAY, None)


def test_a_win_that_a_displaced_holder_has_declined_is_not_the_owners_one_decline() -> None:
    held = person({"squatter": oneself()}, declined_at=NOW, active=booked(own=True))
    links = {**held.links, "owner": oneself(Proof.SEEN)}
    assert settle(held, links, NOW).person.declined_at is None


def test_whoever_hands_over_to_another_account_of_theirs_hands_over_the_counts() -> None:
    held = person(
        {"old": oneself()},
        cancellations=(Cancellation(NOW, own=True),),
        paused_own_until=NOW + DAY,
        active=booked(own=True),
    )
    links = {"old": oneself(Proof.CLAIMED), "new": oneself()}
    settled = settle(held, links, NOW, handed_over=True)
    assert (settled.person.holder, settled.displaced) == ("new", "old")
    assert settled.person.cancellations == held.cancellations
    assert settled.person.paused_own_until == NOW + DAY
    assert settled.person.active == booked(own=True)


@pytest.mark.parametrize(
    ("proof", "holder"),
    [(Proof.HELD, None), (Proof.CONFIRMED, None), (Proof.SEEN, "comes again")],
)
def test_a_nik_that_an_office_released_opens_to_a_ktp_that_is_seen_alone(
    proof: Proof, holder: str | None
) -> None:
    assert person({"comes again": oneself(proof)}, guarded=True).holder == holder


def test_what_somebody_did_from_whom_the_office_took_a_nik_counts_as_the_doing_of_others() -> None:
    held = person(
        {"squatter": oneself()},
        cancellations=(Cancellation(NOW, own=True),),
        paused_own_until=NOW + DAY,
        active=booked(own=True),
    )
    settled = settle(held._replace(guarded=True), {}, NOW, taken=True)
    assert settled.displaced == "squatter"
    assert settled.person.cancellations == (Cancellation(NOW, own=False),)
    assert settled.person.active == booked(own=False)
    assert settled.person.paused_own_until is None


def test_settling_raises_the_version() -> None:
    assert person({}, version=7).version == 8


ACCOUNTS = st.sampled_from("abcd")
A_LINK = st.one_of(
    st.builds(oneself, st.integers(0, 5)),
    st.builds(lambda given: relative(given=given), st.booleans()),
)


@given(st.lists(st.dictionaries(ACCOUNTS, A_LINK), max_size=5), st.booleans())
def test_whatever_the_links_there_is_one_holder_at_most_and_nobody_else_may_unasked(
    changes: list[dict[str, Link]], guarded: bool
) -> None:
    who = Person("person", guarded=guarded)
    for links in changes:
        before = who.holder
        who, displaced = settle(who, links, NOW)
        assert sum(link.itself and link.may for link in who.links.values()) <= 1
        assert displaced is None or displaced == before != who.holder
        for account, link in who.links.items():
            assert link.firm <= link.may
            if who.holder is not None and account != who.holder:
                assert link.may == link.given
            if link.itself:
                assert link.may == (account == who.holder)
        if guarded and who.holder and who.holder != before:
            assert who.links[who.holder].proof >= Proof.SEEN


# ---- how an account has proven to be them --------------------------------------------------------


def test_an_account_that_does_not_hold_the_person_has_only_claimed_to_be_them() -> None:
    who = person({"first": oneself(Proof.CONFIRMED), "second": oneself()})
    assert (who.proof("first"), who.proof("second")) == (Proof.CONFIRMED, Proof.CLAIMED)
    assert who.proof("nobody") is Proof.CLAIMED


def test_to_be_seen_twice_is_to_be_seen() -> None:
    assert person({"owner": oneself(7)}).proof("owner") is Proof.SEEN


# ---- questions -----------------------------------------------------------------------------------


def test_the_holder_is_asked_by_whoever_names_them_the_oldest_first() -> None:
    links = {
        "son": oneself(),
        "later": relative()._replace(at=NOW + DAY),
        "first": relative(),
        "myself": oneself(),
        "allowed": relative(given=True),
    }
    assert list(person(links).questions(NOW)) == ["first", "myself", "later"]


def test_nobody_is_asked_for_whom_nobody_holds() -> None:
    assert person({"mother": relative()}).questions(NOW) == {}


def test_a_question_lapses_after_seven_days_and_whoever_claims_to_be_the_person_asks_on() -> None:
    who = person({"son": oneself(), "mother": relative(), "myself": oneself()})
    assert set(who.questions(NOW + QUESTION - DAY)) == {"mother", "myself"}
    assert set(who.questions(NOW + QUESTION)) == {"myself"}


def test_the_oldest_question_makes_room_for_a_new_one() -> None:
    asking = {
        f"a{n:02}": relative()._replace(at=NOW + n * timedelta(hours=1)) for n in range(LINKS)
    }
    who = person({**asking, "son": oneself(), "mother": relative(given=True)})
    kept = with_room(who, NOW)
    assert len(kept) == LINKS - 1
    assert "a00" not in kept
    assert {"son", "mother", f"a{LINKS - 1:02}"} <= kept.keys()


def test_whoever_has_booked_for_a_person_makes_no_room() -> None:
    hour = timedelta(hours=1)
    naming = {f"a{n:02}": relative()._replace(at=NOW + n * hour) for n in range(LINKS)}
    who = person(naming)._replace(active=booked(own=False)._replace(account_id="a00"))
    kept = with_room(who, NOW)
    assert "a00" in kept
    assert "a01" not in kept


def test_a_question_that_has_lapsed_takes_no_room() -> None:
    who = person({"son": oneself(), "mother": relative()})
    assert with_room(who, NOW + QUESTION).keys() == {"son"}


# ---- cancellations -------------------------------------------------------------------------------


def cancelled(*whose: bool, apart: timedelta = DAY) -> Person:
    """Somebody whose bookings were cancelled, one after another; True for their own doing."""
    who = Person("person")
    for number, own in enumerate(whose):
        at = NOW + number * apart
        who = counted(who._replace(active=booked(own)), at)
    return who


def test_one_cancellation_of_ones_own_keeps_others_from_booking_and_not_oneself() -> None:
    who = cancelled(True)
    assert who.pause(relative(), NOW) == Pause(NOW + CANCELLATIONS, absent=False)
    assert who.pause(relative()._replace(firm=True), NOW) is None


@pytest.mark.parametrize(
    ("first", "second", "pauses"),
    [
        (True, True, True),
        (False, True, True),
        (True, False, False),
        (False, False, False),
    ],
)
def test_a_second_cancellation_pauses_the_person_if_it_is_their_own_doing(
    first: bool, second: bool, pauses: bool
) -> None:
    who = cancelled(first, second)
    assert (who.paused_own_until == NOW + DAY + CANCELLATIONS) is pauses


def test_cancellations_thirty_days_apart_do_not_meet() -> None:
    who = cancelled(True, True, apart=CANCELLATIONS)
    assert who.paused_own_until is None
    assert len(who.cancellations) == 1


def test_a_pause_ends_after_thirty_days() -> None:
    who = cancelled(True, True)
    firm = relative()._replace(firm=True)
    assert who.pause(firm, NOW + DAY + CANCELLATIONS - timedelta(seconds=1))
    assert who.pause(firm, NOW + DAY + CANCELLATIONS) is None


def test_a_cancelled_booking_is_held_no_more() -> None:
    assert cancelled(True).active is None


# ---- what the civil register says later ----------------------------------------------------------


def disproved(before: Person, account: str) -> Settled:
    """The person once the register has said that this account is not them."""
    links = {**before.links, account: before.links[account]._replace(proof=Proof.CLAIMED)}
    return settle(before, links, NOW, disproved=account)


def test_whoever_is_disproved_holds_the_nik_no_more_though_nobody_else_does() -> None:
    before = person({"thief": oneself(), "mother": relative()})
    after, displaced = disproved(before, "thief")
    assert (after.holder, displaced) == (None, "thief")
    assert (after.links["thief"].may, after.links["thief"].firm) == (False, False)
    assert after.links["mother"].may


def test_a_claim_alone_disproves_nobody() -> None:
    """The control: who lost their phone stays the holder until somebody proves more."""
    before = person({"mine": oneself()})
    after, displaced = settle(before, {"mine": oneself(Proof.CLAIMED)}, NOW)
    assert (after.holder, displaced) == ("mine", None)


def test_after_whoever_is_disproved_the_next_in_line_holds_the_nik() -> None:
    before = person({"thief": oneself()})
    before = settle(before, {**before.links, "mine": oneself()}, NOW).person
    after, displaced = disproved(before, "thief")
    assert (before.holder, after.holder, displaced) == ("thief", "mine", "thief")


def test_what_the_disproved_did_and_allowed_does_not_stay() -> None:
    before = person({"thief": oneself()}, active=booked(own=True), paused_own_until=NOW + DAY)
    before = settle(before, {**before.links, "mother": relative(given=True)}, NOW).person
    assert before.links["mother"].firm
    after = disproved(before, "thief").person
    assert not after.links["mother"].given
    assert after.paused_own_until is None
    assert after.active
    assert not after.active.own


def test_whoever_is_disproved_and_held_nothing_changes_nothing_for_the_holder() -> None:
    before = person({"mine": oneself(Proof.SEEN)})
    before = settle(before, {**before.links, "thief": oneself()}, NOW).person
    after, displaced = disproved(before, "thief")
    assert (after.holder, displaced) == ("mine", None)


def test_a_relative_who_did_not_match_is_booked_for_only_if_the_holder_consents() -> None:
    wrong = relative()._replace(confirmed=False)
    assert not person({"mother": wrong}).links["mother"].may
    held = person({"son": oneself(), "mother": wrong._replace(given=True)})
    assert held.links["mother"].may
    for said in (None, True):
        assert person({"mother": wrong._replace(confirmed=said)}).links["mother"].may


# ---- forgetting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "known",
    [
        {"active": booked(own=False)},
        {"paused_until": NOW + DAY},
        {"paused_own_until": NOW + DAY},
    ],
)
def test_somebody_whom_nobody_names_is_kept_while_something_counts(
    known: dict[str, Any],
) -> None:
    assert not person({}, **known).forgettable(NOW)
    assert person({}, **known).forgettable(NOW + DAY)


def test_somebody_who_is_named_is_kept() -> None:
    assert not person({"mother": relative()}).forgettable(NOW)

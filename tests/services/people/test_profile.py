"""An account and its holder, as its owner sees and corrects them."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import NoSuchAccount, RequestInProgress
from chalicelib.domain.people import IDLE, Sex
from chalicelib.domain.persons import Proof
from chalicelib.services.people import privacy, profile
from chalicelib.services.people.profile import Holder
from chalicelib.store import disclosures
from tests.builders import a_ktp, a_phone, registered, registered_with
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)


def test_an_account_is_shown_with_its_phone_and_its_holder() -> None:
    who = registered()
    me = profile.me(who.account_id, NOW)
    assert (me.account_id, me.phone, me.created_at) == (who.account_id, who.phone.number, NOW)
    assert me.holder == Holder(who.applicant_id, a_ktp(), check_at_counter=False)


def test_an_account_is_shown_with_how_it_has_proven_to_be_its_holder() -> None:
    first, later = registered(), registered_with(a_ktp(), a_phone(2))
    proofs = [profile.me(one.account_id, NOW).proof for one in (first, later)]
    assert proofs == [Proof.HELD, Proof.CLAIMED]


def test_an_account_whose_phone_is_somebody_elses_by_now_is_shown_without_one() -> None:
    who, later = registered(), NOW + IDLE
    registered_with(a_ktp(2), who.phone, later)
    me = profile.me(who.account_id, later)
    assert (me.phone, me.proof) == (None, Proof.CLAIMED)


def test_an_account_that_is_gone_is_not_shown() -> None:
    with pytest.raises(NoSuchAccount):
        profile.me("gone", NOW)


def test_a_name_is_corrected() -> None:
    who = registered()
    profile.correct(who.account_id, "Budi Santoso", None, NOW)
    person = profile.me(who.account_id, NOW).holder.ktp
    assert person == a_ktp(name="Budi Santoso")


def test_an_address_is_corrected() -> None:
    who = registered()
    profile.correct(who.account_id, None, "budi@example.id", NOW)
    person = profile.me(who.account_id, NOW).holder.ktp
    assert person == a_ktp(email="budi@example.id")


def test_an_address_is_removed_by_an_empty_one_and_kept_by_none() -> None:
    who = registered()
    profile.correct(who.account_id, None, "budi@example.id", NOW)
    for empty, left in ((None, "budi@example.id"), ("", None)):
        told = profile.correct(who.account_id, None, empty, NOW)
        assert told == profile.me(who.account_id, NOW)
        assert told.holder.ktp.email == left


def test_a_birth_date_and_a_sex_are_corrected_and_the_counter_looks_if_the_nik_says_other() -> None:
    who = registered()
    born = who.ktp.birth_date + timedelta(days=1)
    told = profile.correct(who.account_id, None, None, NOW, birth_date=born, sex=Sex.FEMALE)
    assert told.holder.ktp == who.ktp._replace(birth_date=born, sex=Sex.FEMALE)
    assert (who.ktp.check_at_counter, told.holder.check_at_counter) == (False, True)
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
    person = profile.me(who.account_id, NOW).holder.ktp
    assert person == a_ktp(name="Budi Santoso", email="budi@example.id")


def test_a_correction_that_is_overtaken_again_and_again_can_be_sent_again() -> None:
    who = registered()
    addresses = (f"budi{number}@example.id" for number in range(profile.READS))

    def overtake() -> None:
        profile.correct(who.account_id, None, next(addresses), NOW)

    with (
        before("UpdateItem", *[overtake] * profile.READS),
        pytest.raises(RequestInProgress),
    ):
        profile.correct(who.account_id, "Budi Santoso", None, NOW)


def test_nobody_corrects_an_account_that_is_gone() -> None:
    with pytest.raises(NoSuchAccount):
        profile.correct("gone", "Budi Santoso", None, NOW)


def test_every_look_at_the_data_is_recorded() -> None:
    who = registered()
    profile.me(who.account_id, NOW)
    profile.correct(who.account_id, "Budi Santoso", None, NOW + MINUTE)
    seen = [(o.at, o.by, o.reason) for o in disclosures.of(who.account_id)]
    owner = f"account:{who.account_id}"
    assert seen == [(NOW, owner, "profile"), (NOW + MINUTE, owner, "correction")]


def test_an_account_erased_meanwhile_is_not_corrected() -> None:
    who = registered()

    def erase() -> None:
        privacy.erase(who.account_id, NOW)

    with before("UpdateItem", erase), pytest.raises(NoSuchAccount):
        profile.correct(who.account_id, "Budi Santoso", None, NOW)

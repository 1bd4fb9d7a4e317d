"""The key of the index is rotated, and nobody notices.

A process is told by the keys it has. They go through `PHASES`, and a deployment lets the processes
of two phases that follow each other run side by side.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from itertools import count, pairwise
from typing import Any

import pytest

from chalicelib import aws, vault
from chalicelib.domain.errors import CodeExpired, PhoneRegistered, Refusal, TooOften
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Proof
from chalicelib.services.people import family, privacy, registration, reindex
from chalicelib.services.people.reindex import NotAllUnderThisKey, NotRotating, StillRotating
from chalicelib.services.sign_in import sessions
from chalicelib.services.sign_in.codes import Sent
from chalicelib.store import accounts, disclosures, identities
from chalicelib.store.identities import NOBODY, Identity
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.people import IdentityItem
from chalicelib.vault import Index
from tests.builders import (
    KEY_A,
    KEY_B,
    Member,
    Registered,
    a_ktp,
    a_phone,
    added,
    code_sent_to,
    index_keys,
    person_id_of,
    registered,
    texts_to,
)
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

Keys = tuple[str, ...]

OLD, BOTH, TURNED, NEW = (KEY_A,), (KEY_A, KEY_B), (KEY_B, KEY_A), (KEY_B,)
PHASES: tuple[Keys, ...] = (OLD, BOTH, TURNED, NEW)

SIDE_BY_SIDE = [
    (mine, theirs)
    for phase, following in pairwise(PHASES)
    for mine, theirs in ((phase, following), (following, phase))
]

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BY = "operator:somebody"


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto has no lock."""
    monkeypatch.setattr(reindex, "AT_ONCE", 1)


@pytest.fixture
def later() -> Iterator[datetime]:
    """Instants a day apart, so that no limit on codes is met."""
    return (NOW + days * DAY for days in count(1))


def fill(keys: Keys = BOTH) -> int:
    with index_keys(*keys):
        return sum(page.accounts for page in reindex.fill(BY, NOW))


def come_to(phase: Keys) -> None:
    """What an operator does before the processes of a phase are deployed beside those before it."""
    if phase == TURNED:
        fill()


def register(number: int, phone: int, keys: Keys, now: datetime) -> Sent:
    with index_keys(*keys):
        return registration.register(a_ktp(number), a_phone(phone), now)


def prove(sent: Sent, phone: int, keys: Keys, now: datetime) -> registration.Registered:
    with index_keys(*keys):
        code = code_sent_to(a_phone(phone))
        return registration.verify(sent.challenge_id, code, now)


def sign_in(who: Registered, asking: Keys, proving: Keys, now: datetime) -> str:
    with index_keys(*asking):
        sent = sessions.ask(who.phone, now)
    with index_keys(*proving):
        return sessions.verify(sent.challenge_id, code_sent_to(who.phone), now).account_id


def under(key: str, kind: Index, value: str) -> Identity:
    return identities.get(vault.digest(kind, value, key).text)


def known(key: str, number: int) -> tuple[Identity, Identity]:
    """What is known under a key of a person's phone and NIK."""
    return (
        under(key, Index.PHONE, a_phone(number).number),
        under(key, Index.NIK, a_ktp(number).nik.digits),
    )


def person_named_by(account_id: str) -> str:
    """Whose account it says it is."""
    account = accounts.get(account_id)
    assert account
    return person_id_of(account_id, account.holder)


def digests_of_applicants() -> set[tuple[str, str]]:
    """What an erasure finds: (applicant, digest)."""
    return {(item.applicant_id, nik) for item in ApplicantItem.scan() for nik in item.nik_indexes}


def digests_that_lead_to_applicants() -> set[tuple[str, str]]:
    """What there is to find."""
    return {(item.applicant_id, item.index) for item in IdentityItem.scan() if item.applicant_id}


def entries() -> int:
    return len(list(IdentityItem.scan()))


# ---- two phases side by side --------------------------------------------------------------------


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_who_is_registered_by_one_process_signs_in_at_the_other(
    mine: Keys, theirs: Keys, later: Iterator[datetime]
) -> None:
    with index_keys(*min(mine, theirs, key=PHASES.index)):
        earlier = registered(1)
    come_to(max(mine, theirs, key=PHASES.index))
    with index_keys(*mine):
        who = registered(2)
    for one in (earlier, who):
        for asking, proving in ((mine, theirs), (theirs, mine), (theirs, theirs)):
            assert sign_in(one, asking, proving, next(later)) == one.account_id


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_a_registration_begun_at_one_process_is_ended_at_the_other(
    mine: Keys, theirs: Keys, later: Iterator[datetime]
) -> None:
    sent = register(1, 1, mine, NOW)
    account_id = prove(sent, 1, theirs, NOW).signed_in.account_id
    phone, nik = known(theirs[0], 1)
    assert phone.account_id == account_id
    assert nik.person_id == person_named_by(account_id)


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_a_code_sent_again_by_the_other_process_is_right_at_both(mine: Keys, theirs: Keys) -> None:
    for number, proving in enumerate((mine, theirs), 1):
        sent = register(number, number, mine, NOW)
        with index_keys(*theirs):
            registration.resend(sent.challenge_id, NOW + MINUTE)
        assert prove(sent, number, proving, NOW + MINUTE)


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_a_nik_has_one_holder_and_a_phone_one_account(mine: Keys, theirs: Keys) -> None:
    come_to(max(mine, theirs, key=PHASES.index))
    with index_keys(*mine):
        holder = registered(1)
    other = prove(register(1, 2, theirs, NOW), 2, theirs, NOW)
    assert other.proof is Proof.CLAIMED
    assert person_named_by(other.signed_in.account_id) == holder.person_id
    later = NOW + MINUTE
    with pytest.raises(PhoneRegistered):
        prove(register(3, 1, theirs, later), 1, theirs, later)


def one_nik_at_once(mine: Keys, theirs: Keys) -> set[str]:
    """The persons whom a NIK is taken for, when it registers with two phones in one moment."""
    first, second = register(1, 1, mine, NOW), register(1, 2, theirs, NOW)
    opened = []

    def between() -> None:
        opened.append(prove(second, 2, theirs, NOW))

    with index_keys(*mine), before("TransactWriteItems", between):
        opened.append(prove(first, 1, mine, NOW))
    assert len(opened) == 2
    return {person_named_by(one.signed_in.account_id) for one in opened}


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_a_nik_is_one_person_whoever_writes_between_the_reads_and_writes_of_another(
    mine: Keys, theirs: Keys
) -> None:
    assert len(one_nik_at_once(mine, theirs)) == 1


@pytest.mark.parametrize(("mine", "theirs"), [(OLD, NEW), (TURNED, OLD)])
def test_a_nik_would_be_two_people_if_a_phase_were_left_out(mine: Keys, theirs: Keys) -> None:
    """The control: one of the two does not claim what the other looks at."""
    assert len(one_nik_at_once(mine, theirs)) == 2


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_who_is_erased_by_one_process_registers_anew_at_the_other(mine: Keys, theirs: Keys) -> None:
    come_to(max(mine, theirs, key=PHASES.index))
    with index_keys(*mine):
        who = registered(1)
    with index_keys(*theirs):
        privacy.erase(who.account_id, NOW)
    with index_keys(*mine):
        anew = registered(1, NOW + MINUTE)
    assert anew.account_id != who.account_id
    assert anew.person_id != who.person_id


@pytest.mark.parametrize(("mine", "theirs"), SIDE_BY_SIDE)
def test_a_relative_is_the_same_person_for_both_processes(mine: Keys, theirs: Keys) -> None:
    come_to(max(mine, theirs, key=PHASES.index))
    with index_keys(*mine):
        child = added(registered(1), 9)
    with index_keys(*theirs):
        again = added(registered(2), 9)
    assert again.person_id == child.person_id


# ---- putting everybody under the second key -----------------------------------------------------


def test_everybody_is_under_both_keys_afterwards() -> None:
    with index_keys(*OLD):
        people = [registered(number) for number in (1, 2, 3)]
        added(people[0], 9)
        added(people[0], 2, Relation.SPOUSE)
    assert fill() == 3
    for number in (1, 2, 3, 9):
        assert known(KEY_B, number) == known(KEY_A, number)
        assert known(KEY_B, number)[1] != NOBODY


def test_before_that_nobody_could_sign_in_by_the_second_key() -> None:
    """The control: the phase that looks up by the new key came too early."""
    with index_keys(*OLD):
        who = registered()
    with index_keys(*TURNED):
        sent = sessions.ask(who.phone, NOW + DAY)
        assert "belum terdaftar" in texts_to(who.phone)[-1]
        with pytest.raises(Refusal):
            sessions.verify(sent.challenge_id, "000000", NOW + DAY)


def erasing(who: Registered, *_: Any) -> None:
    privacy.erase(who.account_id, NOW)


def erasing_and_coming_back(who: Registered, *_: Any) -> None:
    privacy.erase(who.account_id, NOW)
    registered(1, NOW + MINUTE)


def taking_out(who: Registered, child: Member, *_: Any) -> None:
    family.remove(child.account_id, child.applicant_id, NOW)


def taking_out_of_both(who: Registered, *children: Member) -> None:
    for child in children:
        family.remove(child.account_id, child.applicant_id, NOW)


def growing_up(*_: Any) -> None:
    registered(9)


def adding_to_another(who: Registered, child: Member, other: Member) -> None:
    added(other, 1, Relation.SIBLING)


CHANGES = [
    erasing,
    erasing_and_coming_back,
    taking_out,
    taking_out_of_both,
    growing_up,
    adding_to_another,
]


def two_families_of_one_child() -> tuple[Registered, Member, Member]:
    """Of before the rotation: somebody, and the child as they and another family name them."""
    with index_keys(*OLD):
        who, other = registered(1), registered(2)
        return who, added(who, 9), added(other, 9)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("write", range(5))
def test_whoever_changes_between_its_reads_and_writes_is_under_both_keys_as_they_are(
    change: Callable[[Registered, Member, Member], None], write: int
) -> None:
    who, child, other = two_families_of_one_child()

    def act() -> None:
        with index_keys(*BOTH):
            change(who, child, other)

    acts: list[Any] = [lambda: None] * write + [act]
    with before("TransactWriteItems", *acts) as writes:
        fill()
    assert len(writes) > write
    for number in (1, 2, 9):
        assert known(KEY_B, number) == known(KEY_A, number)
    assert digests_of_applicants() == digests_that_lead_to_applicants()


@pytest.mark.parametrize("change", CHANGES)
def test_it_may_come_between_the_reads_and_writes_of_whoever_changes(
    change: Callable[[Registered, Member, Member], None],
) -> None:
    who, child, other = two_families_of_one_child()

    def act() -> None:
        fill()

    with index_keys(*BOTH), before("TransactWriteItems", act):
        change(who, child, other)
    for number in (1, 2, 9):
        assert known(KEY_B, number) == known(KEY_A, number)
    assert digests_of_applicants() == digests_that_lead_to_applicants()


def test_what_a_process_of_the_old_key_alone_has_erased_stands_in_nobodys_way() -> None:
    with index_keys(*BOTH):
        who = registered(1)
    with index_keys(*OLD):
        privacy.erase(who.account_id, NOW)
    assert known(KEY_B, 1)[0].account_id == who.account_id
    fill()
    assert known(KEY_B, 1) == (NOBODY, NOBODY)
    with index_keys(*TURNED):
        assert registered(1, NOW + MINUTE).person_id != who.person_id


@pytest.mark.parametrize("keys", PHASES)
def test_the_erased_are_found_under_neither_key(keys: Keys) -> None:
    with index_keys(*OLD):
        who = registered(1)
        child = added(who, 9)
        added(who, 8)
    fill()
    with index_keys(*keys):
        family.remove(who.account_id, child.applicant_id, NOW)
        assert [under(key, Index.NIK, a_ktp(9).nik.digits) for key in (KEY_A, KEY_B)] == [
            NOBODY,
            NOBODY,
        ]
        privacy.erase(who.account_id, NOW)
    niks = {item.index for item in IdentityItem.scan() if item.index.startswith("nik:")}
    assert niks == set()


def test_whom_another_family_names_stays_the_same_person_under_both_keys() -> None:
    with index_keys(*BOTH):
        who, relative = registered(1), registered(2)
        added(relative, 1, Relation.SIBLING)
    with index_keys(*OLD):
        privacy.erase(who.account_id, NOW)
    for key in (KEY_A, KEY_B):
        assert known(key, 1)[1] == Identity(who.person_id, None)


def test_a_digest_of_a_key_that_is_gone_is_kept_with_nobody() -> None:
    with index_keys(*OLD):
        who = registered(1)
    fill()
    assert len(ApplicantItem.get(who.person_id).nik_indexes) == 2
    with index_keys(*NEW):
        reindex.tidy()
        left = vault.digest(Index.NIK, who.ktp.nik.digits).text
    assert ApplicantItem.get(who.person_id).nik_indexes == {left}


def test_it_goes_on_behind_the_account_where_it_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reindex, "PAGE", 2)
    with index_keys(*OLD):
        for number in range(1, 6):
            registered(number)
    with index_keys(*BOTH):
        first = next(reindex.fill(BY, NOW))
        rest = list(reindex.fill(BY, NOW, first.last))
    assert (first.accounts, [page.accounts for page in rest]) == (2, [2, 1])
    assert all(known(KEY_B, number) == known(KEY_A, number) for number in range(1, 6))


def test_everybody_sees_in_their_export_who_opened_their_data_for_it() -> None:
    who = registered()
    fill()
    assert [(o.by, o.reason) for o in disclosures.of(who.account_id)] == [(BY, "index key")]


def test_with_one_key_there_is_nothing_to_fill() -> None:
    with pytest.raises(NotRotating):
        fill(OLD)


# ---- the end ------------------------------------------------------------------------------------


def test_what_is_under_the_old_key_is_removed_and_no_more() -> None:
    with index_keys(*OLD):
        registered(1)
    fill()
    with index_keys(*TURNED):
        registered(2)
    with index_keys(*NEW):
        registered(3)
        assert (entries(), reindex.tidy(), entries()) == (10, 4, 6)
    for number in (1, 2, 3):
        assert NOBODY not in known(KEY_B, number)


def test_entries_from_before_they_told_their_key_are_removed_too() -> None:
    IdentityItem("nik:old", applicant_id="applicant").put()
    with index_keys(*NEW):
        registered(1)
        assert reindex.tidy() == 1


def test_nothing_is_removed_while_there_are_two_keys() -> None:
    with index_keys(*TURNED), pytest.raises(StillRotating):
        reindex.tidy()


def test_nothing_is_removed_if_a_newcomer_is_under_the_other_key_alone() -> None:
    """The operator has the key of yesterday, or the new one before all are under it."""
    with index_keys(*OLD):
        registered(1)
    fill()
    with index_keys(*NEW):
        registered(2)
    with index_keys(*OLD), pytest.raises(NotAllUnderThisKey):
        reindex.tidy()
    assert entries() == 6


def test_nothing_is_removed_if_a_relative_is_under_the_other_key_alone() -> None:
    with index_keys(*OLD):
        who = registered(1)
    fill()
    with index_keys(*OLD):
        added(who, 9)
    with index_keys(*NEW), pytest.raises(NotAllUnderThisKey):
        reindex.tidy()
    assert entries() == 5


def test_those_who_are_gone_keep_nothing_from_being_removed() -> None:
    with index_keys(*OLD):
        who, _ = registered(1), registered(2)
    fill()
    with index_keys(*NEW):
        privacy.erase(who.account_id, NOW)  # their phone is still there under the old key
        assert reindex.tidy() == 3


# ---- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mine", "theirs"), [(BOTH, TURNED), (TURNED, BOTH), (TURNED, NEW)])
def test_five_codes_a_day_are_five_across_a_deployment(mine: Keys, theirs: Keys) -> None:
    for number in range(5):
        register(1, 1, (mine, theirs)[number % 2], NOW + number * MINUTE)
    with pytest.raises(TooOften):
        register(1, 1, theirs, NOW + 5 * MINUTE)


def test_what_was_counted_in_a_day_of_two_keys_counts_when_they_turn() -> None:
    for number in range(5):
        register(1, 1, BOTH, NOW + number * MINUTE)
    with pytest.raises(TooOften) as refused:
        register(1, 1, TURNED, NOW + 5 * MINUTE)
    assert refused.value.more == {"retry_after": 86_400 - 300}


def test_a_code_of_a_key_that_is_gone_is_asked_for_again() -> None:
    """Nobody has one if an hour lies between the phases."""
    with index_keys(*OLD):
        who = registered()
        sent = sessions.ask(who.phone, NOW + MINUTE)
    fill()
    with index_keys(*NEW):
        registered(2)
        reindex.tidy()
        with pytest.raises(CodeExpired):
            sessions.verify(sent.challenge_id, code_sent_to(who.phone), NOW + MINUTE)


# ---- what it costs ------------------------------------------------------------------------------


def kms(operation: str) -> AbstractContextManager[list[Any]]:
    return before(operation, client=aws.client("kms"))


@pytest.mark.parametrize(
    ("keys", "registering", "signing_in"), [(OLD, 2, 1), (NEW, 2, 1), (BOTH, 6, 2), (TURNED, 6, 2)]
)
def test_only_two_keys_cost_more_than_one(keys: Keys, registering: int, signing_in: int) -> None:
    """Two digests of a registration, of phone and NIK; one of a sign-in."""
    with index_keys(*keys), kms("GenerateMac") as made:
        who = registered()
        assert len(made) == registering
    with kms("GenerateMac") as made:
        sign_in(who, keys, keys, NOW + MINUTE)
        assert len(made) == signing_in


# ---- all of it ----------------------------------------------------------------------------------


class Town:
    """People who register and sign in at whatever processes there are, day by day."""

    def __init__(self) -> None:
        self.people: list[Registered] = []
        self._days = count(1)

    def register(self, keys: Keys) -> None:
        with index_keys(*keys):
            self.people.append(registered(len(self.people) + 1, self._tomorrow()))

    def live(self, mine: Keys, theirs: Keys) -> None:
        """Somebody new registers; old and new sign in, and a NIK that is held stays so."""
        self.register(mine)
        for who in (self.people[0], self.people[len(self.people) // 2], self.people[-1]):
            assert sign_in(who, mine, theirs, self._tomorrow()) == who.account_id
        stranger, now = 500 + len(self.people), self._tomorrow()
        made = prove(register(1, stranger, theirs, now), stranger, mine, now)
        assert made.proof is Proof.CLAIMED

    def _tomorrow(self) -> datetime:
        return NOW + next(self._days) * DAY


def test_nobody_fails_to_sign_in_and_no_nik_is_two_people_in_a_whole_rotation() -> None:
    town = Town()
    for phase, following in pairwise(PHASES):
        for mine, theirs in ((phase, phase), (phase, following), (following, phase)):
            town.live(mine, theirs)
        town.live(following, following)
        if following == BOTH:
            meanwhile = [partial(town.live, BOTH, BOTH)] * 4
            with before("TransactWriteItems", *meanwhile) as writes:
                fill()
            assert len(writes) > len(meanwhile)
    with index_keys(*NEW):
        assert reindex.tidy() > 0
    town.live(NEW, NEW)
    everybody = sorted(who.person_id for who in town.people)
    assert sorted(set(everybody)) == everybody
    named = [item.applicant_id for item in IdentityItem.scan() if item.applicant_id]
    assert sorted(named) == everybody
    assert digests_of_applicants() == digests_that_lead_to_applicants()

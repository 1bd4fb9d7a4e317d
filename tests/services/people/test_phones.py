"""Another phone for an account: a code proves it, the old one is told, idle accounts give way."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain import texts
from chalicelib.domain.errors import (
    CodeExpired,
    CodesSpent,
    NoSuchAccount,
    PhoneRegistered,
    RequestInProgress,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.limits import Budget
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.persons import Proof, settle
from chalicelib.services.booking import change
from chalicelib.services.limits import tallied
from chalicelib.services.people import family, phones, privacy, profile, registration
from chalicelib.services.sign_in import codes, sessions
from chalicelib.store import accounts, applicants, identities
from chalicelib.vault import Index, digests
from tests.builders import (
    KEY_A,
    KEY_B,
    SINGLE,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    another,
    booked,
    code_sent_to,
    index_keys,
    person_of,
    registered,
    registered_with,
    released_days,
    sms_client,
    texts_to,
)
from tests.wire import before, fault, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LATER = NOW + MINUTE
NEW = a_phone(9)


def changed(who: Registered, now: timedelta | None = None) -> None:
    """Give an account a new phone."""
    at = NOW + (now or MINUTE)
    sent = phones.ask(who.account_id, NEW, at)
    phones.verify(who.account_id, sent.challenge_id, code_sent_to(NEW), at)


def opens(number: str) -> str | None:
    """The account that a number opens."""
    return identities.get(digests(Index.PHONE, number)[0].text).account_id


# ---- asked ---------------------------------------------------------------------------------------


def test_a_code_goes_to_the_new_phone_and_nothing_to_the_old_one() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    assert (sent.expires_at, sent.resend_after) == (LATER + codes.LIFE, LATER + MINUTE)
    assert len(texts_to(NEW)) == 1
    assert len(texts_to(who.phone)) == 1


def test_the_answer_is_the_same_for_a_phone_that_somebody_has() -> None:
    who, other = registered(), registered(2)
    free = phones.ask(who.account_id, NEW, LATER)
    taken = phones.ask(who.account_id, other.phone, LATER)
    assert (free.expires_at, free.resend_after) == (taken.expires_at, taken.resend_after)


def test_a_phone_waits_a_minute_for_its_next_code() -> None:
    who = registered()
    phones.ask(who.account_id, NEW, LATER)
    with pytest.raises(TooSoon):
        phones.ask(who.account_id, NEW, LATER + SECOND)


def test_no_sixth_code_goes_to_a_phone_in_a_day() -> None:
    who = registered()
    for n in range(5):
        phones.ask(who.account_id, NEW, LATER + n * MINUTE)
    with pytest.raises(TooOften):
        phones.ask(who.account_id, NEW, LATER + 5 * MINUTE)


def test_a_change_spends_of_the_days_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    who = registered()
    one = tallied.BUDGETS[Budget.DEVICE]._replace(most=1)
    monkeypatch.setattr(tallied, "BUDGETS", {**tallied.BUDGETS, Budget.DEVICE: one})
    phones.ask(who.account_id, NEW, LATER)
    with pytest.raises(CodesSpent):
        phones.ask(who.account_id, a_phone(98), LATER + MINUTE)


# ---- proven --------------------------------------------------------------------------------------


def test_the_new_phone_opens_the_account_and_the_old_one_does_not() -> None:
    who = registered()
    changed(who)
    assert (opens(NEW.number), opens(who.phone.number)) == (who.account_id, None)
    assert profile.me(who.account_id, LATER).phone == NEW.number


def test_whoever_has_the_new_phone_signs_in() -> None:
    who = registered()
    changed(who)
    sent = sessions.ask(NEW, LATER + MINUTE)
    signed_in = sessions.verify(sent.challenge_id, code_sent_to(NEW), LATER + MINUTE)
    assert signed_in.account_id == who.account_id


def test_the_old_number_is_told_once() -> None:
    who = registered()
    changed(who)
    assert texts_to(who.phone)[1:] == [texts.PHONE_CHANGED]
    assert texts.PHONE_CHANGED not in texts_to(NEW)


def test_the_old_number_is_free_for_somebody_else() -> None:
    who = registered()
    changed(who)
    other = registered_with(a_ktp(2), who.phone, LATER)
    assert other.account_id != who.account_id
    assert opens(who.phone.number) == other.account_id


def test_sessions_bookings_and_the_holder_stay() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    changed(who)
    assert sessions.refresh(who.signed_in.refresh_token, LATER).account_id == who.account_id
    assert person_of(who).proof(who.account_id) is Proof.HELD
    assert change.cancel(made.code, who.account_id, LATER)


def test_a_wrong_code_changes_nothing() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    with pytest.raises(WrongCode) as refused:
        phones.verify(who.account_id, sent.challenge_id, another(code_sent_to(NEW)), LATER)
    assert refused.value.more == {"tries_left": 4}
    assert (opens(NEW.number), opens(who.phone.number)) == (None, who.account_id)


def test_a_code_is_tried_five_times_at_most() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    code = code_sent_to(NEW)
    for _ in range(5):
        with pytest.raises(WrongCode):
            phones.verify(who.account_id, sent.challenge_id, another(code), LATER)
    with pytest.raises(CodeExpired):
        phones.verify(who.account_id, sent.challenge_id, code, LATER)


def test_a_code_lives_five_minutes() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    with pytest.raises(CodeExpired):
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(NEW), LATER + codes.LIFE)


def test_nobody_finishes_the_change_of_another_account() -> None:
    who, thief = registered(), registered(2)
    sent = phones.ask(who.account_id, NEW, LATER)
    with pytest.raises(CodeExpired):
        phones.verify(thief.account_id, sent.challenge_id, code_sent_to(NEW), LATER)
    assert opens(NEW.number) is None
    assert opens(thief.phone.number) == thief.account_id


def test_a_code_for_a_change_neither_signs_in_nor_registers_nor_the_other_way_round() -> None:
    who = registered()
    change_id = phones.ask(who.account_id, NEW, LATER).challenge_id
    code = code_sent_to(NEW)
    for verify in (sessions.verify, registration.verify):
        with pytest.raises(CodeExpired):
            verify(change_id, code, LATER)
    session_id = sessions.ask(who.phone, LATER).challenge_id
    with pytest.raises(CodeExpired):
        phones.verify(who.account_id, session_id, code_sent_to(who.phone), LATER)


def test_an_account_that_was_erased_meanwhile_is_given_no_phone() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    privacy.erase(who.account_id, LATER)
    with pytest.raises(NoSuchAccount):
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(NEW), LATER)
    assert opens(NEW.number) is None


def test_the_phone_that_an_account_has_is_no_change_and_nobody_is_told() -> None:
    who = registered()
    sent = phones.ask(who.account_id, who.phone, LATER)
    code = code_sent_to(who.phone)
    phones.verify(who.account_id, sent.challenge_id, code, LATER)
    assert opens(who.phone.number) == who.account_id
    assert texts.PHONE_CHANGED not in texts_to(who.phone)


def test_a_code_changes_a_phone_once() -> None:
    who = registered()
    changed(who)
    sent = phones.ask(who.account_id, who.phone, LATER + MINUTE)
    code = code_sent_to(who.phone)
    phones.verify(who.account_id, sent.challenge_id, code, LATER + MINUTE)
    with pytest.raises(CodeExpired):
        phones.verify(who.account_id, sent.challenge_id, code, LATER + MINUTE)
    assert profile.me(who.account_id, LATER).phone == who.phone.number


def test_the_change_is_made_though_the_old_number_cannot_be_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    with before("Publish", *fault(), client=sms_client(1)):
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(NEW), LATER)
    assert opens(NEW.number) == who.account_id
    said = capsys.readouterr().out
    assert "the old number was not surely told" in said
    assert who.phone.number not in said


def test_a_change_meets_another_and_one_of_them_wins() -> None:
    who = registered()
    first, second = a_phone(8), NEW
    one, two = (phones.ask(who.account_id, phone, LATER).challenge_id for phone in (first, second))

    def the_other() -> None:
        phones.verify(who.account_id, two, code_sent_to(second), LATER)

    with before("TransactWriteItems", the_other):
        phones.verify(who.account_id, one, code_sent_to(first), LATER)
    assert profile.me(who.account_id, LATER).phone == first.number
    assert (opens(first.number), opens(second.number)) == (who.account_id, None)
    assert opens(who.phone.number) is None
    assert texts_to(who.phone)[1:] == [texts.PHONE_CHANGED]
    assert texts_to(second)[1:] == [texts.PHONE_CHANGED]


def test_of_two_requests_with_one_code_one_changes_the_phone() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    code = code_sent_to(NEW)

    def the_other() -> None:
        phones.verify(who.account_id, sent.challenge_id, code, LATER)

    with before("TransactWriteItems", the_other), pytest.raises(CodeExpired):
        phones.verify(who.account_id, sent.challenge_id, code, LATER)
    assert opens(NEW.number) == who.account_id
    assert texts_to(who.phone)[1:] == [texts.PHONE_CHANGED]


def test_a_change_that_never_finds_things_as_it_read_them_gives_up() -> None:
    who = registered()
    sent = phones.ask(who.account_id, NEW, LATER)
    conflict = refuse("TransactionCanceledException", "None", "ConditionalCheckFailed")
    with before("TransactWriteItems", *[conflict] * phones.READS), pytest.raises(RequestInProgress):
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(NEW), LATER)


def test_a_phone_is_changed_under_both_keys_while_the_index_goes_from_one_to_the_other() -> None:
    with index_keys(KEY_A, KEY_B):
        who = registered()
        changed(who)
        found = digests(Index.PHONE, NEW.number)
        gone = digests(Index.PHONE, who.phone.number)
    assert len(found) == 2
    assert {identities.get(one.text).account_id for one in found} == {who.account_id}
    assert {identities.get(one.text).account_id for one in gone} == {None}


# ---- a phone that somebody has -------------------------------------------------------------------


def test_a_phone_in_use_is_refused() -> None:
    who, other = registered(), registered(2)
    sent = phones.ask(who.account_id, other.phone, LATER)
    with pytest.raises(PhoneRegistered):
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(other.phone), LATER)
    assert opens(other.phone.number) == other.account_id


def test_the_phone_of_an_idle_account_goes_to_whoever_proves_it() -> None:
    idle = registered(2)
    at = NOW + IDLE
    who = registered(1, at)
    sent = phones.ask(who.account_id, idle.phone, at)
    phones.verify(who.account_id, sent.challenge_id, code_sent_to(idle.phone), at)
    assert opens(idle.phone.number) == who.account_id
    detached = accounts.get(idle.account_id)
    assert detached
    assert detached.phone is None
    assert profile.me(idle.account_id, at).phone is None


def test_the_holder_of_a_detached_account_has_only_claimed_unless_an_office_saw_them() -> None:
    for number, seen in ((2, False), (3, True)):
        idle = registered(number)
        if seen:
            see(idle)
        at = NOW + IDLE + number * MINUTE
        who = registered(number + 10, at)
        sent = phones.ask(who.account_id, idle.phone, at)
        phones.verify(who.account_id, sent.challenge_id, code_sent_to(idle.phone), at)
        proof = person_of(idle).links[idle.account_id].proof
        assert proof == (Proof.SEEN if seen else Proof.CLAIMED)


def see(who: Registered) -> None:
    """Let an office have seen somebody's KTP."""
    person = person_of(who)
    links = dict(person.links)
    links[who.account_id] = links[who.account_id]._replace(proof=Proof.SEEN)
    assert applicants.link(person, settle(person, links, NOW))


def test_an_idle_account_that_is_used_in_the_last_moment_keeps_its_phone() -> None:
    idle = registered(2)
    at = NOW + IDLE
    who = registered(1, at)
    sent = phones.ask(who.account_id, idle.phone, at)
    code = code_sent_to(idle.phone)
    with (
        before("TransactWriteItems", lambda: used(idle, at)),
        pytest.raises(PhoneRegistered),
    ):
        phones.verify(who.account_id, sent.challenge_id, code, at)
    assert opens(idle.phone.number) == idle.account_id
    assert opens(who.phone.number) == who.account_id


def used(who: Registered, at: datetime) -> None:
    """Note that an account is used."""
    accounts.use(who.account_id, at)


def test_whoever_lost_their_phone_takes_another_while_they_are_signed_in() -> None:
    lost = registered(2)
    registered_with(a_ktp(3), lost.phone, NOW + IDLE)
    at = NOW + IDLE + DAY
    sent = phones.ask(lost.account_id, NEW, at)
    phones.verify(lost.account_id, sent.challenge_id, code_sent_to(NEW), at)
    assert opens(NEW.number) == lost.account_id
    assert texts.PHONE_CHANGED not in texts_to(lost.phone)


def test_relatives_of_a_detached_account_stay_in_its_family() -> None:
    idle = registered(2)
    child = family.add(idle.account_id, a_ktp(4), Relation.CHILD, NOW)
    registered_with(a_ktp(3), idle.phone, NOW + IDLE)
    assert [one.alias for one in family.of(idle.account_id, NOW + IDLE)] == [child.alias]

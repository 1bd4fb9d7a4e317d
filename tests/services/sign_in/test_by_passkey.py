"""Signing in by a passkey: for as long as the account and its phone are whose they were."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import (
    NoSuchAccount,
    PhoneRegistered,
    RequestInProgress,
    SessionEnded,
    TooOften,
)
from chalicelib.domain.limits import PASSKEYS_PER_ADDRESS
from chalicelib.domain.passkeys import Passkey, PasskeyRefused, SignInEnded
from chalicelib.domain.people import IDLE
from chalicelib.services.limits import tallied
from chalicelib.services.passkeys import CHALLENGE
from chalicelib.services.people import phones, privacy
from chalicelib.services.sign_in import by_passkey, sessions
from chalicelib.services.sign_in.by_passkey import READS
from chalicelib.store import accounts
from chalicelib.store import passkeys as store
from chalicelib.store import sessions as kept_sessions
from chalicelib.store.accounts import Account
from chalicelib.store.passkeys import MOST
from chalicelib.store.sessions import LIFE
from chalicelib.store.tables.people import AccountItem, SessionItem
from chalicelib.telemetry import Metric
from tests.api.authenticator import Authenticator
from tests.builders import (
    Registered,
    a_ktp,
    code_sent_to,
    measured,
    registered,
    registered_with,
)
from tests.passkeys import ADDRESS, kept, signed_in_by
from tests.pushes import subscribed
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LATER = NOW + MINUTE


def account_of(who: Registered) -> Account:
    account = accounts.get(who.account_id)
    assert account
    return account


def test_whoever_has_kept_a_passkey_signs_in_without_an_sms() -> None:
    who = registered()
    made = kept(who, NOW)
    signed_in = signed_in_by(made.key, LATER)
    assert signed_in.account_id == who.account_id
    assert kept_sessions.stands(signed_in.session_id, who.account_id)
    assert (account_of(who).used_at, account_of(who).passkeys[made.passkey_id].used_at) == (
        LATER,
        LATER,
    )


def test_what_is_asked_names_no_account_and_no_credential() -> None:
    kept(registered(), NOW)
    options = by_passkey.ask(ADDRESS, NOW).options
    assert options.pop("challenge")
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")


def test_a_device_is_asked_for_no_second_passkey_and_is_told_no_name() -> None:
    who = registered()
    made = kept(who, NOW)
    options = by_passkey.ask_to_keep(account_of(who), NOW)
    assert len(options["excludeCredentials"]) == 1
    told = str(options)
    assert who.ktp.name not in told
    assert who.phone.number not in told
    assert kept(who, NOW, made.key).passkey_id == made.passkey_id
    assert len(account_of(who).passkeys) == 1


def test_a_passkey_that_does_not_count_signs_in_again_and_again() -> None:
    who = registered()
    made = kept(who, NOW)
    for _ in range(2):
        made.key.count = -1
        assert signed_in_by(made.key, LATER)


def test_a_sixth_passkey_takes_the_place_of_the_one_that_was_not_used_for_longest() -> None:
    who = registered()
    first, second, *others = [kept(who, NOW + n * MINUTE) for n in range(MOST)]
    signed_in_by(first.key, NOW + MOST * MINUTE)
    sixth = kept(who, NOW + 6 * MINUTE)
    there = {one.passkey_id for one in (first, *others, sixth)}
    assert account_of(who).passkeys.keys() == there
    with pytest.raises(PasskeyRefused):
        signed_in_by(second.key, NOW + 7 * MINUTE)


def test_two_that_are_kept_at_once_are_both_there() -> None:
    who = registered()
    with before("UpdateItem", nothing, lambda: void(added(who))):
        kept(who, NOW)
    assert len(account_of(who).passkeys) == 2


def void(_: object) -> None:
    """What an act returns is not wanted."""


def test_an_account_that_changes_all_the_time_is_asked_for_again_later() -> None:
    who = registered()
    read, key = account_of(who), Authenticator()
    made = key.create(by_passkey.ask_to_keep(read, NOW))
    others = [lambda: void(added(who)) for _ in range(READS)]
    with before("UpdateItem", nothing, *others), pytest.raises(RequestInProgress):
        by_passkey.keep(read, made, NOW)


def nothing() -> None:
    """The challenge is taken."""


def added(who: Registered) -> object:
    """One more passkey, past the services."""
    return store.add(account_of(who), Passkey(Authenticator().credential_id, b"public", 0), NOW)


# ---- what is refused -----------------------------------------------------------------------------


def test_a_passkey_that_was_removed_signs_in_no_more() -> None:
    who = registered()
    made, other = kept(who, NOW), kept(who, NOW)
    for _ in range(2):
        store.remove(who.account_id, made.passkey_id)
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, LATER)
    assert signed_in_by(other.key, LATER)


def test_a_passkey_that_is_removed_meanwhile_signs_nobody_in() -> None:
    who = registered()
    made = kept(who, NOW)
    removed = lambda: store.remove(who.account_id, made.passkey_id)  # noqa: E731
    with before("TransactWriteItems", removed), pytest.raises(PasskeyRefused):
        signed_in_by(made.key, LATER)
    assert begun_since(NOW) == []


def test_one_signature_signs_in_once() -> None:
    made = kept(registered(), NOW)
    begun = by_passkey.ask(ADDRESS, NOW)
    answer = made.key.get(begun.options)
    assert by_passkey.verify(begun.sign_in_id, answer, LATER)
    with pytest.raises(SignInEnded):
        by_passkey.verify(begun.sign_in_id, answer, LATER)


def test_an_answer_comes_within_five_minutes() -> None:
    made = kept(registered(), NOW)
    for late, ended in ((CHALLENGE - SECOND, False), (CHALLENGE, True)):
        begun = by_passkey.ask(ADDRESS, NOW)
        answer = made.key.get(begun.options)
        if ended:
            with pytest.raises(SignInEnded):
                by_passkey.verify(begun.sign_in_id, answer, NOW + late)
        else:
            assert by_passkey.verify(begun.sign_in_id, answer, NOW + late)


def test_a_passkey_of_one_account_opens_no_other() -> None:
    one, other = registered(1), registered(2)
    made = kept(one, NOW)
    kept(other, NOW)
    made.key.user = kept(other, NOW).key.user  # as a forger would
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, LATER)


def test_nobody_keeps_what_was_made_for_another_account() -> None:
    one, other = account_of(registered(1)), account_of(registered(2))
    made = Authenticator().create(by_passkey.ask_to_keep(one, NOW))
    by_passkey.ask_to_keep(other, NOW)
    with pytest.raises(PasskeyRefused):
        by_passkey.keep(other, made, NOW)


def test_a_challenge_for_a_sign_in_keeps_no_passkey() -> None:
    account = account_of(registered())
    options = {**by_passkey.ask(ADDRESS, NOW).options, "user": {"id": "x"}}
    with pytest.raises(SignInEnded):
        by_passkey.keep(account, Authenticator().create(options), NOW)


def test_sign_ins_from_one_address_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PASSKEYS_PER_ADDRESS.most >= 1_000, "a carrier has a crowd behind one address"
    monkeypatch.setattr(tallied, "PASSKEYS_PER_ADDRESS", PASSKEYS_PER_ADDRESS._replace(most=2))
    for _ in range(2):
        by_passkey.ask(ADDRESS, NOW)
    with pytest.raises(TooOften):
        by_passkey.ask(ADDRESS, NOW)


def test_what_passkeys_do_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    who = registered()
    made = kept(who, NOW)
    signed_in_by(made.key, LATER)
    store.remove(who.account_id, made.passkey_id)
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, LATER)
    said = measured(capsys.readouterr().out, Metric.PASSKEYS)
    assert [one["result"] for one in said] == ["kept", "signed_in", "refused"]


# ---- an account that is idle, and one whose phone changes hands ---------------------------------


def begun_since(at: datetime) -> list[str]:
    """Whose sessions have begun after an instant."""
    return [one.account_id for one in SessionItem.scan() if one.started_at > at.timestamp()]


def test_an_idle_account_is_opened_by_no_passkey_and_by_no_session() -> None:
    who = registered()
    made = kept(who, NOW)
    assert IDLE < LIFE, "else there is nothing to be shown of sessions"
    at = NOW + IDLE
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, at)
    with pytest.raises(SessionEnded):
        sessions.refresh(who.signed_in.refresh_token, at)
    assert account_of(who).used_at == NOW


def test_a_second_before_that_both_open_it() -> None:
    at = NOW + IDLE - SECOND
    one, other = registered(1), registered(2)
    made = kept(one, NOW)
    assert signed_in_by(made.key, at)
    assert sessions.refresh(other.signed_in.refresh_token, at)


def test_a_phone_that_is_not_used_for_long_is_signed_in_as_long_as_another_of_the_account_is() -> (
    None
):
    who = registered()
    made = kept(who, NOW)
    token = signed_in_by(made.key, LATER).refresh_token
    for n in (30, 60, 89):
        token = sessions.refresh(token, NOW + n * DAY).refresh_token
    assert sessions.refresh(who.signed_in.refresh_token, NOW + LIFE - SECOND)


def test_after_the_code_that_an_idle_account_asks_for_its_passkeys_are_good_again() -> None:
    who = registered()
    made = kept(who, NOW)
    at = NOW + IDLE
    sent = sessions.ask(who.phone, at)
    told = sessions.Identity(who.ktp.birth_date, who.ktp.nik.digits[-4:])
    sessions.verify(sent.challenge_id, code_sent_to(who.phone), at, told)
    assert signed_in_by(made.key, at + MINUTE)


def by_registration(idle: Registered, at: datetime) -> None:
    registered_with(a_ktp(3), idle.phone, at)


def by_a_change_of_phone(idle: Registered, at: datetime) -> None:
    other = registered(4, at)
    sent = phones.ask(other.account_id, idle.phone, at)
    phones.verify(other.account_id, sent.challenge_id, code_sent_to(idle.phone), at)


TAKEN = pytest.mark.parametrize("taken", [by_registration, by_a_change_of_phone])


@TAKEN
def test_with_its_phone_an_account_loses_sessions_passkeys_and_pushes(
    taken: Callable[[Registered, datetime], None],
) -> None:
    who, at = registered(), NOW + IDLE
    made = kept(who, NOW)
    subscribed(who, NOW)
    assert kept_sessions.stands(who.signed_in.session_id, who.account_id)
    taken(who, at)
    lost = account_of(who)
    assert (lost.phone, lost.passkeys, lost.pushes) == (None, {}, {})
    assert not kept_sessions.stands(who.signed_in.session_id, who.account_id)
    assert accounts.signed_in(who.signed_in.session_id, who.account_id) is None
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, at - SECOND)  # by a clock that is behind
    with pytest.raises(SessionEnded):
        sessions.refresh(who.signed_in.refresh_token, at - SECOND)


def test_the_control_a_session_that_is_not_asked_for_a_phone_would_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, at = registered(), NOW + IDLE
    by_registration(who, at)
    monkeypatch.setattr(kept_sessions, "stand_in", lambda found: all(found.values()))
    assert sessions.refresh(who.signed_in.refresh_token, at - SECOND)


def taken_meanwhile(who: Registered, made: Authenticator) -> None:
    """The phone changes hands between a passkey's look at the account and its write.

    It is the last second in which the account is in use, and another process is a second ahead.
    """
    at = NOW + IDLE
    with before("TransactWriteItems", lambda: by_registration(who, at)):
        signed_in_by(made, at - SECOND)


def test_nobody_signs_in_to_an_account_whose_phone_changes_hands_meanwhile() -> None:
    who = registered()
    made = kept(who, NOW)
    with pytest.raises(PasskeyRefused):
        taken_meanwhile(who, made.key)
    assert who.account_id not in begun_since(NOW)


def test_the_control_passkeys_that_stay_would_let_them_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "GOES_WITH_THE_PHONE", (AccountItem.phone,))
    who = registered()
    taken_meanwhile(who, kept(who, NOW).key)
    assert who.account_id in begun_since(NOW)


def test_a_phone_is_not_taken_from_an_account_that_a_passkey_opens_meanwhile() -> None:
    who = registered()
    made = kept(who, NOW)
    at = NOW + IDLE
    other = registered(4, at)
    sent = phones.ask(other.account_id, who.phone, at)
    code = code_sent_to(who.phone)
    opened = lambda: void(signed_in_by(made.key, at - SECOND))  # noqa: E731
    with before("TransactWriteItems", opened), pytest.raises(PhoneRegistered):
        phones.verify(other.account_id, sent.challenge_id, code, at)
    assert account_of(who).passkeys


def test_with_the_account_its_passkeys_are_gone() -> None:
    who = registered()
    made = kept(who, NOW)
    privacy.erase(who.account_id, LATER)
    with pytest.raises(PasskeyRefused):
        signed_in_by(made.key, LATER)


def test_an_account_that_is_erased_or_loses_its_phone_meanwhile_keeps_no_passkey() -> None:
    for number, gone in enumerate((privacy.erase, None)):
        who = registered(number + 10)
        read = account_of(who)
        made = Authenticator().create(by_passkey.ask_to_keep(read, NOW))
        if gone:
            gone(who.account_id, LATER)
        else:
            by_registration(who, NOW + IDLE)
        with pytest.raises(NoSuchAccount):
            by_passkey.keep(read, made, LATER)


def test_an_export_says_which_passkeys_there_are() -> None:
    who = registered()
    made = kept(who, NOW)
    held = privacy.export(who.account_id, NOW)
    assert list(held.account.passkeys) == [made.passkey_id]

"""Another phone for an account: one transaction, on the account as it was read."""

import pytest

from chalicelib.domain.people import Digests
from chalicelib.store import accounts, challenges, identities
from chalicelib.store.accounts import Account
from chalicelib.store.challenges import Answered
from chalicelib.store.outcomes import Changed, Opened, Spent
from chalicelib.vault import Index
from chalicelib.vault import digests as made
from tests.builders import Registered, a_phone, digests, registered
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

NEW = digests("phone:new")
SEALED = b"sealed"


def account_of(who: Registered) -> Account:
    account = accounts.get(who.account_id)
    assert account
    return account


def old_phone_of(who: Registered) -> Digests:
    return made(Index.PHONE, who.phone.number)


def a_challenge(name: str = "change") -> Answered:
    """A challenge that waits for its answer, and a request that answers it."""
    challenges.put(
        challenges.Challenge(
            challenge_id=name,
            purpose="phone",
            phone_index=NEW[0].text,
            index_key="key",
            sealed=b"",
            code_mac="mac",
            tries_left=5,
            expires_at=NOW,
        )
    )
    return Answered(name, "request")


def test_the_new_phone_leads_to_the_account_and_the_old_one_nowhere() -> None:
    who = registered()
    done = accounts.change_phone(account_of(who), SEALED, old_phone_of(who), NEW, a_challenge())
    assert isinstance(done, Opened)
    assert account_of(who).phone == SEALED
    assert identities.get(NEW[0].text).account_id == who.account_id
    assert identities.get(old_phone_of(who)[0].text).account_id is None


def test_the_sdk_may_send_it_twice() -> None:
    who = registered()
    account, old, answered = account_of(who), old_phone_of(who), a_challenge()

    def first() -> None:
        accounts.change_phone(account, SEALED, old, NEW, answered)

    with before("TransactWriteItems", first):
        assert isinstance(accounts.change_phone(account, SEALED, old, NEW, answered), Opened)


def test_a_challenge_changes_a_phone_once() -> None:
    who = registered()
    answered = a_challenge()
    accounts.change_phone(account_of(who), SEALED, old_phone_of(who), NEW, answered)
    again = accounts.change_phone(
        account_of(who), b"other", NEW, digests("phone:third"), answered._replace(by="another")
    )
    assert isinstance(again, Spent)
    assert account_of(who).phone == SEALED


def test_a_phone_that_changed_since_it_was_read_is_read_again() -> None:
    who = registered()
    read = account_of(who)
    accounts.change_phone(read, SEALED, old_phone_of(who), NEW, a_challenge())
    late = accounts.change_phone(
        read, b"other", old_phone_of(who), digests("phone:third"), a_challenge("other")
    )
    assert isinstance(late, Changed)
    assert account_of(who).phone == SEALED
    assert identities.get("phone:third").account_id is None


def test_a_phone_that_opens_another_account_by_now_is_not_taken() -> None:
    who, other = registered(), registered(2)
    taken = accounts.change_phone(
        account_of(who), SEALED, old_phone_of(who), old_phone_of(other), a_challenge()
    )
    assert isinstance(taken, Changed)
    assert identities.get(old_phone_of(other)[0].text).account_id == other.account_id
    assert identities.get(made(Index.PHONE, a_phone().number)[0].text).account_id == who.account_id

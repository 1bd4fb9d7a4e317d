"""The devices of an account that get messages by push."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import Invalid, NoSuchAccount, RequestInProgress
from chalicelib.services.notices import subscriptions
from chalicelib.services.people import privacy
from chalicelib.store import accounts
from chalicelib.store.subscriptions import MOST
from chalicelib.store.tables.people import AccountItem
from tests.builders import Registered, registered
from tests.pushes import endpoint, subscribed
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)


def devices_of(who: Registered) -> list[str]:
    account = accounts.get(who.account_id)
    assert account
    return sorted(account.pushes, key=lambda one: account.pushes[one].at)


def test_a_device_that_subscribes_again_is_the_same_device() -> None:
    who = registered()
    assert subscribed(who, NOW) == subscribed(who, NOW + MINUTE)
    assert len(devices_of(who)) == 1


def test_one_device_has_another_id_in_another_account() -> None:
    one, other = registered(1), registered(2)
    ids = {subscriptions.subscribe(who.account_id, endpoint(one), NOW) for who in (one, other)}
    assert len(ids) == 2


def test_a_sixth_device_takes_the_place_of_the_oldest() -> None:
    who = registered()
    made = [subscribed(who, NOW + n * MINUTE, f"device-{n}") for n in range(MOST + 1)]
    assert devices_of(who) == made[1:]


def test_a_device_that_is_taken_back_is_gone_and_may_be_taken_back_again() -> None:
    who = registered()
    kept, gone = subscribed(who, NOW, "kept"), subscribed(who, NOW, "gone")
    for _ in range(2):
        subscriptions.unsubscribe(who.account_id, gone)
    assert devices_of(who) == [kept]


def test_after_the_last_device_is_gone_there_can_be_another() -> None:
    who = registered()
    subscriptions.unsubscribe(who.account_id, subscribed(who, NOW))
    another = subscribed(who, NOW, "another")
    assert devices_of(who) == [another]


def test_nobody_takes_back_a_device_of_somebody_else() -> None:
    who, other = registered(1), registered(2)
    made = subscribed(who, NOW)
    subscriptions.unsubscribe(other.account_id, made)
    assert devices_of(who) == [made]


def test_two_devices_that_subscribe_at_once_are_both_there() -> None:
    who = registered()
    with before("UpdateItem", lambda: void(subscribed(who, NOW, "other"))):
        subscribed(who, NOW, "one")
    assert len(devices_of(who)) == 2


def test_an_account_that_changes_all_the_time_is_asked_for_again_later() -> None:
    who = registered()
    others = [lambda n=n: void(subscribed(who, NOW, f"other-{n}")) for n in range(3)]
    with before("UpdateItem", *others), pytest.raises(RequestInProgress):
        subscribed(who, NOW, "one")


def test_an_account_that_is_erased_meanwhile_gets_no_device() -> None:
    who = registered()
    with (
        before("UpdateItem", lambda: privacy.erase(who.account_id, NOW)),
        pytest.raises(NoSuchAccount),
    ):
        subscribed(who, NOW)
    assert accounts.get(who.account_id) is None


def test_an_address_of_no_push_service_is_refused_by_its_field() -> None:
    who = registered()
    with pytest.raises(Invalid) as refused:
        subscriptions.subscribe(who.account_id, "https://10.0.0.1/push", NOW)
    assert refused.value.more == {"field": "endpoint", "rule": "push-service"}


def test_where_a_device_is_reached_lies_sealed() -> None:
    who = registered()
    subscribed(who, NOW)
    assert endpoint(who)[8:] not in repr(AccountItem.raw_item(who.account_id))


def test_an_account_from_before_there_was_push_can_subscribe() -> None:
    who = registered()
    AccountItem.change(who.account_id, actions=[AccountItem.pushes.remove()])
    made = subscribed(who, NOW)
    assert devices_of(who) == [made]


def void(_: object) -> None:
    """For an act that answers nothing."""

"""A device token is for its account, for half a year, and made by us alone."""

import pytest

from chalicelib.services.sign_in import devices
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def test_a_device_token_is_for_its_account() -> None:
    assert devices.account_of(devices.token("account-1", NOW), NOW) == "account-1"


def test_it_is_good_for_180_days() -> None:
    token = devices.token("account-1", NOW)
    assert devices.account_of(token, NOW + devices.LIFE) is None
    assert devices.account_of(token, NOW + devices.LIFE * 0.999) == "account-1"


@pytest.mark.parametrize(
    "token", ["", ".", "..", "account-1", "account-1.1.x", "ä.ö.ü", "\ud800.1"]
)
def test_what_we_have_not_made_is_for_nobody(token: str) -> None:
    assert devices.account_of(token, NOW) is None


def test_nobody_changes_the_account_or_the_time() -> None:
    account, until, signature = devices.token("account-1", NOW).split(".")
    for said in (f"account-2.{until}", f"{account}.{int(until) + 1}"):
        assert devices.account_of(f"{said}.{signature}", NOW) is None


def test_it_is_checked_without_a_call() -> None:
    token = devices.token("account-1", NOW)
    with before("GetItem") as reads, before("UpdateItem") as updates:
        devices.account_of(token, NOW)
    assert (reads, updates) == ([], [])

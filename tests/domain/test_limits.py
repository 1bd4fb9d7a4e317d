"""How often is too often, and who counts as one."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.limits import (
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    RELATIVES_PER_ADDRESS,
    RELATIVES_PER_NETWORK,
    Limit,
    caller_and_network,
)

DAILY = Limit("daily", 5)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_day_begins_at_midnight_utc_and_ends_a_second_before_the_next() -> None:
    last = MIDNIGHT + timedelta(days=1) - SECOND
    assert (DAILY.start(MIDNIGHT), DAILY.start(last)) == (MIDNIGHT, MIDNIGHT)
    assert DAILY.start(last + SECOND) == MIDNIGHT + timedelta(days=1)


def test_whoever_is_refused_is_told_to_wait_for_the_next_span() -> None:
    assert DAILY.retry_after(MIDNIGHT + timedelta(hours=23)) == 3600


def test_the_wait_is_never_nothing() -> None:
    assert DAILY.retry_after(MIDNIGHT + timedelta(days=1) - SECOND / 2) == 1


@pytest.mark.parametrize(
    ("address", "caller", "network"),
    [
        ("36.68.1.2", "36.68.1.2", "36.68.1.0/24"),
        ("36.68.1.255", "36.68.1.255", "36.68.1.0/24"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002/64", "20010db80001/48"),
        ("2001:DB8:1:2::1", "20010db800010002/64", "20010db80001/48"),
        ("::ffff:36.68.1.2", "36.68.1.2", "36.68.1.0/24"),
        ("test-invoke-source-ip", "test-invoke-source-ip", "test-invoke-source-ip"),
        ("", "", ""),
    ],
)
def test_a_caller_is_an_address_and_a_network_those_beside_it(
    address: str, caller: str, network: str
) -> None:
    assert caller_and_network(address) == (caller, network)


def test_a_network_has_room_for_more_than_one_full_address() -> None:
    assert CODES_PER_ADDRESS.most < CODES_PER_NETWORK.most
    assert RELATIVES_PER_ADDRESS.most < RELATIVES_PER_NETWORK.most

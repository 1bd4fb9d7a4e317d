"""Who asked, behind the distribution: told by CloudFront alone, whatever anybody else says."""

import pytest

from chalicelib import keyring
from chalicelib.api import viewer
from infra.stack import edge_secret
from tests.api.test_abuse import address_spent, assert_too_many, register
from tests.edge import EDGE, SECRET_A, SECRET_B, VALUES, behind_the_edge, passed_on

pytestmark = pytest.mark.usefixtures("aws")

VIEWER = "36.68.1.2"
OTHER = "114.4.5.6"

HOPS = [
    (VIEWER,),
    (OTHER, VIEWER),
    ("10.0.0.1", OTHER, VIEWER),
    (f"{OTHER}:4711", VIEWER),
    ("[2001:db8::1]:443", VIEWER),
    ("2001:448a:2020::7", VIEWER),
    ("", "nowhere", VIEWER),
    (EDGE, VIEWER),
]
"""What a viewer has sent as X-Forwarded-For, and behind it what CloudFront adds."""


def test_the_header_is_the_one_that_the_distribution_sends() -> None:
    assert edge_secret.HEADER.lower() == viewer.HEADER


@pytest.mark.parametrize("hops", HOPS)
def test_the_viewer_is_who_called_the_edge_whatever_they_sent(hops: tuple[str, ...]) -> None:
    with behind_the_edge():
        assert viewer.address(passed_on(*hops), EDGE) == VIEWER


def test_a_viewer_may_have_an_address_of_ipv6() -> None:
    with behind_the_edge():
        assert viewer.address(passed_on(OTHER, "2001:448a:2020::7"), EDGE) == "2001:448a:2020::7"


def test_a_gateway_that_adds_nothing_leaves_the_viewer_last() -> None:
    headers = passed_on() | {"x-forwarded-for": f"{OTHER}, {VIEWER}"}
    with behind_the_edge():
        assert viewer.address(headers, EDGE) == VIEWER


@pytest.mark.parametrize(
    "last", ["", "nowhere", f"{VIEWER}:4711", "[2001:db8::1]:443", "2001:db8::1::2", "36.68.1"]
)
def test_what_is_no_address_is_nobodys(last: str) -> None:
    with behind_the_edge():
        assert viewer.address(passed_on(OTHER, last), EDGE) == EDGE


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "wrong",
        VALUES[SECRET_A][:-1],
        VALUES[SECRET_A].upper(),
        VALUES[SECRET_B],
        f"{VALUES[SECRET_A]}, {VALUES[SECRET_A]}",
        f"wrong, {VALUES[SECRET_A]}",
        "é" * 64,
    ],
)
@pytest.mark.parametrize("hops", [(VIEWER,), (OTHER, VIEWER)])
def test_without_the_secret_no_header_counts(secret: str, hops: tuple[str, ...]) -> None:
    with behind_the_edge():
        assert viewer.address(passed_on(*hops, secret=secret), EDGE) == EDGE


def test_without_the_header_of_the_secret_no_other_counts() -> None:
    with behind_the_edge():
        assert viewer.address({"x-forwarded-for": f"{VIEWER}, {EDGE}"}, EDGE) == EDGE


def test_without_an_edge_nothing_is_believed_and_no_secret_is_asked_for() -> None:
    assert viewer.address(passed_on(VIEWER), EDGE) == EDGE
    assert viewer.address(passed_on(VIEWER, secret=""), EDGE) == EDGE
    assert keyring.edge.cache_info().misses == 0


def test_while_one_secret_follows_the_other_both_are_believed() -> None:
    with behind_the_edge(SECRET_A, SECRET_B):
        assert viewer.address(passed_on(VIEWER), EDGE) == VIEWER
        assert keyring.edge.cache_info().misses == 1, "the second is for who has not the first"
        assert viewer.address(passed_on(VIEWER, secret=VALUES[SECRET_B]), EDGE) == VIEWER
        assert viewer.address(passed_on(VIEWER, secret="wrong"), EDGE) == EDGE


# ---- what goes by it -----------------------------------------------------------------------------


def test_limits_go_by_the_viewer_and_not_by_the_edge() -> None:
    with behind_the_edge():
        address_spent(VIEWER)
        assert_too_many(register(EDGE, headers=passed_on(VIEWER)))
        assert register(EDGE, headers=passed_on(OTHER)).status == 202


def test_strangers_do_not_share_the_limits_of_an_edge() -> None:
    with behind_the_edge():
        address_spent(EDGE)
        assert register(EDGE, headers=passed_on(VIEWER)).status == 202


def test_who_has_had_enough_cannot_be_somebody_else() -> None:
    """Neither through the edge nor past it."""
    with behind_the_edge():
        address_spent(VIEWER)
        assert_too_many(register(EDGE, headers=passed_on(OTHER, VIEWER)))
        assert_too_many(register(VIEWER, headers=passed_on(OTHER, secret="wrong")))


def test_networks_of_ipv6_have_limits_too() -> None:
    with behind_the_edge():
        address_spent("2001448a20200001/64")
        assert_too_many(register(EDGE, headers=passed_on("2001:448a:2020:1::7")))
        assert register(EDGE, headers=passed_on("2001:448a:2020:2::7")).status == 202

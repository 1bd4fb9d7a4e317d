"""A phone that refreshes twice at once stays signed in, and a token that was used is used up."""

from collections.abc import Sequence
from functools import partial

import pytest

from tests.machine import Api, Machine, Reply, crowd, together

pytestmark = pytest.mark.server


def refresh(api: Api, token: str) -> Reply:
    return api.call("POST", "/v1/sessions/refresh", {"refresh_token": token})


def followers(replies: Sequence[Reply]) -> set[str]:
    """The refresh tokens that were given out."""
    return {reply.json["refresh_token"] for reply in replies if reply.status == 200}


@pytest.mark.parametrize("times", [2, 50])
def test_a_token_used_at_once_is_followed_by_one(machine: Machine, times: int) -> None:
    (who,) = crowd(machine, 1)
    replies = together([partial(refresh, machine, who.refresh_token)] * times)
    assert {reply.status for reply in replies} == {200}
    (follower,) = followers(replies)
    assert refresh(machine, follower).status == 200


def test_a_used_token_and_its_follower_at_once_leave_nobody_signed_in(machine: Machine) -> None:
    """The one has been stolen: whoever comes first, the session ends, its access tokens too."""
    (who,) = crowd(machine, 1)
    second = refresh(machine, who.refresh_token).json["refresh_token"]
    third = refresh(machine, second).json["refresh_token"]

    together([partial(refresh, machine, token) for token in (who.refresh_token, third)])

    for token in (who.refresh_token, second, third):
        assert refresh(machine, token).problem == "session-ended"
    assert machine.call("GET", "/v1/me", token=who.token).problem == "not-signed-in"


def test_signing_out_while_refreshing_leaves_nobody_signed_in(machine: Machine) -> None:
    (who,) = crowd(machine, 1)
    sign_out = partial(machine.call, "DELETE", "/v1/sessions/current", token=who.token)
    replies = together([sign_out, partial(refresh, machine, who.refresh_token)])
    assert replies[0].status == 204
    assert machine.call("GET", "/v1/me", token=who.token).problem == "not-signed-in"
    for follower in followers(replies):
        assert refresh(machine, follower).problem == "session-ended"

"""Whoever was told by push is told, and never by two SMS, in whatever order calls are made."""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.pushes import GUARDS, SCENES, Scene, pushes_apart, walked_without

EVERY = [pytest.param(scene, id=scene.title) for scene in SCENES]


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    dynamodb.forget()
    with pushes_apart():
        yield
    dynamodb.forget()


@pytest.mark.parametrize("scene", EVERY)
def test_with_a_crash_at_any_call_all_is_known_and_nobody_gets_two_sms(scene: Scene) -> None:
    found = scene.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("scene", EVERY)
def test_with_a_call_that_times_out_and_lands_late_nobody_gets_two_sms(scene: Scene) -> None:
    found = scene.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize("guard", GUARDS)
def test_without_any_one_guard_a_promise_is_broken(guard: str) -> None:
    assert walked_without(guard).broken

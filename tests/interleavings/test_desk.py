"""Nobody is called twice and nobody is lost, in whatever order calls are made.

This is the part that takes seconds; ``python -m tests.interleavings`` goes through everything.
"""

from collections.abc import Iterator

import pytest

from tests.interleavings import dynamodb
from tests.interleavings.desk import desk_apart
from tests.interleavings.desk_controls import GUARDS, walked_without
from tests.interleavings.desk_scenarios import SCENES, Scene

SMALL = [pytest.param(scene, id=scene.title) for scene in SCENES if scene.small]
TINY = [pytest.param(scene, id=scene.title) for scene in SCENES if scene.tiny]


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    dynamodb.forget()
    with desk_apart():
        yield
    dynamodb.forget()


@pytest.mark.parametrize("scene", SMALL)
def test_with_a_crash_at_any_call_nobody_is_lost_or_called_twice(scene: Scene) -> None:
    found = scene.explore(crashes=1)
    assert not found.broken, str(found)
    assert found.ends > 1


@pytest.mark.parametrize("scene", TINY)
def test_with_a_call_that_times_out_and_lands_late_nobody_is_lost_or_called_twice(
    scene: Scene,
) -> None:
    found = scene.explore(crashes=0, timeouts=1)
    assert not found.broken, str(found)


@pytest.mark.parametrize("guard", GUARDS)
def test_without_any_one_guard_somebody_is_lost_or_called_twice(guard: str) -> None:
    assert walked_without(guard).broken


@pytest.mark.parametrize(
    ("title", "told"),
    [
        (
            "three counters, two people",
            {
                ("called", "called", "refused"),
                ("called", "refused", "called"),
                ("refused", "called", "called"),
            },
        ),
        ("a walk-in twice with one key, another walk-in", {("in", "in", "in")}),
        (
            "finish-and-next twice with one key, another counter",
            {("called", "called", "called")},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_nothing_goes_wrong_everybody_is_told_what_they_must_be(
    title: str, told: set[tuple[str, ...]]
) -> None:
    (scene,) = (one for one in SCENES if one.title == title)
    found = scene.explore(crashes=0).said
    assert {
        tuple("refused" if w == "nobody-waiting" else w for w in said) for said in found
    } == told

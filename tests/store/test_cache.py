"""What a warm process remembers, and for how long."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.store.cache import LIMIT, Cache
from tests.world import NOW

SECOND = timedelta(seconds=1)
MOMENT = timedelta(milliseconds=1)


def cache() -> Cache[str, str]:
    return Cache(SECOND)


def read_once(value: str) -> Callable[[], str]:
    """A reader that may be called a single time."""
    values = iter([value])
    return lambda: next(values)


def test_a_value_is_read_when_it_is_first_asked_for() -> None:
    assert cache().get("key", NOW, lambda: "value") == "value"


def test_a_fresh_value_is_not_read_again() -> None:
    kept, read = cache(), read_once("value")
    kept.get("key", NOW, read)
    assert kept.get("key", NOW + SECOND - MOMENT, read) == "value"


def test_a_value_is_read_again_at_the_end_of_its_age() -> None:
    kept = cache()
    kept.get("key", NOW, lambda: "old")
    assert kept.get("key", NOW + SECOND, lambda: "new") == "new"


def test_a_value_from_the_future_is_not_trusted_for_longer() -> None:
    kept = cache()
    kept.get("key", NOW + SECOND, lambda: "old")
    assert kept.get("key", NOW, lambda: "new") == "new"


def test_keys_are_kept_apart() -> None:
    kept = cache()
    kept.get("key", NOW, lambda: "value")
    assert kept.get("other", NOW, lambda: "another") == "another"


def test_nothing_read_is_remembered_too() -> None:
    kept: Cache[str, str | None] = Cache(SECOND)
    kept.get("key", NOW, lambda: None)
    assert kept.get("key", NOW, lambda: "value") is None


def test_a_peek_shows_what_is_fresh() -> None:
    kept = cache()
    kept.keep("key", NOW, "value")
    assert kept.peek("key", NOW + SECOND - MOMENT) == "value"


def test_a_peek_shows_nothing_old() -> None:
    kept = cache()
    kept.keep("key", NOW, "value")
    assert kept.peek("key", NOW + SECOND) is None


def test_a_peek_reads_nothing() -> None:
    assert cache().peek("key", NOW) is None


def test_what_is_dropped_is_read_again() -> None:
    kept = cache()
    kept.keep("key", NOW, "old")
    kept.drop("key")
    assert kept.get("key", NOW, lambda: "new") == "new"


@pytest.mark.parametrize("forget", [lambda kept: kept.drop("key"), lambda kept: kept.clear()])
def test_what_is_dropped_while_it_is_read_is_read_again(
    forget: Callable[[Cache[str, str]], None],
) -> None:
    kept = cache()

    def read() -> str:
        forget(kept)  # another thread has changed it since
        return "old"

    assert kept.get("key", NOW, read) == "old"
    assert kept.get("key", NOW, lambda: "new") == "new"


def test_what_is_not_there_can_be_dropped() -> None:
    cache().drop("key")


def test_all_is_forgotten_at_once() -> None:
    kept = cache()
    kept.keep("key", NOW, "value")
    kept.clear()
    assert kept.peek("key", NOW) is None


def test_a_failed_read_leaves_nothing_behind() -> None:
    kept = cache()
    with pytest.raises(StopIteration):
        kept.get("key", NOW, lambda: next(iter([])))
    assert kept.peek("key", NOW) is None


def test_it_never_holds_more_than_its_limit() -> None:
    kept = cache()
    for number in range(LIMIT + 1):
        kept.keep(str(number), NOW, "value")
    held = [number for number in range(LIMIT + 1) if kept.peek(str(number), NOW)]
    assert held == [LIMIT]

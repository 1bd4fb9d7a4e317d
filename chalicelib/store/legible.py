"""What an item must be so that it can be read, and what is said of one that is not.

One item that is not of its table's form (from a hand at the console, or a release that was rolled
back) must be known for what it is, so that whoever goes over many can leave it out.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from chalicelib.domain.errors import Unreadable

Value = TypeVar("Value")
Given = ParamSpec("Given")

OF_ANOTHER_FORM = (AttributeError, KeyError, TypeError, ValueError)
"""What Python says of a value that is missing or of another kind, and PynamoDB too."""


def legible(read: Callable[Given, Value]) -> Callable[Given, Value]:
    """Let ``read``, whose last argument is an item, raise `Unreadable` where it cannot."""

    @wraps(read)
    def checked(*given: Given.args, **more: Given.kwargs) -> Value:
        try:
            return read(*given, **more)
        except OF_ANOTHER_FORM as error:
            item: Any = given[-1]
            raise Unreadable(item.Meta.table_name, _key(item)) from error

    return checked


def one_by_one(items: Iterable[Any], read: Callable[[Any], Value]) -> Iterator[Value | Unreadable]:
    """All items, read; each that cannot be is an `Unreadable` in its place."""
    left = iter(items)
    while True:
        try:
            yield read(next(left))
        except StopIteration:
            return
        except Unreadable as fault:
            yield fault


def _key(item: Any) -> str:
    return str(getattr(item, item._hash_key_attribute().attr_name))  # noqa: SLF001 (PynamoDB's own)

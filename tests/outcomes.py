"""Outcomes of the store, compared by their names too."""

from msgspec import Struct


def named(outcome: object) -> tuple[str, object]:
    """What an outcome is called, and what it carries, if anything."""
    return type(outcome).__name__, outcome if isinstance(outcome, tuple | Struct) else None

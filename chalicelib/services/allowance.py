"""How a job is told whether to go on, so that it hands over to the next run instead of dying."""

from collections.abc import Callable

Allowance = Callable[[], bool]
"""Waits, where there is something to wait for, and says whether there is time for more."""


def always() -> bool:
    """There is all the time in the world: a job that is run by hand."""
    return True

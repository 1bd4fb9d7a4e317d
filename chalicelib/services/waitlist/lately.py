"""What chances the last draws of an office gave, for those who are about to ask."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import chances
from chalicelib.domain.chances import Chance
from chalicelib.store import draws, offices


class Lately(NamedTuple):
    draws: int
    since: datetime | None
    """When the first of these draws was; None if there was none."""
    chances: list[Chance]
    """Of any window first, then by the clock."""


def lately(office_id: str, now: datetime) -> Lately:
    """The chances of the last draws of an office, together. Raises `NoSuchOffice`."""
    offices.get(office_id, now)
    found = draws.lately(office_id, now, chances.DRAWS)
    since = found[-1][0] if found else None
    return Lately(len(found), since, chances.together(draw for _, draw in found))

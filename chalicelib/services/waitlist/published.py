"""What everybody may see of the draws of a day, a page at a time: it names nobody."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain import calendar, draws
from chalicelib.domain.draws import Record, Row
from chalicelib.domain.errors import Invalid
from chalicelib.store import days, offices
from chalicelib.store import draws as store

LOOKED_AT = 20
"""Draws that one request looks through for one of the day."""

NUMBERED = r"20\d{12}-\d{1,2}"


class Page(NamedTuple):
    record: Record | None
    rows: list[Row]
    next: str | None
    """What to ask for next; None at the end."""

    @property
    def is_settled(self) -> bool:
        """Whether it will never be another one."""
        return self.record is not None and self.record.results is not None


def page(office_id: str, day: date, token: str | None, now: datetime) -> Page:
    """A draw in which places of a day were drawn, with a page of its list.

    The first one without a ``token``. Raises `NoSuchOffice`, `OfficeUnavailable`, `Invalid`.
    """
    office = offices.get(office_id, now)
    opens_at = calendar.opens_at(office, day)
    ready = days.seen(office_id, day, now)
    if ready:
        opens_at = ready.opens_at
    since, number = _from(token) if token else (opens_at - calendar.DRAWN_BEFORE, 0)
    until = min(now, calendar.ends_at(office, day))  # what is over is in no draw since
    found = store.after(office_id, since, until, LOOKED_AT) if since <= until else []
    for record in found:
        if any(room.day == day for room in record.rooms):
            if record.at != since:
                number = 0
            last = number + 1 >= record.pages
            following = (record.at + SECOND, 0) if last else (record.at, number + 1)
            return Page(record, store.page(record, number), _token(*following))
    if len(found) == LOOKED_AT:
        return Page(None, [], _token(found[-1].at + SECOND, 0))
    return Page(None, [], None)


SECOND = timedelta(seconds=1)


def _token(at: datetime, number: int) -> str:
    return re.sub("[^0-9]", "", draws.told_at(at)) + f"-{number}"


def _from(token: str) -> tuple[datetime, int]:
    if not re.fullmatch(NUMBERED, token, re.ASCII):
        raise Invalid("page", "type")
    at, _, number = token.partition("-")
    try:
        return datetime.strptime(f"{at}+0000", "%Y%m%d%H%M%S%z"), int(number)
    except ValueError:
        raise Invalid("page", "type") from None

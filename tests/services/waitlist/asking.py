"""What tests of places by lot share: an office in draw mode, and who asks there."""

from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.bookings import Service
from chalicelib.domain.draws import Entry
from chalicelib.domain.offices import Office
from chalicelib.services.waitlist import ask as service
from chalicelib.services.waitlist import draw as draws
from chalicelib.services.waitlist.ask import Wish
from chalicelib.store import offices
from tests.builders import MINUTE, Member, an_office, office_fields, released_days
from tests.world import NOW

QUARTER = timedelta(minutes=15)
AT = NOW + QUARTER
"""A draw of what is left, and of what has come back."""

FRIDAY = date(2026, 11, 27)
"""Everybody can have its places; there are nine."""

MONDAY = date(2026, 11, 30)
"""Its places are released on Friday at midnight, which is 17.00 on Thursday in UTC."""

DRAWN = datetime.fromisoformat("2026-11-26T16:50:00Z")
OPENS = DRAWN + 10 * MINUTE


def by_lot(now: datetime = NOW, **changed: Any) -> Office:
    """An office in draw mode, with the days ready that are due."""
    office = an_office(by_lot=True, **changed)
    released_days(office, now=now)
    return office


def first_come() -> None:
    """The office goes back to first come."""
    offices.put(office_fields(an_office(by_lot=False)))


def asks(
    who: Member, *applicants: str, key: str = "key", now: datetime = NOW, **wished: Any
) -> Entry:
    """Let people of an account ask, by default its holder, for any place from Friday to Monday."""
    wish = Wish(
        office_id="malang",
        first=FRIDAY,
        last=MONDAY,
        windows=(),
        service=Service.NEW,
        applicants=applicants or (who.applicant_id,),
        until=None,
    )
    return service.ask(wish._replace(**wished), who.account_id, key, now)


def drawn(at: datetime = AT, now: datetime | None = None) -> dict[str, int]:
    """Make the draw of an instant."""
    return draws.draw(an_office(by_lot=True), at, now or at, lanes=1)


def at_eight(**changed: Any) -> dict[str, Any]:
    return {"windows": (time(8),), **changed}

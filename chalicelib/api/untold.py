"""Whom neither push nor SMS has surely told, for the supervisor who calls them by telephone.

As in desk.py, the views import their service themselves.
"""

import re
from datetime import date

from msgspec import UNSET, UnsetType

from chalicelib.api import desk_requests, parsing
from chalicelib.api.answers import Answer, Instant
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.domain.errors import Invalid, NoSuchBooking, TooOften
from chalicelib.domain.lines import LABEL
from chalicelib.domain.notices import Notice, State
from chalicelib.store import offices

bp = Routes(__name__, Function.DESK)


class UntoldNotice(Answer):
    notice: Notice
    state: State
    at: Instant
    """When it was begun."""


class Untold(Answer):
    date: date
    ticket: str
    come_at: Instant
    people: int
    notices: list[UntoldNotice]
    come_later_at: Instant | UnsetType = UNSET
    """When they should come instead, where that was to be told."""


class AllUntold(Answer):
    bookings: list[Untold]


class Contact(Answer):
    name: str
    phone: str | UnsetType = UNSET
    """Not where the number has gone to somebody else."""


class Contacts(Answer):
    contacts: list[Contact]


@bp.on(
    "GET",
    "/v1/desk/untold",
    answer=AllUntold,
    summary="The bookings of one's office whose people were not surely told something",
    who=Who.SUPERVISOR,
)
def list_untold(request: Request) -> AllUntold:
    from chalicelib.services.desk import untold

    zone = offices.get(request.staff.office_id, request.now).zone
    return AllUntold(
        [
            Untold(
                row.booking.slot.day,
                row.label,
                row.told.astimezone(zone),
                len(row.booking.remaining),
                [
                    UntoldNotice(notice, told.state, told.at.astimezone(zone))
                    for notice, told in row.notices.items()
                ],
                UNSET if row.later is None else row.later.astimezone(zone),
            )
            for row in untold.of_office(request.staff.office_id, request.now)
        ]
    )


@bp.on(
    "GET",
    "/v1/desk/untold/{date}/{ticket}",
    answer=Contacts,
    summary="Whom to call about such a booking, with their phones; each look is recorded",
    refusals=[Invalid, NoSuchBooking, TooOften],
    who=Who.SUPERVISOR,
)
def get_contacts(request: Request, date: str, ticket: str) -> Contacts:
    from chalicelib.services.desk import untold

    found = untold.contacts(*_which(date, ticket), request.staff, request.now)
    return Contacts([Contact(one.name, one.phone or UNSET) for one in found])


@bp.on(
    "POST",
    "/v1/desk/untold/{date}/{ticket}/called",
    answer=None,
    summary="Say that one has called them, and what one has told them: it leaves the list",
    status=204,
    body=desk_requests.PhoneCall,
    refusals=[Invalid, NoSuchBooking],
    who=Who.SUPERVISOR,
)
def note_call(request: Request, date: str, ticket: str) -> None:
    from chalicelib.services.desk import untold

    body: desk_requests.PhoneCall = request.body
    untold.called(*_which(date, ticket), body.notices, request.staff, request.now)


def _which(day: str, ticket: str) -> tuple[date, str]:
    """The date and the label that a path names. Raises `Invalid`."""
    if not re.fullmatch(LABEL, ticket):
        raise Invalid("ticket", "type")
    return parsing.day("date", day), ticket

"""How bookings are kept in items."""

from datetime import date
from typing import Any

from chalicelib.domain.bookings import (
    Booking,
    CancelledBy,
    Move,
    Outcome,
    Place,
    Service,
    SlotKey,
    Status,
)
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import Abandoned
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.times import instant, seconds


def found(item: BookingItem) -> Booking | Abandoned:
    return Abandoned() if item.status == Status.ABANDONED else booking(item)


def fields(booking: Booking) -> dict[str, Any]:
    return {
        "code": booking.code,
        "status": booking.status.value,
        "version": booking.version,
        "account_id": booking.account_id,
        "applicants": list(booking.applicants),
        "service": booking.service.value,
        "place": place_item(booking.place),
        "fingerprint": booking.fingerprint,
        "created_at": seconds(booking.created_at),
        **({"drawn_at": seconds(booking.drawn_at)} if booking.drawn_at else {}),
        "expires_at": seconds(expires_at(booking.slot.day)),
    }


@legible
def booking(item: BookingItem) -> Booking:
    move = item.move.as_dict() if item.move else None
    return Booking(
        code=item.code,
        account_id=item.account_id,
        applicants=tuple(item.applicants),
        service=Service(item.service),
        status=Status(item.status),
        version=int(item.version),
        place=_place(item.place.as_dict()),
        fingerprint=item.fingerprint,
        created_at=instant(item.created_at),
        drawn_at=instant(item.drawn_at) if item.drawn_at else None,
        move=Move(_place(move["before"]), move["key"], move["fingerprint"]) if move else None,
        cancelled_by=CancelledBy(item.cancelled_by) if item.cancelled_by else None,
        changed_at=instant(item.changed_at) if item.changed_at else None,
        told=_tellings(item),
        out=tuple(int(position) for position in item.out or ()),
        outcome=Outcome(item.outcome) if item.outcome else None,
        come_at=parse_hhmm(item.later.as_dict()["come_at"]) if item.later else None,
    )


def _tellings(item: BookingItem) -> dict[Notice, Telling]:
    kept = {notice: getattr(item, notice.value) for notice in Notice}
    return {
        notice: Telling(
            State(told["state"]),
            instant(told["at"]),
            told.get("reason"),
            told.get("by"),
            frozenset(told.get("waiting", ())),
        )
        for notice, told in ((notice, t.as_dict()) for notice, t in kept.items() if t)
    }


def place_item(place: Place) -> dict[str, Any]:
    return {
        "office_id": place.slot.office_id,
        "date": place.slot.day.isoformat(),
        "start": hhmm(place.slot.start),
        "end": hhmm(place.end),
        "first": place.first,
        "arrive_from": hhmm(place.arrive_from),
        "positions": list(place.positions),
        "letter": place.letter,
    }


def _place(fields: dict[str, Any]) -> Place:
    return Place(
        slot=SlotKey(
            fields["office_id"], date.fromisoformat(fields["date"]), parse_hhmm(fields["start"])
        ),
        end=parse_hhmm(fields["end"]),
        first=int(fields["first"]),
        arrive_from=parse_hhmm(fields["arrive_from"]),
        positions=tuple(int(position) for position in fields["positions"]),
        letter=fields.get("letter", ""),
    )

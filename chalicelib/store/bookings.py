"""Bookings: the commit records. A write that promises something touches the applicants with it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import (
    Booking,
    CancelledBy,
    Move,
    Place,
    Service,
    SlotKey,
    Status,
)
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.store import applicants
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.outcomes import (
    Abandoned,
    Cancelled,
    Changed,
    Confirmed,
    Ended,
    Engaged,
    Moved,
    Paused,
    Refused,
    Stranger,
    Unused,
)
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.times import instant, seconds

ABANDONED_FOR = timedelta(days=7)
"""How long a code stays abandoned: far longer than any request can be late."""

PROMISE = BookingItem.prepared(condition=BookingItem.code.does_not_exist())


def get(code: str) -> Booking | Abandoned | Unused:
    """What there is under ``code`` (a consistent read)."""
    item = BookingItem.fetch(code)
    return _found(item) if item else Unused()


def of_account(
    account_id: str, after: Booking | None = None, limit: int | None = None
) -> list[Booking]:
    """An account's bookings, the latest first (an index: a moment behind).

    As many as ``limit``, all by default; from the one that follows ``after``, one of them.
    """
    try:
        items = list(
            BookingItem.by_account.query(
                account_id,
                scan_index_forward=False,
                limit=limit,
                last_evaluated_key=_in_index(after) if after else None,
            )
        )
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [_booking(item) for item in items]


def many(codes: Sequence[str]) -> dict[str, Booking]:
    """The bookings under these codes, abandoned ones left out (consistent BatchGets)."""
    try:
        items = list(BookingItem.batch_get(list(codes), consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {item.code: _booking(item) for item in items if item.status != Status.ABANDONED}


def active(since: date) -> Iterator[Booking]:
    """All bookings that stand, of a day ``since`` then.

    A Scan of the table, page by page, which DynamoDB filters: past bookings are read, a call for
    each megabyte, but not sent.
    """
    still = BookingItem.place["date"] >= since.isoformat()
    try:
        for item in BookingItem.scan((BookingItem.status == Status.BOOKED.value) & still):
            yield _booking(item)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def confirm(
    booking: Booking, until: datetime, now: datetime
) -> Confirmed | Booking | Abandoned | Refused:
    """Promise the place: put the booking and engage all its applicants ``until``, or none of it.

    Where the code is taken, returns what there is under it.
    """
    try:
        transact(
            PROMISE.putting(**_fields(booking)),
            *(
                applicants.engaging(who, booking.account_id, booking.code, until, now)
                for who in booking.applicants
            ),
        )
    except Unmet as unmet:
        record, *people = unmet.items
        if record:
            return _found(BookingItem.from_raw_data(record))
        return _refused(booking, people, now)
    return Confirmed()


def abandon(code: str, now: datetime) -> Abandoned | Booking:
    """The fence of a hold without a booking: after it, no late confirm under ``code`` succeeds.

    Where there is a booking under the code, returns that instead.
    """
    item = BookingItem(
        code,
        status=Status.ABANDONED.value,
        version=0,
        expires_at=seconds(now + ABANDONED_FOR),
    )
    try:
        item.put(BookingItem.code.does_not_exist())
    except Unmet as unmet:
        return _found(BookingItem.from_raw_data(unmet.items[0] or {}))
    return Abandoned()


def move(booking: Booking, place: Place, made: Move, until: datetime) -> Moved | Changed | Ended:
    """Let a booking point to another place, if it is still as it was read."""
    actions = [
        BookingItem.place.set(_place_item(place)),
        BookingItem.expires_at.set(seconds(expires_at(place.slot.day))),
        BookingItem.move.set(
            {
                "before": _place_item(made.before),
                "key": made.key,
                "fingerprint": made.fingerprint,
            }
        ),
        *(_told(notice).remove() for notice in Notice),
    ]
    people = [applicants.staying(who, booking.code, until) for who in booking.applicants]
    try:
        transact(_changing(booking, actions), *people)
    except Unmet as unmet:
        return _unchanged(booking, unmet)
    return Moved()


def cancel(booking: Booking, by: CancelledBy, now: datetime) -> Cancelled | Changed | Ended:
    """Cancel a booking and free its people, if it is still as it was read.

    What an applicant cancels is counted.
    """
    actions = [
        BookingItem.status.set(Status.CANCELLED.value),
        BookingItem.cancelled_by.set(by.value),
    ]
    people = [
        applicants.cancelling(who, booking.code, now)
        if by is CancelledBy.APPLICANT
        else applicants.freeing(who, booking.code)
        for who in booking.applicants
    ]
    try:
        transact(_changing(booking, actions), *people)
    except Unmet as unmet:
        return _unchanged(booking, unmet)
    return Cancelled()


def mark(booking: Booking, notice: Notice, now: datetime) -> bool:
    """Note that a notice of a booking in its place is being sent.

    False if that was noted before, or the booking is not, or no longer, what the notice says.
    """
    telling = {"state": State.SENDING.value, "at": seconds(now)}
    status = Status.CANCELLED if notice is Notice.CLOSURE else Status.BOOKED
    try:
        BookingItem.change(
            booking.code,
            actions=[_told(notice).set(telling)],
            condition=_told(notice).does_not_exist()
            & (BookingItem.status == status.value)
            & (BookingItem.place == _place_item(booking.place)),
        )
    except Unmet:
        return False
    return True


def record(code: str, notice: Notice, state: State, reason: str | None) -> None:
    """Note what has come of a notice."""
    actions = [_told(notice)["state"].set(state.value)]
    if reason:
        actions.append(_told(notice)["reason"].set(reason))
    try:
        BookingItem.change(
            code,
            actions=actions,
            condition=_told(notice)["state"] == State.SENDING.value,
        )
    except Unmet:
        return  # it has moved since, and its notices begin anew


def raise_version(booking: Booking) -> bool:
    """The fence of a hold that a booking has left: a move decided on the older version fails."""
    try:
        BookingItem.change(
            booking.code,
            actions=[BookingItem.version.set(booking.version + 1)],
            condition=_as_read(booking),
        )
    except Unmet:
        return False
    return True


def _changing(booking: Booking, actions: list[Any]) -> Item:
    return BookingItem.changing(
        booking.code,
        actions=[BookingItem.version.set(booking.version + 1), *actions],
        condition=_as_read(booking),
    )


def _unchanged(booking: Booking, unmet: Unmet) -> Changed | Ended:
    """Why a booking could not be changed."""
    record = unmet.items[0]
    if record is None:
        raise RuntimeError(f"booking {booking.code} is not what its people hold") from None
    match _found(BookingItem.from_raw_data(record)):
        case Booking(status=Status.BOOKED):
            return Changed()
        case found:
            return Ended(found)


def _told(notice: Notice) -> Any:
    return {
        Notice.EVENING: BookingItem.evening,
        Notice.SOON: BookingItem.soon,
        Notice.CLOSURE: BookingItem.closure,
    }[notice]


def _as_read(booking: Booking) -> Any:
    return (BookingItem.status == Status.BOOKED.value) & (BookingItem.version == booking.version)


def _refused(booking: Booking, people: Sequence[Any], now: datetime) -> Refused:
    """Of whom the booking is refused: a stranger first, so that nobody learns of their bookings."""
    met = zip(booking.applicants, people, strict=True)
    unmet = {who: item for who, item in met if item is not None}
    for who, item in unmet.items():
        if not applicants.belongs(item, booking.account_id):
            return Stranger(who)
    for who, item in unmet.items():
        if applicants.engaged(item, now):
            return Engaged(who)
    who, item = next(iter(unmet.items()))
    return Paused(who, applicants.paused_until(item))


def _in_index(booking: Booking) -> dict[str, dict[str, Any]]:
    """Where the index by account has a booking."""
    return {
        "code": {"S": booking.code},
        "account_id": {"S": booking.account_id},
        "created_at": {"N": str(seconds(booking.created_at))},
    }


def _found(item: BookingItem) -> Booking | Abandoned:
    return Abandoned() if item.status == Status.ABANDONED else _booking(item)


def _fields(booking: Booking) -> dict[str, Any]:
    return {
        "code": booking.code,
        "status": booking.status.value,
        "version": booking.version,
        "account_id": booking.account_id,
        "applicants": list(booking.applicants),
        "service": booking.service.value,
        "place": _place_item(booking.place),
        "fingerprint": booking.fingerprint,
        "created_at": seconds(booking.created_at),
        "expires_at": seconds(expires_at(booking.slot.day)),
    }


def _booking(item: BookingItem) -> Booking:
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
        move=Move(_place(move["before"]), move["key"], move["fingerprint"]) if move else None,
        cancelled_by=CancelledBy(item.cancelled_by) if item.cancelled_by else None,
        told=_tellings(item),
    )


def _tellings(item: BookingItem) -> dict[Notice, Telling]:
    kept = {Notice.EVENING: item.evening, Notice.SOON: item.soon, Notice.CLOSURE: item.closure}
    return {
        notice: Telling(State(told["state"]), instant(told["at"]), told.get("reason"))
        for notice, told in ((notice, t.as_dict()) for notice, t in kept.items() if t)
    }


def _place_item(place: Place) -> dict[str, Any]:
    return {
        "office_id": place.slot.office_id,
        "date": place.slot.day.isoformat(),
        "start": hhmm(place.slot.start),
        "end": hhmm(place.end),
        "first": place.first,
        "arrive_from": hhmm(place.arrive_from),
    }


def _place(fields: dict[str, Any]) -> Place:
    return Place(
        slot=SlotKey(
            fields["office_id"], date.fromisoformat(fields["date"]), parse_hhmm(fields["start"])
        ),
        end=parse_hhmm(fields["end"]),
        first=int(fields["first"]),
        arrive_from=parse_hhmm(fields["arrive_from"]),
    )

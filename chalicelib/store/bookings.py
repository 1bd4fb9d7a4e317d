"""Bookings: the commit records. A write that promises something touches the applicants with it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Booking, CancelledBy, Move, Outcome, Place, Status
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.declines import cancelled
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.notices import Notice
from chalicelib.domain.persons import Person, Settled
from chalicelib.store import applicants, persons, records
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.legible import one_by_one
from chalicelib.store.outcomes import (
    Abandoned,
    Cancelled,
    Changed,
    Confirmed,
    Ended,
    Left,
    Moved,
    Refused,
    Unused,
)
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.tellings import told
from chalicelib.store.times import seconds

ABANDONED_FOR = timedelta(days=7)
"""How long a code stays abandoned: far longer than any request can be late."""

PROMISE = BookingItem.prepared(condition=BookingItem.code.does_not_exist())


def get(code: str) -> Booking | Abandoned | Unused:
    """What there is under ``code`` (a consistent read)."""
    item = BookingItem.fetch(code)
    return records.found(item) if item else Unused()


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
    return [records.booking(item) for item in items]


def many(codes: Collection[str]) -> dict[str, Booking]:
    """The bookings under these codes, abandoned ones left out (consistent BatchGets)."""
    try:
        items = list(BookingItem.batch_get(list(codes), consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {item.code: records.booking(item) for item in items if item.status != Status.ABANDONED}


def active(since: date) -> Iterator[Booking | Unreadable]:
    """All bookings that stand, of a day ``since`` then; one that cannot be read says so.

    A Scan of the table, page by page, which DynamoDB filters: past bookings are read, a call for
    each megabyte, but not sent.
    """
    still = BookingItem.place["date"] >= since.isoformat()
    try:
        found = BookingItem.scan((BookingItem.status == Status.BOOKED.value) & still)
        yield from one_by_one(found, records.booking)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def confirm(
    booking: Booking, people: Sequence[str], until: datetime, now: datetime
) -> Confirmed | Booking | Abandoned | Refused:
    """Promise the place: put the booking and engage all its ``people`` ``until``, or none of it.

    ``people`` are the persons that its applicants mean, in their order. Where the code is taken,
    returns what there is under it.
    """
    account_id, code, day = booking.account_id, booking.code, booking.slot.day
    try:
        transact(
            PROMISE.putting(**records.fields(booking)),
            *(applicants.engaging(who, account_id, code, day, until, now) for who in people),
        )
    except Unmet as unmet:
        record, *met = unmet.items
        if record:
            return records.found(BookingItem.from_raw_data(record))
        return persons.refused(booking.account_id, booking.applicants, met, now)
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
        return records.found(BookingItem.from_raw_data(unmet.items[0] or {}))
    return Abandoned()


def move(
    booking: Booking,
    people: Sequence[str],
    place: Place,
    made: Move,
    until: datetime,
    now: datetime,
) -> Moved | Changed | Ended:
    """Let a booking, with the people who have not left it, point to another place.

    If it is still as it was read.
    """
    actions = [
        BookingItem.place.set(records.place_item(place)),
        BookingItem.expires_at.set(seconds(expires_at(place.slot.day))),
        BookingItem.move.set(
            {
                "before": records.place_item(made.before),
                "key": made.key,
                "fingerprint": made.fingerprint,
            }
        ),
        *(told(notice).remove() for notice in Notice),
    ]
    day = place.slot.day
    staying = [applicants.staying(who, booking.code, day, until) for who in people]
    try:
        transact(_changing(booking, actions, now), *staying)
    except Unmet as unmet:
        return _unchanged(unmet)
    return Moved()


def cancel(
    booking: Booking, people: Sequence[Person], now: datetime
) -> Cancelled | Changed | Ended:
    """Cancel a booking for an applicant, if all is still as it was read.

    It is counted, but for a place that was drawn and is declined in time.
    """
    counting = [
        applicants.cancelling(person, cancelled(person, booking.drawn_at, now), booking.code)
        for person in people
    ]
    return _cancel(booking, CancelledBy.APPLICANT, counting, now)


def cancel_uncounted(
    booking: Booking, people: Sequence[str], by: CancelledBy, now: datetime
) -> Cancelled | Changed | Ended:
    """Cancel a booking, which counts against nobody, if it is still as it was read."""
    return _cancel(booking, by, [applicants.freeing(who, booking.code) for who in people], now)


def _cancel(
    booking: Booking, by: CancelledBy, people: Sequence[Item], now: datetime
) -> Cancelled | Changed | Ended:
    try:
        transact(_changing(booking, _cancelled(by), now), *people)
    except Unmet as unmet:
        return _unchanged(unmet)
    return Cancelled()


def _cancelled(by: CancelledBy) -> list[Any]:
    return [
        BookingItem.status.set(Status.CANCELLED.value),
        BookingItem.cancelled_by.set(by.value),
    ]


def leave(
    booking: Booking, position: int, read: Person, settled: Settled, now: datetime
) -> Left | Cancelled | Changed | Ended:
    """Let the person at a position leave a booking, if both are still as they were read.

    A booking that nobody is left in is cancelled.
    """
    last = booking.remaining == (position,)
    actions = [BookingItem.out.set([*booking.out, position])]
    if last:
        actions += _cancelled(CancelledBy.NOBODY)
    try:
        transact(_changing(booking, actions, now), applicants.leaving_booking(read, settled))
    except Unmet as unmet:
        return _unchanged(unmet)
    return Cancelled() if last else Left()


def end(booking: Booking, outcome: Outcome, people: Sequence[Item]) -> bool:
    """Note how the visit of a booking has ended, and with it what that is for its ``people``.

    False if anything is not as it was read, an outcome that was noted before among it.
    """
    was = BookingItem.outcome
    as_noted = was == booking.outcome.value if booking.outcome else was.does_not_exist()
    noted = BookingItem.changing(
        booking.code,
        actions=[
            BookingItem.version.set(booking.version + 1),
            BookingItem.outcome.set(outcome.value),
        ],
        condition=_as_read(booking) & as_noted,
    )
    try:
        transact(noted, *people)
    except Unmet:
        return False
    return True


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


def _changing(booking: Booking, actions: list[Any], now: datetime) -> Item:
    changed = [
        BookingItem.version.set(booking.version + 1),
        BookingItem.changed_at.set(seconds(now)),
    ]
    return BookingItem.changing(
        booking.code, actions=[*changed, *actions], condition=_as_read(booking)
    )


def _unchanged(unmet: Unmet) -> Changed | Ended:
    """Why a booking could not be changed: it is not as it was read, or its people are not."""
    record = unmet.items[0]
    if record is None:
        return Changed()
    match records.found(BookingItem.from_raw_data(record)):
        case Booking(status=Status.BOOKED):
            return Changed()
        case found:
            return Ended(found)


def _as_read(booking: Booking) -> Any:
    return (BookingItem.status == Status.BOOKED.value) & (BookingItem.version == booking.version)


def _in_index(booking: Booking) -> dict[str, dict[str, Any]]:
    """Where the index by account has a booking."""
    return {
        "code": {"S": booking.code},
        "account_id": {"S": booking.account_id},
        "created_at": {"N": str(seconds(booking.created_at))},
    }

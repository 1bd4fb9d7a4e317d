"""What a booking's people are told, as marked on it: a notice is begun once for its place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import size

from chalicelib.domain.bookings import Booking, Status
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.store import records
from chalicelib.store.dynamo import Item, Unmet, transact
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.times import seconds


def told(notice: Notice) -> Any:
    """The attribute of a notice."""
    return getattr(BookingItem, notice.value)


def mark(
    booking: Booking,
    notice: Notice,
    now: datetime,
    state: State = State.SENDING,
    by_push: Sequence[tuple[str, Item]] = (),
) -> bool:
    """Note that a notice of a booking in its place is being sent.

    ``by_push`` are the accounts that it goes to by push, each with what begins that, all or
    nothing. False if it was noted before, or the booking is not, or no longer, what it says.
    """
    telling: dict[str, Any] = {"state": state.value, "at": seconds(now)}
    if notice is Notice.LATER and booking.come_at:
        telling["come_at"] = hhmm(booking.come_at)
    if by_push:
        telling["waiting"] = {account_id: True for account_id, _ in by_push}
    status = Status.CANCELLED if notice is Notice.CLOSURE else Status.BOOKED
    actions = [told(notice).set(telling)]
    condition = (
        told(notice).does_not_exist()
        & (BookingItem.status == status.value)
        & (BookingItem.place == records.place_item(booking.place))
    )
    try:
        if by_push:
            transact(
                BookingItem.changing(booking.code, actions=actions, condition=condition),
                *(begun for _, begun in by_push),
            )
        else:
            BookingItem.change(booking.code, actions=actions, condition=condition)
    except Unmet:
        return False
    return True


def record(code: str, notice: Notice, state: State, reason: str | None) -> None:
    """Note what has come of a notice, as far as it went by SMS."""
    actions = [told(notice)["state"].set(state.value)]
    if reason:
        actions.append(told(notice)["reason"].set(reason))
    try:
        BookingItem.change(
            code,
            actions=actions,
            condition=told(notice)["state"] == State.SENDING.value,
        )
    except Unmet:
        return  # it has moved since, and its notices begin anew


def settle(booking: Booking, notice: Notice, account_id: str, settled: Telling) -> bool:
    """Note what has come of a notice that went to an account by push, if it is as it was read."""
    read = booking.told[notice]
    actions = [
        told(notice)["waiting"][account_id].remove(),
        told(notice)["state"].set(settled.state.value),
    ]
    if settled.reason:
        actions.append(told(notice)["reason"].set(settled.reason))
    try:
        BookingItem.change(
            booking.code,
            actions=actions,
            condition=told(notice)["waiting"][account_id].exists()
            & (size(told(notice)["waiting"]) == len(read.waiting))
            & (told(notice)["state"] == read.state.value)
            & (BookingItem.place == records.place_item(booking.place)),
        )
    except Unmet:
        return False
    return True

"""Notices that went to an account by push, and what came of each.

One is under way until that is known: it was shown, or went by SMS. The receipt and the SMS ask for
the same state, `State.PUSHED`, so only one of them finds it. Whatever is under way is in an index
by when the job is to look at it; a receipt makes that now.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Booking, Status
from chalicelib.domain.notices import Notice, State
from chalicelib.store.dynamo import Item, Unavailable, Unmet
from chalicelib.store.legible import legible
from chalicelib.store.tables.people import NoticeItem
from chalicelib.store.times import instant, seconds

KEPT = timedelta(days=7)
"""From when it went out."""

UNDER_WAY = "yes"


class Pushed(NamedTuple):
    """A notice that went to an account by push."""

    account_id: str
    notice_id: str
    code: str
    """Of the booking."""
    kind: Notice
    moved: bool
    """Whether the booking had been moved: then this is about its second place."""
    numbers: tuple[int, ...]
    """The queue numbers that the account is told."""
    state: State
    at: datetime
    until: datetime
    """When the time for a receipt is over."""
    shown_at: datetime | None = None
    texted_at: datetime | None = None
    """When an SMS was begun in its place."""
    due_at: datetime | None = None
    """When the job is to look at it; None once it is known what came of it."""

    def true_of(self, booking: Booking) -> bool:
        """Whether it still says the truth about its booking."""
        cancelled = self.kind is Notice.CLOSURE
        status = Status.CANCELLED if cancelled else Status.BOOKED
        stands = booking.status is status and (booking.move is not None) == self.moved
        return stands and self.numbers_in(booking) != []

    def numbers_in(self, booking: Booking) -> list[int]:
        """Its numbers, without those of people who have left the booking."""
        return [number for number in booking.numbers.values() if number in self.numbers]


def of(
    booking: Booking, kind: Notice, account_id: str, numbers: Sequence[int], now: datetime
) -> Pushed:
    """A notice that is to go by push now."""
    moved = booking.move is not None
    return Pushed(
        account_id,
        f"{booking.code}-{kind.value}{'-moved' if moved else ''}",
        booking.code,
        kind,
        moved,
        tuple(numbers),
        State.PUSHED,
        now,
        now + kind.patience,
        due_at=now + kind.patience,
    )


def putting(pushed: Pushed) -> Item:
    """The part of a transaction that begins one: from then on the account is told of it."""
    return NoticeItem(
        pushed.account_id,
        pushed.notice_id,
        code=pushed.code,
        kind=pushed.kind.value,
        moved=pushed.moved,
        numbers=list(pushed.numbers),
        state=pushed.state.value,
        at=seconds(pushed.at),
        until=seconds(pushed.until),
        under_way=UNDER_WAY,
        due_at=seconds(pushed.until),
        expires_at=seconds(pushed.at + KEPT),
    ).putting()


def get(account_id: str, notice_id: str) -> Pushed | None:
    """One of them (a consistent read)."""
    item = NoticeItem.fetch(account_id, notice_id)
    return _pushed(item) if item else None


def of_account(account_id: str) -> list[Pushed]:
    """Those that are kept of an account, the first first (a consistent read)."""
    try:
        items = list(NoticeItem.query(account_id, consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return sorted((_pushed(item) for item in items), key=lambda one: one.at)


def due(now: datetime) -> Iterator[tuple[str, str]]:
    """Account and id of those that are to be looked at, the longest due first (an index)."""
    try:
        found = NoticeItem.under_way_index.query(UNDER_WAY, NoticeItem.due_at <= seconds(now))
        for key in found:
            yield key.account_id, key.notice_id
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def receive(account_id: str, notice_id: str, now: datetime) -> Pushed | None:
    """Note that one was shown, if no SMS was begun in its place; returns what stands then."""
    at = seconds(now)
    try:
        item = NoticeItem.change(
            account_id,
            notice_id,
            actions=[
                NoticeItem.state.set(State.SHOWN.value),
                NoticeItem.shown_at.set(at),
                NoticeItem.due_at.set(at),
            ],
            condition=NoticeItem.state == State.PUSHED.value,
            returning="ALL_NEW",
        )
    except Unmet as unmet:
        item = unmet.items[0] or {}
    return _pushed(NoticeItem.from_raw_data(item)) if item else None


def begin_sms(pushed: Pushed, now: datetime) -> bool:
    """Note that it goes by SMS, before it does. False if it was shown, or another run was here."""
    try:
        NoticeItem.change(
            pushed.account_id,
            pushed.notice_id,
            actions=[
                NoticeItem.state.set(State.SENDING.value),
                NoticeItem.texted_at.set(seconds(now)),
            ],
            condition=NoticeItem.state == State.PUSHED.value,
        )
    except Unmet:
        return False
    return True


def look_again(pushed: Pushed, at: datetime, until: datetime) -> None:
    """Let the job look at it ``at`` another time, and send an SMS from ``until`` on."""
    try:
        NoticeItem.change(
            pushed.account_id,
            pushed.notice_id,
            actions=[NoticeItem.due_at.set(seconds(at)), NoticeItem.until.set(seconds(until))],
            condition=NoticeItem.state == State.PUSHED.value,
        )
    except Unmet:
        return  # it was shown meanwhile, and is due by that


def drop(pushed: Pushed) -> None:
    """Remove one that is true no longer: nobody is to be told of it."""
    NoticeItem.remove(pushed.account_id, pushed.notice_id)


def end(pushed: Pushed, state: State) -> None:
    """Note what came of it; the job looks at it no more."""
    try:
        NoticeItem.change(
            pushed.account_id,
            pushed.notice_id,
            actions=[
                NoticeItem.state.set(state.value),
                NoticeItem.under_way.remove(),
                NoticeItem.due_at.remove(),
            ],
            condition=NoticeItem.under_way.exists(),
        )
    except Unmet:
        return  # another run did, or it is forgotten


def forget(account_id: str) -> None:
    """Remove all that are kept of an account."""
    for one in of_account(account_id):
        NoticeItem.remove(account_id, one.notice_id)


@legible
def _pushed(item: NoticeItem) -> Pushed:
    return Pushed(
        item.account_id,
        item.notice_id,
        item.code,
        Notice(item.kind),
        bool(item.moved),
        tuple(int(number) for number in item.numbers),
        State(item.state),
        instant(item.at),
        instant(item.until),
        instant(item.shown_at) if item.shown_at else None,
        instant(item.texted_at) if item.texted_at else None,
        instant(item.due_at) if item.due_at else None,
    )

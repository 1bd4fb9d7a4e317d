"""Entries in draws: who asks for what. One is put, won and ended together with its people's marks.

Whether a person asks is said by the mark on their own item (store/asking.py) and by nothing else.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Booking, Service
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.draws import Entry, EntryStatus, office_of
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.persons import Asking
from chalicelib.store import asking, bookings, persons, records
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.legible import legible, one_by_one
from chalicelib.store.outcomes import (
    Abandoned,
    Asked,
    Asks,
    Barred,
    Confirmed,
    Over,
    Paused,
    Refused,
)
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.tables.waitlist import EntryItem
from chalicelib.store.times import instant, seconds

KEPT = timedelta(days=30)
"""How long an entry is kept once its time is over."""


def ask(
    entry: Entry, people: Sequence[str], now: datetime
) -> Asked | Entry | Asks | Barred | Refused:
    """Put an entry and let all its ``people`` ask by it, or none of it.

    ``people`` are the persons that its applicants mean, in their order. The entry that is there
    already, if one is.
    """
    mark = Asking(entry.entry_id, entry.account_id, entry.until)
    put = EntryItem(**_fields(entry)).putting(EntryItem.entry_id.does_not_exist())
    try:
        transact(put, *(asking.asking(who, mark, now) for who in people))
    except Unmet as unmet:
        there, *met = unmet.items
        if there:
            return _entry(EntryItem.from_raw_data(there))
        return _refused(entry, met, now)
    return Asked()


def _refused(entry: Entry, met: Sequence[Item | None], now: datetime) -> Asks | Barred | Refused:
    refused = persons.refused(entry.account_id, entry.applicants, met, now)
    if not isinstance(refused, Paused):
        return refused
    for alias, item in zip(entry.applicants, met, strict=True):
        if item is None:
            continue
        person = persons.from_raw(item)
        barred = person.barred(entry.account_id, now)
        if barred:
            return Barred(alias, barred)
        if person.asking and person.asking.until > now:
            return Asks(alias, person.asking.entry)
    return refused


def end(
    entry_id: str, status: EntryStatus, marked: Sequence[str], *, to_tell: bool = False
) -> bool:
    """End an entry that waits, and let those who (as read) ask by it ask no more.

    ``to_tell`` says that its account does not know it yet. False if anything is not so any more.
    """
    telling = [EntryItem.to_tell.set(True)] if to_tell else []
    ended = EntryItem.changing(
        office_of(entry_id),
        entry_id,
        actions=[EntryItem.status.set(status.value), *telling],
        condition=EntryItem.status == EntryStatus.WAITING.value,
    )
    try:
        transact(ended, *(asking.asking_no_more(who, entry_id) for who in marked))
    except Unmet:
        return False
    return True


def telling(entry: Entry) -> bool:
    """Note that the account of an entry is being told; true for one caller only."""
    try:
        EntryItem.change(
            entry.office_id,
            entry.entry_id,
            actions=[EntryItem.to_tell.remove()],
            condition=EntryItem.to_tell.exists(),
        )
    except Unmet:
        return False
    return True


def win(
    booking: Booking, entry: Entry, people: Sequence[str], until: datetime, now: datetime
) -> Confirmed | Booking | Abandoned | Over:
    """Promise a place that was drawn: the booking, its ``people`` and the entry, or none of it.

    Only for people who all ask by this entry, which they do no more from then on, and whom nothing
    bars. Where the code is taken, returns what there is under it. The entry is kept for as long as
    the booking.
    """
    account_id, code, day = booking.account_id, booking.code, booking.slot.day
    winning = (
        asking.winning(who, entry.entry_id, account_id, code, day, until, now) for who in people
    )
    won = EntryItem.changing(
        entry.office_id,
        entry.entry_id,
        actions=[
            EntryItem.status.set(EntryStatus.WON.value),
            EntryItem.booking.set(code),
            EntryItem.expires_at.set(seconds(expires_at(day))),
        ],
        condition=EntryItem.entry_id.exists(),
    )
    try:
        transact(bookings.PROMISE.putting(**records.fields(booking)), *winning, won)
    except Unmet as unmet:
        record = unmet.items[0]
        return records.found(BookingItem.from_raw_data(record)) if record else Over()
    return Confirmed()


# ---- reading -----------------------------------------------------------------------------------


def get(entry_id: str) -> Entry | None:
    """An entry (a consistent read); none under what is no id of one."""
    office_id = office_of(entry_id)
    item = EntryItem.fetch(office_id, entry_id) if office_id else None
    return _entry(item) if item else None


def many(entry_ids: Sequence[str]) -> dict[str, Entry]:
    """Those of these entries that are there (consistent BatchGets)."""
    keys = [(office_of(entry_id), entry_id) for entry_id in entry_ids]
    try:
        items = list(EntryItem.batch_get(keys, consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {item.entry_id: _entry(item) for item in items}


def waiting(office_id: str) -> Iterator[Entry | Unreadable]:
    """The entries at an office that wait (a consistent Query, page by page)."""
    waits = EntryItem.status == EntryStatus.WAITING.value
    found = EntryItem.query(office_id, filter_condition=waits, consistent_read=True)
    try:
        yield from one_by_one(found, _entry)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def left_over(office_id: str) -> Iterator[Entry | Unreadable]:
    """The entries at an office that wait, or whose account is to be told that they do no more.

    A Query, page by page; it may be a moment behind.
    """
    over = (EntryItem.status == EntryStatus.WAITING.value) | EntryItem.to_tell.exists()
    try:
        yield from one_by_one(EntryItem.query(office_id, filter_condition=over), _entry)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def of_account(account_id: str) -> list[Entry]:
    """An account's entries, the latest first (an index: a moment behind)."""
    try:
        items = list(EntryItem.by_account.query(account_id, scan_index_forward=False))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [_entry(item) for item in items]


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "office_id": entry.office_id,
        "entry_id": entry.entry_id,
        "account_id": entry.account_id,
        "applicants": list(entry.applicants),
        "service": entry.service.value,
        "first": entry.first.isoformat(),
        "last": entry.last.isoformat(),
        "windows": [hhmm(start) for start in entry.windows],
        "made_at": seconds(entry.made_at),
        "until": seconds(entry.until),
        "fingerprint": entry.fingerprint,
        "status": entry.status.value,
        **({"lost_before": entry.lost_before} if entry.lost_before else {}),
        "expires_at": seconds(entry.until + KEPT),
    }


@legible
def _entry(item: EntryItem) -> Entry:
    return Entry(
        entry_id=item.entry_id,
        account_id=item.account_id,
        applicants=tuple(item.applicants),
        service=Service(item.service),
        first=date.fromisoformat(item.first),
        last=date.fromisoformat(item.last),
        windows=tuple(map(parse_hhmm, item.windows)),
        made_at=instant(item.made_at),
        until=instant(item.until),
        fingerprint=item.fingerprint,
        status=EntryStatus(item.status),
        booking=item.booking,
        lost_before=int(item.lost_before or 0),
        to_tell=bool(item.to_tell),
    )

"""Past bookings in moto's tables, put there without a call: 100,000 in a second or two."""

from datetime import time, timedelta
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from bench.calls import NOW, OFFICE, table
from chalicelib.domain.bookings import Booking, Place, Service, SlotKey, Status
from chalicelib.store import records
from chalicelib.store.notation import raw
from chalicelib.store.tables.booking import BookingItem, DayItem

A_DAY = 300
"""Bookings of one office and day."""


class Past(Item):
    """An item that nobody changes, so that moto need not copy it with every transaction."""

    def __deepcopy__(self, _: Any) -> "Past":
        return self


def add(number: int, whose: str, people: int = 1) -> None:
    """So many bookings of days that are over, made in turn by so many people of as many accounts.

    Every other one was cancelled: whoever cancels may book again, so there may be any number.
    """
    stood, cancelled = (_pattern(status) for status in (Status.BOOKED, Status.CANCELLED))
    kept = table(BookingItem.Meta.table_name)
    for n in range(number):
        code = DynamoType({"S": f"{whose}-{n:08}"})
        item = Past(code, None, {})
        item.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
        dict.update(item.attrs, cancelled if n % 2 else stood)
        changed = {
            "code": code,
            "account_id": DynamoType({"S": f"{whose}-{n % people}"}),
            "applicants": DynamoType({"L": [{"S": f"{whose}-{n % people}"}]}),
            "created_at": DynamoType({"N": str(int(NOW.timestamp()) - 86_400 - 60 * n)}),
        }
        dict.update(item.attrs, changed)
        kept.items[code] = item
    for n in range(number // A_DAY):
        _add_day(n)


def _add_day(ago: int) -> None:
    """The marker of a past day; it has slots, none of which is full."""
    kept = table(DayItem.Meta.table_name)
    office = DynamoType({"S": OFFICE})
    pattern = next(iter(kept.items[office].values()))
    day = DynamoType({"S": (NOW.date() - timedelta(days=ago + 1)).isoformat()})
    item = Past(office, day, {})
    item.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(item.attrs, {**pattern.attrs, "date": day})
    kept.items[office][day] = item


def _pattern(status: Status) -> dict[str, DynamoType]:
    day = NOW.date() - timedelta(days=1)
    place = Place(SlotKey(OFFICE, day, time(9)), time(10), 1, time(8, 45))
    booking = Booking(
        code="CODE",
        account_id="account",
        applicants=("applicant",),
        service=Service.NEW,
        status=status,
        version=1,
        place=place,
        fingerprint="f" * 32,
        created_at=NOW,
    )
    sent = raw(records.fields(booking))["M"]
    return {name: DynamoType(value) for name, value in sent.items()}

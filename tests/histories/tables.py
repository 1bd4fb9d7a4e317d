"""Reads the end of a history from the tables."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.local.environment import TABLE_PREFIX
from tests.histories.history import Booking, End, Slot
from tests.races.storm import Target


def end(dynamodb: Any, wanted: Iterable[Target]) -> End:
    """These slots as they stand, and the active bookings that point there."""
    slots = {target.slot_id: _slot(dynamodb, target.slot_id) for target in wanted}
    bookings = {code: booking for code, booking in _bookings(dynamodb) if booking.slot in slots}
    return End(slots, bookings)


def _slot(dynamodb: Any, slot_id: str) -> Slot:
    item = dynamodb.get_item(
        TableName=TABLE_PREFIX + "slots", Key={"slot_id": {"S": slot_id}}, ConsistentRead=True
    )["Item"]
    numbers = {code: int(number["N"]) for code, number in item["numbers"]["M"].items()}
    holds = {code: numbers.get(code, 0) for code in item["holds"]["M"]}
    return Slot(int(item["capacity"]["N"]), int(item["left"]["N"]), holds)


def _bookings(dynamodb: Any) -> Iterator[tuple[str, Booking]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=TABLE_PREFIX + "bookings", ConsistentRead=True
    )
    for item in (item for page in pages for item in page["Items"]):
        if item["status"]["S"] == "booked":
            place = item["place"]["M"]
            office_id, day, start = (place[name]["S"] for name in ("office_id", "date", "start"))
            client = " and ".join(who["S"] for who in item["applicants"]["L"])
            slot_id = f"{office_id}#{day}#{start.replace(':', '')}"
            yield item["code"]["S"], Booking(client, slot_id, int(place["first"]["N"]))

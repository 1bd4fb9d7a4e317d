"""Reads the tables of a running system: slots as they are, and the bookings that point there."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.local.environment import TABLE_PREFIX
from tests.histories.history import Booking, End, Slot
from tests.machine import Machine
from tests.races.storm import Target


def end(dynamodb: Any, wanted: Iterable[Target]) -> End:
    """These slots, and the active bookings that point there."""
    slots = {target.slot_id: _slot(_item(dynamodb, target)) for target in wanted}
    there = ((item["code"]["S"], _booking(item)) for item in _standing(dynamodb))
    return End(slots, {code: booking for code, booking in there if booking.slot in slots})


def balance(machine: Machine, slot: Target) -> tuple[int, int, int]:
    """(left, places held, people of bookings that point there) of a slot."""
    dynamodb = machine.aws("dynamodb")
    item = _item(dynamodb, slot)
    held = sum(int(hold["S"].split()[0]) for hold in item["holds"]["M"].values())
    here = [one for one in _standing(dynamodb) if _slot_id(one) == slot.slot_id]
    return int(item["left"]["N"]), held, sum(len(one["applicants"]["L"]) for one in here)


def _item(dynamodb: Any, slot: Target) -> dict[str, Any]:
    found: dict[str, Any] = dynamodb.get_item(
        TableName=TABLE_PREFIX + "slots",
        Key={"slot_id": {"S": slot.slot_id}},
        ConsistentRead=True,
    )["Item"]
    return found


def _standing(dynamodb: Any) -> Iterator[dict[str, Any]]:
    """All bookings that are neither cancelled nor abandoned."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=TABLE_PREFIX + "bookings", ConsistentRead=True
    )
    yield from (one for page in pages for one in page["Items"] if one["status"]["S"] == "booked")


def _slot(item: dict[str, Any]) -> Slot:
    numbers = {code: int(number["N"]) for code, number in item["numbers"]["M"].items()}
    holds = {code: numbers.get(code, 0) for code in item["holds"]["M"]}
    return Slot(int(item["capacity"]["N"]), int(item["left"]["N"]), holds)


def _booking(item: dict[str, Any]) -> Booking:
    client = " and ".join(who["S"] for who in item["applicants"]["L"])
    return Booking(client, _slot_id(item), int(item["place"]["M"]["first"]["N"]))


def _slot_id(booking: dict[str, Any]) -> str:
    place = booking["place"]["M"]
    office_id, day, start = (place[name]["S"] for name in ("office_id", "date", "start"))
    return f"{office_id}#{day}#{start.replace(':', '')}"

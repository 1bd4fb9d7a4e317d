"""What lies in the tables of a running system."""

from typing import Any

from infra.local.environment import TABLE_PREFIX
from tests.machine import Machine
from tests.races.storm import Target


def balance(machine: Machine, slot: Target) -> tuple[int, int, int]:
    """(left, held, bookings that point there) of a slot, read from the tables."""
    dynamodb = machine.aws("dynamodb")
    item = dynamodb.get_item(
        TableName=TABLE_PREFIX + "slots", Key={"slot_id": {"S": slot.slot_id}}
    )["Item"]
    held = sum(int(hold["M"]["places"]["N"]) for hold in item["holds"]["M"].values())
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE_PREFIX + "bookings")
    pointing = sum(_places(item, slot) for page in pages for item in page["Items"])
    return int(item["left"]["N"]), held, pointing


def _places(item: dict[str, Any], slot: Target) -> int:
    if item["status"]["S"] != "booked":
        return 0
    place = {name: value.get("S") for name, value in item["place"]["M"].items()}
    here = (place["office_id"], place["date"], place["start"])
    if here != (slot.office_id, slot.date, slot.start):
        return 0
    return len(item["applicants"]["L"])

"""Round trips to AWS, and the capacity units that DynamoDB would charge for them.

Emulators' own figures for capacity are wrong, so units are computed by the documented formula:
a write costs one unit a started kilobyte of the item, in a transaction two; an eventually
consistent read half a unit for each started four kilobytes, a consistent one a whole unit.
"""

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.rows import Row

os.environ.update(
    AWS_ACCESS_KEY_ID="bench",
    AWS_SECRET_ACCESS_KEY="bench",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)

KILOBYTE = 1024
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OFFICE = "bandung"
DAY = NOW.date() + timedelta(days=7)


class Meter:
    """Counts the calls of a process to AWS, and what their reads would cost at most."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.read_units = 0.0

    def __call__(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)

    def answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        """A unit for each started four kilobytes of what was read, as if all were consistent."""
        if model.name in ("Query", "Scan", "GetItem", "BatchGetItem"):
            self.read_units += math.ceil(len(json.dumps(parsed, default=str)) / (4 * KILOBYTE))

    def since(self) -> list[str]:
        taken, self.calls = self.calls, []
        return taken


@contextmanager
def metered(now: datetime = NOW) -> Iterator[Meter]:
    """Tables in moto with one office of fifty places a slot, and a meter on the session."""
    from moto import mock_aws

    with mock_aws():
        from chalicelib import aws
        from chalicelib.services import release
        from chalicelib.store import offices
        from infra import keys, tables
        from infra.local.provision import provision
        from infra.offices import every

        forget()
        meter = Meter()
        aws.session().register("before-call", meter)  # clients take it over when they are built
        aws.session().register("after-call", meter.answered)
        provision({**tables.resources("local"), **keys.resources("local")})
        offices.put(next(office for office in every() if office["office_id"] == OFFICE))
        release.open_days(now)
        yield meter


def forget() -> None:
    """Forget all that a warm process remembers."""
    from chalicelib import aws, keyring
    from chalicelib.store import days, offices, slots

    for remembered in (aws._client, aws.session, keyring.codes, keyring.tokens):  # noqa: SLF001
        remembered.cache_clear()
    for cache in (offices._kept, days._seen, slots._seen):  # noqa: SLF001
        cache.clear()


def rows() -> Iterator[Row]:
    with metered() as meter:
        yield from _booking(meter)


def _booking(meter: Meter) -> Iterator[Row]:
    from datetime import time

    from chalicelib.domain.bookings import Service, SlotKey
    from chalicelib.domain.errors import SlotFull
    from chalicelib.services import booking
    from chalicelib.services.booking import Wanted
    from chalicelib.store.tables import ApplicantItem

    slot = SlotKey(OFFICE, DAY, time(9))

    def book(number: int) -> Any:
        who = f"applicant-{number:06}"
        ApplicantItem(who, accounts={who}).save()
        meter.since()
        return booking.book(Wanted(slot, Service.NEW, (who,)), who, f"key-{number}", NOW)

    book(0)  # warms the process: the key of the codes, the offices, the day
    made = book(1)
    yield Row("calls per booking, warm", len(meter.since()), "calls", "counted at the client")
    yield Row(
        "write units per booking, first of a slot",
        _slot_units(slot) + 2 * _item_units("bookings", "code", made.code) + 2,
        "WCU",
        "claim + transaction over booking and applicant, by the documented formula",
    )
    for number in range(2, 50):
        book(number)
    meter.since()
    yield Row(
        "write units per booking, last of fifty",
        _slot_units(slot) + 2 * _item_units("bookings", "code", made.code) + 2,
        "WCU",
        "the same, when the slot's roster is full",
    )
    for expected in ("calls per refusal, cold", "calls per refusal, warm"):
        try:
            book(99)
        except SlotFull:
            yield Row(expected, len(meter.since()), "calls", "counted at the client")


def _slot_units(slot: Any) -> int:
    return _item_units("slots", "slot_id", slot.id)


def _item_units(table: str, key: str, value: str) -> int:
    """Write units of one plain write of an item."""
    from chalicelib import aws
    from chalicelib.config import settings

    item = aws.client("dynamodb").get_item(
        TableName=settings.table_prefix + table, Key={key: {"S": value}}
    )["Item"]
    size = sum(len(name) + _size(content) for name, content in item.items())
    return math.ceil(size / KILOBYTE)


def _size(value: dict[str, Any]) -> int:
    """Bytes of an attribute value (DynamoDB developer guide, "Item sizes and formats")."""
    ((kind, content),) = value.items()
    if kind == "N":
        return math.ceil(len(content.lstrip("-0.")) / 2) + 1
    if kind == "M":
        return 3 + sum(1 + len(name) + _size(inner) for name, inner in content.items())
    if kind == "L":
        return 3 + sum(1 + _size(inner) for inner in content)
    if kind == "SS":
        return sum(map(len, content))
    return len(content) if kind in ("S", "B") else 1

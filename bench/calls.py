"""Round trips to AWS, what DynamoDB would charge for them, and whom they could conflict with."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from bench import capacity
from bench.people import named
from bench.rows import Row
from bench.work import unseen
from chalicelib.store.notation import Item

os.environ.update(
    AWS_ACCESS_KEY_ID="bench",
    AWS_SECRET_ACCESS_KEY="bench",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OFFICE = "bandung"
DAY = NOW.date() + timedelta(days=7)

COUNTED = "counted at the client"
FORMULA = "by the documented formula over what was written"


class Key(NamedTuple):
    """Which item of which table."""

    table: str
    values: tuple[str, ...]


class Writes(NamedTuple):
    """The items of one call, and whether it is a transaction."""

    items: frozenset[Key]
    together: bool


class Meter:
    """Counts the calls of a process to AWS, what they cost, and which items they write."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.writes: list[Writes] = []
        self.read_units = 0.0
        self.write_units = 0
        self._before: dict[Key, Item] = {}
        self._asked: dict[str, Any] = {}

    def since(self) -> list[str]:
        """The calls since this was last asked; everything is counted anew from here."""
        taken = self.calls
        self.calls, self.writes, self.read_units, self.write_units = [], [], 0.0, 0
        return taken

    @unseen()
    def __call__(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        self.calls.append(model.name)
        if model.service_model.service_name == "dynamodb":
            self._asked = json.loads(params["body"])
            self._before = {key: stored(key) for key, _ in _written(model.name, self._asked)}

    @unseen()
    def answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if model.service_model.service_name != "dynamodb":
            return
        self.read_units += _read_units(model.name, self._asked, parsed)
        parts = _written(model.name, self._asked)
        together = model.name == "TransactWriteItems"
        if parts:
            self.writes.append(Writes(frozenset(key for key, _ in parts), together))
        for key, sent in parts:
            before, after = self._before[key], stored(key)
            self.write_units += (1 + together) * capacity.written(before, after, sent)
            for index in table(key.table).global_indexes:
                self.write_units += capacity.indexed(index.schema_key_attrs, before, after)


@contextmanager
def metered(now: datetime = NOW, **changed: Any) -> Iterator[Meter]:
    """Tables in moto with one office of fifty places a slot, and a meter on the session.

    What is ``changed`` of the office is given in the form of ``infra/offices.json``.
    """
    from moto import mock_aws

    with mock_aws():
        from chalicelib import aws
        from chalicelib.services.days import release
        from chalicelib.store import offices
        from infra.local.provision import provision
        from infra.offices import every
        from infra.stack import keys, tables
        from tests.mended import mend

        mend()
        forget()
        meter = Meter()
        aws.session().register("before-call", meter)  # clients take it over when they are built
        aws.session().register("after-call", meter.answered)
        provision({**tables.resources("local"), **keys.resources("local")})
        offices.put(next(office for office in every() if office["office_id"] == OFFICE) | changed)
        release.open_days(now)
        try:
            yield meter
        finally:
            forget()


def forget() -> None:
    """Begin as a new process: without a client, a key or anything read."""
    from chalicelib import aws, keyring

    keys = (keyring._root, keyring.derived, keyring.tokens)  # noqa: SLF001
    for remembered in (aws._client, aws.session, *keys):  # noqa: SLF001
        remembered.cache_clear()
    cool()


def cool() -> None:
    """Forget what a warm process has read."""
    from chalicelib.store import offices

    offices._kept.clear()  # noqa: SLF001
    let_pass()


def let_pass() -> None:
    """Forget what is kept for a second or two: all but the offices."""
    from chalicelib.services.days import availability
    from chalicelib.services.desk import forecast, today
    from chalicelib.store import days, slots

    for cache in (days._seen, days._spans, slots._seen, availability._offers):  # noqa: SLF001
        cache.clear()
    for kept in (forecast._planned, today._kept):  # noqa: SLF001
        kept.clear()


def rows() -> Iterator[Row]:
    with metered() as meter:
        yield from _booking(meter)


def _booking(meter: Meter) -> Iterator[Row]:
    from chalicelib.domain.bookings import Service, SlotKey
    from chalicelib.domain.errors import Refusal
    from chalicelib.services.booking import book as booking
    from chalicelib.services.booking.book import Wanted
    from chalicelib.store import days

    wanted, elsewhere = SlotKey(OFFICE, DAY, time(9)), SlotKey(OFFICE, DAY, time(10))
    by_person: dict[str, list[Writes]] = defaultdict(list)

    def book(number: int, slot: SlotKey = wanted) -> None:
        who = f"applicant-{number:06}"
        alias = named(who, who, NOW)
        meter.since()
        try:
            booking.book(Wanted(slot, Service.NEW, (alias,)), who, f"{slot.id} {number}", NOW)
        finally:
            by_person[who] += meter.writes

    def refused(name: str, number: int, slot: SlotKey = wanted) -> Iterator[Row]:
        with suppress(Refusal):
            book(number, slot)
        yield Row(f"calls per refusal, {name}", len(meter.calls), "calls", COUNTED)
        yield Row(f"write units per refusal, {name}", meter.write_units, "WCU", FORMULA)
        yield Row(f"read units per refusal, {name}", meter.read_units, "RCU", FORMULA)

    book(0, elsewhere)  # warms the process: the key of the codes, the offices, the day
    for number in range(1, 51):
        book(number)
        if number == 1:
            how = "claim, transaction over booking and applicant, index of the bookings; by formula"
            yield Row("calls per booking, warm", len(meter.calls), "calls", COUNTED)
            yield Row("write units per booking, first of a slot", meter.write_units, "WCU", how)
    how = "the same, when the slot's roster is full, and the hint that it is"
    yield Row("write units per booking, last of fifty", meter.write_units, "WCU", how)

    cool()
    yield from refused("cold", 99)
    yield from refused("warm", 99)
    days.unmark_full(wanted)  # as a process sees it that has last looked before the last claim
    yield from refused("lost at the claim, of fifty", 99)
    yield from refused("already booked", 1, elsewhere)
    yield Row(
        "items of a booking's transaction that anybody else writes",
        len(shared(by_person)),
        "items",
        f"of {len(by_person)} people who want one slot; a conflict needs such an item",
    )


def shared(by_person: Mapping[str, Sequence[Writes]]) -> set[Key]:
    """The items in somebody's transactions that somebody else writes too.

    Only on these could requests of different people conflict: "a PutItem, UpdateItem or DeleteItem
    request for an item conflicts with an ongoing TransactWriteItems request that includes the same
    item", or two transactions do ("DynamoDB Transactions: How it works").
    """
    return {
        item
        for person, writes in by_person.items()
        for transaction in writes
        if transaction.together
        for other, theirs in by_person.items()
        if other != person
        for write in theirs
        for item in transaction.items & write.items
    }


def _written(operation: str, asked: Mapping[str, Any]) -> list[tuple[Key, Item]]:
    """The items that a call writes, each with its image where the whole of it is sent."""
    if operation == "TransactWriteItems":
        parts = [part for action in asked["TransactItems"] for part in action.values()]
    else:
        parts = [asked] if operation in ("PutItem", "UpdateItem", "DeleteItem") else []
    return [
        (_key(part["TableName"], part.get("Key") or part["Item"]), part.get("Item", {}))
        for part in parts
    ]


def _read_units(operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    consistent = asked.get("ConsistentRead", False)
    match operation:
        case "GetItem":
            return capacity.read([answer.get("Item", {})], consistent=consistent, together=False)
        case "BatchGetItem":
            return sum(
                capacity.read(
                    # One that is not there costs as much as the smallest.
                    answer["Responses"].get(name, [])
                    + [{}] * (len(wanted["Keys"]) - len(answer["Responses"].get(name, []))),
                    consistent=wanted.get("ConsistentRead", False),
                    together=False,
                )
                for name, wanted in asked["RequestItems"].items()
            )
        case "Query" | "Scan":
            items = answer["Items"]
            if len(items) < answer["ScannedCount"]:
                # A filter hides what was read: it is taken to be as large as the table's first.
                items = [_first(asked["TableName"])] * answer["ScannedCount"]
            return capacity.read(items, consistent=consistent, together=True)
        case _:
            return 0


def _key(name: str, attributes: Mapping[str, Any]) -> Key:
    return Key(name, tuple(attributes[part]["S"] for part in table(name).table_key_attrs))


def stored(key: Key) -> Item:
    """An item as moto keeps it, read without a call."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    keys = [DynamoType({"S": value}) for value in key.values]
    found = table(key.table).get_item(*keys)
    return found.to_json()["Attributes"] if found else {}


def _first(name: str) -> Item:
    first = next(iter(table(name).items.values()))
    if isinstance(first, dict):  # by sort keys, where the table has one
        first = next(iter(first.values()))
    item: Item = first.to_json()["Attributes"]
    return item


def table(name: str) -> Any:
    """A table of moto."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    return dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_REGION"]].tables[name]

"""The database in memory answers what the emulator answers, call for call."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain import bookings as rules
from chalicelib.services.booking.book import CODES_OF_A_KEY
from chalicelib.store.tables.booking import BookingItem
from tests.interleavings import dynamodb
from tests.interleavings.dynamodb import Call, Database, freeze, thaw
from tests.interleavings.explore import SECRET, Act, Point, isolated
from tests.interleavings.scenarios import (
    ACCOUNT,
    O,
    book,
    cancel,
    close,
    reschedule,
    settle,
    swept,
    world,
)
from tests.machine import Machine

RUNS: tuple[tuple[Act, ...], ...] = (
    (book("k", "x"), book("k", "x"), book("l", "y"), swept(), reschedule(O), cancel(O)),
    (book("l", "yz"), reschedule(O), book("k", "w"), cancel(O), cancel(O), swept(), swept()),
    (book("k", "wx"), book("k", "w"), book("o", "x"), close(), book("m", "y"), settle()),
)


def begun() -> tuple[list[Call], Database]:
    """The first state of a run, and the calls that put it there."""
    start = world(3, 1, "wxyz", "x")
    puts = [
        Call("PutItem", {"TableName": key[0], "Item": item}) for key, item in start.items.items()
    ]
    return puts, start


def forgotten() -> list[Call]:
    """Removes what an earlier run has put under the same codes."""
    codes = [rules.code(SECRET, ACCOUNT, key, n) for key in "klmo" for n in range(CODES_OF_A_KEY)]
    table = BookingItem.Meta.table_name
    return [Call("DeleteItem", {"TableName": table, "Key": {"code": {"S": c}}}) for c in codes]


@pytest.mark.server
@pytest.mark.parametrize("run", range(len(RUNS)))
def test_the_database_in_memory_answers_as_the_emulator_does(run: int, machine: Machine) -> None:
    client = machine.aws("dynamodb")
    dynamodb.forget()
    with isolated():
        puts, database = begun()
        for call in (*forgotten(), *puts):
            sent(client, call, run)
        for act in RUNS[run]:
            _agrees(client, database, Point(act), run)
            database = _after(database, act)


def _agrees(client: Any, database: Database, point: Point, run: int) -> None:
    """An actor is answered alike by both."""
    while point.call:
        call = point.call
        before, (database, answer) = database, database.call(call)
        assert comparable(answer.response) == comparable(sent(client, call, run)), str(call)
        if not call.writes:
            assert before is database
        point = point.after(answer)


def _after(database: Database, act: Act) -> Database:
    point = Point(act)
    while point.call:
        database, answer = database.call(point.call)
        point = point.after(answer)
    return database


def sent(client: Any, call: Call, run: int) -> dict[str, Any]:
    """What the emulator answers, in an office that no other run and nobody else knows."""
    asked = renamed(thaw(call.arguments), "malang", f"proof-{run}")
    if call.operation == "Scan":
        asked |= {
            "FilterExpression": "office_id = :here",
            "ExpressionAttributeValues": {":here": {"S": f"proof-{run}"}},
        }
    try:
        answer = client._make_api_call(call.operation, asked)
    except ClientError as error:
        answer = error.response
    return dict(renamed(answer, f"proof-{run}", "malang"))


def renamed(value: Any, old: str, new: str) -> Any:
    """The same, of another office."""
    if isinstance(value, dict):
        return {renamed(k, old, new): renamed(v, old, new) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(member, old, new) for member in value]
    return value.replace(old, new) if isinstance(value, str) else value


def comparable(response: dict[str, Any]) -> Any:
    """What the store reads of an answer; the order of sets and of a batch says nothing."""
    code = response.get("Error", {}).get("Code")
    reasons = [(r["Code"], freeze(_sorted(r.get("Item")))) for r in _reasons(response)]
    items = [*response.get("Items", ())]
    for found in response.get("Responses", {}).values():
        items += found
    rows = sorted(repr(freeze(_sorted(item))) for item in items)
    single = [freeze(_sorted(response.get(name) or None)) for name in ("Item", "Attributes")]
    return code, reasons, rows, single


def _reasons(response: dict[str, Any]) -> list[dict[str, Any]]:
    return list(response.get("CancellationReasons", ()))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: sorted(v) if k in dynamodb.SETS else _sorted(v) for k, v in value.items()}
    return [_sorted(member) for member in value] if isinstance(value, list) else value

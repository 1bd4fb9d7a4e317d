"""The storm: a crowd for one slot over HTTP, here and at a rival that locks the slot's row.

A fifth of ten thousand people in ten seconds: the same rate, two thousand in two seconds for a
hundred places. Both servers are up at once and the same client asks them in turn. What is behind
ours is MiniStack, an emulator written in Python that keeps its tables in memory; on AWS that part
is DynamoDB's. PostgreSQL writes and flushes every commit.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import jwt

from bench import cpu
from bench.crowd import Answer, arrive, queue, request
from bench.rival import run as rival
from bench.rival.run import Rival
from bench.rows import Row
from infra.local.environment import TABLE_PREFIX
from tests.machine import Machine, started
from tests.races.storm import Target, target

OFFICE = "jakarta-selatan"
PEOPLE = 2000
PLACES = 100
PER_SECOND = 1000
ROUNDS = 3
WARM_UP = 40
AT_ONCE = 16
SLOTS = 6
"""That a day of the office has."""

BATCH = 25
"""Items of one BatchWriteItem."""

ISSUER = "antrian-paspor-local"
SCALE = f"{ROUNDS} storms of {PEOPLE} people in {PEOPLE // PER_SECOND} s for {PLACES} places"


@dataclass
class Side:
    """One of the two servers, and how its storms went."""

    name: str
    port: int
    parts: dict[str, Callable[[], float]]
    """The CPU seconds used so far, by part."""
    storms: list[list[Answer]] = field(default_factory=list)
    storm_cpu: dict[str, float] = field(default_factory=dict)
    quiet: list[Answer] = field(default_factory=list)
    quiet_cpu: dict[str, float] = field(default_factory=dict)

    def measured(self, used: dict[str, float], ask: Callable[[], list[Answer]]) -> list[Answer]:
        """Ask, and add to ``used`` what that cost each part."""
        before = {part: seconds() for part, seconds in self.parts.items()}
        answers = ask()
        for part, seconds in self.parts.items():
            used[part] = used.get(part, 0.0) + seconds() - before[part]
        return answers


def rows() -> Iterator[Row]:
    programs = rival.programs()
    if programs is None:
        print("PostgreSQL is not here: the storm is left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as state, started(Path(state), limits="off") as machine:
        key = _tokens_key(machine)
        with rival.running(programs, key["key"]) as other:
            assert other.database.run("SHOW fsync") == "on"
            yield from _storms(machine, other, key)


def _storms(machine: Machine, other: Rival, key: dict[str, str]) -> Iterator[Row]:
    emulator_and_api = machine.process.pid
    sides = (
        Side(
            "ours",
            machine.port,
            {
                "API": lambda: cpu.alone(emulator_and_api),
                "emulator": lambda: cpu.tree(emulator_and_api) - cpu.alone(emulator_and_api),
            },
        ),
        Side(
            "row lock",
            other.port,
            {
                "server": lambda: cpu.tree(other.server.pid),
                "PostgreSQL": lambda: cpu.tree(other.database.process.pid),
            },
        ),
    )
    quiet = [target(machine, OFFICE, weeks=2, number=n) for n in range(SLOTS)]
    warm_up = target(machine, OFFICE, weeks=3)
    hot = [target(machine, OFFICE, weeks=1, number=n) for n in range(ROUNDS)]
    hot = [_widened(machine, wanted, n) for n, wanted in enumerate(hot)]
    seats = [wanted for wanted in quiet for _ in range(wanted.capacity)]
    crowd = PEOPLE * ROUNDS + WARM_UP + len(seats)
    print(f"  {crowd} people, on both sides ...", file=sys.stderr)
    _settle(machine, crowd)
    _seed(other, crowd, [*hot, *quiet, warm_up])
    people = iter(range(crowd))

    def asked(side: Side, wanted: Target, who: int) -> bytes:
        return request(
            side.port,
            "/v1/bookings",
            wanted.body(f"applicant-{who}"),
            _token(key, f"account-{who}"),
            f"key-{who}",
        )

    group = [next(people) for _ in range(WARM_UP)]
    for side in sides:
        queue(side.port, [asked(side, warm_up, who) for who in group], AT_ONCE)
    for number, wanted in enumerate(hot):
        group = [next(people) for _ in range(PEOPLE)]
        for side in sides if number % 2 == 0 else reversed(sides):
            print(f"  storm {number + 1} of {ROUNDS}, {side.name} ...", file=sys.stderr)
            requests = [asked(side, wanted, who) for who in group]
            answers = side.measured(
                side.storm_cpu, partial(arrive, side.port, requests, PER_SECOND)
            )
            _check(side, answers)
            side.storms.append(answers)
    group = [next(people) for _ in seats]
    for side in sides:
        print(f"  {len(seats)} bookings without a crowd, {side.name} ...", file=sys.stderr)
        requests = [asked(side, seat, who) for seat, who in zip(seats, group, strict=True)]
        side.quiet = side.measured(side.quiet_cpu, partial(queue, side.port, requests, AT_ONCE))
        assert {answer.status for answer in side.quiet} == {201}, side.name
    for side in sides:
        yield from _rows(side)


def _check(side: Side, answers: Sequence[Answer]) -> None:
    """Every place was given out once, and everybody else was told that the slot is full."""
    numbers = sorted(a.body["places"][0]["queue_number"] for a in answers if a.status == 201)
    assert numbers == list(range(1, PLACES + 1)), f"{side.name}: {len(numbers)} of {PLACES} places"
    others = {(a.status, a.body["type"]) for a in answers if a.status != 201}
    assert others == {(409, "slot-full")}, f"{side.name}: {others}"


def _rows(side: Side) -> Iterator[Row]:
    sold_out = [max(a.told for a in storm if a.status == 201) for storm in side.storms]
    yield Row(f"storm, {side.name}: sold out in", statistics.median(sold_out), "s", SCALE)
    rate = PLACES / statistics.median(sold_out)
    yield Row(f"storm, {side.name}: bookings", rate, "a second", "places over the time above")
    for who, status in (("winners", 201), ("losers", 409)):
        took = [a.took * 1000 for storm in side.storms for a in storm if a.status == status]
        cuts = statistics.quantiles(took, n=100)
        for name, value in (("p50", cuts[49]), ("p99", cuts[98])):
            yield Row(f"storm, {side.name}: {who} {name}", value, "ms", "from when it was due")
    asked = sum(map(len, side.storms))
    for part, used in side.storm_cpu.items():
        name = f"storm, {side.name}: CPU per request, {part}"
        yield Row(name, used / asked * 1000, "ms", "user and system, /proc, without the client")
    span = max(a.told for a in side.quiet)
    how = f"{len(side.quiet)} bookings over a day's {SLOTS} slots, {AT_ONCE} at a time"
    yield Row(f"no crowd, {side.name}: bookings", len(side.quiet) / span, "a second", how)
    for part, used in side.quiet_cpu.items():
        name = f"no crowd, {side.name}: CPU per booking, {part}"
        yield Row(name, used / len(side.quiet) * 1000, "ms", how)


# ---- what is in the tables before ----------------------------------------------------------------


def _tokens_key(machine: Machine) -> dict[str, str]:
    secrets = machine.aws("secretsmanager")
    answer = secrets.get_secret_value(SecretId="antrian-paspor-local/tokens")
    key: dict[str, str] = json.loads(answer["SecretString"])
    return key


def _token(key: dict[str, str], account_id: str) -> str:
    now = datetime.now(UTC)
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": account_id, "sid": "storm"}
    return jwt.encode(
        {**claims, "iat": now, "exp": now + timedelta(minutes=10)},
        key["key"],
        "HS256",
        headers={"kid": key["kid"]},
    )


def _settle(machine: Machine, crowd: int) -> None:
    """Applicants, put into the table: to register them all would take minutes."""
    dynamodb = machine.aws("dynamodb")
    for first in range(0, crowd, BATCH):
        puts = [
            {
                "PutRequest": {
                    "Item": {
                        "applicant_id": {"S": f"applicant-{who}"},
                        "accounts": {"SS": [f"account-{who}"]},
                    }
                }
            }
            for who in range(first, min(first + BATCH, crowd))
        ]
        answer = dynamodb.batch_write_item(RequestItems={TABLE_PREFIX + "applicants": puts})
        assert not answer["UnprocessedItems"]


def _widened(machine: Machine, wanted: Target, number: int) -> Target:
    """The slot with as many places as the storm is for."""
    dynamodb = machine.aws("dynamodb")
    places = {":places": {"N": str(PLACES)}}
    dynamodb.update_item(
        TableName=TABLE_PREFIX + "slots",
        Key={"slot_id": {"S": wanted.slot_id}},
        UpdateExpression="SET #capacity = :places, #left = :places",
        ExpressionAttributeNames={"#capacity": "capacity", "#left": "left"},
        ExpressionAttributeValues=places,
    )
    dynamodb.update_item(
        TableName=TABLE_PREFIX + "days",
        Key={"office_id": {"S": wanted.office_id}, "date": {"S": wanted.date}},
        UpdateExpression=f"SET #slots[{number}].#places = :places",
        ExpressionAttributeNames={"#slots": "slots", "#places": "places"},
        ExpressionAttributeValues=places,
    )
    return Target(wanted.office_id, wanted.date, wanted.start, PLACES)


def _seed(other: Rival, crowd: int, wanted: Sequence[Target]) -> None:
    slots = ", ".join(
        f"('{w.slot_id}', '{w.office_id}', '{w.date}', '{w.start}', '{w.start}', {w.capacity})"
        for w in wanted
    )
    other.database.run(
        f"""INSERT INTO slots (slot_id, office_id, day, starts, ends, remaining) VALUES {slots};
            INSERT INTO applicants SELECT 'applicant-' || n, 'account-' || n
                FROM generate_series(0, {crowd - 1}) AS n;
            ANALYZE;"""
    )

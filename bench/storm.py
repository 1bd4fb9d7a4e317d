"""The storm: a crowd for one slot over HTTP, here and at a rival that locks the slot's row.

A fifth of ten thousand people in ten seconds: the same rate, two thousand in two seconds for a
hundred places. Both servers are up at once and the same client asks them in turn. What is behind
ours is MiniStack, an emulator written in Python that keeps its tables in memory; on AWS that part
is DynamoDB's. PostgreSQL writes and flushes every commit.
"""

import hmac
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import jwt

from bench import cpu
from bench.crowd import Answer, arrive, queue, request
from bench.rival import run as rival
from bench.rival.run import Rival
from bench.rows import Row
from chalicelib.domain import aliases
from chalicelib.keyring import Purpose
from infra.local.environment import TABLE_PREFIX
from tests.machine import Machine, started
from tests.races.storm import Target, target

OFFICE = "surabaya"
PEOPLE = 2000
PLACES = 100
PER_SECOND = 1000
ROUNDS = 3
WARM_UP = 40
AT_ONCE = 16
SLOTS = 6
"""That a day of the office has."""

QUIET_WEEKS = (2, 3)
"""Without a crowd two days are booked, half a second each; a shorter time says little."""

BATCH = 25
"""Items of one BatchWriteItem."""

ISSUER = "antrian-paspor-local"
LIFE = timedelta(hours=1)
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
    quiet: list[list[Answer]] = field(default_factory=list)
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
        key = tokens_key(machine)
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
    quiet = [
        [target(machine, OFFICE, weeks=weeks, number=n) for n in range(SLOTS)]
        for weeks in QUIET_WEEKS
    ]
    warm_up = target(machine, OFFICE, number=ROUNDS)
    hot = [target(machine, OFFICE, weeks=1, number=n) for n in range(ROUNDS)]
    hot = [widened(machine, wanted, n, PLACES) for n, wanted in enumerate(hot)]
    seats = [[wanted for wanted in day for _ in range(wanted.capacity)] for day in quiet]
    crowd = PEOPLE * ROUNDS + WARM_UP + sum(map(len, seats))
    print(f"  {crowd} people, on both sides ...", file=sys.stderr)
    called = settle(machine, crowd)
    seed(other, called, [*hot, *chain(*quiet), warm_up])
    people = iter(range(crowd))

    def asked(side: Side, wanted: Target, who: int) -> bytes:
        return request(
            side.port,
            "/v1/bookings",
            wanted.body(called[who]),
            token(key, f"account-{who}"),
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
    for number, day in enumerate(seats):
        group = [next(people) for _ in day]
        for side in sides if number % 2 == 0 else reversed(sides):
            print(f"  {len(day)} bookings without a crowd, {side.name} ...", file=sys.stderr)
            requests = [asked(side, seat, who) for seat, who in zip(day, group, strict=True)]
            answers = side.measured(side.quiet_cpu, partial(queue, side.port, requests, AT_ONCE))
            assert {answer.status for answer in answers} == {201}, side.name
            side.quiet.append(answers)
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
    booked = sum(map(len, side.quiet))
    span = sum(max(a.told for a in day) for day in side.quiet)
    how = f"{booked} bookings over {len(side.quiet)} days of {SLOTS} slots, {AT_ONCE} at a time"
    yield Row(f"no crowd, {side.name}: bookings", booked / span, "a second", how)
    for part, used in side.quiet_cpu.items():
        name = f"no crowd, {side.name}: CPU per booking, {part}"
        yield Row(name, used / booked * 1000, "ms", how)


# ---- what is in the tables before ----------------------------------------------------------------


def tokens_key(machine: Machine) -> dict[str, str]:
    """What the machine signs access tokens with."""
    secrets = machine.aws("secretsmanager")
    answer = secrets.get_secret_value(SecretId="antrian-paspor-local/tokens")
    key: dict[str, str] = json.loads(answer["SecretString"])
    return key


def token(key: dict[str, str], account_id: str) -> str:
    """An access token, as if somebody had signed in an hour ago."""
    now = datetime.now(UTC)
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": account_id, "sid": "storm"}
    return jwt.encode(
        {**claims, "iat": now - LIFE, "exp": now + LIFE},
        key["key"],
        "HS256",
        headers={"kid": key["kid"]},
    )


def settle(machine: Machine, crowd: int) -> list[str]:
    """Persons, put into the table (to register them all would take minutes), each of an account.

    Returns what ``account-0`` calls the first of them, and so on.
    """
    secret = machine.aws("secretsmanager").get_secret_value(SecretId="antrian-paspor-local/root")
    root = json.loads(secret["SecretString"])["key"].encode()
    key = hmac.digest(root, f"key:{Purpose.ALIAS}".encode(), "sha256")
    dynamodb = machine.aws("dynamodb")
    called = []
    for first in range(0, crowd, BATCH):
        puts = []
        for who in range(first, min(first + BATCH, crowd)):
            person_id = aliases.new_id(who.to_bytes(aliases.PERSON_BYTES))
            account_id = f"account-{who}"
            called.append(aliases.alias(key, account_id, person_id, bytes(aliases.NONCE_BYTES)))
            link = {"proof": {"N": "1"}, "may": {"BOOL": True}, "firm": {"BOOL": True}}
            item = {
                "applicant_id": {"S": person_id},
                "version": {"N": "1"},
                "links": {"M": {account_id: {"M": link}}},
            }
            puts.append({"PutRequest": {"Item": item}})
        answer = dynamodb.batch_write_item(RequestItems={TABLE_PREFIX + "applicants": puts})
        assert not answer["UnprocessedItems"]
    return called


def widened(machine: Machine, wanted: Target, number: int, places: int) -> Target:
    """The slot, which is the ``number``th of its day, with so many places."""
    dynamodb = machine.aws("dynamodb")
    values = {":places": {"N": str(places)}}
    dynamodb.update_item(
        TableName=TABLE_PREFIX + "slots",
        Key={"slot_id": {"S": wanted.slot_id}},
        UpdateExpression="SET #capacity = :places, #left = :places",
        ExpressionAttributeNames={"#capacity": "capacity", "#left": "left"},
        ExpressionAttributeValues=values,
    )
    dynamodb.update_item(
        TableName=TABLE_PREFIX + "days",
        Key={"office_id": {"S": wanted.office_id}, "date": {"S": wanted.date}},
        UpdateExpression=f"SET #slots[{number}].#places = :places",
        ExpressionAttributeNames={"#slots": "slots", "#places": "places"},
        ExpressionAttributeValues=values,
    )
    return Target(wanted.office_id, wanted.date, wanted.start, places)


def seed(other: Rival, called: Sequence[str], wanted: Sequence[Target]) -> None:
    """The same slots and applicants, for the rival."""
    slots = ", ".join(
        f"('{w.slot_id}', '{w.office_id}', '{w.date}', '{w.start}', '{w.start}', {w.capacity})"
        for w in wanted
    )
    other.database.run(
        f"""INSERT INTO slots (slot_id, office_id, day, starts, ends, remaining) VALUES {slots};
            INSERT INTO applicants SELECT alias, 'account-' || (n - 1)
                FROM unnest('{{{", ".join(called)}}}'::text[]) WITH ORDINALITY AS them (alias, n);
            ANALYZE;"""
    )

"""DynamoDB as far as the store needs it: exact, in memory, and never changed.

A call on a `Database` gives its answer and the database after it; the one before stays as it was.
Equal databases are one object, so that an exploration meets each only once. Items keep
DynamoDB's own notation (``{"left": {"N": "3"}}``) and are shared, so nobody may write into them.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from botocore.client import ClientError

from infra.stack import tables

Value = dict[str, Any]
Item = dict[str, Value]
Key = tuple[str, ...]
"""The table and the values of the item's key."""

SETS = frozenset({"SS", "NS", "BS"})


@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """One call as PynamoDB makes it; equal calls are the same object."""

    operation: str
    arguments: dict[str, Any]

    @classmethod
    def of(cls, operation: str, arguments: Mapping[str, Any]) -> "Call":
        told = {k: v for k, v in arguments.items() if k != "ReturnConsumedCapacity"}
        return _calls.setdefault((operation, freeze(told)), cls(operation, thaw(told)))

    @property
    def writes(self) -> bool:
        return self.operation not in READS

    @property
    def once(self) -> bool:
        """Whether it is never sent again where no answer came: a message."""
        return self.operation == "Publish"

    @property
    def may_lag(self) -> bool:
        """Whether it is a read that may answer as of a while ago."""
        if self.writes:
            return False
        asked = self.arguments.get("RequestItems", {"": self.arguments}).values()
        return not all(each.get("ConsistentRead", False) for each in asked)

    def __str__(self) -> str:
        """What it does and to what, in short."""
        parts = self.arguments.get("TransactItems", [{self.operation: self.arguments}])
        return " and ".join(_short(kind, a) for part in parts for kind, a in part.items())


_calls: dict[Hashable, Call] = {}


def _short(kind: str, asked: Mapping[str, Any]) -> str:
    tables_ = asked.get("RequestItems") or {asked["TableName"]: asked}
    table = " ".join(name.rpartition("-")[2] for name in tables_)
    named = asked.get("Key") or asked.get("Item") or {}
    key = " ".join(str(v) for n, m in named.items() if n in KEYS for v in m.values())
    given = {**asked.get("ExpressionAttributeNames", {})}
    for name, value in asked.get("ExpressionAttributeValues", {}).items():
        given[name] = str(next(iter(value.values())))
    expressions = asked.get("UpdateExpression"), asked.get("ConditionExpression")
    text = " if ".join(filter(None, expressions))
    if kind in ("Put", "PutItem"):
        text = f"{next(iter(named.get('status', {'S': ''}).values()))} if {text}"
    text = re.sub(r"[#:]\w+", lambda found: given.get(found[0], found[0]), text)
    return f"{kind} {table} {key} {text}".strip()


KEYS = frozenset(
    {
        "entry_id",
        "draw",
        "slot_id",
        "code",
        "applicant_id",
        "office_id",
        "date",
        "board_id",
        "ticket",
    }
)


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What DynamoDB says: a response, or the response of an error. Equal answers are one object."""

    response: dict[str, Any]

    @classmethod
    def of(cls, response: dict[str, Any]) -> "Answer":
        return _answers.setdefault(freeze(response), cls(response))

    def get(self, operation: str) -> dict[str, Any]:
        """A copy of the response. Raises it if it is an error."""
        response: dict[str, Any] = thaw(self.response)
        if "Error" in response:
            raise ClientError(response, operation)
        return response

    def __str__(self) -> str:
        """Whether it was refused, and why."""
        if "Error" not in self.response:
            return "ok" if self.response else "done"
        reasons = [reason["Code"] for reason in self.response.get("CancellationReasons", ())]
        return f"refused {', '.join(reasons)}".strip()


_answers: dict[Hashable, Answer] = {}


class Refused(Exception):
    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code, "Message": message}, **more}


def unmet(item: Item | None) -> dict[str, Any]:
    """How an unmet condition is told, with what was there."""
    return {"Item": item} if item else {}


class Schema:
    """The keys of the tables and of their indexes."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, ...]] = {}
        for resource in tables.resources("local").values():
            properties = resource["Properties"]
            name = properties["TableName"]
            self.keys[name] = _names(properties["KeySchema"])
            for index in properties.get("GlobalSecondaryIndexes", ()):
                self.keys[f"{name}/{index['IndexName']}"] = _names(index["KeySchema"])

    def key(self, table: str, item: Mapping[str, Value]) -> Key:
        return (table, *(str(next(iter(item[name].values()))) for name in self.keys[table]))


def _names(schema: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


SCHEMA = Schema()

_known: dict[Hashable, Item] = {}


class Database:
    """All tables at one instant; equal ones are the same object."""

    __slots__ = ("_came", "items")

    def __init__(self, items: Mapping[Key, Item] | None = None) -> None:
        self.items = items or {}
        self._came: dict[Call, tuple[Database, Answer]] = {}

    @classmethod
    def of(cls, items: Mapping[Key, Item]) -> "Database":
        identity = frozenset((key, id(item)) for key, item in items.items())
        return _databases.setdefault(identity, cls(items))

    def table(self, table: str) -> Iterator[Item]:
        """The items of a table in the order of their keys."""
        return (self.items[key] for key in sorted(self.items) if key[0] == table)

    def call(self, call: Call) -> "tuple[Database, Answer]":
        """What comes of a call: the database after it, and its answer."""
        if call not in self._came:
            self._came[call] = self._call(call)
        return self._came[call]

    def answers(self, call: Call, whose: str) -> "Iterator[tuple[Database, Answer]]":
        """All that may come of a call, of the actor of this name."""
        yield self.call(call)

    def _call(self, call: Call) -> "tuple[Database, Answer]":
        try:
            written, response = OPERATIONS[call.operation](self, call.arguments)
        except Refused as refused:
            return self, Answer.of(refused.response)
        return (self._with(written) if written else self), Answer.of(response)

    def _with(self, written: Mapping[Key, Item | None]) -> "Database":
        items = dict(self.items)
        for key, item in written.items():
            if item is None:
                items.pop(key, None)
            else:
                items[key] = known(item)
        return type(self).of(items)


_databases: dict[Hashable, Database] = {}


def known(item: Item) -> Item:
    """The very object by which an item is known."""
    return _known.setdefault(freeze(item), item)


def forget() -> None:
    """Forget everything that has been met."""
    for met in (_calls, _answers, _databases, _known):
        met.clear()


Done = tuple[Mapping[Key, Item | None], dict[str, Any]]
"""What an operation writes, and its response."""


def _get(database: Database, asked: Mapping[str, Any]) -> Done:
    item = database.items.get(SCHEMA.key(asked["TableName"], asked["Key"]))
    return {}, {"Item": item} if item else {}


def _batch_get(database: Database, asked: Mapping[str, Any]) -> Done:
    found: dict[str, list[Item]] = {}
    for table, wanted in asked["RequestItems"].items():
        keys = sorted(SCHEMA.key(table, key) for key in wanted["Keys"])
        found[table] = [database.items[key] for key in keys if key in database.items]
    return {}, {"Responses": found, "UnprocessedKeys": {}}


def _scan(database: Database, asked: Mapping[str, Any]) -> Done:
    fits = condition(asked["FilterExpression"]) if "FilterExpression" in asked else None
    items = [
        item
        for item in database.table(asked["TableName"])
        if fits is None or fits(item, Placeholders(asked))
    ]
    return {}, {"Items": items, "Count": len(items), "ScannedCount": len(items)}


def _query(database: Database, asked: Mapping[str, Any]) -> Done:
    index = f"{asked['TableName']}/{asked['IndexName']}" if "IndexName" in asked else None
    names = SCHEMA.keys[index or asked["TableName"]]
    fits = condition(asked["KeyConditionExpression"])
    items = [
        item
        for item in database.table(asked["TableName"])
        if all(name in item for name in names) and fits(item, Placeholders(asked))
    ]
    items.sort(key=lambda item: _sortable(item[names[-1]]))
    if not asked.get("ScanIndexForward", True):
        items.reverse()
    return {}, {"Items": items, "Count": len(items), "ScannedCount": len(items)}


def _put(database: Database, asked: Mapping[str, Any]) -> Done:
    key, _ = _checked(database, asked, asked["Item"])
    return {key: _tidy(asked["Item"])}, {}


def _delete(database: Database, asked: Mapping[str, Any]) -> Done:
    key, _ = _checked(database, asked, asked["Key"])
    return {key: None}, {}


def _check(database: Database, asked: Mapping[str, Any]) -> Done:
    """A part of a transaction that changes nothing: what is there stays."""
    key, old = _checked(database, asked, asked["Key"])
    return {key: old}, {}


def _update(database: Database, asked: Mapping[str, Any]) -> Done:
    key, old = _checked(database, asked, asked["Key"])
    actions = update(asked["UpdateExpression"])
    new = _apply(old or asked["Key"], actions, Placeholders(asked))
    wanted = asked.get("ReturnValues", "NONE")
    if wanted == "ALL_NEW":
        return {key: new}, {"Attributes": new}
    if wanted == "UPDATED_NEW":
        paths = [action.path.under(Placeholders(asked)) for action in actions]
        return {key: new}, {"Attributes": _only(new, paths)}
    assert wanted == "NONE", wanted
    return {key: new}, {}


def _transact(database: Database, asked: Mapping[str, Any]) -> Done:
    written: dict[Key, Item | None] = {}
    reasons: list[dict[str, Any]] = []
    for part in asked["TransactItems"]:
        ((kind, arguments),) = part.items()
        try:
            written.update(OPERATIONS[f"{kind}Item"](database, arguments)[0])
        except Refused as refused:
            error = refused.response["Error"]
            if error["Code"] != "ConditionalCheckFailedException":
                raise
            stood = unmet(refused.response.get("Item"))
            reasons.append({"Code": "ConditionalCheckFailed", **stood})
        else:
            reasons.append({"Code": "None"})
    if any(reason["Code"] != "None" for reason in reasons):
        raise Refused("TransactionCanceledException", "cancelled", CancellationReasons=reasons)
    assert len(written) == len(reasons), "a transaction may not name an item twice"
    return written, {}


OPERATIONS: Mapping[str, Callable[[Database, Mapping[str, Any]], Done]] = {
    "GetItem": _get,
    "BatchGetItem": _batch_get,
    "Scan": _scan,
    "Query": _query,
    "PutItem": _put,
    "DeleteItem": _delete,
    "UpdateItem": _update,
    "ConditionCheckItem": _check,
    "TransactWriteItems": _transact,
}

READS = frozenset({"GetItem", "BatchGetItem", "Scan", "Query"})


def _checked(
    database: Database, asked: Mapping[str, Any], named: Mapping[str, Value]
) -> tuple[Key, Item | None]:
    """The key that a write names and what stands there, if its condition is met."""
    key = SCHEMA.key(asked["TableName"], named)
    old = database.items.get(key)
    expression = asked.get("ConditionExpression")
    if expression and not condition(expression)(old or {}, Placeholders(asked)):
        told = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        raise Refused(
            "ConditionalCheckFailedException",
            "The conditional request failed",
            **unmet(old if told else None),
        )
    return key, old


# ---- values -------------------------------------------------------------------------------------


def freeze(value: Any) -> Hashable:
    """A value as something that can be hashed; the keys of a batch have no order."""
    if isinstance(value, dict):
        frozen = sorted((name, freeze(member)) for name, member in value.items() if name != "Keys")
        keys = sorted((freeze(key) for key in value.get("Keys", ())), key=repr)
        return (*frozen, *keys)
    if isinstance(value, list):
        return tuple(freeze(member) for member in value)
    return (type(value).__name__, value)


def thaw(value: Any) -> Any:
    """A copy of a value that may be written into."""
    if isinstance(value, dict):
        return {name: thaw(member) for name, member in value.items()}
    if isinstance(value, list):
        return [thaw(member) for member in value]
    return value


def _tidy(item: Item) -> Item:
    """An item with its sets in order."""
    return {name: _tidy_value(value) for name, value in item.items()}


def _tidy_value(value: Value) -> Value:
    ((kind, content),) = value.items()
    if kind in SETS:
        return {kind: sorted(set(content))}
    if kind == "N":
        return _number(Decimal(content))
    if kind == "M":
        return {kind: _tidy(content)}
    if kind == "L":
        return {kind: [_tidy_value(member) for member in content]}
    return value


def _number(number: Decimal) -> Value:
    return {"N": f"{number.normalize():f}"}


def _sortable(value: Value) -> Any:
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def _only(item: Item, paths: Sequence[Sequence[str]]) -> Item:
    """The parts of an item at these paths, as far as they are there."""
    found: Item = {}
    for path in paths:
        value = _at(item, path)
        if value is not None:
            inner = found
            for name in path[:-1]:
                inner = inner.setdefault(name, {"M": {}})["M"]
            inner[path[-1]] = value
    return found


def _at(item: Mapping[str, Value], path: Sequence[str]) -> Value | None:
    value = item.get(path[0])
    for name in path[1:]:
        if value and name.startswith("["):
            value = dict(enumerate(value.get("L", ()))).get(int(name[1:-1]))
        else:
            value = value.get("M", {}).get(name) if value else None
    return value


# ---- expressions --------------------------------------------------------------------------------


class Placeholders:
    """The names and values that an expression speaks of."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.names: Mapping[str, str] = asked.get("ExpressionAttributeNames", {})
        self.values: Mapping[str, Value] = asked.get("ExpressionAttributeValues", {})


Operand = Callable[[Mapping[str, Value], Placeholders], Value | None]
Condition = Callable[[Mapping[str, Value], Placeholders], bool]

TOKEN = re.compile(r"[#:]?\w+|\[\d+\]|<>|<=|>=|[=<>(),.+-]")

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class Path:
    names: tuple[str, ...]

    def under(self, given: Placeholders) -> tuple[str, ...]:
        return tuple(given.names.get(name, name) for name in self.names)

    def __call__(self, item: Mapping[str, Value], given: Placeholders) -> Value | None:
        return _at(item, self.under(given))


@dataclass(frozen=True, slots=True)
class Action:
    verb: str
    path: Path
    operand: Operand | None


class Parser:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self.tokens = TOKEN.findall(expression)

    def next(self) -> str:
        return str(self.tokens[0]) if self.tokens else ""

    def take(self, expected: str = "") -> str:
        token: str = self.tokens.pop(0)
        assert expected in ("", token), f"{expected} instead of {token}"
        return token

    def skip(self, token: str) -> bool:
        return self.next() == token and bool(self.take())

    def condition(self) -> Condition:
        options = [self._all()]
        while self.skip("OR"):
            options.append(self._all())
        return lambda item, given: any(option(item, given) for option in options)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self.skip("AND"):
            parts.append(self._one())
        return lambda item, given: all(part(item, given) for part in parts)

    def _one(self) -> Condition:
        if self.skip("NOT"):
            refused = self._one()
            return lambda item, given: not refused(item, given)
        if self.skip("("):
            inner = self.condition()
            self.take(")")
            return inner
        if self.next() in ("attribute_exists", "attribute_not_exists"):
            wanted = self.take() == "attribute_exists"
            (path,) = self._arguments()
            return lambda item, given: (path(item, given) is not None) == wanted
        if self.skip("contains"):
            path, member = self._arguments()
            return lambda item, given: _contains(path(item, given), member(item, given))
        return self._comparison()

    def _comparison(self) -> Condition:
        left, verb = self.operand(), self.take()
        right = self.operand()
        if verb == "BETWEEN":
            self.take("AND")
            last = self.operand()
            return lambda item, given: (
                _compare("<=", right(item, given), left(item, given))
                and _compare("<=", left(item, given), last(item, given))
            )
        return lambda item, given: _compare(verb, left(item, given), right(item, given))

    def actions(self) -> Iterator[Action]:
        while self.tokens:
            verb = self.take()
            while True:
                path = self.path()
                if verb == "SET":
                    self.take("=")
                yield Action(verb, path, None if verb == "REMOVE" else self._sum())
                if not self.skip(","):
                    break

    def _sum(self) -> Operand:
        first = self.operand()
        if self.next() not in ("+", "-"):
            return first
        sign = 1 if self.take() == "+" else -1
        second = self.operand()

        def total(item: Mapping[str, Value], given: Placeholders) -> Value:
            a, b = first(item, given), second(item, given)
            if a is None or b is None:
                raise Refused("ValidationException", "an operand of a sum is missing")
            return _number(Decimal(a["N"]) + sign * Decimal(b["N"]))

        return total

    def operand(self) -> Operand:
        if self.skip("size"):
            (path,) = self._arguments()
            return lambda item, given: _size(path(item, given))
        if self.skip("if_not_exists"):
            path, other = self._arguments()
            return lambda item, given: path(item, given) or other(item, given)
        if self.next().startswith(":"):
            name = self.take()
            return lambda item, given: given.values[name]
        return self.path()

    def path(self) -> Path:
        names = [self.take()]
        while self.skip(".") or self.next().startswith("["):
            names.append(self.take())
        return Path(tuple(names))

    def _arguments(self) -> list[Operand]:
        self.take("(")
        found = [self.operand()]
        while self.skip(","):
            found.append(self.operand())
        self.take(")")
        return found


@cache
def condition(expression: str) -> Condition:
    parser = Parser(expression)
    parsed = parser.condition()
    assert not parser.tokens, parser.tokens
    return parsed


@cache
def update(expression: str) -> tuple[Action, ...]:
    return tuple(Parser(expression).actions())


def _compare(verb: str, left: Value | None, right: Value | None) -> bool:
    if verb in ("=", "<>"):
        same = left is not None and right is not None and freeze(left) == freeze(right)
        return same == (verb == "=")
    if left is None or right is None or left.keys() != right.keys():
        return False
    return COMPARISONS[verb](_sortable(left), _sortable(right))


def _contains(value: Value | None, member: Value | None) -> bool:
    if value is None or member is None:
        return False
    ((kind, content),), ((member_kind, wanted),) = value.items(), member.items()
    return kind == f"{member_kind}S" and wanted in content


def _size(value: Value | None) -> Value | None:
    return None if value is None else {"N": str(len(next(iter(value.values()))))}


def _apply(old: Item, actions: Sequence[Action], given: Placeholders) -> Item:
    """The item after an update; every operand is taken from the item before it."""
    new = old
    for action in actions:
        value = action.operand(old, given) if action.operand else None
        path = action.path.under(given)
        if action.verb in ("ADD", "DELETE"):
            assert value is not None
            value = _changed(action.verb, _at(old, path), value)
        elif action.verb == "SET" and value is None:
            raise Refused("ValidationException", "a value to set is missing")
        new = _set(new, path, _tidy_value(value) if value else None)
    return new


def _changed(verb: str, old: Value | None, change: Value) -> Value | None:
    ((kind, members),) = change.items()
    if kind == "N" and verb == "ADD":
        return {"N": str(int((old or {"N": "0"})["N"]) + int(members))}
    assert kind in SETS, "only a set's members are deleted"
    before = set((old or {}).get(kind, ()))
    after = before | set(members) if verb == "ADD" else before - set(members)
    return {kind: sorted(after)} if after else None


def _set(item: Item, path: Sequence[str], value: Value | None) -> Item:
    """A copy of an item with ``value`` at a path, or without what was there."""
    name, *rest = path
    if rest:
        inner = item.get(name, {}).get("M")
        if inner is None:
            if value is None:
                return item
            raise Refused("ValidationException", "the path to be set leads nowhere")
        return {**item, name: {"M": _set(inner, rest, value)}}
    if value is None:
        return {kept: member for kept, member in item.items() if kept != name}
    return {**item, name: value}

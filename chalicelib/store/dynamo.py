"""One connection for all tables, and the few ways in which this project writes.

PynamoDB would give every model a botocore client of its own (10 MB each); here all share one.
It also hides what an item was when a condition failed; `Unmet` carries it, so that a refusal
explains itself without another read.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from botocore.client import ClientError
from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import Unreadable
from chalicelib.store.legible import OF_ANOTHER_FORM
from chalicelib.store.notation import raw

Item = dict[str, Any]
"""An item or a part of one, in DynamoDB's own notation: ``{"left": {"N": "3"}}``."""

CONFLICT_TRIES = 3
CONFLICT_PAUSE_SECONDS = 0.05

CONDITIONAL = frozenset({"UpdateItem", "PutItem", "DeleteItem"})


class Unmet(Exception):
    """A condition was not met; ``items`` are what stood there, in the order of the writes.

    An item is None where its own condition held, and empty where nothing stood.
    """

    def __init__(self, items: Sequence[Item | None]) -> None:
        super().__init__("condition not met")
        self.items = items


class Unavailable(Exception):
    """DynamoDB gave no definite answer: what was asked may have happened, or still may."""


class _Shared(Connection):
    @property
    def client(self) -> Any:
        return aws.client("dynamodb")

    def dispatch(self, operation_name: str, operation_kwargs: Item) -> Item:
        if operation_name in CONDITIONAL and "ConditionExpression" in operation_kwargs:
            operation_kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return super().dispatch(operation_name, operation_kwargs)


connection = _Shared(region=settings.region)


class Table(Model):
    """A PynamoDB model on the shared connection."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        if cls._connection is None:
            own = super()._get_connection()  # builds no client before it is used
            connection.add_meta_table(own.get_meta_table())
            own.connection = connection
        return super()._get_connection()

    @classmethod
    def from_raw_data(cls, data: Item) -> Self:
        """The item that DynamoDB has given. Raises `Unreadable`."""
        try:
            return super().from_raw_data(data)
        except OF_ANOTHER_FORM as error:
            (key,) = data.get(cls._hash_keyname or "", {"": ""}).values()
            raise Unreadable(cls.Meta.table_name, str(key)) from error

    @classmethod
    def fetch(cls, *key: str, consistent: bool = True) -> Self | None:
        """The item under ``key``, or None."""
        try:
            return cls.get(key[0], key[1] if key[1:] else None, consistent_read=consistent)
        except cls.DoesNotExist:
            return None
        except PynamoDBConnectionError as error:
            raise Unavailable from error

    @classmethod
    def raw_item(cls, key: str) -> Item:
        """The item under ``key`` as DynamoDB has it, whatever is in it; empty if there is none."""
        arguments = {
            "TableName": cls.Meta.table_name,
            "Key": {cls._hash_keyname: {"S": key}},
            "ConsistentRead": True,
        }
        item: Item = _definite(lambda: connection.dispatch("GetItem", arguments)).get("Item", {})
        return item

    @classmethod
    def raw_items(cls) -> Iterator[Item]:
        """All items as DynamoDB has them: a Scan, page by page."""
        return ResultIterator(cls._get_connection().scan, (), {})

    @classmethod
    def change(
        cls,
        *key: str,
        actions: list[Action],
        condition: Condition | None = None,
        returning: str = "NONE",
    ) -> Item:
        """One UpdateItem; returns the attributes asked for. Raises `Unmet`, `Unavailable`."""
        hash_key, range_key = cls._serialize_keys(*key)
        answer = _definite(
            lambda: cls._get_connection().update_item(
                hash_key,
                range_key=range_key,
                actions=actions,
                condition=condition,
                return_values=returning,
            )
        )
        attributes: Item = answer.get("Attributes", {})
        return attributes

    def put(self, condition: Condition | None = None) -> None:
        """One PutItem. Raises `Unmet`, `Unavailable`."""
        _definite(lambda: self.save(condition))

    @classmethod
    def remove(cls, *key: str, condition: Condition | None = None) -> None:
        """One DeleteItem. Raises `Unmet`, `Unavailable`."""
        hash_key, range_key = cls._serialize_keys(*key)
        _definite(
            lambda: cls._get_connection().delete_item(
                hash_key, range_key=range_key, condition=condition
            )
        )

    # ---- the same writes as parts of a transaction -----------------------------------------

    @classmethod
    def changing(cls, *key: str, actions: list[Action], condition: Condition | None = None) -> Item:
        """An update of one item, which is made if it is not there."""
        hash_key, range_key = cls._serialize_keys(*key)
        kwargs = cls._get_connection().get_operation_kwargs(
            hash_key,
            range_key=range_key,
            actions=actions,
            condition=condition,
            return_values_on_condition_failure="ALL_OLD",
        )
        return {"Update": kwargs}

    def putting(self, condition: Condition | None = None) -> Item:
        """This item, put in the place of what may stand there."""
        return {"Put": self.get_save_kwargs_from_instance(condition, "ALL_OLD")}

    @classmethod
    def removing(cls, *key: str, condition: Condition | None = None) -> Item:
        """The removal of one item, if it is there."""
        hash_key, range_key = cls._serialize_keys(*key)
        kwargs = cls._get_connection().get_operation_kwargs(
            hash_key,
            range_key=range_key,
            condition=condition,
            return_values_on_condition_failure="ALL_OLD",
        )
        return {"Delete": kwargs}

    @classmethod
    def checking(cls, key: str, condition: Condition) -> Item:
        """The part of a transaction that changes nothing and fails if the condition is not met."""
        kwargs = cls._get_connection().get_operation_kwargs(
            key, condition=condition, return_values_on_condition_failure="ALL_OLD"
        )
        return {"ConditionCheck": kwargs}

    @classmethod
    def reading(cls, *keys: str, whole: bool = False, also: Sequence[str] = ()) -> Item:
        """The part of a BatchGetItem that finds whether there are items under these keys.

        With some attributes ``also``. If they are read ``whole``, `from_raw_data` makes an item of
        each.
        """
        part: Item = {"Keys": [{cls._hash_keyname: {"S": key}} for key in keys]}
        part["ConsistentRead"] = True
        if not whole:
            part["ProjectionExpression"] = ",".join([cls._hash_keyname or "", *also])
        return {cls.Meta.table_name: part}

    @classmethod
    def prepared(
        cls, *, condition: Condition, actions: Sequence[Action] | None = None
    ) -> "Prepared":
        """A write of this table; see `Prepared` for what stands in it."""
        assert cls._hash_keyname
        arguments = cls._get_connection().get_operation_kwargs(
            "",
            actions=actions,
            condition=condition,
            return_values_on_condition_failure="ALL_OLD",
        )
        del arguments["Key"]
        return Prepared(cls._hash_keyname, arguments)


class Prepared:
    """A conditional write whose expressions are built once, for those that are made most often.

    They are PynamoDB's, and to build them takes a third of the time of the call. What each call
    gives itself stands in them as ``$name``: part of a path, or a value (``{"N": "$places"}``).
    """

    def __init__(self, hash_key: str, arguments: Item) -> None:
        self._hash_key = hash_key
        self._arguments = arguments
        self._names = arguments["ExpressionAttributeNames"]
        self._values = arguments.get("ExpressionAttributeValues", {})
        self._given_names = {
            place: name[1:] for place, name in self._names.items() if name.startswith("$")
        }
        self._given_values = {
            place: content[1:]
            for place, value in self._values.items()
            for content in value.values()
            if isinstance(content, str) and content.startswith("$")
        }

    def change(self, key: str, returning: str = "NONE", **given: Any) -> Item:
        """One UpdateItem; returns the attributes asked for. Raises `Unmet`, `Unavailable`."""
        arguments = self._update(key, given) | {"ReturnValues": returning}
        answer = _definite(lambda: connection.dispatch("UpdateItem", arguments))
        attributes: Item = answer.get("Attributes", {})
        return attributes

    def changing(self, key: str, **given: Any) -> Item:
        """The same as a part of a transaction."""
        return {"Update": self._update(key, given)}

    def putting(self, **fields: Any) -> Item:
        """The part of a transaction that puts an item of these ``fields``."""
        return {"Put": self._arguments | {"Item": raw(fields)["M"]}}

    def _update(self, key: str, given: dict[str, Any]) -> Item:
        names = {place: given[name] for place, name in self._given_names.items()}
        values = {place: raw(given[name]) for place, name in self._given_values.items()}
        return self._arguments | {
            "Key": {self._hash_key: {"S": key}},
            "ExpressionAttributeNames": self._names | names,
            "ExpressionAttributeValues": self._values | values,
        }


def _definite(call: Callable[[], Item]) -> Item:
    try:
        return call()
    except (PynamoDBConnectionError, ClientError, BotoCoreError) as error:
        cause = error.cause if isinstance(error, PynamoDBConnectionError) else error
        # Only an answer has a code: PynamoDB's own look at it fails on a time-out.
        original = cause.__cause__ if isinstance(cause, ClientError) else None
        if (
            isinstance(original, ClientError)
            and original.response["Error"]["Code"] == "ConditionalCheckFailedException"
        ):
            raise Unmet([original.response.get("Item", {})]) from None
        raise Unavailable from error


def together(asked: Item) -> dict[str, list[Item]]:
    """What there is of items of several tables, by table: one BatchGetItem. Raises `Unavailable`.

    ``asked`` are parts as `Table.reading` makes them.
    """
    try:
        answer = connection.dispatch("BatchGetItem", {"RequestItems": asked})
    except (ClientError, BotoCoreError) as error:
        raise Unavailable from error
    if answer.get("UnprocessedKeys"):
        raise Unavailable
    return {table: answer["Responses"].get(table, []) for table in asked}


def transact(*writes: Item) -> None:
    """All of ``writes`` or none, in their order (a model's own transaction reorders them).

    A conflict with another transaction is tried again here, and only here: botocore does not.
    Every condition makes its write safe to repeat. Raises `Unmet`, `Unavailable`.
    """
    for last in (*[False] * (CONFLICT_TRIES - 1), True):
        try:
            connection.dispatch("TransactWriteItems", {"TransactItems": list(writes)})
            return
        except ClientError as error:
            reasons = getattr(error, "cancellation_reasons", [])
            codes = {reason.code for reason in reasons if reason}
            if "ConditionalCheckFailed" in codes and not codes - {"ConditionalCheckFailed"}:
                raise Unmet(
                    [(reason.raw_item or {}) if reason else None for reason in reasons]
                ) from None
            if last or not _conflict(error, codes):
                raise Unavailable from error
            time.sleep(random.uniform(0, CONFLICT_PAUSE_SECONDS))  # noqa: S311 (full jitter)
        except BotoCoreError as error:
            raise Unavailable from error


def _conflict(error: ClientError, codes: set[str]) -> bool:
    return error.response["Error"]["Code"] == "TransactionInProgressException" or (
        "TransactionConflict" in codes
        and codes <= {"TransactionConflict", "ConditionalCheckFailed"}
    )

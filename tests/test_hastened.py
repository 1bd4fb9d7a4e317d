"""moto, hastened, answers as before: it takes back what it refuses, and refuses what it did."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.builders import registered
from tests.world import empty_aws, held, hold

KEYS = {"short": ["hash"], "long": ["hash", "range"]}


@pytest.fixture(params=KEYS)
def thing(aws: None, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Where an item is whose ``n`` is 1, in a table of its own, with a range key or without."""
    name, dynamodb = request.param, boto3.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS[name]],
        KeySchema=[
            {"AttributeName": key, "KeyType": key_type}
            for key, key_type in zip(KEYS[name], ("HASH", "RANGE"), strict=False)
        ],
    )
    key = {name: {"S": "there"} for name in KEYS[name]}
    dynamodb.put_item(TableName=name, Item=key | {"n": {"N": "1"}})
    return {"TableName": name, "Key": key}


def update(expression: str) -> dict[str, Any]:
    values = {":two": {"N": "2"}, ":three": {"N": "3"}}
    used = {name: value for name, value in values.items() if name in expression}
    return {"UpdateExpression": expression, "ExpressionAttributeValues": used}


def number(thing: dict[str, Any]) -> Any:
    return boto3.client("dynamodb").get_item(**thing).get("Item", {}).get("n", {}).get("N")


def test_a_transaction_that_is_refused_leaves_no_trace(thing: dict[str, Any]) -> None:
    elsewhere = thing | {"Key": {name: {"S": "elsewhere"} for name in thing["Key"]}}
    missing = {**elsewhere, "ConditionExpression": "attribute_exists(n)"}
    steps = [{"Update": thing | update("SET n = :two")}, {"ConditionCheck": missing}]
    dynamodb = boto3.client("dynamodb")
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(TransactItems=steps)
    assert number(thing) == "1"
    dynamodb.transact_write_items(TransactItems=steps[:1])
    assert number(thing) == "2"


def test_what_was_held_does_not_change_later(thing: dict[str, Any]) -> None:
    everything = held()
    for _ in range(2):
        boto3.client("dynamodb").update_item(**thing, **update("SET n = :two"))
        assert number(thing) == "2"
        hold(everything)
        assert number(thing) == "1"
        boto3.client("dynamodb").delete_item(**thing)
        hold(everything)
        assert number(thing) == "1"


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("SET a = :two, b = :three, a = :three", "Two document paths overlap"),
        ("SET a = :two SET b = :three", 'The "SET" section can only be used once'),
    ],
)
def test_an_update_that_contradicts_itself_is_refused(
    expression: str, why: str, thing: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match=why):
        boto3.client("dynamodb").update_item(**thing, **update(expression))


def test_all_is_there_again_after_moto_was_reset() -> None:
    with empty_aws():
        registered(1)
    with mock_aws():
        assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    with empty_aws():
        registered(1)

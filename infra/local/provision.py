"""Makes on the emulator what the template makes on AWS, out of the same definitions."""

import json
from collections.abc import Iterator
from typing import Any

import boto3

Resources = dict[str, dict[str, Any]]
"""CloudFormation resources by their logical id."""

TABLE_PROPERTIES = frozenset(
    {
        "TableName",
        "BillingMode",
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
    }
)
"""What CreateTable and CloudFormation spell alike. The rest (expiry, backups) is AWS's alone."""

KEY_PROPERTIES = frozenset({"Description", "KeySpec", "KeyUsage"})


def provision(resources: Resources) -> list[str]:
    """Create what is not there yet of `resources`; returns the names of what was created."""
    return [*_tables(resources), *_keys(resources), *_secrets(resources)]


def _tables(resources: Resources) -> Iterator[str]:
    dynamodb = boto3.client("dynamodb")
    there = {name for page in _pages(dynamodb, "list_tables") for name in page["TableNames"]}
    for table in _of_type(resources, "AWS::DynamoDB::Table"):
        if table["TableName"] not in there:
            dynamodb.create_table(**_only(TABLE_PROPERTIES, table))
            yield table["TableName"]


def _keys(resources: Resources) -> Iterator[str]:
    """A key has no name of its own: it is there if its alias is."""
    kms = boto3.client("kms")
    there = {a["AliasName"] for page in _pages(kms, "list_aliases") for a in page["Aliases"]}
    for alias in _of_type(resources, "AWS::KMS::Alias"):
        if alias["AliasName"] not in there:
            key = resources[alias["TargetKeyId"]["Ref"]]["Properties"]
            made = kms.create_key(**_only(KEY_PROPERTIES, key))
            kms.create_alias(AliasName=alias["AliasName"], TargetKeyId=made["KeyMetadata"]["KeyId"])
            yield alias["AliasName"]


def _secrets(resources: Resources) -> Iterator[str]:
    client = boto3.client("secretsmanager")
    there = {s["Name"] for page in _pages(client, "list_secrets") for s in page["SecretList"]}
    for secret in _of_type(resources, "AWS::SecretsManager::Secret"):
        if secret["Name"] not in there:
            recipe = secret["GenerateSecretString"]
            password = client.get_random_password(
                PasswordLength=recipe["PasswordLength"],
                ExcludePunctuation=recipe["ExcludePunctuation"],
            )["RandomPassword"]
            value = json.loads(recipe["SecretStringTemplate"])
            value[recipe["GenerateStringKey"]] = password
            client.create_secret(Name=secret["Name"], SecretString=json.dumps(value))
            yield secret["Name"]


def _of_type(resources: Resources, kind: str) -> Iterator[dict[str, Any]]:
    return (r["Properties"] for r in resources.values() if r["Type"] == kind)


def _only(names: frozenset[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name in names}


def _pages(client: Any, call: str) -> Iterator[dict[str, Any]]:
    yield from client.get_paginator(call).paginate()

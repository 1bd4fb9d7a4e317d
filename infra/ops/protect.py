"""Protects a stack from mistakes of ours: ``python -m infra.ops.protect STAGE``.

Nobody can delete the stack before they take that away, and no update can delete or replace what
holds data: a table, a key, a secret. To be run after the second deployment; again does no harm.
"""

import json
import sys
from typing import Any

import boto3

from infra.stack import edge_secret, stages
from infra.stack.stages import Stage

HOLD_DATA = ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SecretsManager::Secret")

POLICY = {
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["Update:Replace", "Update:Delete"],
            # The distribution's secrets hold no data: one is replaced by the other.
            "NotResource": [f"LogicalResourceId/{secret}" for secret in edge_secret.SECRETS],
            "Condition": {"StringEquals": {"ResourceType": list(HOLD_DATA)}},
        },
    ]
}
"""CloudFormation user guide, "Prevent updates to stack resources"."""


def protect(stage: Stage) -> str:
    """Protect the stack of ``stage``; returns a sentence.

    Raises SystemExit with one if a table could still be deleted.
    """
    name = f"antrian-paspor-{stage.name}"
    stacks = boto3.client("cloudformation")
    stacks.set_stack_policy(StackName=name, StackPolicyBody=json.dumps(POLICY))
    stacks.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    if open_to_deletion := [one for one in _tables(stacks, name) if not _is_protected(one)]:
        raise SystemExit(
            f"{name} is protected, but not these tables: {', '.join(open_to_deletion)}. "
            "Deploy again with Protected=yes, then run this again."
        )
    return f"{name} is protected, and so are its tables."


def _tables(stacks: Any, stack: str) -> list[str]:
    pages = stacks.get_paginator("list_stack_resources").paginate(StackName=stack)
    return [
        one["PhysicalResourceId"]
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::DynamoDB::Table"
    ]


def _is_protected(table: str) -> bool:
    described = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
    return bool(described["DeletionProtectionEnabled"])


if __name__ == "__main__":
    print(protect(stages.asked_for(sys.argv[1:])))

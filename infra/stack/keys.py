"""The keys: one seals personal data, one makes its index; and the service's own two secrets.

KMS rotates no HMAC key, so the index goes from one key, A, to another, B, and later to a new A: the
parameter says which of them there are, and which one is for looking up (docs/operations.md). A key
is there a step before the functions use it, and a step longer: CloudFormation changes a role before
its functions, and IAM takes its time. Where the tables are guarded, one more key encrypts them.
"""

from typing import Any

REPLICA_REGION = "ap-southeast-1"
"""Where the secrets are too (docs/adr/0033-secrets-have-a-replica.md): Singapore."""

STAYS = "RetainExceptOnCreate"
"""What becomes of what holds data when its stack ends: it stays, unless the stack that was to make
it failed, for then it would block the next one by its name."""

DELETION_DAYS = 30
"""From the order to delete a key until it is gone, the longest that KMS allows: every such order
is told (infra/stack/notices.py), and can be taken back as long."""

PARAMETERS = {
    "IndexKeys": {
        "Type": "String",
        "Default": "A",
        "AllowedValues": ["A", "A-spare-B", "A-and-B", "B-and-A", "B-spare-A", "B"],
        "Description": "The keys of the index of people; the first is the one to look up by.",
    }
}


def _index_keys_are(*values: str) -> dict[str, Any]:
    return {"Fn::Or": [{"Fn::Equals": [{"Ref": "IndexKeys"}, value]} for value in values]}


CONDITIONS = {
    "IndexHasKeyA": _index_keys_are("A", "A-spare-B", "A-and-B", "B-and-A", "B-spare-A"),
    "IndexHasKeyB": _index_keys_are("A-spare-B", "A-and-B", "B-and-A", "B-spare-A", "B"),
    "IndexIsUnderBothKeys": _index_keys_are("A-and-B", "B-and-A"),
    "IndexIsLookedUpByA": _index_keys_are("A", "A-spare-B", "A-and-B"),
}

INDEX_KEY = {"Fn::If": ["IndexIsLookedUpByA", {"Ref": "IndexKey"}, {"Ref": "IndexBKey"}]}
SECOND_INDEX_KEY = {
    "Fn::If": [
        "IndexIsUnderBothKeys",
        {"Fn::If": ["IndexIsLookedUpByA", {"Ref": "IndexBKey"}, {"Ref": "IndexKey"}]},
        {"Ref": "AWS::NoValue"},
    ]
}


def resources(stage: str) -> dict[str, Any]:
    """{logical id: resource} of all keys and secrets of a stage."""
    return {
        **_key(stage, "Data", "data", "Seals personal data", EnableKeyRotation=True),
        **_of_index(stage, "Index", "index", "IndexHasKeyA"),
        **_of_index(stage, "IndexB", "index-b", "IndexHasKeyB"),
        **_key(
            stage,
            "Push",
            "push",
            "Signs for push services",
            KeySpec="ECC_NIST_P256",
            KeyUsage="SIGN_VERIFY",
        ),
        **_key(
            stage,
            "Draws",
            "draws",
            "Signs the lists of draws",
            KeySpec="RSA_2048",
            KeyUsage="SIGN_VERIFY",
        ),
        "TokensSecret": _secret(stage, "tokens", "Signs access tokens", '{"kid": "1"}'),
        "IdentitySecret": _secret(stage, "identity", "Opens the civil register", "{}"),
        "RootSecret": _secret(stage, "root", "Derives codes, tickets, tokens", "{}"),
    }


def of_tables(stage: str) -> dict[str, Any]:
    """{logical id: resource} of the key that encrypts a stage's tables.

    Whoever may use the tables uses the key, but through DynamoDB only; the statement is that of
    AWS's own key for DynamoDB (developer guide, "DynamoDB encryption at rest", key policy).
    """
    through_dynamodb = {
        "Sid": "WhoeverMayUseTheTables",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:CreateGrant",
            "kms:DescribeKey",
        ],
        "Resource": "*",  # in a key's own policy: this key
        "Condition": {
            "StringEquals": {
                "kms:CallerAccount": {"Ref": "AWS::AccountId"},
                "kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"},
            }
        },
    }
    return _key(
        stage, "Tables", "tables", "Encrypts the tables", through_dynamodb, EnableKeyRotation=True
    )


def of_alarms(stage: str) -> dict[str, Any]:
    """{logical id: resource} of the key of the topic for alarms.

    CloudWatch cannot use AWS's own key for SNS (SNS developer guide, "Enable compatibility between
    event sources from AWS services and encrypted topics").
    """
    for_cloudwatch = {
        "Sid": "AlarmsAndRules",
        "Effect": "Allow",
        "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",  # in a key's own policy: this key
    }
    return _key(
        stage, "Alarms", "alarms", "Encrypts alarms", for_cloudwatch, EnableKeyRotation=True
    )


def _of_index(stage: str, logical_id: str, name: str, condition: str) -> dict[str, Any]:
    resources = _key(
        stage,
        logical_id,
        name,
        "Makes the index by which a NIK or a phone is found",
        KeySpec="HMAC_256",
        KeyUsage="GENERATE_VERIFY_MAC",
    )
    return {of: {"Condition": condition, **resource} for of, resource in resources.items()}


def _key(
    stage: str,
    logical_id: str,
    name: str,
    description: str,
    *statements: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Description": f"Antrian Paspor {stage}: {description}",
        "KeyPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TheAccountAndItsPolicies",
                    "Effect": "Allow",
                    "Principal": {
                        "AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
                    },
                    "Action": "kms:*",
                    "Resource": "*",  # in a key's own policy this means the key
                },
                *statements,
            ],
        },
        "PendingWindowInDays": DELETION_DAYS,
        **more,
    }
    return {
        f"{logical_id}Key": {
            "Type": "AWS::KMS::Key",
            "DeletionPolicy": STAYS,
            "UpdateReplacePolicy": "Retain",
            "Properties": properties,
        },
        f"{logical_id}KeyAlias": {
            "Type": "AWS::KMS::Alias",
            "Properties": {
                "AliasName": f"alias/antrian-paspor-{stage}-{name}",
                "TargetKeyId": {"Ref": f"{logical_id}Key"},
            },
        },
    }


def _secret(stage: str, name: str, description: str, template: str) -> dict[str, Any]:
    return {
        "Type": "AWS::SecretsManager::Secret",
        "DeletionPolicy": STAYS,
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Name": f"antrian-paspor-{stage}/{name}",
            "Description": description,
            "ReplicaRegions": [{"Region": REPLICA_REGION}],
            "GenerateSecretString": {
                "SecretStringTemplate": template,
                "GenerateStringKey": "key",
                "PasswordLength": 64,
                "ExcludePunctuation": True,
            },
        },
    }

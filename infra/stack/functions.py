"""The Lambda functions: their names, logs and environment, and what becomes of a failed schedule.

Time-outs, memory and policies are in .chalice/. A policy names the tables, keys and logs of its
own stack by their logical ids, so that one file serves every stage.
"""

from typing import Any

from chalice.app import ScheduledEventConfig
from chalice.utils import to_cfn_resource_name

from app import app
from chalicelib.api.routes import Function
from infra.stack import edge_secret, keys
from infra.stack.stages import Stage

API = "APIHandler"
"""The logical id that Chalice gives its own function behind API Gateway."""

BEHIND_GATEWAY = {
    function.value: API if function is Function.API else to_cfn_resource_name(function)
    for function in Function
}
"""{name: logical id} of the functions that answer requests; all of them are app.py."""

ALIAS = "live"
"""The version of such a function that is in use."""

SMS_REGION = "ap-southeast-3"
SMS_SENDER = "IMIGRASI"
SMS_PER_SECOND = "15"  # of the 20 that SNS takes from an account until that is raised

TASK_DIRECTORY = "/var/task"
"""Where Lambda unpacks a package."""

JOBS = {
    source.name: to_cfn_resource_name(source.name)
    for source in app.event_sources
    if isinstance(source, ScheduledEventConfig)
}
"""{name: logical id} of the scheduled functions."""

FUNCTIONS = {**BEHIND_GATEWAY, **JOBS}
"""{name: logical id} of all functions."""

ROLLBACK_ALARMS = ("ApiErrorsAlarm", "FaultsAlarm")
"""The logical ids of the alarms that take a release back while it begins."""

# The next run does all that a failed one left undone, so longer retries would gain nothing.
RETRIES = {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 5}

FORTNIGHT_SECONDS = 14 * 24 * 3600  # the longest that SQS keeps a message

DESK_ORIGIN = {
    "Fn::If": [
        "HasEdge",
        {"Fn::Sub": "https://${EdgeDomainName}"},
        {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${DomainName}"}, ""]},
    ]
}
"""Where passkeys are good: nobody signs in by one before the API has a name of its own."""

DEAD_LETTERS_ARN = {"Fn::GetAtt": ["DeadLetters", "Arn"]}


def parameters(stage: Stage) -> dict[str, Any]:
    """The template's parameters for what operations switch without a new package."""
    return {
        "Release": {
            "Type": "String",
            "Default": "first",
            "AllowedPattern": "[A-Za-z0-9._-]+",
            "Description": "Another word at each deployment, or no request meets what is new.",
        },
        "SmsCodesADay": {
            "Type": "Number",
            "Default": stage.codes_a_day,
            "MinValue": 4,
            "Description": "The budgets of codes by SMS for a day (UTC), all of them together.",
        },
        "IdentityUrl": {
            "Type": "String",
            "Default": "",
            "AllowedPattern": "(https://.+)?",
            "Description": "Where the civil register is asked (HTTPS); empty while there is none.",
        },
        **{
            f"ProofTo{action}": {
                "Type": "String",
                "Default": "no",
                "AllowedValues": ["no", "yes"],
                "Description": f"yes while to {action.lower()} needs a proof of work.",
            }
            for action in ("Register", "Book")
        },
    }


def everywhere(stage: Stage) -> dict[str, Any]:
    """The properties of every function."""
    return {
        # Lambda takes metrics (EMF) for lines of level INFO: a higher level would drop them.
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "INFO",
        },
        "Environment": {
            "Variables": {
                "STAGE": stage.name,
                "TABLE_PREFIX": f"antrian-paspor-{stage.name}-",
                "DATA_KEY_ID": {"Ref": "DataKey"},
                "INDEX_KEY_ID": keys.INDEX_KEY,
                "SECOND_INDEX_KEY_ID": keys.SECOND_INDEX_KEY,
                "PUSH_KEY_ID": {"Ref": "PushKey"},
                "PUSH_CONTACT": stage.push_contact,
                "DRAW_KEY_ID": {"Ref": "DrawsKey"},
                "TOKENS_SECRET": {"Ref": "TokensSecret"},
                "ROOT_SECRET": {"Ref": "RootSecret"},
                "SECRETS_REPLICA_REGION": keys.REPLICA_REGION,
                "IDENTITY_URL": {"Ref": "IdentityUrl"},
                "IDENTITY_SECRET": {"Ref": "IdentitySecret"},
                **edge_secret.environment(),
                "DESK_ORIGIN": DESK_ORIGIN,
                "SMS_REGION": SMS_REGION,
                "SMS_SENDER_ID": SMS_SENDER,
                "SMS_PER_SECOND": SMS_PER_SECOND,
                "SMS_CODES_A_DAY": {"Ref": "SmsCodesADay"},
                "PROOF_TO_REGISTER": {"Ref": "ProofToRegister"},
                "PROOF_TO_BOOK": {"Ref": "ProofToBook"},
                # The zones that ship; else Python reads how it was built, to know where to look.
                "PYTHONTZPATH": f"{TASK_DIRECTORY}/tzdata/zoneinfo",
            }
        },
    }


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of what belongs to the functions, and what is added to them."""
    return {
        **{
            f"{logical_id}LogGroup": _log_group(full_name(stage, name), stage)
            for name, logical_id in FUNCTIONS.items()
        },
        **_dead_letters(stage),
        **{
            logical_id: {"Properties": _shifted(full_name(stage, name))}
            for name, logical_id in BEHIND_GATEWAY.items()
        },
        **{
            logical_id: {"Properties": _job(name, full_name(stage, name))}
            for name, logical_id in JOBS.items()
        },
    }


def full_name(stage: Stage, name: str) -> str:
    """The name under which operators find a function and its schedule."""
    return f"antrian-paspor-{stage.name}-{name}"


def _shifted(full_name: str) -> dict[str, Any]:
    """A new release gets a tenth of the requests for ten minutes, and none if an alarm goes off.

    SAM publishes a version for each value of its own hash, which knows of no parameter: so every
    deployment says another `Release`, or the functions would keep the settings that they have.
    """
    return {
        "FunctionName": full_name,
        "AutoPublishAlias": ALIAS,
        "AutoPublishCodeSha256": {"Ref": "Release"},
        "DeploymentPreference": {
            "Type": "Canary10Percent10Minutes",
            "Alarms": [{"Ref": name} for name in ROLLBACK_ALARMS],
        },
    }


def _log_group(function: str, stage: Stage) -> dict[str, Any]:
    # Made here, not by `log_retention_in_days`: Chalice would name it after a function that the
    # template does not have. The policies name it, hence it is there before its function.
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {
            "LogGroupName": f"/aws/lambda/{function}",
            "RetentionInDays": stage.log_days,
        },
    }


def _job(name: str, full_name: str) -> dict[str, Any]:
    """A run that could not be started goes to the dead letters, and so does one that failed."""
    return {
        "FunctionName": full_name,
        "DeadLetterQueue": {"Type": "SQS", "TargetArn": DEAD_LETTERS_ARN},
        "Events": {
            to_cfn_resource_name(f"{name}-event"): {
                "Properties": {
                    "Name": full_name,
                    "RetryPolicy": RETRIES,
                    "DeadLetterConfig": {"Arn": DEAD_LETTERS_ARN},
                }
            }
        },
    }


def _dead_letters(stage: Stage) -> dict[str, Any]:
    rule = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
    return {
        "DeadLetters": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": full_name(stage, "dead-letters"),
                "MessageRetentionPeriod": FORTNIGHT_SECONDS,
                "SqsManagedSseEnabled": True,
            },
        },
        "DeadLettersPolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "DeadLetters"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "SchedulesThatCouldNotStart",
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": DEAD_LETTERS_ARN,
                            "Condition": {
                                "ArnEquals": {
                                    "aws:SourceArn": [
                                        {"Fn::Sub": rule + full_name(stage, name)} for name in JOBS
                                    ]
                                }
                            },
                        }
                    ],
                },
            },
        },
    }

"""What is told at once through the topic of the alarms: that somebody is about to destroy a key.

Without its keys nobody's data can be read or found again. KMS waits thirty days (keys.py) after the
order to delete one, and one that is disabled can be enabled again, so it is enough to know.
CloudTrail hands on what it records of the account, so it needs a trail (docs/operations.md).
"""

from typing import Any

from infra.stack.functions import full_name
from infra.stack.stages import Stage

ACTS = ["ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "DeleteAlias", "UpdateAlias"]
"""By which a key could be lost, or come into other hands."""


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the rule, and of who may speak through the topic."""
    return {
        "KeysInDanger": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": full_name(stage, "keys-in-danger"),
                "Description": "See docs/operations.md, Keys in danger",
                "EventPattern": {
                    "source": ["aws.kms"],
                    "detail-type": ["AWS API Call via CloudTrail"],
                    "detail": {"eventSource": ["kms.amazonaws.com"], "eventName": ACTS},
                },
                "Targets": [{"Id": "alarms", "Arn": {"Ref": "Alarms"}}],
            },
        },
        "AlarmsPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Alarms"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        _may_tell("cloudwatch", f"alarm:{full_name(stage, '')}*"),
                        _may_tell("events", f"rule/{full_name(stage, 'keys-in-danger')}"),
                    ],
                },
            },
        },
    }


def _may_tell(service: str, what: str) -> dict[str, Any]:
    arn = f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{what}"
    return {
        "Sid": f"Of{service.title()}",
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "Alarms"},
        "Condition": {"ArnLike": {"aws:SourceArn": {"Fn::Sub": arn}}},
    }

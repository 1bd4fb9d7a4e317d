"""What becomes of an SMS that SNS has taken: the role with which SNS writes that down.

The setting that names the role belongs to the whole account, so no stack makes it:
`python -m infra.ops.sms` does. What is written has phone numbers in it (docs/privacy.md).
"""

from typing import Any

ROLE = "SmsDeliveryRole"
"""The logical id."""

LOG_GROUP = "sns/{region}/{account}/DirectPublishToPhoneNumber"
"""SNS developer guide, "Viewing Amazon CloudWatch metrics and logs for SMS deliveries"."""

FAILURES = "/Failure"
"""What is added to the name for those that failed."""


def resources() -> dict[str, Any]:
    """{logical id: resource} of the role."""
    group = LOG_GROUP.format(region="${AWS::Region}", account="${AWS::AccountId}")
    logs = f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group}"
    return {
        ROLE: {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                            "Condition": {
                                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
                            },
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": "Writes",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                    "Resource": [
                                        {"Fn::Sub": f"{logs}:*"},
                                        {"Fn::Sub": f"{logs}{FAILURES}:*"},
                                    ],
                                }
                            ],
                        },
                    }
                ],
            },
        }
    }

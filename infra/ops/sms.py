"""Lets SNS write down what becomes of SMS: ``python -m infra.ops.sms STAGE``.

SNS says that it has taken a message, and only a log says what the operator did with it. The setting
is one of the whole account, so no stack can make it, and the emulator does not know it.
"""

import sys
from contextlib import suppress

import boto3
from botocore.exceptions import ClientError

from infra.stack import delivery, stages
from infra.stack.functions import SMS_REGION
from infra.stack.stages import Stage

SAMPLED_PER_CENT = 5
"""Of those that were delivered; all that failed are written down. Each line has a phone number."""

KEPT_DAYS = 7


def role(stage: Stage) -> str:
    """The ARN of the role that the stack of a stage has for SNS."""
    stack = {"StackName": f"antrian-paspor-{stage.name}", "LogicalResourceId": delivery.ROLE}
    found = boto3.client("cloudformation").describe_stack_resource(**stack)
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    arn: str = boto3.client("iam").get_role(RoleName=name)["Role"]["Arn"]
    return arn


def let_sns_write(arn: str) -> str:
    """Give SNS a role to write with, and two logs; returns a sentence.

    Raises SystemExit with one where there is no such setting.
    """
    _make_logs(account=arn.split(":")[4])
    try:
        boto3.client("sns", region_name=SMS_REGION).set_sms_attributes(
            attributes={
                "DeliveryStatusIAMRole": arn,
                "DeliveryStatusSuccessSamplingRate": str(SAMPLED_PER_CENT),
            }
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidAction":
            raise SystemExit(
                "SNS has no such setting here: it is one of an AWS account, and no emulator has it."
            ) from None
        raise
    return (
        f"SNS writes down every SMS of this account in {SMS_REGION} that was not delivered, and "
        f"{SAMPLED_PER_CENT} in 100 of the others, for {KEPT_DAYS} days. It is a setting of the "
        "account: no stack has it, and none takes it away."
    )


def _make_logs(account: str) -> None:
    """SNS would make them by itself, and keep them for ever."""
    logs = boto3.client("logs", region_name=SMS_REGION)
    group = delivery.LOG_GROUP.format(region=SMS_REGION, account=account)
    for name in (group, group + delivery.FAILURES):
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=name)
        logs.put_retention_policy(logGroupName=name, retentionInDays=KEPT_DAYS)


if __name__ == "__main__":
    print(let_sns_write(role(stages.asked_for(sys.argv[1:]))))

"""SNS writes down what becomes of SMS: a setting of an account, which only a command can make."""

from typing import Any

import boto3

from infra.ops import sms
from infra.stack import delivery
from infra.stack.functions import SMS_REGION

ROLE = "arn:aws:iam::123456789012:role/antrian-paspor-prod-SmsDeliveryRole-1"


def attributes() -> dict[str, str]:
    said: dict[str, str] = boto3.client("sns").get_sms_attributes()["attributes"]
    return said


def groups() -> dict[str, Any]:
    found = boto3.client("logs").describe_log_groups(logGroupNamePrefix="sns/")["logGroups"]
    return {group["logGroupName"]: group["retentionInDays"] for group in found}


def test_sns_is_given_a_role_and_logs_that_forget(aws: None) -> None:
    for _ in range(2):  # again does no harm
        said = sms.let_sns_write(ROLE)
    assert attributes()["DeliveryStatusIAMRole"] == ROLE
    assert attributes()["DeliveryStatusSuccessSamplingRate"] == "5"
    name = f"sns/{SMS_REGION}/123456789012/DirectPublishToPhoneNumber"
    assert groups() == {name: 7, f"{name}/Failure": 7}
    assert "setting of the account" in said


def test_the_role_writes_into_these_logs_alone() -> None:
    ((_, role),) = delivery.resources().items()
    (policy,) = role["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    for resource in statement["Resource"]:
        assert ":log-group:sns/${AWS::Region}/${AWS::AccountId}/Direct" in resource["Fn::Sub"]

"""What has to be in us-east-1, where CloudFront looks for it: edge.json, a stack of its own.

That is the certificate and the firewall of the distribution, which are there before it; and, once
its id is known, its log and the alarms on its errors, whose metrics CloudFront writes there.
"""

from typing import Any

from infra.stack import alarms, firewall
from infra.stack.alarm import Alarm, Series
from infra.stack.alarms import CROWD, FEW
from infra.stack.functions import full_name
from infra.stack.stages import Stage

REGION = "us-east-1"

PARAMETERS = {
    "EdgeDomainName": {
        "Type": "String",
        "AllowedPattern": "([a-z0-9-]+\\.)+[a-z]+",
        "Description": "The name of pages and API together.",
    },
    "DistributionId": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "[A-Z0-9]*",
        "Description": "The stack's output of this name; empty until it has a distribution.",
    },
    "AlarmEmail": alarms.PARAMETERS["AlarmEmail"],
    **firewall.PARAMETERS,
}

CONDITIONS = {
    "HasDistribution": {"Fn::Not": [{"Fn::Equals": [{"Ref": "DistributionId"}, ""]}]},
    **alarms.CONDITIONS,
    **firewall.CONDITIONS,
}

LOGGED = (
    "timestamp(ms)",
    "x-edge-location",
    "cs-method",
    "sc-status",
    "sc-bytes",
    "time-taken",
    "origin-fbl",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "ssl-protocol",
    "cs-protocol-version",
)
"""Nothing about a person: no address, no path (it has booking codes in it), no query, no header."""


def template(stage: Stage) -> dict[str, Any]:
    """All of edge.json."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Antrian Paspor {stage.name}: what its distribution needs in {REGION}",
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": {
            "Certificate": {
                "Type": "AWS::CertificateManager::Certificate",
                "Properties": {
                    "DomainName": {"Ref": "EdgeDomainName"},
                    "ValidationMethod": "DNS",
                },
            },
            "Firewall": firewall.web_acl(full_name(stage, "edge"), "CLOUDFRONT", {"Allow": {}}),
            **_alarms(stage),
            **_log(stage),
        },
        "Outputs": {
            "CertificateArn": {"Value": {"Ref": "Certificate"}},
            "FirewallArn": {"Value": {"Fn::GetAtt": ["Firewall", "Arn"]}},
        },
    }


def of_distribution() -> dict[str, Alarm]:
    """The alarms, by name. The rates are CloudFront's own, in per cent."""
    dimensions = {"DistributionId": {"Ref": "DistributionId"}, "Region": "Global"}
    asked = Series("AWS/CloudFront", "Requests", dimensions)
    failed = Series("AWS/CloudFront", "5xxErrorRate", dimensions, "Average")
    refused = Series("AWS/CloudFront", "4xxErrorRate", dimensions, "Average")
    few = f"IF(FILL(asked, 0) >= {FEW}, FILL(failed, 0) / 50, 0)"
    fails = f"IF(FILL(asked, 0) >= {CROWD}, FILL(failed, 0), {few})"
    refuses = f"IF(FILL(asked, 0) >= {CROWD}, FILL(refused, 0), 0)"
    return {
        "EdgeErrors": Alarm("edge-errors", {"failed": failed, "asked": asked}, fails, 1, 60, 3, 5),
        "EdgeRefuses": Alarm(
            "edge-refuses", {"refused": refused, "asked": asked}, refuses, 80, 60, 3, 5
        ),
    }


def _alarms(stage: Stage) -> dict[str, Any]:
    made = alarms.told(stage, of_distribution())
    for name in of_distribution():
        made[f"{name}Alarm"]["Condition"] = "HasDistribution"
    return made


def _log(stage: Stage) -> dict[str, Any]:
    """CloudFront's log, of which only some fields are delivered."""
    name = full_name(stage, "edge")
    arn = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${DistributionId}"
    made: dict[str, Any] = {
        "EdgeLogSource": {
            "Type": "AWS::Logs::DeliverySource",
            "Properties": {
                "Name": name,
                "LogType": "ACCESS_LOGS",
                "ResourceArn": {"Fn::Sub": arn},
            },
        },
        "EdgeLogDestination": {
            "Type": "AWS::Logs::DeliveryDestination",
            "Properties": {
                "Name": name,
                "OutputFormat": "json",
                "DestinationResourceArn": {"Fn::GetAtt": ["EdgeLogGroup", "Arn"]},
            },
        },
        "EdgeLog": {
            "Type": "AWS::Logs::Delivery",
            "Properties": {
                "DeliverySourceName": {"Ref": "EdgeLogSource"},
                "DeliveryDestinationArn": {"Fn::GetAtt": ["EdgeLogDestination", "Arn"]},
                "RecordFields": list(LOGGED),
            },
        },
    }
    return {
        "EdgeLogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": f"/aws/cloudfront/{name}",
                "RetentionInDays": stage.log_days,
            },
        },
        **{of: {"Condition": "HasDistribution", **one} for of, one in made.items()},
    }

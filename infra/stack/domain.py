"""The name under which people reach the API, if it has one: then it has no other.

The certificate is made once, by hand, in the region of the API (docs/operations.md). TLS 1.2 is the
oldest that is spoken under the name; what API Gateway's own address speaks cannot be said, which is
one more reason to close it.
"""

from typing import Any

from infra.stack.stages import Stage

PARAMETERS = {
    "DomainName": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "([a-z0-9-]+\\.)+[a-z]+|",
        "Description": "The API's own name; empty for API Gateway's. CertificateArn belongs to it.",
    },
    "CertificateArn": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": "arn:aws:acm:.+|",
        "Description": "The certificate of DomainName, in the same region.",
    },
}

CONDITIONS = {"HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]}}

IS_GIVEN = {"Fn::If": ["HasDomain", True, False]}


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the name and what it leads to."""
    return {
        "Domain": {
            "Type": "AWS::ApiGateway::DomainName",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": {"Ref": "DomainName"},
                "RegionalCertificateArn": {"Ref": "CertificateArn"},
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "SecurityPolicy": "TLS_1_2",
            },
        },
        "DomainLeadsToApi": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": {"Ref": "Domain"},
                "RestApiId": {"Ref": "RestAPI"},
                # SAM makes `RestAPI.Stage` a reference to the stage, which has to be there first.
                "Stage": {"Ref": "RestAPI.Stage"},
            },
        },
    }

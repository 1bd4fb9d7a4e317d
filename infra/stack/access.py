"""The access log of the API: one line of JSON for a request, without anything about a person.

It has the route and not the path, for a path has booking codes in it; no query, no header. A source
address is personal data (UU 27/2022) and is left out: whoever asks too often is in the firewall's
samples, which are kept for three hours.

API Gateway writes no log before its account has a role for it. That role belongs to all APIs of an
account, so no stack of ours sets it: the parameter says that it is there.
"""

import json
from typing import Any

from infra.stack.functions import full_name
from infra.stack.stages import Stage

PARAMETERS = {
    "AccessLog": {
        "Type": "String",
        "Default": "no",
        "AllowedValues": ["no", "yes"],
        "Description": "yes once API Gateway has a role in this account to write logs with.",
    }
}

CONDITIONS = {"AccessIsLogged": {"Fn::Equals": [{"Ref": "AccessLog"}, "yes"]}}

FIELDS = {
    "request": "$context.requestId",
    "at": "$context.requestTime",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "of_function": "$context.integrationLatency",
    "refused_by_gateway": "$context.error.responseType",
    "firewall": "$context.wafResponseCode",
}


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the log group."""
    return {
        "AccessLogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": f"/aws/apigateway/{full_name(stage, 'access')}",
                "RetentionInDays": stage.log_days,
            },
        }
    }


def setting() -> dict[str, Any]:
    """What the stage of the API is told."""
    logged = {
        "DestinationArn": {"Fn::GetAtt": ["AccessLogGroup", "Arn"]},
        "Format": json.dumps(FIELDS),
    }
    return {"Fn::If": ["AccessIsLogged", logged, {"Ref": "AWS::NoValue"}]}

"""What is laid over the template that Chalice makes of app.py and .chalice/config.json.

The merge goes into dictionaries and replaces all else, lists too; it cannot take anything away.
"""

from typing import Any

from infra.stack import (
    access,
    alarms,
    dashboards,
    delivery,
    domain,
    edge,
    firewall,
    functions,
    gateway,
    keys,
    notices,
    passkeys,
    readiness,
    routing,
    tables,
)
from infra.stack.stages import Stage

PARAMETERS = {
    "Protected": {
        "Type": "String",
        "Default": "no",
        "AllowedValues": ["no", "yes"],
        "Description": "yes from the second deployment on: no table can be deleted.",
    }
}
"""At the first deployment a protected table would outlive a failure and block the next try."""

CONDITIONS = {"TablesAreProtected": {"Fn::Equals": [{"Ref": "Protected"}, "yes"]}}


def template(stage: Stage) -> dict[str, Any]:
    """The part of a stage's CloudFormation template that is ours."""
    return {
        "Parameters": {
            **keys.PARAMETERS,
            **alarms.PARAMETERS,
            **access.PARAMETERS,
            **firewall.PARAMETERS,
            **firewall.PAST_THE_EDGE,
            **edge.PARAMETERS,
            **domain.PARAMETERS,
            **readiness.parameters(stage),
            **functions.parameters(stage),
            **(PARAMETERS if stage.guarded else {}),
        },
        "Conditions": {
            **keys.CONDITIONS,
            **alarms.CONDITIONS,
            **access.CONDITIONS,
            **firewall.CONDITIONS,
            **firewall.ONLY_THROUGH_THE_EDGE,
            **edge.CONDITIONS,
            **domain.CONDITIONS,
            **readiness.CONDITIONS,
            **(CONDITIONS if stage.guarded else {}),
        },
        "Globals": {"Function": functions.everywhere(stage)},
        "Resources": {
            **_tables(stage),
            **keys.resources(stage.name),
            **_functions(stage),
            **alarms.resources(stage),
            **dashboards.resources(stage),
            **firewall.resources(stage),
            **edge.resources(stage),
            **access.resources(stage),
            **routing.permissions(),
            **domain.resources(stage),
            **notices.resources(stage),
            **delivery.resources(),
            "RestAPI": {"Properties": _api(stage)},
        },
        "Outputs": edge.outputs(),
    }


def _functions(stage: Stage) -> dict[str, Any]:
    resources = functions.resources(stage)
    for added in (readiness.resources(), passkeys.resources()):
        for name, more in added.items():
            resources[name]["Properties"] |= more["Properties"]
    return resources


def _tables(stage: Stage) -> dict[str, Any]:
    encryption: dict[str, Any] = {"SSEEnabled": stage.guarded}
    if stage.guarded:
        encryption |= {"SSEType": "KMS", "KMSMasterKeyId": {"Fn::GetAtt": ["TablesKey", "Arn"]}}
    protected = {"Fn::If": ["TablesAreProtected", True, False]}
    resources = readiness.warmed(tables.resources(stage.name))
    for table in resources.values():
        table["Properties"] |= {
            "DeletionProtectionEnabled": protected if stage.guarded else False,
            "SSESpecification": encryption,
        }
    return resources | (keys.of_tables(stage.name) if stage.guarded else {})


def _api(stage: Stage) -> dict[str, Any]:
    # No TracingEnabled: API Gateway's traces have the URL, with booking codes and where somebody
    # is, beside the address. The functions' own (`xray` in .chalice/config.json) have neither.
    return {
        "OpenApiVersion": "2.0",  # without it SAM adds a second public stage, called "Stage"
        "AccessLogSetting": access.setting(),
        "DisableExecuteApiEndpoint": domain.IS_GIVEN,
        "GatewayResponses": gateway.responses(),
        "DefinitionBody": {"paths": routing.paths()},
        "MethodSettings": [
            {
                "ResourcePath": "/*",
                "HttpMethod": "*",
                "ThrottlingRateLimit": stage.requests_per_second,
                "ThrottlingBurstLimit": stage.burst,
            }
        ],
    }

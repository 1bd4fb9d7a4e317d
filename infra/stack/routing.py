"""Which function answers which path: what Chalice leads to its one function is led on from here.

All methods of a path go to the alias of its function, which refuses those that the path lacks.
Chalice's own integrations and its permission name the function without the alias.
"""

from typing import Any

from app import app
from chalicelib.api.routes import ROUTES, Function
from infra.stack.functions import ALIAS, API, BEHIND_GATEWAY

INVOCATIONS = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
    "/2015-03-31/functions/${%s.Arn}:%s/invocations"
)


def paths() -> dict[str, Any]:
    """The integrations of all methods, as they are laid over those of Chalice's Swagger."""
    owners = {route.path: route.function for route in ROUTES}
    return {
        path: {method.lower(): _to(owners[path]) for method in methods}
        for path, methods in app.routes.items()
    }


def _to(function: Function) -> dict[str, Any]:
    uri = INVOCATIONS % (BEHIND_GATEWAY[function], ALIAS)
    return {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": uri}}}


def permissions() -> dict[str, Any]:
    """{logical id: resource} of what lets the API call its functions.

    The first one's is Chalice's, of which the function's name is replaced.
    """
    return {f"{logical_id}InvokePermission": _may_be_called(logical_id) for logical_id in _ids()}


def _ids() -> list[str]:
    return [API, *(one for one in BEHIND_GATEWAY.values() if one != API)]


def _may_be_called(logical_id: str) -> dict[str, Any]:
    arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/*"
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            # SAM makes `X.Alias` a reference to the alias, which has to be there first.
            "FunctionName": {"Ref": f"{logical_id}.Alias"},
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": arn},
        },
    }

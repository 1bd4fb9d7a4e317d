"""The firewall before the API: known bad addresses, common attacks, and whoever asks too often.

Indonesian mobile carriers put hundreds of people behind one address (CGNAT), so a limit per address
is set for a crowd, not for a person; what one person may do is limited by account and by phone.

At first it only counts: the parameter FirewallMode lets it block, once somebody has looked at whom
it would have blocked (docs/operations.md). Whoever asks too often is told when to come back (429);
an address or a request that is taken for an attack is refused for good (403, WAF_FILTERED in
gateway.py).

Where the distribution is in front of the API (edge.py), it has these rules too, because to the
firewall here all that it passes on comes from the edge: whatever shows its secret is let through,
and everything else is refused unless `PastTheEdge` says otherwise.
"""

import json
from typing import Any

from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
from infra.stack import edge_secret, gateway
from infra.stack.functions import full_name
from infra.stack.stages import Stage

PER_ADDRESS = 20_000
"""Requests in five minutes: 500 people who load the pages, look at twenty days each, sign in, and
book."""

CODES_PER_ADDRESS = 1_500
"""Of these, requests that send or try a code: 500 people who sign in at once. How many codes a day
an address may have is in chalicelib/domain/limits.py."""

BOOKINGS_PER_ADDRESS = 5_000
"""Of these, requests for a booking: 500 people at a release whose apps try eight times each, as
bench/simulation.py has it, and some more."""

BOOKINGS_PER_TOKEN = BOOKINGS_PER_ACCOUNT.most
"""In a minute. A token is one account's for ten minutes; refreshing it is a request too."""

CODE_PATHS = ("/v1/registrations", "/v1/sessions")


PARAMETERS = {
    "FirewallMode": {
        "Type": "String",
        "Default": "count",
        "AllowedValues": ["count", "block"],
        "Description": "Whether the firewall only counts what it would block, or blocks it.",
    }
}

PAST_THE_EDGE = {
    "PastTheEdge": {
        "Type": "String",
        "Default": "refused",
        "AllowedValues": ["refused", "taken"],
        "Description": "taken while the API may be called without the distribution in front of it.",
    }
}

CONDITIONS = {"FirewallBlocks": {"Fn::Equals": [{"Ref": "FirewallMode"}, "block"]}}

ONLY_THROUGH_THE_EDGE = {
    "OnlyThroughTheEdge": {
        "Fn::And": [
            {"Condition": "HasEdge"},
            {"Fn::Equals": [{"Ref": "PastTheEdge"}, "refused"]},
        ]
    }
}

TOO_LONG = "SizeRestrictions_BODY"
"""The common rule against bodies over 8,192 bytes: the API refuses them itself, and says why."""

BUSY = "busy"


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the firewall and what ties it to the API."""
    otherwise = {"Fn::If": ["OnlyThroughTheEdge", {"Block": {}}, {"Allow": {}}]}
    wall = web_acl(full_name(stage, "firewall"), "REGIONAL", otherwise)
    passed_on = {
        "Name": "edge",
        "Priority": 0,
        "Action": {"Allow": {}},
        "Statement": edge_secret.is_shown(),
        "VisibilityConfig": _seen_as("edge"),
    }
    wall["Properties"]["Rules"] = [
        {"Fn::If": ["HasEdge", passed_on, {"Ref": "AWS::NoValue"}]},
        *wall["Properties"]["Rules"],
    ]
    return {
        "Firewall": wall,
        "FirewallOfApi": {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {
                "WebACLArn": {"Fn::GetAtt": ["Firewall", "Arn"]},
                # SAM makes `RestAPI.Stage` a reference to the stage, which has to be there first.
                "ResourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}::"
                    "/restapis/${RestAPI}/stages/${RestAPI.Stage}"
                },
            },
        },
    }


def web_acl(name: str, scope: str, otherwise: dict[str, Any]) -> dict[str, Any]:
    """A firewall with all rules; what none of them blocks it does `otherwise` with."""
    return {
        "Type": "AWS::WAFv2::WebACL",
        "Properties": {
            "Name": name,
            "Scope": scope,
            "DefaultAction": otherwise,
            "CustomResponseBodies": {
                BUSY: {
                    "ContentType": "APPLICATION_JSON",
                    "Content": json.dumps(gateway.RESPONSES["THROTTLED"][1]),
                }
            },
            "VisibilityConfig": _seen_as("firewall"),
            "Rules": [rule | {"Priority": at} for at, rule in enumerate(_rules(), 1)],
        },
    }


def _rules() -> list[dict[str, Any]]:
    return [
        _managed("reputation", "AWSManagedRulesAmazonIpReputationList"),
        _rate("codes", CODES_PER_ADDRESS, _asks_for_codes()),
        _rate("bookings", BOOKINGS_PER_ADDRESS, _asks_for_bookings()),
        _rate_of_tokens("bookings-of-token", BOOKINGS_PER_TOKEN, _asks_for_bookings()),
        _rate("requests", PER_ADDRESS),
        _managed("common", "AWSManagedRulesCommonRuleSet", TOO_LONG),
    ]


def _asks_for_codes() -> dict[str, Any]:
    posts = _matches({"Method": {}}, "POST", "EXACTLY")
    # The path may begin with the stage's name.
    paths = [_matches({"UriPath": {}}, path, "CONTAINS") for path in CODE_PATHS]
    refreshes = _matches({"UriPath": {}}, "/v1/sessions/refresh", "ENDS_WITH")
    return {
        "AndStatement": {
            "Statements": [
                posts,
                {"OrStatement": {"Statements": paths}},
                {"NotStatement": {"Statement": refreshes}},
            ]
        }
    }


def _asks_for_bookings() -> dict[str, Any]:
    """Moving a booking asks for another place."""
    posts = _matches({"Method": {}}, "POST", "EXACTLY")
    path = _matches({"UriPath": {}}, "/v1/bookings", "CONTAINS")
    return {"AndStatement": {"Statements": [posts, path]}}


def _matches(field: dict[str, Any], text: str, how: str) -> dict[str, Any]:
    return {
        "ByteMatchStatement": {
            "FieldToMatch": field,
            "SearchString": text,
            "PositionalConstraint": how,
            # A path is the same with some of its letters percent-encoded.
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}],
        }
    }


def _rate(name: str, limit: int, only: dict[str, Any] | None = None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Limit": limit,
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
    }
    if only:
        statement["ScopeDownStatement"] = only
    return _blocking(name, statement)


def _rate_of_tokens(name: str, limit: int, only: dict[str, Any]) -> dict[str, Any]:
    """A request without a token is not counted; the API refuses it."""
    token = {"Name": "authorization", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}
    return _blocking(
        name,
        {
            "Limit": limit,
            "AggregateKeyType": "CUSTOM_KEYS",
            "CustomKeys": [{"Header": token}],
            "EvaluationWindowSec": 60,
            "ScopeDownStatement": only,
        },
    )


def _blocking(name: str, statement: dict[str, Any]) -> dict[str, Any]:
    # Of a window this long everything counts, so after it whoever has waited is let in again.
    headers = {**gateway.headers(429), "Retry-After": str(statement["EvaluationWindowSec"])}
    del headers["Content-Type"]  # AWS WAF sets it by the kind of body and allows no other
    block = {
        "CustomResponse": {
            "ResponseCode": 429,
            "CustomResponseBodyKey": BUSY,
            "ResponseHeaders": [{"Name": of, "Value": value} for of, value in headers.items()],
        }
    }
    return {
        "Name": name,
        "Action": {"Fn::If": ["FirewallBlocks", {"Block": block}, {"Count": {}}]},
        "Statement": {"RateBasedStatement": statement},
        "VisibilityConfig": _seen_as(name),
    }


def _managed(name: str, group: str, *counted: str) -> dict[str, Any]:
    """A group of AWS's own rules, of which those that are ``counted`` never block."""
    statement: dict[str, Any] = {"VendorName": "AWS", "Name": group}
    if counted:
        overrides = [{"Name": rule, "ActionToUse": {"Count": {}}} for rule in counted]
        statement["RuleActionOverrides"] = overrides
    return {
        "Name": name,
        "OverrideAction": {"Fn::If": ["FirewallBlocks", {"None": {}}, {"Count": {}}]},
        "Statement": {"ManagedRuleGroupStatement": statement},
        "VisibilityConfig": _seen_as(name),
    }


def _seen_as(name: str) -> dict[str, Any]:
    """Samples of requests are kept by AWS for three hours, addresses included."""
    return {
        "CloudWatchMetricsEnabled": True,
        "SampledRequestsEnabled": True,
        "MetricName": f"antrian-paspor-{name}",
    }

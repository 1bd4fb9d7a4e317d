"""The firewall before the API: known bad addresses, common attacks, and whoever asks too often.

Indonesian mobile carriers put hundreds of people behind one address (CGNAT), so a limit per address
is set for a crowd, not for a person; what one person may do is limited by account and by phone.
"""

from typing import Any

from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
from infra.stack.functions import full_name
from infra.stack.stages import Stage

PER_ADDRESS = 2_000
"""Requests in five minutes: a hundred people who look at twenty days each."""

CODES_PER_ADDRESS = 500
"""Of these, requests that send or try a code: some 150 people who sign in at once. How many codes
a day an address may have is in chalicelib/domain/limits.py."""

BOOKINGS_PER_ADDRESS = 1_000
"""Of these, requests for a booking: some 300 people at a release, three times each."""

BOOKINGS_PER_TOKEN = BOOKINGS_PER_ACCOUNT.most
"""In a minute. A token is one account's for ten minutes; refreshing it is a request too."""

CODE_PATHS = ("/v1/registrations", "/v1/sessions")


def resources(stage: Stage) -> dict[str, Any]:
    """{logical id: resource} of the firewall and what ties it to the API."""
    return {
        "Firewall": {
            "Type": "AWS::WAFv2::WebACL",
            "Properties": {
                "Name": full_name(stage, "firewall"),
                "Scope": "REGIONAL",
                "DefaultAction": {"Allow": {}},
                "VisibilityConfig": _seen_as("firewall"),
                "Rules": [rule | {"Priority": at} for at, rule in enumerate(_rules())],
            },
        },
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


def _rules() -> list[dict[str, Any]]:
    return [
        _managed("reputation", "AWSManagedRulesAmazonIpReputationList"),
        _rate("codes", CODES_PER_ADDRESS, _asks_for_codes()),
        _rate("bookings", BOOKINGS_PER_ADDRESS, _asks_for_bookings()),
        _rate_of_tokens("bookings-of-token", BOOKINGS_PER_TOKEN, _asks_for_bookings()),
        _rate("requests", PER_ADDRESS),
        _managed("common", "AWSManagedRulesCommonRuleSet"),
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
    return {
        "Name": name,
        "Action": {"Block": {}},  # API Gateway answers with WAF_FILTERED, our "busy"
        "Statement": {"RateBasedStatement": statement},
        "VisibilityConfig": _seen_as(name),
    }


def _managed(name: str, group: str) -> dict[str, Any]:
    return {
        "Name": name,
        "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": group}},
        "VisibilityConfig": _seen_as(name),
    }


def _seen_as(name: str) -> dict[str, Any]:
    """Samples of requests are kept by AWS for three hours, addresses included."""
    return {
        "CloudWatchMetricsEnabled": True,
        "SampledRequestsEnabled": True,
        "MetricName": f"antrian-paspor-{name}",
    }

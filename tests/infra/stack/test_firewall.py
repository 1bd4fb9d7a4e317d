"""What is in front of the API, what is logged of a request, and what is kept ready."""

import json
from typing import Any

from infra.stack import access, firewall, functions, overrides, readiness
from infra.stack.stages import STAGES

ACCOUNT_RUNS, LEFT_TO_OTHERS = 1_000, 100
"""What Lambda runs at a time, and what it wants left without a function (Lambda quotas)."""

TEMPLATE = overrides.template(STAGES["prod"])


def test_rules_have_an_order_and_codes_the_tighter_limit() -> None:
    rules = TEMPLATE["Resources"]["Firewall"]["Properties"]["Rules"]
    assert [rule["Priority"] for rule in rules] == list(range(len(rules)))
    limits = {
        rule["Name"]: rule["Statement"]["RateBasedStatement"]["Limit"]
        for rule in rules
        if "RateBasedStatement" in rule["Statement"]
    }
    assert limits == {
        "codes": firewall.CODES_PER_ADDRESS,
        "bookings": firewall.BOOKINGS_PER_ADDRESS,
        "bookings-of-token": firewall.BOOKINGS_PER_TOKEN,
        "requests": firewall.PER_ADDRESS,
    }
    assert limits["codes"] < limits["bookings"] < limits["requests"]


def test_firewall_is_in_front_of_the_stage_of_the_api() -> None:
    tie = TEMPLATE["Resources"]["FirewallOfApi"]["Properties"]
    assert TEMPLATE["Resources"]["Firewall"]["Properties"]["Scope"] == "REGIONAL"
    assert tie["WebACLArn"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    arn = tie["ResourceArn"]["Fn::Sub"]
    assert arn.endswith("::/restapis/${RestAPI}/stages/${RestAPI.Stage}")
    assert "RestAPI" in TEMPLATE["Resources"]


def test_access_log_says_nothing_about_a_person() -> None:
    api = TEMPLATE["Resources"]["RestAPI"]["Properties"]
    _, logged, _ = api["AccessLogSetting"]["Fn::If"]
    told = set(json.loads(logged["Format"]).values())
    assert told == set(access.FIELDS.values())
    personal = ("identity", "authorizer", "path", "querystring", "header", "requestOverride")
    assert not [name for name in told if name.removeprefix("$context.").startswith(personal)]


def test_no_table_is_warm_before_it_is_asked_for() -> None:
    assert {TEMPLATE["Parameters"][name]["Default"] for name in readiness.PARAMETERS} == {0}
    for name in readiness.HOT:
        properties = TEMPLATE["Resources"][name]["Properties"]
        for one in (properties, *properties.get("GlobalSecondaryIndexes", ())):
            assert one["WarmThroughput"]["Fn::If"][-1] == {"Ref": "AWS::NoValue"}


def test_each_function_behind_the_gateway_has_runs_that_no_other_takes() -> None:
    """The emulator drops them."""
    kept = {
        name: resource["Properties"]["ReservedConcurrentExecutions"]["Fn::If"]
        for name, resource in TEMPLATE["Resources"].items()
        if "ReservedConcurrentExecutions" in resource["Properties"]
    }
    nothing = {"Ref": "AWS::NoValue"}
    assert kept == {
        "APIHandler": ["ApiConcurrencyIsKept", {"Ref": "ApiConcurrency"}, nothing],
        "PeopleHandler": ["PeopleConcurrencyIsKept", {"Ref": "PeopleConcurrency"}, nothing],
    }
    assert kept.keys() == set(functions.BEHIND_GATEWAY.values())
    runs = [TEMPLATE["Parameters"][name]["Default"] for name in readiness.RUNS.values()]
    assert min(runs) > 0
    assert sum(runs) <= ACCOUNT_RUNS - LEFT_TO_OTHERS


def test_every_parameter_and_condition_is_used() -> None:
    asking = json.dumps([TEMPLATE[part] for part in ("Resources", "Globals")])
    assert not [name for name in TEMPLATE["Conditions"] if f'"{name}"' not in asking]
    everything = json.dumps([TEMPLATE[part] for part in ("Resources", "Conditions", "Globals")])
    assert not [name for name in TEMPLATE["Parameters"] if f'{{"Ref": "{name}"}}' not in everything]


def conditions(tree: Any) -> set[str]:
    if isinstance(tree, list):
        return set().union(*map(conditions, tree))
    if not isinstance(tree, dict):
        return set()
    here = {tree["Fn::If"][0]} if "Fn::If" in tree else set()
    return here.union(*map(conditions, tree.values()))


def test_every_condition_that_is_asked_is_there() -> None:
    assert conditions(TEMPLATE["Resources"]) <= TEMPLATE["Conditions"].keys()

"""What is in front of the API, what is logged of a request, and what is kept ready."""

import json
import re
from typing import Any

from bench import simulation
from infra.stack import access, firewall, functions, gateway, overrides, readiness
from infra.stack.stages import STAGES

ACCOUNT_RUNS, LEFT_TO_OTHERS = 1_000, 100
"""What Lambda runs at a time, and what it wants left without a function (Lambda quotas)."""

TEMPLATE = overrides.template(STAGES["prod"])


PASSED_ON, *RULES = TEMPLATE["Resources"]["Firewall"]["Properties"]["Rules"]
"""What is there with an edge alone, and what is always there."""


def test_rules_have_an_order_and_codes_the_tighter_limit() -> None:
    rules = RULES
    assert [rule["Priority"] for rule in rules] == list(range(1, len(rules) + 1))
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


def each(rule: dict[str, Any]) -> tuple[Any, Any]:
    """What a rule does while the firewall blocks, and while it only counts."""
    condition, blocks, counts = (rule.get("Action") or rule["OverrideAction"])["Fn::If"]
    assert condition == "FirewallBlocks"
    return blocks, counts


def test_the_firewall_only_counts_until_it_is_told_to_block() -> None:
    assert TEMPLATE["Parameters"]["FirewallMode"]["Default"] == "count"
    for rule in RULES:
        assert each(rule)[1] == {"Count": {}}


def test_whoever_asks_too_often_is_told_when_to_come_back() -> None:
    """After the window nothing counts of what was asked before it."""
    wall = TEMPLATE["Resources"]["Firewall"]["Properties"]
    for rule in RULES:
        if "RateBasedStatement" in rule["Statement"]:
            said = each(rule)[0]["Block"]["CustomResponse"]
            headers = {one["Name"]: one["Value"] for one in said["ResponseHeaders"]}
            seconds = rule["Statement"]["RateBasedStatement"]["EvaluationWindowSec"]
            assert (said["ResponseCode"], headers["Retry-After"]) == (429, str(seconds))
            assert "Content-Type" not in headers, "AWS WAF refuses it"
            body = json.loads(
                wall["CustomResponseBodies"][said["CustomResponseBodyKey"]]["Content"]
            )
            assert (body["type"], body["status"]) == ("busy", 429)


def test_what_is_taken_for_an_attack_is_refused_for_good() -> None:
    status, problem = gateway.RESPONSES["WAF_FILTERED"]
    assert (status, problem["type"]) == (403, "blocked")
    assert "Retry-After" not in gateway.headers(status)


def test_a_body_that_is_too_long_reaches_the_api_which_says_so() -> None:
    (common,) = (
        rule["Statement"]["ManagedRuleGroupStatement"] for rule in RULES if rule["Name"] == "common"
    )
    too_long = {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    assert common["RuleActionOverrides"] == [too_long]


def test_limits_of_an_address_fit_hundreds_of_people() -> None:
    people = simulation.PEOPLE_AN_ADDRESS
    assert people >= 500
    assert people * simulation.REQUESTS_OF_A_CLIENT < firewall.BOOKINGS_PER_ADDRESS
    assert people * 3 <= firewall.CODES_PER_ADDRESS
    assert people * (30 + 10) <= firewall.PER_ADDRESS


def test_a_name_of_its_own_speaks_tls_1_2_and_closes_the_default_address() -> None:
    made = TEMPLATE["Resources"]["Domain"]
    assert made["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert made["Properties"]["RegionalCertificateArn"] == {"Ref": "CertificateArn"}
    assert TEMPLATE["Parameters"]["DomainName"]["Default"] == ""
    assert made["Condition"] == TEMPLATE["Resources"]["DomainLeadsToApi"]["Condition"]
    closed = TEMPLATE["Resources"]["RestAPI"]["Properties"]["DisableExecuteApiEndpoint"]
    assert closed == {"Fn::If": [made["Condition"], True, False]}


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
        "DeskHandler": ["DeskConcurrencyIsKept", {"Ref": "DeskConcurrency"}, nothing],
        "StaffHandler": ["StaffConcurrencyIsKept", {"Ref": "StaffConcurrency"}, nothing],
        "PasskeysHandler": ["PasskeysConcurrencyIsKept", {"Ref": "PasskeysConcurrency"}, nothing],
    }
    assert kept.keys() == set(functions.BEHIND_GATEWAY.values())
    runs = [TEMPLATE["Parameters"][name]["Default"] for name in readiness.RUNS.values()]
    assert min(runs) > 0
    assert sum(runs) <= ACCOUNT_RUNS - LEFT_TO_OTHERS


def test_every_parameter_and_condition_is_used() -> None:
    asking = json.dumps(
        [TEMPLATE["Resources"], TEMPLATE["Globals"], list(TEMPLATE["Conditions"].values())]
    )
    assert not [name for name in TEMPLATE["Conditions"] if f'"{name}"' not in asking]
    everything = json.dumps([TEMPLATE[part] for part in ("Resources", "Conditions", "Globals")])
    used = {*re.findall(r'{"Ref": "(\w+)"}|\${(\w+)}', everything)}
    assert not [name for name in TEMPLATE["Parameters"] if not {(name, ""), ("", name)} & used]


def conditions(tree: Any) -> set[str]:
    if isinstance(tree, list):
        return set().union(*map(conditions, tree))
    if not isinstance(tree, dict):
        return set()
    here = {tree["Fn::If"][0]} if "Fn::If" in tree else set()
    return here.union(*map(conditions, tree.values()))


def test_every_condition_that_is_asked_is_there() -> None:
    assert conditions(TEMPLATE["Resources"]) <= TEMPLATE["Conditions"].keys()

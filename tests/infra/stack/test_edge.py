"""The distribution and what it needs, as far as the template tells; the rest is deployed."""

import json
from fnmatch import fnmatch
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.api.routes import ROUTES, Who
from infra.stack import edge, edge_secret, overrides, pages, virginia
from infra.stack.stages import STAGES

TEMPLATE = overrides.template(STAGES["prod"])
MADE = {name: one["Properties"] for name, one in TEMPLATE["Resources"].items()}
CONFIG = MADE[edge.DISTRIBUTION]["DistributionConfig"]
ABROAD = virginia.template(STAGES["prod"])


def behavior(path: str) -> dict[str, Any]:
    """What the distribution does with a path: the first pattern that fits it decides."""
    fitting = (one for one in CONFIG["CacheBehaviors"] if fnmatch(path, one["PathPattern"]))
    found: dict[str, Any] = next(fitting, CONFIG["DefaultCacheBehavior"])
    return found


# ---- what is kept at the edge --------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_only_what_everybody_may_read_is_kept(route: Any) -> None:
    """And all of it: a route that begins to be public, or no longer is, has to be looked at."""
    kept = behavior(route.path)["CachePolicyId"] == {"Ref": "ReadsKept"}
    assert kept is (route.cache.startswith("public"))
    if kept:
        assert (route.method, route.who) == ("GET", Who.PUBLIC)


def test_what_is_kept_is_told_apart_by_query_and_language_and_stays_as_long_as_it_says() -> None:
    policy = MADE["ReadsKept"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    assert policy["MaxTTL"] >= 86_400, "a draw that is settled is kept for a day"
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}


def test_all_else_of_the_api_is_passed_on_with_token_and_cookie() -> None:
    """By AWS's own policies, which these ids name: nothing is cached; all but Host is passed on."""
    passed_on = behavior("/v1/sessions/refresh")
    assert passed_on["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert passed_on["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert {"POST", "PATCH", "DELETE"} <= {*passed_on["AllowedMethods"]}


def test_every_method_reaches_the_api_which_refuses_it_in_its_own_words() -> None:
    for path in ("/v1/offices", "/v1/openapi.json", "/v1/me"):
        assert behavior(path)["AllowedMethods"] == edge.METHODS
        assert "ResponseHeadersPolicyId" not in behavior(path)


def test_no_answer_is_rewritten_and_no_error_is_kept() -> None:
    for error in CONFIG["CustomErrorResponses"]:
        assert error.keys() == {"ErrorCode", "ErrorCachingMinTTL"}
        assert error["ErrorCachingMinTTL"] == 0
    text = json.dumps(CONFIG)
    assert "FunctionAssociations" not in text
    assert "ResponsePagePath" not in text


# ---- pages ---------------------------------------------------------------------------------------


def sent() -> dict[str, str]:
    """The headers that CloudFront makes of its policy."""
    config = MADE["PagesHeaders"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    assert not transport["IncludeSubdomains"]
    assert not transport["Preload"]
    return {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={transport['AccessControlMaxAgeSec']}",
        "X-Content-Type-Options": "nosniff",
        **{one["Header"]: one["Value"] for one in config["CustomHeadersConfig"]["Items"]},
    }


def test_the_distribution_sends_the_headers_of_the_local_server() -> None:
    assert sent() == pages.HEADERS
    assert behavior("/")["ResponseHeadersPolicyId"] == {"Ref": "PagesHeaders"}


def test_the_bucket_is_private_encrypted_and_keeps_what_is_written_over() -> None:
    bucket = MADE["PagesBucket"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]
    assert "BucketName" not in bucket, "a bucket that outlives its stack would keep the name"
    assert TEMPLATE["Resources"]["PagesBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_distribution_alone_reads_it() -> None:
    statements = MADE["PagesBucketPolicy"]["PolicyDocument"]["Statement"]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    assert {one["Action"] for one in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for one in allowed:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert one["Condition"]["StringEquals"].keys() == {"AWS:SourceArn"}
    control = MADE["PagesAccess"]["OriginAccessControlConfig"]
    assert (control["SigningBehavior"], control["SigningProtocol"]) == ("always", "sigv4")


def test_who_lists_the_bucket_by_a_query_gets_the_front_page() -> None:
    """The distribution may list, hence no query may reach the bucket."""
    key = MADE["PagesKept"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert "OriginRequestPolicyId" not in behavior("/")
    assert CONFIG["DefaultRootObject"] == pages.FRONT


# ---- how it is reached ---------------------------------------------------------------------------


def test_everything_is_encrypted_on_both_ways() -> None:
    certificate = CONFIG["ViewerCertificate"]
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    for one in (CONFIG["DefaultCacheBehavior"], *CONFIG["CacheBehaviors"]):
        assert one["ViewerProtocolPolicy"] == "redirect-to-https"
    (api,) = (origin for origin in CONFIG["Origins"] if origin["Id"] == "api")
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_no_part_of_it_is_there_without_its_certificate() -> None:
    assert TEMPLATE["Parameters"]["EdgeCertificateArn"]["Default"] == ""
    for name in edge.resources(STAGES["prod"]):
        condition = TEMPLATE["Resources"][name]["Condition"]
        assert condition == "HasEdge" or "HasEdge" in json.dumps(TEMPLATE["Conditions"][condition])
    assert {one["Condition"] for one in TEMPLATE["Outputs"].values()} == {"HasEdge"}


def test_the_firewall_lets_through_what_shows_the_secret_and_refuses_the_rest() -> None:
    wall = MADE["Firewall"]
    _, passed_on, nothing = wall["Rules"][0]["Fn::If"]
    assert (passed_on["Priority"], passed_on["Action"]) == (0, {"Allow": {}})
    assert passed_on["Statement"] == edge_secret.is_shown()
    assert nothing == {"Ref": "AWS::NoValue"}
    assert wall["DefaultAction"] == {"Fn::If": ["OnlyThroughTheEdge", {"Block": {}}, {"Allow": {}}]}
    assert TEMPLATE["Parameters"]["PastTheEdge"]["Default"] == "refused"


def test_no_secret_is_in_the_template() -> None:
    value = edge_secret.header()["HeaderValue"]["Fn::If"][1:]
    for secret, text in zip(reversed(edge_secret.SECRETS), value, strict=True):
        resolved = f"{{{{resolve:secretsmanager:${{{secret}}}:SecretString:key}}}}"
        assert text == {"Fn::Sub": resolved}


def believed(setting: str) -> tuple[str, set[str]]:
    """Which secret is sent, and which are there, as the parameter has this value."""

    def holds(condition: Any) -> bool:
        ((intrinsic, of),) = condition.items()
        if intrinsic == "Condition":
            return True  # there is an edge
        if intrinsic == "Fn::Equals":
            return bool(of[1] == setting)
        return {"Fn::And": all, "Fn::Or": any}[intrinsic](map(holds, of))

    is_true = {name: holds(one) for name, one in edge_secret.CONDITIONS.items()}
    there = {which for which in "AB" if is_true[f"EdgeHasSecret{which}"]}
    assert is_true["EdgeHasBothSecrets"] is (there == {"A", "B"})
    return ("B" if is_true["EdgeSendsB"] else "A"), there


def test_what_is_sent_before_and_after_a_step_is_believed_before_and_after_it() -> None:
    """The firewall, the functions and the edges change one after another."""
    steps = edge_secret.PARAMETERS["EdgeSecrets"]["AllowedValues"]
    assert steps == ["A", "A-and-B", "B-and-A", "B"]
    known = [believed(step) for step in steps]
    for (sent_before, before), (sent_after, after) in pairwise(known):
        assert {sent_before, sent_after} <= before & after


# ---- what is in us-east-1 ------------------------------------------------------------------------


def test_the_distribution_has_the_rules_of_the_api() -> None:
    here, there = MADE["Firewall"], ABROAD["Resources"]["Firewall"]["Properties"]
    assert there["Rules"] == here["Rules"][1:]
    assert (here["Scope"], there["Scope"]) == ("REGIONAL", "CLOUDFRONT")
    assert there["DefaultAction"] == {"Allow": {}}


def test_its_outputs_are_parameters_of_the_stack() -> None:
    assert {f"Edge{name}" for name in ABROAD["Outputs"]} <= TEMPLATE["Parameters"].keys()
    assert "DistributionId" in TEMPLATE["Outputs"].keys() & ABROAD["Parameters"].keys()


def test_the_log_says_nothing_about_a_person() -> None:
    fields = {*ABROAD["Resources"]["EdgeLog"]["Properties"]["RecordFields"]}
    personal = ("c-", "cs-uri", "cs(", "x-forwarded", "x-host", "cs-host")
    assert not [field for field in fields if field.startswith(personal)]


def test_log_and_alarms_come_with_the_distribution() -> None:
    later = {name for name, one in ABROAD["Resources"].items() if "Condition" in one}
    of_alarms = {f"{name}Alarm" for name in virginia.of_distribution()}
    assert later == {*of_alarms, "AlarmsMail", "EdgeLog", "EdgeLogSource", "EdgeLogDestination"}


def test_every_parameter_and_condition_there_is_used() -> None:
    text = json.dumps([ABROAD["Resources"], ABROAD["Conditions"]])
    for name in ABROAD["Parameters"]:
        assert f'{{"Ref": "{name}"}}' in text
    for name in ABROAD["Conditions"]:
        assert f'"{name}"' in json.dumps(ABROAD["Resources"])

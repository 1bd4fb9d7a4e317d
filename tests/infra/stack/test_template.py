"""The template that is merged into Chalice's: what is in it, for which stage."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.config import GRACE, REQUEST_LIMIT, Settings, settings
from infra.stack import edge_secret, functions, gateway, keys, overrides
from infra.stack.stages import STAGES, Stage
from infra.stack.tables import TABLES

ROOT = Path(__file__).parents[3]
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())


@pytest.fixture(params=STAGES.values(), ids=list(STAGES))
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.param
    return found


def resources(stage: Stage, *kinds: str) -> dict[str, Any]:
    """{logical id: resource} of some types."""
    every = overrides.template(stage)["Resources"]
    return {name: found for name, found in every.items() if found.get("Type") in kinds}


# ---- the command ---------------------------------------------------------------------------------


def printed(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.stack", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_is_printed_as_json() -> None:
    assert json.loads(printed("dev").stdout) == overrides.template(STAGES["dev"])


@pytest.mark.parametrize("arguments", [(), ("local",), ("dev", "prod")])
def test_unknown_stage_is_told_which_there_are(arguments: tuple[str, ...]) -> None:
    done = printed(*arguments)
    assert done.returncode == 1
    assert "dev, prod" in done.stderr
    assert "Traceback" not in done.stderr


# ---- the stages ----------------------------------------------------------------------------------


def test_prod_alone_is_guarded() -> None:
    assert [stage.name for stage in STAGES.values() if stage.guarded] == ["prod"]


def test_stages_differ_only_in_values() -> None:
    dev, prod = (overrides.template(STAGES[name]) for name in ("dev", "prod"))
    assert prod["Resources"].keys() - dev["Resources"].keys() == keys.of_tables("prod").keys()
    assert dev["Resources"].keys() < prod["Resources"].keys()
    assert names(dev["Globals"]) == names(prod["Globals"])
    for name, resource in dev["Resources"].items():
        other = prod["Resources"][name]
        assert resource.get("Type") == other.get("Type")
        assert resource["Properties"].keys() == other["Properties"].keys()


def test_no_parameter_has_the_name_of_a_resource(stage: Stage) -> None:
    """CloudFormation refuses that; the emulator does not."""
    template = overrides.template(stage)
    assert template["Parameters"].keys() & template["Resources"].keys() == set()


def names(tree: Any) -> Any:
    """The names in a tree, without its values."""
    return {name: names(below) for name, below in tree.items()} if isinstance(tree, dict) else None


# ---- tables and keys -----------------------------------------------------------------------------


def stays(resource: dict[str, Any]) -> None:
    """Whatever becomes of its stack, unless the stack was never there."""
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_tables_are_protected_from_the_second_deployment_on() -> None:
    """At the first they would outlive its failure."""
    prod = overrides.template(STAGES["prod"])
    assert prod["Parameters"]["Protected"]["Default"] == "no"
    for table in resources(STAGES["prod"], "AWS::DynamoDB::Table").values():
        protected = table["Properties"]["DeletionProtectionEnabled"]
        assert protected == {"Fn::If": ["TablesAreProtected", True, False]}


def test_every_table_is_there_once_and_stays(stage: Stage) -> None:
    made = resources(stage, "AWS::DynamoDB::Table")
    assert sorted(table["Properties"]["TableName"] for table in made.values()) == sorted(
        f"antrian-paspor-{stage.name}-" + table.Meta.table_name.removeprefix(settings.table_prefix)
        for table in TABLES
    )
    for table in made.values():
        stays(table)
        properties = table["Properties"]
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert properties["KeySchema"][0]["KeyType"] == "HASH"
        assert bool(properties["DeletionProtectionEnabled"]) is stage.guarded
        assert properties["SSESpecification"]["SSEEnabled"] is stage.guarded


def test_dynamodb_expires_what_expires(stage: Stage) -> None:
    expiry = {
        name: table["Properties"]["TimeToLiveSpecification"]
        for name, table in resources(stage, "AWS::DynamoDB::Table").items()
        if "TimeToLiveSpecification" in table["Properties"]
    }
    assert expiry.keys() == {
        "DaysTable",
        "SlotsTable",
        "BookingsTable",
        "ChallengesTable",
        "NoticesTable",
        "SessionsTable",
        "SentTable",
        "TalliesTable",
        "BoardsTable",
        "CeremoniesTable",
        "VisitsTable",
        "ShiftsTable",
        "EntriesTable",
        "DrawsTable",
    }
    for found in expiry.values():
        assert found == {"AttributeName": "expires_at", "Enabled": True}


def test_keys_and_secrets_stay(stage: Stage) -> None:
    made = resources(stage, "AWS::KMS::Key", "AWS::SecretsManager::Secret")
    for secret in edge_secret.SECRETS:  # these are replaced by others of their kind
        del made[secret]
    assert {"DataKey", "IndexKey", "TokensSecret", "RootSecret", "IdentitySecret"} <= made.keys()
    for resource in made.values():
        stays(resource)


def test_whoever_is_about_to_destroy_a_key_is_told_of_a_month_before(stage: Stage) -> None:
    for key in resources(stage, "AWS::KMS::Key").values():
        assert key["Properties"]["PendingWindowInDays"] == 30
    ((_, rule),) = resources(stage, "AWS::Events::Rule").items()
    watched = rule["Properties"]["EventPattern"]
    assert watched["source"] == ["aws.kms"]
    assert {"ScheduleKeyDeletion", "DisableKey"} <= {*watched["detail"]["eventName"]}
    assert rule["Properties"]["Targets"] == [{"Id": "alarms", "Arn": {"Ref": "Alarms"}}]
    template = overrides.template(stage)["Resources"]
    (may_publish,) = (
        one
        for one in template["AlarmsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if one["Principal"] == {"Service": "events.amazonaws.com"}
    )
    said = may_publish["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
    assert said.endswith(f"rule/{rule['Properties']['Name']}")
    of_key = template["AlarmsKey"]["Properties"]["KeyPolicy"]["Statement"][1]
    assert "events.amazonaws.com" in of_key["Principal"]["Service"]


def test_every_key_that_can_rotate_by_itself_does(stage: Stage) -> None:
    made = {name: key["Properties"] for name, key in resources(stage, "AWS::KMS::Key").items()}
    rotating = {name for name, key in made.items() if key.get("EnableKeyRotation")}
    # KMS rotates neither an HMAC key nor one that signs.
    assert made.keys() - rotating == {"IndexKey", "IndexBKey", "DrawsKey", "PushKey"}


def resolved(value: Any, index_keys: str) -> Any:
    """What CloudFormation makes of a value, and of conditions, by the parameter of the index."""
    if not isinstance(value, dict):
        return value
    ((intrinsic, of),) = value.items()
    if intrinsic == "Ref":
        return {"IndexKeys": index_keys, "AWS::NoValue": None}.get(of, of)
    if intrinsic == "Fn::If":
        condition, then, otherwise = of
        holds = resolved(keys.CONDITIONS[condition], index_keys)
        return resolved(then if holds else otherwise, index_keys)
    inner = [resolved(one, index_keys) for one in of]
    return {"Fn::Or": any(inner), "Fn::Equals": inner[0] == inner[-1]}[intrinsic]


def used(index_keys: str) -> list[str]:
    """The keys of the index that functions are given, in their order."""
    return [
        key
        for variable in (keys.INDEX_KEY, keys.SECOND_INDEX_KEY)
        if (key := resolved(variable, index_keys))
    ]


def test_the_index_goes_from_one_key_to_the_other_by_steps() -> None:
    a, b = "IndexKey", "IndexBKey"
    steps = keys.PARAMETERS["IndexKeys"]["AllowedValues"]
    assert [used(step) for step in steps] == [[a], [a], [a, b], [b, a], [b], [b]]


def test_a_key_of_the_index_is_there_a_step_before_it_is_used_and_a_step_longer() -> None:
    """A role changes before its functions do: they may do what they did and what they will do."""
    made = keys.resources("prod")
    steps = keys.PARAMETERS["IndexKeys"]["AllowedValues"]
    for step, neighbour in [*pairwise(steps), *pairwise(reversed(steps))]:
        for key in used(step):
            condition = keys.CONDITIONS[made[key]["Condition"]]
            assert resolved(condition, step)
            assert resolved(condition, neighbour)


def test_tables_key_is_used_through_dynamodb_alone() -> None:
    table = resources(STAGES["prod"], "AWS::DynamoDB::Table")["SlotsTable"]["Properties"]
    assert table["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["TablesKey", "Arn"]}
    key = resources(STAGES["prod"], "AWS::KMS::Key")["TablesKey"]["Properties"]
    owner, anybody = key["KeyPolicy"]["Statement"]
    assert owner["Principal"] != anybody["Principal"]
    assert anybody["Condition"]["StringEquals"].keys() == {"kms:CallerAccount", "kms:ViaService"}


# ---- the API -------------------------------------------------------------------------------------


def test_api_has_one_stage_and_is_throttled(stage: Stage) -> None:
    api = overrides.template(stage)["Resources"]["RestAPI"]["Properties"]
    assert api["OpenApiVersion"] == "2.0"
    (everything,) = api["MethodSettings"]
    assert (everything["ResourcePath"], everything["HttpMethod"]) == ("/*", "*")
    assert everything["ThrottlingRateLimit"] == stage.requests_per_second
    assert everything["ThrottlingBurstLimit"] == stage.burst


def test_api_is_not_traced_with_addresses_and_booking_codes(stage: Stage) -> None:
    assert "TracingEnabled" not in overrides.template(stage)["Resources"]["RestAPI"]["Properties"]


def test_gateway_answers_with_problems(stage: Stage) -> None:
    api = overrides.template(stage)["Resources"]["RestAPI"]["Properties"]
    answers = api["GatewayResponses"]
    assert answers.keys() == gateway.RESPONSES.keys()
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"} <= answers.keys()
    for kind, answer in answers.items():
        status, problem = gateway.RESPONSES[kind]
        assert answer["StatusCode"] == str(status)
        (text,) = answer["ResponseTemplates"].values()
        assert json.loads(text) == problem
        assert problem["status"] == status
        assert text.isascii()
        assert "$" not in text, "API Gateway would put something else there"
        headers = answer["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert ("Retry-After" in headers) is (status in (429, 503))


# ---- the functions -------------------------------------------------------------------------------


def test_chalice_is_told_of_every_function_and_stage() -> None:
    assert CONFIG["lambda_functions"].keys() == functions.FUNCTIONS.keys()
    assert CONFIG["stages"].keys() == STAGES.keys()
    assert CONFIG["autogen_policy"] is False
    assert CONFIG["xray"] is True
    for name, function in CONFIG["lambda_functions"].items():
        assert function["iam_policy_file"] == f"policies/{name}.json"


def test_api_has_the_time_that_the_grace_is_reckoned_from() -> None:
    limit = CONFIG["lambda_functions"]["api_handler"]["lambda_timeout"]
    assert timedelta(seconds=limit) == REQUEST_LIMIT
    assert GRACE >= 2 * REQUEST_LIMIT


def test_a_run_of_send_reminders_is_over_when_the_next_one_keeps_the_pace_of_sms() -> None:
    limit = CONFIG["lambda_functions"]["send_reminders"]["lambda_timeout"]
    (rate,) = (s.schedule_expression for s in app.event_sources if s.name == "send_reminders")
    assert (rate.to_string(), limit) == ("rate(5 minutes)", 5 * 60)


def test_notices_leave_some_of_the_pace_of_sms_to_codes() -> None:
    assert 0 < float(functions.SMS_PER_SECOND) < 20


def test_environment_is_what_the_settings_read(stage: Stage) -> None:
    given = overrides.template(stage)["Globals"]["Function"]["Environment"]["Variables"]
    read: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            read.add(name)
            return default

    Settings.read(Watched())
    assert given.keys() - {"PYTHONTZPATH"} == read - {"AWS_REGION"}, "Lambda sets the region"
    everything = json.dumps([CONFIG, overrides.template(stage)])
    assert "LIMITS" not in everything
    assert "AWS_ENDPOINT_URL" not in everything


def test_the_civil_register_is_off_until_it_has_an_address_and_that_is_encrypted(
    stage: Stage,
) -> None:
    parameter = overrides.template(stage)["Parameters"]["IdentityUrl"]
    assert parameter["Default"] == ""
    taken = re.compile(parameter["AllowedPattern"])
    assert taken.fullmatch("")
    assert taken.fullmatch("https://register.example.id/v1/match")
    assert not taken.fullmatch("http://register.example.id/v1/match")
    assert not Settings.read({}).identity_url


def test_logs_are_json_and_kept_under_the_name_of_the_function(stage: Stage) -> None:
    template = overrides.template(stage)
    logging = template["Globals"]["Function"]["LoggingConfig"]
    assert (logging["LogFormat"], logging["ApplicationLogLevel"]) == ("JSON", "INFO")
    for logical_id in functions.FUNCTIONS.values():
        group = template["Resources"][f"{logical_id}LogGroup"]["Properties"]
        function = template["Resources"][logical_id]["Properties"]["FunctionName"]
        assert group["LogGroupName"] == f"/aws/lambda/{function}"
        assert group["RetentionInDays"] == stage.log_days


def test_a_release_is_shifted_and_taken_back_by_alarms(stage: Stage) -> None:
    """The emulator has no CodeDeploy."""
    template = overrides.template(stage)["Resources"]
    for logical_id in functions.BEHIND_GATEWAY.values():
        function = template[logical_id]["Properties"]
        assert function["AutoPublishAlias"] == "live"
        assert function["AutoPublishCodeSha256"] == {"Ref": "Release"}
        shift = function["DeploymentPreference"]
        assert shift["Type"].startswith("Canary10Percent")
        for alarm in shift["Alarms"]:
            assert template[alarm["Ref"]]["Type"] == "AWS::CloudWatch::Alarm"


def test_the_gateway_may_call_what_it_leads_to_and_nothing_else(stage: Stage) -> None:
    allowed = resources(stage, "AWS::Lambda::Permission").values()
    named = {one["Properties"]["FunctionName"]["Ref"] for one in allowed}
    assert named == {f"{one}.Alias" for one in functions.BEHIND_GATEWAY.values()}
    for path in overrides.template(stage)["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][
        "paths"
    ].values():
        for method in path.values():
            uri = method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            (of,) = re.findall(r"\${(\w+)\.Arn}:live/invocations$", uri)
            assert f"{of}.Alias" in named


def test_failed_schedules_go_to_the_dead_letters(stage: Stage) -> None:
    template = overrides.template(stage)["Resources"]
    letters = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    allowed = json.dumps(template["DeadLettersPolicy"])
    for logical_id in functions.JOBS.values():
        job = template[logical_id]["Properties"]
        assert job["DeadLetterQueue"]["TargetArn"] == letters
        (event,) = job["Events"].values()
        schedule = event["Properties"]
        assert schedule["DeadLetterConfig"]["Arn"] == letters
        assert schedule["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert f'rule/{schedule["Name"]}"' in allowed

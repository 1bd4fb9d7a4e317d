"""The package of prod, deployed as docs/operations.md says, used, updated and deleted.

Its functions run with the policies of their roles enforced, and are called through the gateway.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import WaiterError

from infra.local import ministack, site
from infra.local.environment import REGION
from infra.local.pictures import NO_CHROMIUM
from infra.local.state import opened
from infra.stack import alarms, edge_secret, functions, gateway, passkeys
from infra.stack import edge as edges
from infra.stack.stages import STAGES
from tests.machine import ROOT, Api, Applicant, Reply, new_key, register
from tests.made_up import identity
from tests.races.storm import Target, book, target
from tests.readme import travelled
from tests.stack import (
    BUCKET,
    NAME,
    OVER_HTTPS,
    SERVICES,
    Change,
    Edge,
    Stack,
    reduced,
    within_reach,
)
from tests.web.browser import CHROMIUM, Visitor, launched

pytestmark = pytest.mark.server

OFFICES = ("malang", "jayapura")
"""Two of all, and two time zones: to make the days of all takes the emulator half a minute."""

EVERY_MINUTE = "cron(* * * * ? *)"
FIRED_WITHIN_SECONDS = 150  # the next minute, the emulator's ten seconds, and once more

TRANSLATE = """
import json, sys
from samtranslator.translator.transform import transform

class NoManagedPolicies:
    def load(self):
        return {}

print(json.dumps(transform(json.load(sys.stdin), {}, NoManagedPolicies())))
"""

KEPT = {"AlarmEmail": "siaga@imigrasi.example", "Protected": "yes"}
"""What every deployment after the second one says."""

DATA = {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SecretsManager::Secret"}


# ---- the first deployment ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An account with a bucket, and nothing deployed."""
    with (
        opened(tmp_path_factory.mktemp("deployment")) as state,
        ministack.running(state, SERVICES, policies=True) as emulator,
    ):
        stack = Stack(urlsplit(emulator.endpoint_url).port or 0, emulator.endpoint_url)
        region = {"LocationConstraint": REGION}
        stack.aws("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        yield stack


@pytest.fixture(scope="module")
def template(stack: Stack, package: Path) -> dict[str, Any]:
    """The whole template, packaged."""
    return stack.package(package)


@pytest.fixture(scope="module")
def failed(stack: Stack, template: dict[str, Any]) -> None:
    """A first deployment that failed when all its tables, keys and secrets were there."""
    broken = reduced(template)
    broken["Resources"]["Taken"] = {
        "Type": "AWS::S3::Bucket",
        "DependsOn": sorted(name for name, one in broken["Resources"].items() if holds_data(one)),
        "Properties": {"BucketName": BUCKET},
    }
    with pytest.raises(WaiterError):
        stack.deploy("CREATE", broken)


def holds_data(resource: Mapping[str, Any]) -> bool:
    return resource["Type"] in DATA and "Condition" not in resource


@pytest.fixture(scope="module")
def made(stack: Stack, template: dict[str, Any], failed: None) -> list[Change]:
    """What the first change set did after the clean-up of docs/operations.md, "When the first
    deployment fails"; the offices are loaded and their days ready.
    """
    stacks = stack.aws("cloudformation")
    stacks.delete_stack(StackName=NAME)
    stacks.get_waiter("stack_delete_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})
    changes = stack.deploy("CREATE", reduced(template))
    load_offices(stack)
    assert stack.invoke("open_days")["places"] > 0
    return changes


def command(stack: Stack, *arguments: str, **variables: str) -> str:
    """What a command of docs/operations.md prints: it has the owner's credentials."""
    done = ran(stack, *arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ran(stack: Stack, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": stack.endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "TABLE_PREFIX": f"{NAME}-",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def load_offices(stack: Stack) -> None:
    assert command(stack, "infra.ops.offices") == "29 offices stored\n"
    table = {"TableName": f"{NAME}-offices"}
    dynamodb = stack.aws("dynamodb")
    for office in dynamodb.scan(**table, ProjectionExpression="office_id")["Items"]:
        if office["office_id"]["S"] not in OFFICES:
            dynamodb.delete_item(**table, Key=office)


def test_a_first_deployment_that_fails_leaves_nothing_behind(stack: Stack, failed: None) -> None:
    (there,) = stack.aws("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    assert there["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stack.aws("dynamodb").list_tables()["TableNames"] == []
    assert stack.aws("secretsmanager").list_secrets()["SecretList"] == []
    assert stack.aws("kms").list_aliases()["Aliases"] == []


def test_only_what_the_emulator_cannot_make_is_left_out(template: dict[str, Any]) -> None:
    """These are looked at on the template alone: test_watch.py, test_firewall.py."""
    left_out = template["Resources"].keys() - reduced(template)["Resources"].keys()
    of_alarms = {f"{name}Alarm" for name in alarms.alarms(STAGES["prod"])}
    assert left_out == {"FirewallOfApi"} | of_alarms


def test_what_leads_to_stages_and_aliases_leads_to_those_that_sam_makes(
    template: dict[str, Any],
) -> None:
    """By AWS's own translator, which MiniStack uses too; not all of it can it make."""
    done = subprocess.run(
        [ministack.PYTHON, "-c", TRANSLATE],
        input=json.dumps(template),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    resources = json.loads(done.stdout)["Resources"]
    (stage,) = [name for name, one in resources.items() if one["Type"] == "AWS::ApiGateway::Stage"]
    arn = resources["FirewallOfApi"]["Properties"]["ResourceArn"]["Fn::Sub"]
    assert arn.endswith(f"/restapis/${{RestAPI}}/stages/${{{stage}}}")
    assert resources["DomainLeadsToApi"]["Properties"]["Stage"] == {"Ref": stage}
    for function in functions.BEHIND_GATEWAY.values():
        permission = resources[f"{function}InvokePermission"]["Properties"]
        assert permission["FunctionName"] == {"Ref": f"{function}Aliaslive"}
        shifted = resources[f"{function}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert resources[shifted["DeploymentGroupName"]["Ref"]]["Properties"]["AlarmConfiguration"]


def test_all_else_is_made_by_the_change_set(
    stack: Stack, template: dict[str, Any], made: list[Change]
) -> None:
    assert {change.action for change in made} == {"Add"}
    pages = stack.aws("cloudformation").get_paginator("list_stack_resources")
    there = {
        one["LogicalResourceId"]
        for page in pages.paginate(StackName=NAME)
        for one in page["StackResourceSummaries"]
    }
    conditional = {name for name, one in template["Resources"].items() if "Condition" in one}
    not_made = reduced(template)["Resources"].keys() - there
    assert not_made == {
        *("AlarmsMail", "IndexBKey", "IndexBKeyAlias"),
        *("Domain", "DomainLeadsToApi"),
        *edges.resources(STAGES["prod"]),
    }
    assert not_made <= conditional


def test_functions_are_those_of_the_package(
    stack: Stack, made: list[Change], package: Path
) -> None:
    for function in functions.FUNCTIONS:
        name = f"{NAME}-{function}"
        found = stack.aws("lambda").get_function_configuration(FunctionName=name)
        archive = passkeys.ARCHIVE if function in passkeys.CHECKING else "deployment.zip"
        assert found["CodeSize"] == (package / archive).stat().st_size
        assert found["Runtime"] == f"python{sys.version_info[0]}.{sys.version_info[1]}"


# ---- in use --------------------------------------------------------------------------------------


def test_the_journey_of_the_readme_goes_through_the_gateway(
    stack: Stack, made: list[Change], tmp_path: Path
) -> None:
    travelled(tmp_path, stack.endpoint_url + stack.base, stack.endpoint_url)


def test_a_refusal_comes_through_the_gateway_as_it_is(stack: Stack, made: list[Change]) -> None:
    reply = stack.call("GET", "/v1/offices/nowhere", headers={"Accept-Language": "en"})
    assert (reply.status, reply.problem) == (404, "no-such-office")
    assert reply.json["title"] == "No such office"
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Content-Language"] == "en"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_the_gateway_itself_refuses_with_problems(stack: Stack, made: list[Change]) -> None:
    """MiniStack skips the gateway responses of an API it imports: they are given once more."""
    processed = stack.aws("cloudformation").get_template(StackName=NAME, TemplateStage="Processed")
    body = processed["TemplateBody"]["Resources"]["RestAPI"]["Properties"]["Body"]
    responses = body["x-amazon-apigateway-gateway-responses"]
    assert responses.keys() == gateway.RESPONSES.keys()
    api_id = stack.base.split("/")[2]
    apis = stack.aws("apigateway")
    for kind, response in responses.items():
        apis.put_gateway_response(restApiId=api_id, responseType=kind, **response)
    apis.create_deployment(restApiId=api_id, stageName="prod")

    reply = stack.call("GET", "/v1/nowhere")

    status, problem = gateway.RESPONSES["MISSING_AUTHENTICATION_TOKEN"]
    assert (reply.status, reply.json) == (status, problem)
    for name, value in gateway.headers(status).items():
        assert reply.headers[name] == value


def test_each_function_answers_the_routes_that_are_its_own(
    stack: Stack, made: list[Change]
) -> None:
    before = {function: len(runs(stack, function)) for function in functions.BEHIND_GATEWAY}
    assert stack.call("GET", "/v1/offices").status == 200
    assert stack.call("POST", "/v1/sessions", {}).status == 422
    assert stack.call("POST", "/v1/sessions/refresh", {}).status == 422
    assert stack.call("GET", "/v1/desk/presence").status == 401
    # They have what checks passkeys, and find no name of their own to bind them to.
    for path in ("/v1/staff/sessions", "/v1/sessions/passkey"):
        assert stack.call("POST", path).problem == "passkeys-off"
    after = {function: len(runs(stack, function)) for function in functions.BEHIND_GATEWAY}
    assert {name: after[name] - before[name] for name in after} == {
        "api_handler": 1,
        "people_handler": 2,
        "desk_handler": 1,
        "staff_handler": 1,
        "passkeys_handler": 1,
    }


def runs(stack: Stack, function: str) -> list[str]:
    return [line for line in stack.log(function) if line.startswith("REPORT")]


def test_a_function_may_do_no_more_than_its_policy_says(stack: Stack, made: list[Change]) -> None:
    """Else none of these tests would show that the policies let the functions do their work."""
    iam, name = stack.aws("iam"), f"{NAME}-people_handler"
    role = stack.aws("lambda").get_function_configuration(FunctionName=name)["Role"]
    of_role = {"RoleName": role.rpartition("/")[2]}
    (name,) = iam.list_role_policies(**of_role)["PolicyNames"]
    policy = iam.get_role_policy(**of_role, PolicyName=name)["PolicyDocument"]
    iam.delete_role_policy(**of_role, PolicyName=name)
    try:
        assert stack.call("POST", "/v1/registrations", identity()).problem == "internal-error"
    finally:
        iam.put_role_policy(**of_role, PolicyName=name, PolicyDocument=json.dumps(policy))
    assert stack.call("POST", "/v1/registrations", identity()).status == 202
    # Only now: what MiniStack has not read in time it writes with the function's next run.
    assert any('"cause":"AccessDeniedException"' in line for line in stack.log("people_handler"))


# ---- an update -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def protected(stack: Stack, template: dict[str, Any], made: list[Change]) -> list[str]:
    """The second deployment switches the protection on; what `protect` said before and after."""
    before = protecting(stack)
    stack.deploy("UPDATE", reduced(template), Protected="yes")
    return [before, protecting(stack)]


def protecting(stack: Stack) -> str:
    done = ran(stack, "infra.ops.protect", "prod")
    return done.stdout + done.stderr


def test_tables_are_protected_by_the_second_deployment(stack: Stack, protected: list[str]) -> None:
    before, after = protected
    assert f"{NAME}-bookings" in before
    assert "Protected=yes" in before
    assert after == f"{NAME} is protected, and so are its tables.\n"


def test_the_stack_cannot_be_deleted_nor_an_update_take_what_holds_data(
    stack: Stack, protected: list[str]
) -> None:
    stacks = stack.aws("cloudformation")
    (there,) = stacks.describe_stacks(StackName=NAME)["Stacks"]
    assert there["EnableTerminationProtection"]
    policy = json.loads(stacks.get_stack_policy(StackName=NAME)["StackPolicyBody"])
    (deny,) = (one for one in policy["Statement"] if one["Effect"] == "Deny")
    assert {*deny["Condition"]["StringEquals"]["ResourceType"]} == DATA
    with pytest.raises(stacks.exceptions.ClientError, match="ermination"):
        stacks.delete_stack(StackName=NAME)


def test_what_becomes_of_sms_is_a_setting_that_the_emulator_does_not_have(
    stack: Stack, made: list[Change]
) -> None:
    """The role is there; the rest is done on AWS alone."""
    done = ran(stack, "infra.ops.sms", "prod")
    assert done.returncode == 1
    assert "no emulator has it" in done.stderr


class Update(NamedTuple):
    """A second change set, executed; what was there before, and what it did."""

    who: Applicant
    code: str
    orphaned: Target
    url: str
    runs: dict[str, int]
    changes: list[Change]
    template: dict[str, Any]


@pytest.fixture(scope="module")
def update(stack: Stack, template: dict[str, Any], protected: list[str]) -> Update:
    """A parameter, a function's memory and all schedules are changed.

    Before it somebody has a place, and a request has died between claim and confirm.
    """
    who = register(stack)
    code = book(stack, target(stack, "malang", number=1), who, new_key()).json["code"]
    orphaned = target(stack, "malang", number=2)
    claim(stack, orphaned)
    assert left(stack, orphaned) == orphaned.capacity - 1
    url, runs = stack.url, {job: stack.runs(job) for job in functions.JOBS}
    changed = deepcopy(reduced(template))
    for function in functions.BEHIND_GATEWAY.values():
        changed["Resources"][function]["Properties"]["MemorySize"] = 1536
    for job in functions.JOBS.values():
        (event,) = changed["Resources"][job]["Properties"]["Events"].values()
        event["Properties"]["Schedule"] = EVERY_MINUTE
    changes = stack.deploy("UPDATE", changed, **KEPT)
    return Update(who, code, orphaned, url, runs, changes, changed)


def claim(stack: Stack, slot: Target) -> None:
    """Take a place as a request does that then dies, five minutes ago."""
    ago = int(time.time()) - 300
    stack.aws("dynamodb").update_item(
        TableName=f"{NAME}-slots",
        Key={"slot_id": {"S": slot.slot_id}},
        UpdateExpression="SET holds.#code = :hold, numbers.#code = :one ADD #left :less, #seq :one",
        ExpressionAttributeNames={"#code": "NOBODYS00000", "#left": "left", "#seq": "sequence"},
        ExpressionAttributeValues={
            ":hold": {"S": f"1 0 {ago}"},
            ":one": {"N": "1"},
            ":less": {"N": "-1"},
        },
    )


def left(stack: Stack, slot: Target) -> int:
    key = {"slot_id": {"S": slot.slot_id}}
    item = stack.aws("dynamodb").get_item(TableName=f"{NAME}-slots", Key=key)["Item"]
    return int(item["left"]["N"])


def test_an_update_changes_what_was_changed_and_no_data(stack: Stack, update: Update) -> None:
    gone = {change.kind for change in update.changes if change.action not in ("Add", "Modify")}
    assert gone == {"AWS::Lambda::Version"}  # of the stack; the version itself stays
    assert not [change for change in update.changes if change.kind in DATA]
    assert {"AlarmsMail", functions.API} <= {change.logical_id for change in update.changes}
    for function in functions.BEHIND_GATEWAY:
        in_use = {"FunctionName": f"{NAME}-{function}", "Qualifier": functions.ALIAS}
        found = stack.aws("lambda").get_function_configuration(**in_use)
        assert (found["MemorySize"], found["Version"]) == (1536, "3")
    (mail,) = stack.aws("sns").list_subscriptions()["Subscriptions"]
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "siaga@imigrasi.example")


def test_an_update_keeps_the_address_the_people_and_their_bookings(
    stack: Stack, update: Update
) -> None:
    assert stack.url == update.url
    assert stack.call("GET", "/v1/me", token=update.who.token).json["name"].startswith("Pemohon")
    listed = stack.call("GET", "/v1/bookings", token=update.who.token).json["bookings"]
    assert [(one["code"], one["status"]) for one in listed] == [(update.code, "booked")]


# ---- the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize("job", functions.JOBS)
def test_a_rule_calls_its_function_or_leaves_a_letter(
    stack: Stack, update: Update, job: str
) -> None:
    rules = stack.aws("events")
    rule = rules.describe_rule(Name=f"{NAME}-{job}")
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", EVERY_MINUTE)
    (at,) = rules.list_targets_by_rule(Rule=f"{NAME}-{job}")["Targets"]
    function = stack.aws("lambda").get_function_configuration(FunctionName=f"{NAME}-{job}")
    assert at["Arn"] == function["FunctionArn"]
    assert at["DeadLetterConfig"]["Arn"].endswith(f":{NAME}-dead-letters")


def test_schedules_fire_and_their_functions_do_their_work(stack: Stack, update: Update) -> None:
    """By EventBridge alone: every heartbeat is there, and the sweep has given back what died."""
    deadline = time.monotonic() + FIRED_WITHIN_SECONDS
    waiting = set(functions.JOBS)
    while waiting and time.monotonic() < deadline:
        time.sleep(0.5)  # MiniStack tells nobody that a function ran: its log has to be looked at
        waiting = {job for job in waiting if stack.runs(job) == update.runs[job]}
    assert not waiting
    assert left(stack, update.orphaned) == update.orphaned.capacity


# ---- a new key for the index ---------------------------------------------------------------------


class Step(NamedTuple):
    """A step of the rotation: the setting that is deployed, and what is run after it."""

    keys: str
    command: str = ""


STEPS = (
    Step("A-spare-B"),
    Step("A-and-B", "fill"),
    Step("B-and-A"),
    Step("B-spare-A", "tidy"),
    Step("B"),
)


def registering(stack: Stack, person: dict[str, Any]) -> Reply:
    """Register somebody and type in the code."""
    begun = stack.call("POST", "/v1/registrations", person)
    code = stack.codes()["+62" + person["phone"].removeprefix("0")]
    path = f"/v1/registrations/{begun.json['registration_id']}/verification"
    return stack.call("POST", path, {"code": code})


def test_the_key_of_the_index_is_rotated_and_no_nik_has_two_holders(
    stack: Stack, update: Update
) -> None:
    known = [identity()]
    assert registering(stack, known[0]).status == 201
    function = {"FunctionName": f"{NAME}-people_handler", "Qualifier": functions.ALIAS}
    used = set()
    for step in STEPS:
        stack.deploy("UPDATE", update.template, **KEPT, IndexKeys=step.keys)
        settings = stack.aws("lambda").get_function_configuration(**function)
        variables = settings["Environment"]["Variables"]
        used.add(variables["INDEX_KEY_ID"])
        if step.command:
            command(stack, "infra.ops.reindex", step.command, **variables)
        for person in known:
            again = {**identity(), "nik": person["nik"], "birth_date": person["birth_date"]}
            assert registering(stack, again).json["proof"] == "claimed", step
        known.append(identity())
        assert registering(stack, known[-1]).status == 201, step
    assert len(used) == 2
    kept = stack.aws("dynamodb").scan(TableName=f"{NAME}-identities")["Items"]
    assert len({item["key"]["S"] for item in kept}) == 1


# ---- the pages -----------------------------------------------------------------------------------


NAME_OF_ALL = "antrian.example.go.id"

OF_THE_SERVER = {"ETag", "Vary"}
"""What is each server's own: S3 makes other tags, and CloudFront says Vary where it compresses."""


@pytest.fixture(scope="module")
def distributed(stack: Stack, package: Path) -> dict[str, str]:
    """What every deployment says once edge.json is deployed."""
    template = reduced(json.loads((package / "edge.json").read_text()))
    made = stack.deploy_edge(template, NAME_OF_ALL)
    return {
        **KEPT,
        "IndexKeys": "B",
        "EdgeDomainName": NAME_OF_ALL,
        "EdgeCertificateArn": made["CertificateArn"],
        "EdgeFirewallArn": made["FirewallArn"],
    }


@pytest.fixture(scope="module")
def edge(stack: Stack, update: Update, distributed: dict[str, str]) -> Edge:
    """The distribution, deployed and published as docs/operations.md says."""
    stack.deploy("UPDATE", within_reach(update.template, stack.port), **distributed)
    assert f"https://{NAME_OF_ALL}/" in command(stack, "infra.ops.publish", "prod")
    return Edge(stack.port, stack)


def test_without_a_distribution_there_is_nowhere_to_publish(stack: Stack, update: Update) -> None:
    done = ran(stack, "infra.ops.publish", "prod")
    assert done.returncode == 1
    assert "EdgeCertificateArn" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["/", "assets/main-*.js", "assets/style-*.css", "icon.svg"])
def test_a_page_has_the_headers_that_one_machine_sends(edge: Edge, kind: str) -> None:
    path = (
        "/" if kind == "/" else "/" + next(site.BUILT.glob(kind)).relative_to(site.BUILT).as_posix()
    )
    local, reply = site.answer(path, {}), edge.call("GET", path)
    assert local
    assert (reply.status, reply.content) == (local.status, local.body)
    for name in local.headers.keys() - OF_THE_SERVER:
        assert reply.headers[name] == local.headers[name], name


def test_nobody_but_the_distribution_reads_the_bucket(edge: Edge, stack: Stack) -> None:
    """What is not there is 404 on AWS; MiniStack's S3 says 403, whatever may be listed."""
    resource = {"StackName": NAME, "LogicalResourceId": edges.BUCKET}
    found = stack.aws("cloudformation").describe_stack_resource(**resource)
    bucket = found["StackResourceDetail"]["PhysicalResourceId"]
    assert edge.call("GET", "/index").status == 200
    assert Api(stack.port).call("GET", f"/{bucket}/index").status == 403
    assert edge.call("GET", "/nowhere").status == 403


def test_over_http_one_is_led_to_https(edge: Edge) -> None:
    reply = edge.call("GET", "/v1/offices?near=1,2", headers={"X-Forwarded-Proto": "http"})
    assert (reply.status, reply.headers["Location"]) == (
        301,
        f"https://{edge.host}/v1/offices?near=1,2",
    )


def test_the_api_is_there_too_and_says_itself_what_it_refuses(edge: Edge) -> None:
    in_english = {"Accept-Language": "en"}
    offices = edge.call("GET", "/v1/offices?near=-7.98,112.63", headers=in_english)
    assert offices.json["offices"][0]["office_id"] == "malang"
    reply = edge.call("GET", "/v1/offices/nowhere", headers=in_english)
    assert (reply.status, reply.json["title"]) == (404, "No such office")
    assert edge.call("DELETE", "/v1/offices").problem == "method-not-allowed"
    assert edge.call("GET", "/v1/me").problem == "not-signed-in"


class Elsewhere(Stack):
    """The API's gateway, called from another network than the distribution."""

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        return super().call(
            method, path, body, **more | {"headers": {"X-Forwarded-For": "36.68.1.2"}}
        )


CLAIMS = ("36.68.1.2", "114.4.5.6")
"""Addresses that somebody says to have, one after the other."""


def asks_for_a_code(api: Api, phone: str, claims: str) -> Reply:
    """Ask for a code, with an address of one's own making in front."""
    headers = {"X-Forwarded-For": claims}
    return api.call("POST", "/v1/sessions", {"phone": phone}, headers=headers)


def test_who_asks_is_known_by_their_address_whatever_they_claim(edge: Edge, stack: Stack) -> None:
    """MiniStack's gateway itself takes the first address it is told, as a client may write it."""
    for api, answers in ((stack, [202, 202]), (edge, [202, 429])):
        phone = str(identity()["phone"])
        assert [asks_for_a_code(api, phone, claim).status for claim in CLAIMS] == answers


def test_the_secret_of_the_distribution_is_replaced_and_what_it_says_stays_believed(
    edge: Edge, stack: Stack, distributed: dict[str, str], update: Update
) -> None:
    template, sent = within_reach(update.template, stack.port), set()
    for setting in ("A-and-B", "B-and-A", "B"):
        stack.deploy("UPDATE", template, **distributed, EdgeSecrets=setting)
        phone = str(identity()["phone"])
        asked = [asks_for_a_code(edge, phone, claim).status for claim in CLAIMS]
        assert asked == [202, 429], setting
        sent.add(secret_sent(stack))
    assert len(sent) == 2
    there = [one["Name"] for one in stack.aws("secretsmanager").list_secrets()["SecretList"]]
    assert len([name for name in there if "Edge" in name]) == 1


def secret_sent(stack: Stack) -> str:
    distribution = stack.aws("cloudfront").get_distribution_config(
        Id=stack.outputs["DistributionId"]
    )
    origins = distribution["DistributionConfig"]["Origins"]["Items"]
    (api,) = (origin for origin in origins if origin["Id"] == "api")
    (header,) = api["CustomHeaders"]["Items"]
    assert header["HeaderName"] == edge_secret.HEADER
    return str(header["HeaderValue"])


@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_a_visitor_signs_in_and_books_through_the_distribution(edge: Edge, stack: Stack) -> None:
    who = register(Elsewhere(stack.port, stack.endpoint_url))
    with launched() as browser:
        context = browser.new_context(locale="id-ID", extra_http_headers=OVER_HTTPS)
        visitor = Visitor(context.new_page(), edge)
        visitor.open()
        visitor.chooses_a_time("malang")
        visitor.answers_up_to_the_check()
        visitor.taps("Saya sudah punya akun")
        visitor.page.fill("[name=phone]", who.phone)
        visitor.taps("Kirim kode")
        visitor.page.wait_for_selector("[name=code]")
        visitor.enters_the_code(who.phone)
        visitor.sees("Tempat Anda sudah dipesan")
        visitor.page.reload()
        visitor.sees("Nomor antrean")
        assert visitor.complaints == []
    (booking,) = stack.call("GET", "/v1/bookings", token=who.token).json["bookings"]
    assert booking["office_id"] == "malang"


# ---- the end -------------------------------------------------------------------------------------


def test_tables_cannot_be_deleted_and_outlive_their_stack(stack: Stack, update: Update) -> None:
    """The last of these tests: no stack is left."""
    dynamodb, stacks = stack.aws("dynamodb"), stack.aws("cloudformation")
    tables = dynamodb.list_tables()["TableNames"]
    name = f"{NAME}-api_handler"
    environment = stack.aws("lambda").get_function_configuration(FunctionName=name)["Environment"]
    for table in tables:
        with pytest.raises(dynamodb.exceptions.ClientError, match="protect"):
            dynamodb.delete_table(TableName=table)

    stacks.update_termination_protection(StackName=NAME, EnableTerminationProtection=False)
    stacks.delete_stack(StackName=NAME)
    stacks.get_waiter("stack_delete_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})

    assert stack.aws("lambda").list_functions()["Functions"] == []
    assert dynamodb.list_tables()["TableNames"] == tables
    key = {"code": {"S": update.code}}
    kept = dynamodb.get_item(TableName=f"{NAME}-bookings", Key=key)["Item"]
    assert kept["status"] == {"S": "booked"}
    secrets = stack.aws("secretsmanager").list_secrets()["SecretList"]
    names = {f"{NAME}/{secret}" for secret in ("tokens", "root", "identity")}
    assert {secret["Name"] for secret in secrets} == names
    for variable in ("DATA_KEY_ID", "INDEX_KEY_ID"):
        found = stack.aws("kms").describe_key(KeyId=environment["Variables"][variable])
        assert found["KeyMetadata"]["KeyState"] == "Enabled"

"""The package of a stage, as `make package` makes it: the whole template, and what ships."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from chalicelib.domain.offices import ZONE_NAMES
from infra.stack import functions, overrides, passkeys
from infra.stack.package import MACHINES, PYTHON, foreign, missing
from infra.stack.package import package as make_package
from infra.stack.stages import STAGES

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.server  # it makes a package, with what pip downloads for it

IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import app, chalicelib
services = "passkeys", "staff.enrolment", "staff.sign_in", "sign_in.by_passkey"
passkeys = [f"chalicelib.services.{name}" for name in services]
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    if module.name not in passkeys:
        importlib.import_module(module.name)
import altcha, icalendar, segno
"""

SIGNS_IN = """
import sys
compiled = []
sys.addaudithook(lambda event, args: event == "compile" and compiled.append(str(args[1])))
sys.path.insert(0, sys.argv[1])
import app
assert "webauthn" not in sys.modules, "it is loaded at sign-in only"
from chalicelib.services.staff import enrolment, sign_in
from chalicelib.services.sign_in import by_passkey
assert not [name for name in compiled if name.startswith(sys.argv[1])], compiled
"""

ALL_WITH_BYTECODE = f"""
import sys
compiled = []
note = lambda event, args: compiled.append(str(args[1])) if event == "compile" else None
sys.addaudithook(note)
{IMPORT_ALL}
assert not [name for name in compiled if name.startswith(sys.argv[1])], compiled
"""


@pytest.fixture(scope="module")
def template(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "sam.json").read_text())
    return found


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    with ZipFile(package / "deployment.zip") as archive:
        archive.extractall(directory)
    return directory


def resources(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: r for name, r in template["Resources"].items() if r["Type"] == kind}


# ---- the template --------------------------------------------------------------------------------


def test_every_resource_has_a_type(template: dict[str, Any]) -> None:
    """Whatever we add to a resource of Chalice's is added to one that Chalice has really made.

    Chalice knows the function behind the API by two names; ours must be the one it ends up with.
    """
    assert not [name for name, r in template["Resources"].items() if "Type" not in r]
    made = resources(template, "AWS::Serverless::Function")
    assert made.keys() == set(functions.FUNCTIONS.values())
    for function in made.values():
        for event in function["Properties"].get("Events", {}).values():
            assert event["Type"] == "Schedule"
            assert event["Properties"]["Schedule"].startswith(("rate(", "cron("))


def test_what_is_ours_is_in_it_as_it_was_looked_at_alone(template: dict[str, Any]) -> None:
    """So what other tests say of tables (expiry, recovery), alarms and firewall holds for it."""
    ours = overrides.template(STAGES["prod"])
    whole = {name: one for name, one in ours["Resources"].items() if "Type" in one}
    assert {"SlotsTable", "ReleaseSilentAlarm", "FirewallOfApi"} <= whole.keys()
    assert {name: template["Resources"][name] for name in whole} == whole
    assert template["Parameters"] == ours["Parameters"]
    assert template["Conditions"] == ours["Conditions"]


def test_every_function_has_a_role_of_its_own(template: dict[str, Any]) -> None:
    made = resources(template, "AWS::Serverless::Function")
    roles = {name: f["Properties"]["Role"]["Fn::GetAtt"][0] for name, f in made.items()}
    assert len(set(roles.values())) == len(roles)
    delivery = {"SmsDeliveryRole"}  # which SNS takes, not a function
    assert set(roles.values()) == resources(template, "AWS::IAM::Role").keys() - delivery
    for name, function in functions.FUNCTIONS.items():
        role = template["Resources"][roles[function]]["Properties"]
        policy = json.loads((ROOT / ".chalice" / "policies" / f"{name}.json").read_text())
        assert [inline["PolicyDocument"] for inline in role["Policies"]] == [policy]
        assert "ManagedPolicyArns" not in role


def test_there_is_one_api_with_one_stage(template: dict[str, Any]) -> None:
    ((_, api),) = resources(template, "AWS::Serverless::Api").items()
    assert api["Properties"]["StageName"] == "prod"
    assert api["Properties"]["OpenApiVersion"] == "2.0"
    assert api["Properties"]["DefinitionBody"]["swagger"] == "2.0"
    assert not resources(template, "AWS::ApiGateway::Stage")


def test_gateway_answers_a_browser_that_asks_first(template: dict[str, Any]) -> None:
    ((_, api),) = resources(template, "AWS::Serverless::Api").items()
    for path in api["Properties"]["DefinitionBody"]["paths"].values():
        answers = path["options"]["x-amazon-apigateway-integration"]["responses"]
        headers = answers["default"]["responseParameters"]
        allow = "method.response.header.Access-Control-Allow-"
        assert headers[f"{allow}Origin"] == "'*'"
        allowed = headers[f"{allow}Headers"].strip("'").split(",")
        assert {"Accept-Language", "Authorization", "Content-Type", "Idempotency-Key"} <= {*allowed}
        methods = headers[f"{allow}Methods"].strip("'").split(",")
        assert {method.upper() for method in path if not method.startswith("x-")} <= {*methods}


def test_logs_are_named_after_the_functions_that_there_are(template: dict[str, Any]) -> None:
    groups = {
        group["Properties"]["LogGroupName"]
        for group in resources(template, "AWS::Logs::LogGroup").values()
    }
    assert groups - {"/aws/apigateway/antrian-paspor-prod-access"} == {
        f"/aws/lambda/{function['Properties']['FunctionName']}"
        for function in resources(template, "AWS::Serverless::Function").values()
    }


def test_time_zones_are_where_functions_look_for_them(
    template: dict[str, Any], unpacked: Path
) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    zones = unpacked / Path(variables["PYTHONTZPATH"]).relative_to(functions.TASK_DIRECTORY)
    assert all((zones / zone).is_file() for zone in ZONE_NAMES)


def test_functions_have_the_environment_of_all_and_are_traced(template: dict[str, Any]) -> None:
    assert template["Globals"]["Function"]["Environment"]["Variables"]["STAGE"] == "prod"
    for function in resources(template, "AWS::Serverless::Function").values():
        assert "Environment" not in function["Properties"]
        assert function["Properties"]["Tracing"] == "Active"
        python = ".".join(map(str, sys.version_info[:2]))
        assert function["Properties"]["Runtime"] == f"python{python}"


def test_whatever_is_referred_to_is_there(template: dict[str, Any]) -> None:
    there = template["Resources"].keys() | template["Parameters"].keys()
    for name in referred_to(template):
        made, _, _ = name.partition(".")  # SAM's own, as in APIHandler.Alias
        assert made in there or name.startswith("AWS::"), name


def referred_to(tree: Any) -> set[str]:
    """The logical ids that a tree refers to by Ref and Fn::GetAtt."""
    if isinstance(tree, list):
        return {name for below in tree for name in referred_to(below)}
    if not isinstance(tree, dict):
        return set()
    here = {tree["Ref"]} if "Ref" in tree else set()
    here |= {tree["Fn::GetAtt"][0]} if "Fn::GetAtt" in tree else set()
    return here.union(*(referred_to(below) for below in tree.values()))


# ---- what ships ----------------------------------------------------------------------------------


def test_ships_the_application_and_nothing_of_how_it_is_made(unpacked: Path) -> None:
    shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / "chalicelib").rglob("*.py")}
    assert all((unpacked / name).is_file() for name in {"app.py", *shipped})
    top = {path.name for path in unpacked.iterdir()}
    assert not top & {"tests", "infra", "docs", "bench", "build", "requirements.txt", "Makefile"}
    assert not [name for name in top if name.startswith(".")]
    assert not top & {"boto3", "moto", "pytest", "mypy", "click", "cryptography"}


def test_ships_the_descriptions_of_the_services_that_are_called(unpacked: Path) -> None:
    sources = [path.read_text() for path in (ROOT / "chalicelib").rglob("*.py")]
    called = {name for text in sources for name in re.findall(r'aws\.client\("(\w+)"', text)}
    shipped = {path.name for path in (unpacked / "botocore" / "data").iterdir() if path.is_dir()}
    assert shipped == called


def test_nothing_that_ships_is_compiled_by_a_function(unpacked: Path) -> None:
    """However old its files seem, for unpacking a package may give them any time."""
    for module in unpacked.rglob("*.py"):
        os.utime(module, (0, 0))
    run_isolated(ALL_WITH_BYTECODE, unpacked)


def test_without_bytecode_all_would_be_compiled(unpacked: Path, tmp_path: Path) -> None:
    bare = shutil.copytree(
        unpacked, tmp_path / "bare", ignore=shutil.ignore_patterns("__pycache__")
    )
    with pytest.raises(AssertionError, match="botocore"):
        run_isolated(ALL_WITH_BYTECODE, bare)


def test_runs_on_what_it_ships(unpacked: Path) -> None:
    """Without the packages of this environment (-S), its variables and its directory (-I)."""
    run_isolated(IMPORT_ALL, unpacked)


def test_handlers_are_there(template: dict[str, Any], unpacked: Path) -> None:
    """Each in a process of its own: Lambda imports a scheduled function without app.py."""
    for function in resources(template, "AWS::Serverless::Function").values():
        module, _, name = function["Properties"]["Handler"].rpartition(".")
        run_isolated(
            "import sys; sys.path.insert(0, sys.argv[1]); "
            f"import {module}; assert callable({module}.{name})",
            unpacked,
        )


@pytest.mark.parametrize("contact", ["", "somebody", "http://example.test/"])
def test_without_a_contact_for_push_services_there_is_no_package(
    contact: str, tmp_path: Path
) -> None:
    stage = replace(STAGES["prod"], push_contact=contact)
    with pytest.raises(SystemExit, match="push service"):
        make_package(stage, tmp_path / "package")
    assert not list(tmp_path.iterdir())


def test_two_functions_alone_have_what_checks_passkeys(
    template: dict[str, Any], package: Path, unpacked: Path, tmp_path: Path
) -> None:
    """With it in reach, botocore and PyJWT load it, whoever asks."""
    for name, function in resources(template, "AWS::Serverless::Function").items():
        own = name in {functions.BEHIND_GATEWAY[one] for one in passkeys.CHECKING}
        archive = passkeys.ARCHIVE if own else "deployment.zip"
        assert function["Properties"]["CodeUri"] == f"./{archive}"
    with ZipFile(package / passkeys.ARCHIVE) as with_passkeys:
        with_passkeys.extractall(tmp_path)
    assert missing(package / passkeys.ARCHIVE) == []
    assert missing(package / passkeys.ARCHIVE, passkeys.REQUIREMENTS) == []
    run_isolated(SIGNS_IN, tmp_path)
    with pytest.raises(AssertionError, match="No module named 'webauthn'"):
        run_isolated(SIGNS_IN, unpacked)


def run_isolated(code: str, unpacked: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, unpacked],
        cwd=unpacked,
        env={"AWS_REGION": "ap-southeast-3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_package_that_lacks_something_is_noticed(package: Path, tmp_path: Path) -> None:
    """Chalice says so and goes on."""
    assert missing(package / "deployment.zip") == []
    poor = tmp_path / "poor.zip"
    ZipFile(poor, "w").close()
    first, *rest = missing(poor)
    with ZipFile(poor, "w") as archive:
        archive.writestr(f"{first.title().replace('-', '_', 1)}.dist-info/METADATA", "")
    assert missing(poor) == rest


@pytest.mark.parametrize(
    ("architecture", "others"), [("arm64", ["b.so.1"]), ("x86_64", ["a/a.so"])]
)
def test_a_library_for_another_processor_is_noticed(
    architecture: str, others: list[str], tmp_path: Path
) -> None:
    mixed = tmp_path / "mixed.zip"
    with ZipFile(mixed, "w") as archive:
        for name, machine in (("a/a.so", 0xB7), ("b.so.1", 0x3E), ("c.sock.py", 0)):
            archive.writestr(name, b"\x7fELF".ljust(18, b"\0") + machine.to_bytes(2, "little"))
    assert foreign(mixed, architecture) == others


def test_what_is_deployed_runs_on_arm() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    assert config["lambda_architecture"] == "arm64"
    assert "lambda_architecture" not in json.dumps(config["stages"])


def test_libraries_are_for_the_processor_that_the_template_names(
    template: dict[str, Any], package: Path
) -> None:
    """Here that of this machine, which has to run them."""
    made = resources(template, "AWS::Serverless::Function").values()
    ((architecture,),) = {tuple(one["Properties"]["Architectures"]) for one in made}
    assert foreign(package / "deployment.zip", architecture) == []
    (other,) = MACHINES.keys() - {architecture}
    assert foreign(package / "deployment.zip", other)


@pytest.mark.skipif(
    f"{sys.version_info[0]}.{sys.version_info[1]}" == PYTHON, reason="it is the right one"
)
def test_another_python_is_refused_in_a_sentence() -> None:
    done = packaged("prod")
    assert done.returncode == 1
    assert f"Python {PYTHON}" in done.stderr
    assert "Traceback" not in done.stderr


def packaged(stage: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.stack.package", stage],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_unknown_stage_is_told_which_there_are() -> None:
    done = packaged("nowhere")
    assert done.returncode == 1
    assert "dev, prod" in done.stderr
    assert "Traceback" not in done.stderr

"""The service as docs/operations.md deploys it, on MiniStack: by change sets, behind its gateway.

MiniStack makes the stack of a change set and runs the functions out of the package's own zip, each
in a process of its own, with the Python that the package was made for.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from infra.local import ministack, sms
from infra.local.environment import REGION
from infra.stack import edge, virginia
from tests.machine import Api, Reply
from tests.made_up import CODE

NAME = "antrian-paspor-prod"
BUCKET = "packages"
SERVICES = (
    "acm,apigateway,cloudformation,cloudfront,events,lambda,s3,sqs,wafv2," + ministack.SERVICES
)

BY_HAND = {
    "version": "0",
    "id": "by-hand",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "account": "",
    "time": "",
    "region": "",
    "resources": [],
    "detail": {},
}

HEARTBEAT = '"JobRuns":[1]'

OVER_HTTPS = {"X-Forwarded-Proto": "https"}

UNKNOWN = {
    "AWS::WAFv2::WebACLAssociation",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
}
"""Types for which MiniStack refuses a whole change set."""


def can_be_made(resource: Mapping[str, Any]) -> bool:
    """Whether MiniStack can make a resource: an alarm over metric math it cannot."""
    if resource["Type"] == "AWS::CloudWatch::Alarm":
        return "Metrics" not in resource["Properties"]
    return resource["Type"] not in UNKNOWN


def reduced(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template without what MiniStack cannot make: CodeDeploy's shift from release to release
    is another such thing.
    """
    made = deepcopy({name: one for name, one in template["Resources"].items() if can_be_made(one)})
    for one in made.values():
        one["Properties"].pop("DeploymentPreference", None)
    return {**template, "Resources": made}


def released(template: Mapping[str, Any], release: str) -> dict[str, Any]:
    """The template in which the parameter Release is what SAM takes it to be on AWS.

    MiniStack gives SAM no parameters, hence SAM would see the default for ever.
    """
    asked, said = (
        '"AutoPublishCodeSha256": {"Ref": "Release"}',
        f'"AutoPublishCodeSha256": "{release}"',
    )
    return json.loads(json.dumps(template).replace(asked, said))  # type: ignore[no-any-return]


def within_reach(template: Mapping[str, Any], port: int) -> dict[str, Any]:
    """The template whose distribution finds the API at MiniStack's own port, which is not HTTPS."""
    made = deepcopy(dict(template))
    config = made["Resources"][edge.DISTRIBUTION]["Properties"]["DistributionConfig"]
    (api,) = (origin for origin in config["Origins"] if origin["Id"] == "api")
    api |= {
        "DomainName": "127.0.0.1",
        "OriginPath": {"Fn::Sub": "/restapis/${RestAPI}/${RestAPI.Stage}/_user_request_"},
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only", "HTTPPort": port},
    }
    return made


class Change(NamedTuple):
    """What a change set does to one resource."""

    action: str
    logical_id: str
    kind: str


@dataclass
class Stack(Api):
    """The stack, and the API behind its gateway."""

    endpoint_url: str

    def aws(self, service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=region,
            aws_access_key_id="test",  # the account's owner, in MiniStack
            aws_secret_access_key="test",
            config=Config(read_timeout=900, retries={"total_max_attempts": 1}),
        )

    def upload(self, content: bytes, suffix: str = "") -> str:
        """Put a file into the bucket under its hash, as the command line does; returns its key."""
        key = f"{NAME}/{hashlib.sha256(content).hexdigest()}{suffix}"
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
        return key

    def package(self, package: Path) -> dict[str, Any]:
        """As `aws cloudformation package`: code into the bucket, its place into the template."""
        template: dict[str, Any] = json.loads((package / "sam.json").read_text())
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                code = package / resource["Properties"]["CodeUri"]
                key = self.upload(code.read_bytes())
                resource["Properties"]["CodeUri"] = f"s3://{BUCKET}/{key}"
        return template

    def deploy(self, kind: str, template: Mapping[str, Any], **parameters: str) -> list[Change]:
        """As `aws cloudformation deploy`, which gives what it makes or changes by a change set."""
        stacks = self.aws("cloudformation")
        release = secrets.token_hex(8)
        key = self.upload(json.dumps(released(template, release)).encode(), ".template")
        change_set = {"StackName": NAME, "ChangeSetName": f"deploy-{release}"}
        stacks.create_change_set(
            **change_set,
            ChangeSetType=kind,
            TemplateURL=f"{self.endpoint_url}/{BUCKET}/{key}",
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in {"Release": release, **parameters}.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        stacks.get_waiter("change_set_create_complete").wait(
            **change_set, WaiterConfig={"Delay": 1}
        )
        changes = stacks.describe_change_set(**change_set)["Changes"]
        stacks.execute_change_set(**change_set)
        stacks.get_waiter(f"stack_{kind.lower()}_complete").wait(
            StackName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        return [
            Change(one["Action"], one["LogicalResourceId"], one["ResourceType"])
            for one in (change["ResourceChange"] for change in changes)
        ]

    def deploy_edge(self, template: Mapping[str, Any], domain_name: str) -> dict[str, str]:
        """Deploy edge.json where it has to be; returns its outputs."""
        stacks, name = self.aws("cloudformation", virginia.REGION), {"StackName": f"{NAME}-edge"}
        stacks.create_stack(
            **name,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": "EdgeDomainName", "ParameterValue": domain_name}],
        )
        stacks.get_waiter("stack_create_complete").wait(**name, WaiterConfig={"Delay": 1})
        (made,) = stacks.describe_stacks(**name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}

    @property
    def outputs(self) -> dict[str, str]:
        """What the stack says of itself, on AWS."""
        (stack,) = self.aws("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    @property
    def url(self) -> str:
        """What the stack says is the address of the API, on AWS."""
        return self.outputs["EndpointURL"]

    @property
    def base(self) -> str:
        """Where the gateway has that address on MiniStack."""
        url = urlsplit(self.url)
        api_id, _, _ = url.netloc.partition(".")
        stage = url.path.strip("/")
        return f"/restapis/{api_id}/{stage}/_user_request_"

    def codes(self) -> dict[str, str]:
        sent = sms.sent(self.endpoint_url)
        return {m["phone"]: found[1] for m in sent if (found := CODE.search(m["text"]))}

    def invoke(self, function: str) -> Any:
        """As `aws lambda invoke`: what a scheduled function answers, or of what it failed."""
        name, event = f"{NAME}-{function}", json.dumps(BY_HAND)
        answer = self.aws("lambda").invoke(FunctionName=name, Payload=event)
        return json.load(answer["Payload"])

    def log(self, function: str) -> list[str]:
        """What a function has printed, and what Lambda says of its runs."""
        pages = self.aws("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=f"/aws/lambda/{NAME}-{function}")
        return [event["message"] for page in found for event in page["events"]]

    def runs(self, job: str) -> int:
        """How often the heartbeat of a scheduled function is in its log."""
        return sum(HEARTBEAT in line for line in self.log(job))


@dataclass
class Edge(Api):
    """The stack's distribution: MiniStack tells its requests by their Host."""

    stack: Stack

    @property
    def host(self) -> str:
        """Its own name, which leads every browser to this machine."""
        label, _, _ = self.stack.outputs["EdgeAddress"].partition(".")
        return f"{label}.cloudfront.localhost:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request over HTTPS, which MiniStack believes of who says so."""
        sent = {"Host": self.host, **OVER_HTTPS, **(headers or {})}
        return super().call(method, path, body, token=token, key=key, headers=sent)

    def codes(self) -> dict[str, str]:
        return self.stack.codes()

"""Calls operations of AWS without a network, and prints what is sent and what is understood.

Run as a script, with a JSON object of the operations of each service: it needs botocore alone, so
it can be run with any.
"""

import json
import sys
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session
from urllib3 import HTTPResponse

REGIONS = ("ap-southeast-3", "ap-southeast-1")
ENDLESS = {"M", "L"}
"""What a value in DynamoDB may hold: values again."""

ANSWER = {
    "Attributes": {"left": {"N": "1"}},
    "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Item": {"a": {"SS": ["b"]}}}],
    "Item": {"a": {"M": {"b": {"BOOL": True}}}},
    "Message": "said by a test",
    "Plaintext": "aGVsbG8=",
    "SecretString": "{}",
}
XML = {
    200: "<R><PublishResult><MessageId>1</MessageId></PublishResult></R>",
    400: "<R><Error><Code>{}</Code><Message>said by a test</Message></Error></R>",
}


def main(operations: dict[str, list[str]]) -> None:
    session = get_session()
    session.set_credentials("key", "secret")
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    for service, names in operations.items():
        for region in REGIONS:
            client = session.create_client(service, region, config=config)
            for name in names:
                errors = client.meta.service_model.operation_model(name).error_shapes
                for status, kind in [(200, ""), *((400, error.name) for error in errors)]:
                    print(service, region, name, kind, _called(client, name, status, kind))


def _called(client: Any, name: str, status: int, kind: str) -> str:
    sent: list[Any] = []
    model = client.meta.service_model

    def answer(request: Any, **_: Any) -> Any:
        _, scope = request.headers["Authorization"].decode().split("Credential=", 1)
        signed_for = scope.split(",")[0].split("/")[2:]  # after the key and the date
        sent.append((request.method, request.url, signed_for, request.body))
        if model.protocol == "query":
            body = XML[status].format(kind)
        else:
            body = json.dumps({**ANSWER, **({"__type": kind} if kind else {})})
        raw = HTTPResponse(BytesIO(body.encode()), preload_content=False)
        return AWSResponse(request.url, status, {}, raw)

    client.meta.events.register_first("before-send", answer, unique_id="answer")
    try:
        understood = client._make_api_call(name, sample(model.operation_model(name).input_shape))
    except ClientError as error:
        understood = (type(error).__name__, error.response)
    client.meta.events.unregister("before-send", unique_id="answer")
    return f"{sent} {understood}"


def sample(shape: Any) -> Any:
    """Arguments that use all of a shape."""
    if shape.type_name == "structure":
        return {name: sample(part) for name, part in shape.members.items() if name not in ENDLESS}
    if shape.type_name == "list":
        return [sample(shape.member)]
    if shape.type_name == "map":
        return {"key": sample(shape.value)}
    return {"string": "text", "blob": b"bytes", "boolean": True}.get(shape.type_name, 1)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

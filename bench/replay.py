"""A first booking in a process of its own, as first.py recorded it.

It imports as little as it can: what it imports is counted with the booking.
"""

import gc
import json
from io import BytesIO
from pathlib import Path
from typing import Any


def book(recorded: Path) -> None:
    """Start the API and answer one booking; AWS's answers come as they were recorded."""
    booking = json.loads(recorded.read_text())
    from app import app
    from chalicelib import aws

    answers = iter(booking["answers"])
    aws.session().register("before-send", lambda **_: response(*next(answers)))
    answer = app(booking["event"], None)
    assert answer["statusCode"] == 201, answer


def clients() -> list[str]:
    """The services of all botocore clients that this process holds, however they were made."""
    from botocore.client import BaseClient

    return sorted(
        each.meta.service_model.service_name
        for each in gc.get_objects()
        if isinstance(each, BaseClient)
    )


def response(status: int, body: str) -> Any:
    from botocore.awsrequest import AWSResponse
    from urllib3 import HTTPResponse

    return AWSResponse("", status, {}, HTTPResponse(BytesIO(body.encode()), preload_content=False))

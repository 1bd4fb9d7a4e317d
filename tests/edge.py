"""A process of the API that has a distribution in front of it, and requests that came by it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from chalicelib import aws
from chalicelib.api import viewer
from chalicelib.config import settings

SECRET_A, SECRET_B = "edge-a", "edge-b"
"""The names of the secrets."""

VALUES = {SECRET_A: "a" * 64, SECRET_B: "b" * 64}
"""What is in them."""

EDGE = "130.176.9.9"
"""The address from which CloudFront calls API Gateway."""


@contextmanager
def behind_the_edge(first: str = SECRET_A, second: str = "") -> Iterator[None]:
    """What is done in the block is done by a process that believes these secrets."""
    for name in filter(None, (first, second)):
        value = json.dumps({"key": VALUES[name]})
        aws.client("secretsmanager").create_secret(Name=name, SecretString=value)
    other = settings._replace(edge_secret=first, second_edge_secret=second)
    with patch.object(viewer, "settings", other):
        yield


def passed_on(*hops: str, secret: str = VALUES[SECRET_A]) -> dict[str, str]:
    """The headers of a request that the distribution has passed on: API Gateway adds the edge."""
    return {"antrian-edge": secret, "x-forwarded-for": ", ".join([*hops, EDGE])}

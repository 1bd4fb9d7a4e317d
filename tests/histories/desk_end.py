"""The end of a hall's day: it is closed, and everybody has left somehow."""

from collections.abc import Mapping

from infra.local.environment import TABLE_PREFIX
from tests.histories.desk_check import Visit
from tests.machine import Api, Machine


def closed(
    api: Api, machine: Machine, office_id: str, tokens: Mapping[str, str]
) -> dict[str, Visit]:
    """How everybody has left a hall, once its supervisor has closed the day."""
    reply = api.call("POST", "/v1/desk/close", token=tokens["supervisor"])
    assert reply.json["status"] == "closed", reply.content
    dynamodb = machine.aws("dynamodb")
    boards = dynamodb.scan(TableName=TABLE_PREFIX + "boards", ConsistentRead=True)["Items"]
    (board,) = (one for one in boards if one["board_id"]["S"].startswith(f"{office_id}#"))
    there = {label: one["M"] for label, one in board["tickets"]["M"].items()}
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE_PREFIX + "visits")
    left = (one for page in pages for one in page["Items"] if one["board_id"] == board["board_id"])
    there |= {one["ticket"]["S"]: one for one in left}
    return {label: Visit(one["outcome"]["S"], int(one["due"]["N"])) for label, one in there.items()}

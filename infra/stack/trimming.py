"""What botocore reads when it makes a client, without what the functions never ask for.

It describes every operation of a service, with its manual, and the endpoints of four hundred
services in every region. All of that is read and parsed at each cold start. What is left here are
the operations that the functions' policies allow, and the regions; not the rules by which it would
find an endpoint anew at each call, for which chalicelib/aws.py never asks.
"""

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

POLICIES = Path(__file__).parents[2] / ".chalice" / "policies"

SERVICES = {"dynamodb", "kms", "secretsmanager", "sns"}
"""What the functions call, as botocore and IAM name it."""

BY_THEIR_PARTS = {"dynamodb": {"TransactWriteItems"}}
"""Operations that IAM has no action for: it asks for those of the writes in them."""

MODEL = "service-2.json"

PARTITION = "aws"


def trim(data: Path) -> None:
    """Leave in botocore's directory ``data`` what the functions need, as plain JSON."""
    for directory in list(data.iterdir()):
        if directory.is_dir() and directory.name not in SERVICES:
            shutil.rmtree(directory)
    for service in SERVICES:
        *older, newest = sorted((data / service).iterdir())
        for version in older:
            shutil.rmtree(version)
        model = _read(newest / f"{MODEL}.gz")
        shutil.rmtree(newest)
        newest.mkdir()
        _write(newest / MODEL, trimmed(model, operations(service)))
    _write(data / "endpoints.json", _regions(_read(data / "endpoints.json")))


def operations(service: str) -> set[str]:
    """The operations of a service that any function's policy allows."""
    statements = [
        statement
        for policy in POLICIES.glob("*.json")
        for statement in json.loads(policy.read_text())["Statement"]
    ]
    actions = (action.partition(":") for s in statements for action in _listed(s["Action"]))
    allowed = {action for of, _, action in actions if of == service}
    return allowed | BY_THEIR_PARTS.get(service, set())


def trimmed(model: dict[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """A service's model with these ``operations`` alone, and without its manual."""
    kept = {name: model["operations"][name] for name in operations if name in model["operations"]}
    needed: set[str] = set()
    found = set(_shapes_in(kept))
    while found:
        needed |= found
        found = {name for of in found for name in _shapes_in(model["shapes"][of])} - needed
    shapes = {name: model["shapes"][name] for name in sorted(needed)}
    short: dict[str, Any] = _unexplained({**model, "operations": kept, "shapes": shapes})
    return short


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of the shapes that a part of a model speaks of."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "shape" and isinstance(value, str):
                yield value
            yield from _shapes_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes_in(value)


def _unexplained(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _unexplained(value)
            for name, value in part.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_unexplained(value) for value in part] if isinstance(part, list) else part


def _regions(endpoints: dict[str, Any]) -> dict[str, Any]:
    """The regions of one partition; in all of them these services have endpoints of their own."""
    (partition,) = (one for one in endpoints["partitions"] if one["partition"] == PARTITION)
    services: dict[str, Any] = {service: {"endpoints": {}} for service in sorted(SERVICES)}
    return {**endpoints, "partitions": [{**partition, "services": services}]}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _read(file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    read: dict[str, Any] = json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)
    return read


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")))

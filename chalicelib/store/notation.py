"""DynamoDB's own notation of values, written and read."""

import json
import math
from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]
"""In DynamoDB's own notation; empty where there is no item."""


def raw(value: Any) -> dict[str, Any]:
    """A text, a whole number, a set of texts, or a map or list, in DynamoDB's own notation."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, dict):
        return {"M": {name: raw(inner) for name, inner in value.items()}}
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, list):
        return {"L": [raw(inner) for inner in value]}
    return {"N": str(int(value))}


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """The values of an item; what `raw` does not write, but for a truth, stays as it is."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: dict[str, Any]) -> Any:
    match value:
        case {"S": str(text)}:
            return text
        case {"N": str(number)}:
            return json.loads(number)
        case {"M": dict(inner)}:
            return plain(inner)
        case {"SS": list(texts)}:
            return texts
        case {"BOOL": bool(truth)}:
            return truth
        case {"L": list(inner)}:
            return [_plain(one) for one in inner]
        case _:
            return value


def size(item: Item) -> int:
    """Bytes of an item (DynamoDB developer guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _size(content) for name, content in item.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return math.ceil(len(content.lstrip("-0.")) / 2) + 1
        case "M":
            return 3 + sum(1 + len(name) + _size(inner) for name, inner in content.items())
        case "L":
            return 3 + sum(1 + _size(inner) for inner in content)
        case "SS":
            return sum(map(len, content))
        case "S" | "B":
            return len(content)
        case _:
            return 1

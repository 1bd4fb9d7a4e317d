"""DynamoDB's own notation of values, written and read."""

import json
from typing import Any


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
    """The values of an item; what is none of those that `raw` writes stays as it is."""
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
        case {"L": list(inner)}:
            return [_plain(one) for one in inner]
        case _:
            return value

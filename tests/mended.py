"""moto, mended where it differs from DynamoDB in what the service relies on."""

from typing import Any

from moto.dynamodb.responses import DynamoHandler

_what_differs = DynamoHandler._build_updated_new_attributes


def mend() -> None:
    """UPDATED_NEW has all that was set, also to the value that it had: moto leaves that out."""
    DynamoHandler._build_updated_new_attributes = _what_was_set


def _what_was_set(self: DynamoHandler, original: Any, changed: Any) -> Any:
    updated = _what_differs(self, original, changed)
    if not isinstance(updated, dict):
        return updated
    named = self.body["ExpressionAttributeNames"].values()
    return {name: changed[name] for name in named if "N" in changed.get(name, ())} | updated

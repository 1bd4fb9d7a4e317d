"""What a request carries, read and checked: its body, its key, the parameters of its path."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from chalice.app import Request as RawRequest

from chalicelib.api.plain import plain
from chalicelib.api.problems import KeyMissing, Malformed, TooLarge, UnsupportedMediaType
from chalicelib.domain.errors import Invalid, Refusal

BODY_LIMIT = 8 * 1024
"""Bytes of a request's body, at most."""

PARAMETER = "[A-Za-z0-9_-]{1,64}"
"""The form of every parameter of a path. DynamoDB takes no empty key, and no huge one."""

KEY_LENGTH = 128
"""Characters of an Idempotency-Key, at most: printable ASCII without spaces."""

BOM = b"\xef\xbb\xbf"
"""What some libraries write before a body in UTF-8."""

FIELD = "[a-z]+(?:_[a-z]+|[A-Z][a-z]*)*"
"""What the name of a field looks like, whether a body has such a field or not."""


DATE = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"


def day(name: str, text: str) -> date:
    """The date that a path or a query has under a name. Raises `Invalid`."""
    if not re.fullmatch(DATE, text):
        raise Invalid(name, "date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(name, "date") from None


def check_parameters(parameters: Mapping[str, str]) -> None:
    """Raises `Invalid` for a parameter that nothing can be found under."""
    for name, value in parameters.items():
        if not re.fullmatch(PARAMETER, value):
            raise Invalid(name, "type")


def check_size(raw: RawRequest) -> None:
    """Raises `TooLarge`."""
    if len(raw.raw_body) > BODY_LIMIT:
        raise TooLarge


def body(raw: RawRequest, expected: type[msgspec.Struct], *, optional: bool) -> Any:
    """The body as an ``expected``; none is ``{}`` if it is ``optional``.

    Raises `UnsupportedMediaType`, `Malformed`, and `Invalid` with the field it is about.
    """
    content = raw.raw_body or (b"{}" if optional else b"")
    media_type = raw.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise UnsupportedMediaType
    try:
        given = msgspec.json.decode(content.removeprefix(BOM))
        return msgspec.convert(plain(given), expected)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed from None


def _invalid(message: str) -> Refusal:
    """The field and the rule that msgspec's message is about."""
    if missing := re.search(r"missing required field `([^`]*)`", message):
        return Invalid(missing[1], "missing")
    if unknown := re.search(r"contains unknown field `(.*)`", message, re.DOTALL):
        # Only what looks like a name is repeated: a value in its place could be personal.
        return Invalid(unknown[1] if re.fullmatch(FIELD, unknown[1]) else "body", "unknown")
    if path := re.search(r"at `\$\.([^`]*)`", message):
        if "encoded date" in message:
            return Invalid(path[1], "date")
        if "enum value" in message:
            return Invalid(path[1], "choice")
        return Invalid(path[1], "type")
    return Malformed()


def key(raw: RawRequest) -> str:
    """The Idempotency-Key. Raises `KeyMissing`, and `Invalid` if it is not one."""
    given: str = raw.headers.get("idempotency-key", "")
    if not given:
        raise KeyMissing
    if len(given) > KEY_LENGTH:
        raise Invalid("Idempotency-Key", "key-too-long")
    if not re.fullmatch(r"[\x21-\x7e]+", given):
        raise Invalid("Idempotency-Key", "key-characters")
    return given

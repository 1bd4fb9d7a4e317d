"""The service's own secret keys, from Secrets Manager, fetched once by a process."""

import hmac
import json
from functools import cache
from typing import NamedTuple

from chalicelib import aws
from chalicelib.config import settings


class TokenKeys(NamedTuple):
    """``current`` signs; all of ``keys`` (by id) verify, so that a rotation signs nobody out."""

    current: str
    keys: dict[str, bytes]


@cache
def tokens() -> TokenKeys:
    """The keys of the access tokens."""
    secret = _secret(settings.tokens_secret)
    keys = {secret["kid"]: secret["key"].encode()}
    if "previous" in secret:
        keys[secret["previous"]["kid"]] = secret["previous"]["key"].encode()
    return TokenKeys(secret["kid"], keys)


@cache
def codes() -> bytes:
    """The key of booking codes and of what a ticket's QR proves; it outlives every retry."""
    key: str = _secret(settings.codes_secret)["key"]
    return key.encode()


@cache
def derived(purpose: str) -> bytes:
    """A key of its own for another purpose, derived from that of `codes`."""
    return hmac.digest(codes(), f"key:{purpose}".encode(), "sha256")


def _secret(name: str) -> dict:  # type: ignore[type-arg]
    value = aws.client("secretsmanager").get_secret_value(SecretId=name)
    return json.loads(value["SecretString"])  # type: ignore[no-any-return]

"""The service's own secret keys, from Secrets Manager, fetched once per process and kept.

Where Secrets Manager is silent, a new process takes them from the replica in another region
(docs/adr/0033-secrets-have-a-replica.md).
"""

import hmac
import json
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.config import settings

RENEWAL = timedelta(minutes=1)
"""The time between two looks at Secrets Manager for key ids that a process does not know."""

_renewing = Lock()


class TokenKeys:
    """``current`` signs; all of ``keys`` (by id) verify, so that a rotation signs nobody out."""

    def __init__(self, current: str, keys: dict[str, bytes]) -> None:
        self.current = current
        self.keys = keys
        self.renewed_at: datetime | None = None


@cache
def tokens() -> TokenKeys:
    """The keys of the access tokens."""
    return _token_keys()


def verifying(kid: str, now: datetime) -> bytes | None:
    """The key of this id, or None. An unknown id may be newer than this process: the secret is
    then fetched again, at most once in `RENEWAL`, however many ids are made up."""
    known = tokens()
    if kid not in known.keys:
        with _renewing:
            if known.renewed_at is None or now - known.renewed_at >= RENEWAL:
                known.renewed_at = now
                fresh = _token_keys()
                known.keys = fresh.keys  # first: whoever reads ``current`` finds its key
                known.current = fresh.current
    return known.keys.get(kid)


def _token_keys() -> TokenKeys:
    secret = _secret(settings.tokens_secret)
    keys = {secret["kid"]: secret["key"].encode()}
    if "previous" in secret:
        keys[secret["previous"]["kid"]] = secret["previous"]["key"].encode()
    return TokenKeys(secret["kid"], keys)


class Purpose(StrEnum):
    """What a key that is derived from the root is for."""

    BOOKING = "booking"
    """Booking codes; it outlives every retry."""
    ENTRY = "entry"
    """The ids of entries in draws; it outlives every retry."""
    TICKET = "ticket"
    """The proof in a ticket's QR."""
    GIVING_BACK = "giving back"
    """When places that were given up come back."""
    ALIAS = "alias"
    """What an account calls a person; it outlives everybody who is known by one."""
    ACCOUNT = "account"
    """The ids of new accounts, and of questions among them."""
    REFRESH = "refresh"
    """Refresh tokens."""
    TALLY = "tally"
    """The names of tallies."""
    SENT = "sent"
    """Who has asked for codes to a phone."""
    CODE = "code"
    """What is kept of a code that was sent."""
    DEVICE = "device"
    """Device tokens."""
    PUSH = "push"
    """The ids of devices that get messages by push."""
    PROOF = "proof"
    """Proofs of work …"""
    SOLUTION = "solution"
    """… and their solutions."""
    PRESENCE = "presence"
    """The digits that an office's board shows."""


@cache
def derived(purpose: Purpose) -> bytes:
    """The key for one purpose, derived from the root."""
    return hmac.digest(_root(), f"key:{purpose}".encode(), "sha256")


@cache
def _root() -> bytes:
    key: str = _secret(settings.root_secret)["key"]
    return key.encode()


@cache
def identity() -> str:
    """The credential for the civil register."""
    key: str = _secret(settings.identity_secret)["key"]
    return key


@cache
def edge(name: str) -> bytes:
    """What the distribution in front of the API sends while it uses the secret of this name."""
    key: str = _secret(name)["key"]
    return key.encode()


def _secret(name: str) -> dict:  # type: ignore[type-arg]
    return json.loads(_fetched(name)["SecretString"])  # type: ignore[no-any-return]


def _fetched(name: str) -> Any:
    if not settings.replica_region:
        return aws.client("secretsmanager").get_secret_value(SecretId=name)
    try:
        # Once: whoever waits for it is better off with the replica than with a second try.
        return aws.client("secretsmanager", attempts=1).get_secret_value(SecretId=name)
    except (BotoCoreError, ClientError):
        there = settings.replica_region
        replica = aws.client("secretsmanager", region=there)
        return replica.get_secret_value(SecretId=name.replace(settings.region, there))

"""AWS in the process: empty tables, keys and secrets in moto, and the time at which tests begin.

moto is quick and has no lock, so it is for tests that do not race.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends

from chalicelib import aws as clients
from chalicelib import identity, keyring, push, signing
from chalicelib.config import settings
from chalicelib.services.days import availability
from chalicelib.services.desk import forecast, today
from chalicelib.services.limits import pace
from chalicelib.store import days, disclosures, offices, slots, tallies
from infra.local.provision import provision
from infra.stack import keys, tables
from tests.hastened import hasten
from tests.mended import mend

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, nine in the morning in Jakarta."""


def forget() -> None:
    """Forget all that a warm process remembers, so that a test begins cold."""
    for remembered in (
        clients._client,
        clients._breaker,
        keyring.tokens,
        keyring._root,
        keyring.derived,
        keyring.identity,
        keyring.edge,
        identity._pool,
        push._pool,
        push._public_key,
        push._service,
        signing._public_key,
    ):
        remembered.cache_clear()
    for kept in (offices._kept, days._seen, days._spans, slots._seen, availability._offers):
        kept.clear()
    for board in (forecast._planned, today._kept):
        board.clear()
    tallies._full.clear()
    tallies._totals.clear()
    disclosures._there.clear()
    pace._asked.clear()


class Held(NamedTuple):
    """What AWS holds at a moment."""

    tables: Any
    secrets: Any
    texts: Any
    keys: Any


def held() -> Held:
    """All that AWS holds now."""
    dynamodb, secrets, sns, kms = _backends()
    return _apart(Held(dynamodb.tables, secrets.secrets, sns.sms_messages, kms.keys))


def hold(what: Held) -> None:
    """Let AWS hold what it once held, and a warm process remember nothing of what was since."""
    dynamodb, secrets, sns, kms = _backends()
    secrets.reset()
    sns.reset()
    dynamodb.tables, secrets.secrets, sns.sms_messages, kms.keys = _apart(what)
    forget()


def _apart(what: Held) -> Held:
    """The same, which changes of it do not touch; a key does not change."""
    return deepcopy(what._replace(keys={}))._replace(keys=dict(what.keys))


def empty() -> None:
    """Empty all tables of moto."""
    for table in _backends()[0].tables.values():
        table.items.clear()


@contextmanager
def empty_aws() -> Iterator[None]:
    """Tables, keys and secrets, empty, in moto; they are made once, for that is slow."""
    mend()
    hasten()
    mock = mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}})
    mock.start(reset=False)
    hold(_nothing())
    yield
    mock.stop(remove_data=False)
    forget()


@cache
def _nothing() -> Held:
    provision({**tables.resources("local"), **keys.resources("local")})
    empty()
    return held()


def _backends() -> tuple[Any, ...]:
    """moto's DynamoDB, secrets, SNS and KMS."""
    return tuple(
        backends[DEFAULT_ACCOUNT_ID][region]
        for backends, region in (
            (dynamodb_backends, settings.region),
            (secretsmanager_backends, settings.region),
            (sns_backends, settings.sms_region),
            (kms_backends, settings.region),
        )
    )

"""AWS in the process: empty tables, keys and secrets in moto, and the time at which tests begin.

moto is quick and has no lock, so it is for tests that do not race.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
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
    for cache in (offices._kept, days._seen, days._spans, slots._seen, availability._offers):
        cache.clear()
    for board in (forecast._planned, today._kept):
        board.clear()
    tallies._full.clear()
    tallies._totals.clear()
    disclosures._there.clear()
    pace._asked.clear()


def empty() -> None:
    """Empty all tables of moto."""
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID][settings.region].tables.values():
        table.items.clear()


@contextmanager
def empty_aws() -> Iterator[None]:
    """Tables, keys and secrets, empty, in moto; tables and keys are made once, for that is slow."""
    mend()
    mock = mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}})
    mock.start(reset=False)
    forget()
    for backends in (sns_backends, secretsmanager_backends):
        backends[DEFAULT_ACCOUNT_ID][settings.region].reset()
    provision({**tables.resources("local"), **keys.resources("local")})
    empty()
    yield
    mock.stop(remove_data=False)
    forget()

"""What tests stand on.

`aws` gives moto in the process: quick, for tests that do not race. `machine` is the whole system in
processes of its own, called over HTTP; MiniStack behind it is exact under concurrency, and moto is
not, which makes moto the control that a race test must fail against.
"""

import os

os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)
os.environ.pop("AWS_ENDPOINT_URL", None)

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends

from chalicelib import aws as clients
from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.services.days import availability
from chalicelib.services.limits import pace
from chalicelib.store import days, offices, slots, tallies
from infra.local.provision import provision
from infra.stack import keys, tables
from tests.machine import Machine, started

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, nine in the morning in Jakarta."""


def forget() -> None:
    """Forget all that a warm process remembers, so that a test begins cold."""
    for remembered in (clients._client, keyring.tokens, keyring._root, keyring.derived):
        remembered.cache_clear()
    for cache in (offices._kept, days._seen, slots._seen, availability._offers, tallies._full):
        cache.clear()
    pace._asked.clear()


def empty() -> None:
    """Empty all tables of moto."""
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID][settings.region].tables.values():
        table.items.clear()


@contextmanager
def empty_aws() -> Iterator[None]:
    """Tables, keys and secrets, empty, in moto; tables and keys are made once, for that is slow."""
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes goes first, one after another; beside it the rest, file by file."""
    server = [item for item in items if _runs_apart(item)]
    rest = [item for item in items if not _runs_apart(item)]
    for item in server:
        item.add_marker(pytest.mark.xdist_group("server"))
    for item in rest:
        item.add_marker(pytest.mark.xdist_group(str(item.path)))
    items[:] = server + rest


def _runs_apart(item: pytest.Item) -> bool:
    """Whether it starts processes, or needs the package, which takes its time to build."""
    return "server" in item.keywords or "package" in getattr(item, "fixturenames", ())


@pytest.fixture
def aws() -> Iterator[None]:
    """Nothing but empty tables, keys and secrets."""
    with empty_aws():
        yield


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The whole system on this machine, shared by the tests that race, without limits on SMS."""
    state: Path = tmp_path_factory.mktemp("machine")
    with started(state, limits="off") as running:
        yield running

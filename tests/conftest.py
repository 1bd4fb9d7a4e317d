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

from collections.abc import Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from moto import mock_aws  # noqa: E402

from chalicelib import aws as clients  # noqa: E402
from chalicelib import keyring  # noqa: E402
from chalicelib.services import places  # noqa: E402
from chalicelib.store import days, offices, slots  # noqa: E402
from infra import keys, tables  # noqa: E402
from infra.local.provision import provision  # noqa: E402
from tests.machine import Machine, started  # noqa: E402

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, nine in the morning in Jakarta."""


def forget() -> None:
    """Forget all that a warm process remembers, so that a test begins cold."""
    for remembered in (clients._client, clients.session, keyring.tokens, keyring.codes):
        remembered.cache_clear()
    for cache in (offices._kept, days._seen, slots._seen, places._offers):
        cache.clear()


@pytest.fixture
def aws() -> Iterator[None]:
    """Tables, keys and secrets, empty, in moto."""
    with mock_aws():
        forget()
        provision({**tables.resources("local"), **keys.resources("local")})
        yield
    forget()


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The whole system on this machine, shared by the tests that race, without limits on SMS."""
    state: Path = tmp_path_factory.mktemp("machine")
    with started(state, limits="off") as running:
        yield running

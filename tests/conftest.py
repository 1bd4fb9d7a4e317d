"""What tests share.

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
from pathlib import Path

import pytest

from infra.local.pictures import NO_CHROMIUM
from tests.machine import Machine, started
from tests.world import empty_aws


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes goes first: it takes longest, and little things fill the end."""
    items.sort(key=_runs_apart, reverse=True)


def _runs_apart(item: pytest.Item) -> bool:
    """Whether it starts processes, or needs the package, which takes its time to build."""
    return "server" in item.keywords or "package" in getattr(item, "fixturenames", ())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last what was not tested for want of a browser, and how to have one."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = [one for one in skipped if NO_CHROMIUM in str(one.longrepr)]
    if missed:
        terminalreporter.write_line(
            f"{len(missed)} tests of pages were skipped: {NO_CHROMIUM}. Install chromium and "
            "fonts-noto-core (Debian's names), then run them with pytest tests/web."
        )


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

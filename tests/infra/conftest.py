"""The package, made once for all tests that look at it."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package of prod is, made for this machine, apart from the one under build/."""
    target = tmp_path_factory.mktemp("package") / "prod"
    code = (
        "import sys; from pathlib import Path; from infra.stack import package, stages; "
        "package.package(stages.STAGES['prod'], Path(sys.argv[1]), sys.argv[2])"
    )
    architecture = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    done = subprocess.run(
        [sys.executable, "-c", code, target, architecture],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target

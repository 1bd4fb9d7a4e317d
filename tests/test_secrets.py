"""No key, token or password is kept here; ruff looks at how values are named (S105 to S107)."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.machine import ROOT

SCAN = Path(sys.executable).with_name("detect-secrets-hook")


def found(files: Sequence[str], root: Path) -> str:
    """What looks like a secret in these files; nothing if nothing does."""
    scan = [str(SCAN), "--disable-plugin", "KeywordDetector", *files]
    return subprocess.run(scan, cwd=root, capture_output=True, text=True, check=False).stdout


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only git tells which files are kept")
def test_no_file_that_is_kept_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    files = listed.stdout.decode().splitlines()
    assert "app.py" in files
    assert found(files, ROOT) == ""


def test_a_file_that_holds_a_secret_is_found(tmp_path: Path) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    (tmp_path / "settings.py").write_text(f'KEY = "{key}"\n')
    assert "AWS Access Key" in found(["settings.py"], tmp_path)

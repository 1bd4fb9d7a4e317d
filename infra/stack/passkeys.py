"""The package of the functions that sign in by passkey: the others', and what checks passkeys.

Where PyOpenSSL and `cryptography` are found, botocore loads them with its first client and PyJWT
with its first token, and every cold start of every function would pay for it
(docs/adr/0050-passkeys-have-a-function.md). So no other functions have them. pip is asked for them
here, and not by Chalice, which takes them for no Python but the newest.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from chalicelib.api.routes import Function
from infra.stack.functions import BEHIND_GATEWAY

REQUIREMENTS = Path(__file__).with_name("passkeys-requirements.txt")

ARCHIVE = "passkeys.zip"

CHECKING = (Function.STAFF, Function.PASSKEYS)
"""The functions that check passkeys: staff's, and applicants'."""

GLIBC = ("2_28", "2_17")
"""What the wheels were built for; Amazon Linux 2023 has 2.34 and takes all of them."""

MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""{Lambda's name: that of wheels}"""


def resources() -> dict[str, dict[str, dict[str, str]]]:
    """What is added to the functions."""
    return {
        BEHIND_GATEWAY[function]: {"Properties": {"CodeUri": f"./{ARCHIVE}"}}
        for function in CHECKING
    }


def package(others: Path, architecture: str, compiled: Callable[[Path], None]) -> Path:
    """Make the package beside that of the ``others``; ``compiled`` adds the bytecode."""
    with TemporaryDirectory() as directory:
        whole, more = Path(directory, "whole"), Path(directory, "more")
        _install(more, architecture)
        compiled(more)
        with ZipFile(others) as packed:
            packed.extractall(whole)
        shutil.copytree(more, whole, dirs_exist_ok=True)
        made = others.with_name(ARCHIVE)
        shutil.make_archive(str(made.with_suffix("")), "zip", whole)
    return made


def _install(target: Path, architecture: str) -> None:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--requirement", str(REQUIREMENTS), "--no-deps", "--target", str(target)),
        *("--only-binary", ":all:", "--no-compile"),
        *("--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"),
        *(f"--platform=manylinux_{glibc}_{MACHINES[architecture]}" for glibc in GLIBC),
        f"--platform=manylinux2014_{MACHINES[architecture]}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stderr}\npip could not fetch what checks passkeys: see above.")
    shutil.rmtree(target / "bin", ignore_errors=True)
